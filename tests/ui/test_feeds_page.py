"""The feeds screen says what cannot be kept, what has moved and what needs somebody."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from cxtui.core.feed import Gap
from cxtui.engine.desk import News
from cxtui.store import FeedLog, FeedState, Polled
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


async def test_the_feed_under_the_cursor_is_paused_and_resumed() -> None:
    async with stage(busy(), (120, 40)) as on:
        await on.press("4", "j", "p")
        await on.sees("bsk (feed): paused", "bsk is paused; nothing new from it is seen")
        assert [one.state for one in on.board.feeds][:3] == ["ok", "paused", "ok"]
        await on.press("r")
        await on.sees("bsk (feed): ok", "bsk is asked again")
        await on.press("k", "r")
        await on.sees("mst is not paused")


async def test_the_log_of_a_feed_shows_gaps_and_polls_in_words() -> None:
    desk = busy()
    half_past = NOW + timedelta(minutes=24)
    gap = Gap("mst", NOW - timedelta(minutes=5), half_past, "the server answered 503")
    desk.logs["mst"] = FeedLog("mst", (Polled(NOW, half_past, times=4), Polled(NOW, NOW, 3, 1)), (gap,))
    async with stage(desk) as on:
        await on.press("4", "l")
        await on.sees("Feed mst", "14:02–14:31  could not be read: the server answered 503")
        await on.sees("14:07–14:31  nothing new, 4 times", "14:07  3 new, 1 updated")
        await on.press("escape")
        await on.sees("── Feeds")


async def test_the_cursor_stays_on_the_screen() -> None:
    async with stage(busy(), (40, 12)) as on:
        await on.press("4", "j", "j", "j", "j", "j")
        await on.sees(">!shop (isso): cannot be read")
        await on.press("k", "k", "k", "k", "k")
        await on.sees("> mst (feed): ok")
