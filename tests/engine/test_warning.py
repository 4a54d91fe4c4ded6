"""Warnings: once for each countdown and level, in open hours, through a restart; the hook's environment."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.alarms import Alarm, Warnings
from cxtui.core.calendar import ALWAYS_OPEN, Calendar
from cxtui.core.clock import DEFAULT
from cxtui.core.inbox import Row
from cxtui.core.item import Arrival, Voice
from cxtui.core.policies import Policies
from cxtui.core.triage import Act
from cxtui.engine.hook import HookFailed, start
from cxtui.engine.warning import Warner
from cxtui.store import Store, open_store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
NIGHT = Calendar("quiet", UTC, (((0, 7 * 60), (22 * 60, 24 * 60)),) * 7)
OFFICE = Calendar("office", UTC, (((9 * 60, 17 * 60),),) * 5 + ((), ()))


@dataclass
class Desk:
    """A store, a clock that is set by hand, and what was rung."""

    store: Store
    now: datetime = NOW
    hours: Calendar = ALWAYS_OPEN
    rung: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    said: list[str] = field(default_factory=list[str])
    warner: Warner | None = None

    def begins(self, warnings: Warnings | None = None, by: str = "nok") -> Warner:
        """A program starts."""
        policies = Policies((replace(DEFAULT, calendar=self.hours),))
        self.store.take(policies)
        self.warner = Warner(
            self.store, warnings or Warnings(), policies, by, clock=lambda: self.now, ring=self._ring,
            tell=self.said.append,
        )  # fmt: skip
        return self.warner

    def _ring(self, alarms: Sequence[Alarm]) -> None:
        self.rung += [(one.row.id, one.level) for one in alarms]

    async def writes(self, native: str, text: str = "where is it?") -> Row:
        """A customer writes; due in an hour."""
        heard = Arrival(native, text, Voice(f"@{native}"), thread=native, posted=self.now)
        await self.store.ingest("net", "comment", [heard], self.now, feed="f")
        return await self.store.row(f"f:{native}")

    async def passes(self, minutes: float) -> list[tuple[str, str]]:
        """Time passes, and the warner looks; gives what was rung."""
        self.now += timedelta(minutes=minutes)
        self.rung.clear()
        assert self.warner is not None
        await self.warner.look()
        return list(self.rung)

    def heeds(self, *rows: Row) -> None:
        assert self.warner is not None
        self.warner.heed(rows)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await open_store(tmp_path / "data")
    yield Desk(store)
    await store.close()


async def test_soon_and_late_are_warned_of_once_each(desk: Desk) -> None:
    desk.begins()
    desk.heeds(await desk.writes("1"))
    assert await desk.passes(44) == []
    assert await desk.passes(1) == [("f:1", "soon")]
    assert await desk.passes(10) == []
    assert await desk.passes(5) == [], "at the due time itself nobody is late"
    assert await desk.passes(0.1) == [("f:1", "late")]
    desk.heeds(await desk.store.row("f:1"))
    assert await desk.passes(600) == []


async def test_a_restart_and_another_program_of_the_same_person_ring_no_second_time(desk: Desk) -> None:
    desk.begins()
    row = await desk.writes("1")
    desk.heeds(row)
    assert await desk.passes(50) == [("f:1", "soon")]
    desk.begins()
    desk.heeds(row)
    assert await desk.passes(1) == []
    assert await desk.passes(20) == [("f:1", "late")]
    desk.begins(by="tess")
    desk.heeds(row)
    assert await desk.passes(1) == [("f:1", "late")], "somebody else was not warned yet"


async def test_the_next_countdown_of_a_held_customer_rings_again(desk: Desk) -> None:
    desk.begins()
    row = await desk.writes("1")
    desk.heeds(row)
    await desk.passes(70)
    held = Arrival("r", "we look into it", Voice("desk"), own="strong", parent="1", posted=desk.now,
                   reply_kind="holding")  # fmt: skip
    await desk.store.ingest("net", "comment", [held], desk.now, feed="f")
    row = await desk.store.row("f:1")
    assert row.state(desk.now) == "held"
    desk.heeds(row)
    assert await desk.passes(1) == []
    assert await desk.passes(300) == [("f:1", "late")]


async def test_nothing_rings_for_praise_for_the_snoozed_for_the_answered(desk: Desk) -> None:
    desk.begins()
    praise = await desk.writes("1", "great shop, thank you")
    asleep = await desk.writes("2")
    until = (NOW + timedelta(hours=3)).isoformat()
    asleep = await desk.store.act(Act("f:2", "snoozed", {"until": until}), "nok", desk.now)
    closed = await desk.writes("3")
    desk.heeds(closed)
    closed = await desk.store.act(Act("f:3", "closed", {"reason": "spam"}), "nok", desk.now)
    desk.heeds(praise, asleep, closed)
    assert praise.interval.thanks
    assert await desk.passes(100) == []
    assert await desk.passes(81) == [("f:2", "late")], "it rings when the row wakes"


async def test_a_closed_shop_is_warned_when_it_opens(desk: Desk) -> None:
    desk.now = NOW + timedelta(hours=7, minutes=30)  # 16:30
    desk.hours = OFFICE
    desk.begins()
    desk.heeds(await desk.writes("1"))
    assert await desk.passes(120) == [], "18:30: half an hour is left, of tomorrow"
    assert await desk.passes(14 * 60 + 29) == []
    assert await desk.passes(16) == [("f:1", "soon")], "09:15"
    assert await desk.passes(16) == [("f:1", "late")]


async def test_what_is_late_when_the_shop_is_closed_is_told_of_in_the_morning(desk: Desk) -> None:
    desk.now = NOW + timedelta(hours=7, minutes=30)
    row = await desk.writes("1")
    desk.hours = OFFICE
    row = replace(row, interval=replace(row.interval, calendar=OFFICE.hash))
    desk.begins()
    desk.heeds(row)
    assert await desk.passes(120) == [], "late by the wall, but nobody is there"
    assert await desk.passes(14 * 60 + 31) == [("f:1", "late")]


async def test_a_clock_that_was_wrong_and_is_set_back_takes_no_warning_with_it(desk: Desk) -> None:
    desk.begins()
    desk.heeds(await desk.writes("mai"))
    desk.now += timedelta(minutes=50)
    tom = await desk.writes("tom")
    desk.now -= timedelta(minutes=50)
    desk.heeds(tom)
    assert await desk.passes(48 * 60) == [("f:mai", "late"), ("f:tom", "late")], "the clock was set wrong"
    assert await desk.passes(-48 * 60 + 50) == [("f:mai", "soon")], "and right again"
    assert await desk.passes(15) == [], "late was said, once"
    assert await desk.passes(35) == [("f:tom", "soon")]


async def test_quiet_hours_put_warnings_off(desk: Desk) -> None:
    desk.now = NOW + timedelta(hours=12, minutes=30)  # 21:30
    desk.begins(Warnings(quiet=NIGHT))
    desk.heeds(await desk.writes("1"))
    assert await desk.passes(60) == []
    assert await desk.passes(8 * 60) == []
    assert await desk.passes(31) == [("f:1", "late")]


async def test_many_at_once_are_one_ring(desk: Desk) -> None:
    desk.begins()
    rows = [await desk.writes(str(n)) for n in range(9)]
    desk.heeds(*rows)
    assert len(await desk.passes(90)) == 9


PROBE = """
import os, sys, json
with open(sys.argv[1], "a") as out:
    out.write(json.dumps({k: v for k, v in os.environ.items()}) + "\\n")
"""


async def test_the_hook_gets_facts_in_its_environment_and_no_secret(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    monkeypatch.setenv("BLOG_TOKEN", "s3cret")
    out = tmp_path / "out"
    words = "$(touch pwned) `x` \x1b[31m; rm -rf"
    warner = desk.begins(Warnings(hook=(sys.executable, "-c", PROBE, str(out))))
    desk.heeds(await desk.writes("1", words))
    await desk.passes(90)
    await asyncio.gather(*warner._hooks)  # pyright: ignore[reportPrivateUsage]
    (told,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert (told["CXTUI_LEVEL"], told["CXTUI_ID"], told["CXTUI_HANDLE"]) == ("late", "f:1", "@1")
    assert told["CXTUI_TEXT"].startswith("$(touch pwned) `x`")
    assert "\x1b" not in told["CXTUI_TEXT"]
    assert "BLOG_TOKEN" not in told
    assert desk.said == []


async def test_more_than_a_few_start_the_hook_once(desk: Desk, tmp_path: Path) -> None:
    import json

    out = tmp_path / "out"
    warner = desk.begins(Warnings(hook=(sys.executable, "-c", PROBE, str(out))))
    desk.heeds(*[await desk.writes(str(n)) for n in range(7)])
    await desk.passes(90)
    await asyncio.gather(*warner._hooks)  # pyright: ignore[reportPrivateUsage]
    (told,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert (told["CXTUI_COUNT"], told["CXTUI_LATE"]) == ("7", "7")
    assert "CXTUI_TEXT" not in told


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["/nowhere/at-all"], "could not be started: No such file"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "ended with exit code 3"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "was not done after 0.5 s"),
    ],
)
async def test_a_hook_that_fails_is_said_in_words(argv: list[str], said: str) -> None:
    with pytest.raises(HookFailed, match=said):
        await start(argv, {}, seconds=0.5)


async def test_a_hook_that_fails_is_said_once(desk: Desk) -> None:
    warner = desk.begins(Warnings(hook=("/nowhere/at-all",)))
    desk.heeds(await desk.writes("1"), await desk.writes("2"))
    await desk.passes(50)
    await asyncio.gather(*warner._hooks)  # pyright: ignore[reportPrivateUsage]
    await desk.passes(50)
    await asyncio.gather(*warner._hooks)  # pyright: ignore[reportPrivateUsage]
    assert len(desk.said) == 1
    assert desk.said[0].startswith("warnings.hook: /nowhere/at-all could not be started")
