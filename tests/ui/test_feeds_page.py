"""The feeds screen says what cannot be kept, what has moved and what needs somebody."""

from __future__ import annotations

import unicodedata
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.feed import Gap
from cxtui.engine.desk import News
from cxtui.errors import Refused
from cxtui.store import FeedLog, FeedState, Polled
from cxtui.ui.screens.feedlog import log_lines
from cxtui.ui.screens.feeds import feed_lines
from cxtui.ui.spans import cells, plain
from tests.ui.fakedesk import NOW, Clock, FakeDesk, busy
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


async def test_the_feed_under_the_cursor_says_who_we_are_there() -> None:
    desk = busy()
    async with stage(desk, (120, 40)) as on:
        await on.press("4", "j", "c")
        await on.sees("bsk: writes as the shop on bsk")
        desk.broken = Refused("bsk.example refused our sign-in (401)")
        await on.press("c")
        assert await on.sees("bsk.example refused our sign-in (401)")


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
        assert await on.sees("── Feeds")


async def test_the_cursor_stays_on_the_screen() -> None:
    async with stage(busy(), (40, 12)) as on:
        await on.press("4", "j", "j", "j", "j", "j")
        await on.sees(">!shop (isso): cannot be read")
        await on.press("k", "k", "k", "k", "k")
        assert await on.sees("> mst (feed): ok")


def test_a_title_stands_apart_and_counts_are_words() -> None:
    state = FeedState(
        "a",
        "feed",
        state="down",
        title="[b]Lamps",
        items=1,
        failures=1,
        failing_since=NOW - timedelta(hours=1),
    )
    first, second, *_ = (plain(line) for line in feed_lines(state, NOW, UTC, 80))
    assert first == "! a (feed): cannot be read  [b]Lamps"
    assert "1 item ·" in second
    assert second.endswith("failing for 1h00, 1 try")


@given(st.text(), st.integers(20, 200))
def test_a_log_draws_strangers_words_without_a_control_character_and_in_its_room(
    words: str, room: int
) -> None:
    log = FeedLog("f", (Polled(NOW, NOW, error=words),), (Gap("f", NOW, None, words),))
    for line in log_lines(log, NOW, UTC, room):
        assert not [char for char in plain(line) if unicodedata.category(char) in ("Cc", "Cs")]
        assert cells(line) <= max(room, 40)


async def test_in_an_empty_program_the_keys_of_the_feeds_do_nothing() -> None:
    async with stage(FakeDesk(Clock())) as on:
        await on.press("4", "j", "p", "r", "l")
        assert await on.sees("── Feeds", "No feed is configured: `cxtui init URL` makes a configuration.")
