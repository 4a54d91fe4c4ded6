"""Bell, notification and title of the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cxtui.core.alarms import Alarm, Warnings
from cxtui.engine.desk import News
from cxtui.ui.app import Cxtui
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item
from tests.ui.stage import stage


def late(*handles: str) -> FakeDesk:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(handle, "\x1b]2;pwned\a where?", timedelta(minutes=90)) for handle in handles]
    return desk


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written to the terminal beside the drawing."""
    codes: list[str] = []

    def write(_app: object, text: str) -> bool:
        codes.append(text)
        return True

    monkeypatch.setattr("cxtui.ui.ringing.write", write)
    return codes


async def test_warnings_ring_once_and_notify_with_numbers_alone(sent: list[str]) -> None:
    desk = late("ann", "bob")
    async with stage(desk) as on:
        sent.clear()
        rows = desk.rows()
        desk.hears(News(alarms=(Alarm(rows[0], "late"), Alarm(rows[1], "soon"))))
        await on.pilot.pause()
        assert sent == ["\x1b]9;cxtui: 1 late, 1 soon\a", "\a"]


async def test_what_is_switched_off_stays_silent(sent: list[str]) -> None:
    desk = late("ann")
    async with stage(desk) as on:
        on.app.setting = replace(on.app.setting, warnings=Warnings(bell=False, osc=False))
        sent.clear()
        desk.hears(News(alarms=(Alarm(desk.rows()[0], "late"),)))
        await on.pilot.pause()
        assert sent == []


async def test_the_title_says_how_many_are_late_and_is_given_back(sent: list[str]) -> None:
    desk = late("ann", "bob")
    async with stage(desk) as on:
        assert sent[-1].endswith("\x1b]2;(2 late) cxtui\a")
        await on.press("d", "n")
        await on.sees("no answer needed")
        assert sent[-1] == "\x1b]2;(1 late) cxtui\a"
        app: Cxtui = on.app
        app.entitle()
        assert sent[-1] == "\x1b]2;(1 late) cxtui\a"
        count = len(sent)
        app.entitle()
        assert len(sent) == count, "nothing is written while nothing changed"
    assert sent[-1] == "\x1b[23;2t"
