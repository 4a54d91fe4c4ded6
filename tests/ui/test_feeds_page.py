"""The feeds screen says what cannot be kept, what has moved and what needs somebody."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from cxtui.engine.desk import News
from cxtui.store import FeedState
from cxtui.ui.screens.feeds import feed_lines
from tests.ui.fakedesk import NOW, busy
from tests.ui.stage import stage


async def test_a_promise_that_cannot_be_kept_and_a_move_are_told_on_the_feeds_screen() -> None:
    desk = busy()
    async with stage(desk, (120, 40)) as on:
        slow = FeedState(
            "alerts", "feed", state="ok", every=timedelta(hours=1), promise=timedelta(minutes=5),
            address="https://new.example/feed?key=s3cret",
        )  # fmt: skip
        await on.press("4")
        desk.hears(News(feeds=(slow,)))
        await on.sees(
            "read every 1h00",
            "this source is read every 60 min: a 5-minute promise cannot be kept here",
            "moved for good, read at https://new.example/feed?key=…",
        )
        assert "s3cret" not in on.text


@pytest.mark.parametrize(("hours", "look"), [(1, "soon"), (73, "late")])
def test_three_days_of_failure_are_red(hours: int, look: str) -> None:
    state = FeedState(
        "shop", "isso", state="down", error="no answer", failing_since=NOW - timedelta(hours=hours)
    )
    lines = feed_lines(state, NOW, UTC, 80)
    assert lines[0][0] == ("! ", look)
    assert lines[-1][-1] == ("no answer", look)
