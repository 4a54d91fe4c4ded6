"""When a feed may be asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors import Page
from cxtui.core.feed import Feed
from cxtui.engine.schedule import (
    aligned,
    due,
    failed,
    floor,
    interval,
    phase,
    red,
    shifted,
    shortfall,
    spread,
    succeeded,
    target,
    why_not,
)
from cxtui.errors import FeedError, Gone, Missing, Refused, Throttled, Unreachable
from cxtui.store import FeedState

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FEED = Feed("f", "feed", every=timedelta(minutes=1))
NEW = FeedState("f", cursor="kept")
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KNOWN = replace(NEW, state="ok", first_ok=NOW - 30 * DAY, last_ok=NOW - HOUR, last_new=NOW - HOUR)


def after(*errors: FeedError, roll: float = 1.0, start: FeedState = NEW) -> FeedState:
    state = start
    for error in errors:
        state = failed(state, FEED, error, NOW, roll)
    return state


def promised(minutes: float) -> Feed:
    return Feed("f", "feed", promise=minutes * MINUTE)


def wait(state: FeedState) -> timedelta:
    assert state.next_try is not None
    return state.next_try - NOW


# How often


@pytest.mark.parametrize(("promise", "every"), [(1, 1), (5, 1), (30, 6), (60, 12), (240, 15)])
def test_finding_a_message_takes_a_fifth_of_the_promise_within_bounds(promise: float, every: float) -> None:
    assert target(promised(promise)) == every * MINUTE
    assert interval(promised(promise), KNOWN, NOW) == every * MINUTE


def test_the_default_promise_is_an_hour_and_every_goes_before_it() -> None:
    assert target(Feed("f", "feed")) == 12 * MINUTE
    assert target(FEED) == MINUTE


@pytest.mark.parametrize(("quiet", "minutes"), [(HOUR, 12), (DAY, 24), (6 * DAY, 24), (7 * DAY, 30)])
def test_a_quiet_feed_is_asked_less_but_at_least_twice_a_promise(quiet: timedelta, minutes: int) -> None:
    state = replace(KNOWN, last_new=NOW - quiet)
    assert interval(promised(60), state, NOW) == minutes * MINUTE


def test_a_quiet_feed_with_an_open_conversation_is_asked_at_target() -> None:
    state = replace(KNOWN, last_new=NOW - 30 * DAY, conditional=False)
    assert interval(promised(60), state, NOW, waits=True) == 12 * MINUTE


def test_a_feed_that_never_had_anything_counts_from_its_first_answer() -> None:
    assert interval(promised(60), replace(KNOWN, last_new=None), NOW) == 30 * MINUTE


def test_a_server_that_cannot_say_nothing_new_is_asked_half_as_often() -> None:
    assert interval(promised(60), replace(KNOWN, conditional=False), NOW) == 24 * MINUTE
    assert interval(FEED, replace(KNOWN, conditional=False), NOW) == MINUTE


@given(
    st.floats(1, 300),
    st.timedeltas(timedelta(), timedelta(days=60)),
    st.booleans(),
    st.timedeltas(timedelta(), timedelta(hours=2)),
    st.integers(0, 3),
)
def test_no_interval_is_shorter_than_the_floor_or_longer_than_half_a_promise_needs(
    promise: float,
    quiet: timedelta,
    conditional: bool,  # noqa: FBT001 - drawn by hypothesis
    rest: timedelta,
    narrow: int,
) -> None:
    feed = promised(promise)
    state = replace(
        KNOWN, last_new=NOW - quiet, conditional=conditional, floor=rest, narrow=narrow, overflowed=NOW
    )
    found = interval(feed, state, NOW)
    assert found >= rest
    assert found <= max(rest, promise * MINUTE / 2, target(feed))


# The server's floors


def test_the_servers_words_count_up_to_an_hour_and_the_hosts_rule_as_it_is() -> None:
    feed = promised(60)
    assert floor(Page(next_after=20 * MINUTE), feed, timedelta()) == 20 * MINUTE
    assert floor(Page(next_after=3 * DAY), feed, timedelta()) == HOUR
    assert floor(Page(next_after=MINUTE), feed, 2 * HOUR) == 2 * HOUR


def test_what_the_feed_itself_suggests_counts_up_to_half_the_promise() -> None:
    assert floor(Page(rests=20 * MINUTE), promised(60), timedelta()) == 20 * MINUTE
    assert floor(Page(rests=DAY), promised(60), timedelta()) == 30 * MINUTE


@given(st.floats(0, 1), st.integers(0, 3600), st.integers(0, 10**6))
def test_no_feed_is_asked_before_the_server_wants(roll: float, wish: int, passed: int) -> None:
    now = NOW + passed * SECOND
    page = Page(next_after=wish * SECOND)
    state = succeeded(NEW, FEED, now, page)
    assert state.next_try is not None
    assert state.next_try >= now + wish * SECOND
    assert state.next_try >= now + 30 * SECOND
    later = failed(state, FEED, Unreachable("no answer"), now, roll)
    assert later.next_try is not None
    assert later.next_try >= now + wish * SECOND


@pytest.mark.parametrize(
    ("every", "promise", "sentence"),
    [
        (HOUR, 5 * MINUTE, "this source is read every 60 min: a 5-minute promise cannot be kept here"),
        (90 * SECOND, 2 * MINUTE, "this source is read every 90 s: a 2-minute promise cannot be kept here"),
        (150 * SECOND, 5 * MINUTE, None),
        (30 * MINUTE, HOUR, None),
        (31 * MINUTE, HOUR, "this source is read every 31 min: a 60-minute promise cannot be kept here"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_said_so(
    every: timedelta, promise: timedelta, sentence: str | None
) -> None:
    assert shortfall(replace(KNOWN, every=every, promise=promise)) == sentence


def test_the_sentence_comes_from_what_the_server_said() -> None:
    state = succeeded(KNOWN, promised(5), NOW, Page(next_after=HOUR))
    assert shortfall(state) == "this source is read every 60 min: a 5-minute promise cannot be kept here"
    assert shortfall(succeeded(KNOWN, promised(5), NOW, Page())) is None
    assert shortfall(NEW) is None


# Never a herd


def test_ten_thousand_feeds_spread_evenly_over_their_interval() -> None:
    seconds = [0] * 300
    for n in range(10_000):
        at = aligned(f"feed {n}", 5 * MINUTE, NOW)
        seconds[int((at - NOW).total_seconds()) % 300] += 1
    assert max(seconds) < 70
    assert sum(seconds[:150]) == pytest.approx(5000, abs=200)


@given(st.text(max_size=20), st.integers(1, 86_400), st.integers(0, 10**6))
def test_a_feeds_beat_comes_half_to_one_and_a_half_waits_later(name: str, length: int, passed: int) -> None:
    now = NOW + passed * SECOND
    at = aligned(name, length * SECOND, now)
    assert length / 2 * SECOND <= at - now <= length * 1.5 * SECOND + SECOND / 1000


@given(st.text(max_size=20), st.integers(1, 86_400), st.integers(0, 30))
def test_on_its_beat_a_feed_keeps_its_interval(name: str, length: int, late: int) -> None:
    """A poll that starts a little late does not shift the ones after it."""
    beat = aligned(name, length * SECOND, NOW)
    again = aligned(name, length * SECOND, beat + min(late, length / 4) * SECOND)
    assert abs((again - beat).total_seconds() - length) < 0.001


@given(st.text(max_size=20), st.timedeltas(timedelta(), timedelta(days=1)))
def test_overdue_feeds_spread_over_the_time_given(name: str, length: timedelta) -> None:
    assert NOW <= spread(name, length, NOW) <= NOW + length
    assert 0 <= phase(name) < 1


def test_the_first_beat_does_not_pass_half_the_promise() -> None:
    quiet = replace(KNOWN, last_new=NOW - 7 * DAY)
    waits = [wait(succeeded(quiet, replace(promised(60), name=f"f{n}"), NOW, Page())) for n in range(50)]
    assert min(waits) >= 15 * MINUTE
    assert max(waits) <= 30 * MINUTE


# What is stored


def test_after_a_start_no_feed_is_asked_earlier_than_stored() -> None:
    stored = replace(KNOWN, last_try=NOW - MINUTE, next_try=NOW + 9 * MINUTE)
    assert due(stored, NOW) == NOW + 9 * MINUTE
    assert due(replace(stored, next_try=NOW - HOUR), NOW) == NOW
    assert due(NEW, NOW) == NOW


def test_a_clock_put_back_makes_nobody_wait_a_day() -> None:
    stored = replace(KNOWN, last_try=NOW + DAY, next_try=NOW + DAY + 9 * MINUTE)
    assert due(stored, NOW) == NOW + 9 * MINUTE


def test_times_move_with_the_clock_on_the_wall() -> None:
    state = after(Throttled("busy", NOW + HOUR))
    moved = shifted(state, DAY)
    assert (moved.next_try, moved.held_until) == (NOW + DAY + HOUR, NOW + DAY + HOUR)
    assert shifted(moved, -DAY) == state


# A window that overflowed


def test_a_feed_whose_window_overflowed_is_asked_twice_as_often_for_a_day() -> None:
    once = succeeded(KNOWN, promised(60), NOW, Page(gap="x"), overflowed=True)
    assert once.every == 6 * MINUTE
    twice = succeeded(once, promised(60), NOW, Page(gap="x"), overflowed=True)
    assert twice.every == 3 * MINUTE
    calm = succeeded(twice, promised(60), NOW + HOUR, Page())
    assert calm.every == 3 * MINUTE
    later = replace(twice, last_new=NOW + DAY)
    assert succeeded(later, promised(60), NOW + DAY, Page()).every == 12 * MINUTE


def test_not_even_an_overflow_goes_under_a_minute_or_the_floor() -> None:
    state = KNOWN
    for _ in range(9):
        state = succeeded(state, promised(30), NOW, Page(next_after=90 * SECOND), overflowed=True)
    assert state.every == 90 * SECOND
    assert succeeded(state, promised(5), NOW, Page(), overflowed=True).every == MINUTE


# Trouble


def test_trouble_doubles_the_wait_up_to_six_hours() -> None:
    down = Unreachable("no answer")
    waits = [wait(after(*[down] * n)) for n in (1, 2, 3, 20)]
    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4), timedelta(hours=6)]
    half = after(down, roll=0.0).next_try
    assert half == NOW + timedelta(seconds=30)


def test_a_failure_loses_neither_cursor_nor_the_time_it_began() -> None:
    state = failed(after(Unreachable("x")), FEED, Unreachable("y"), NOW + timedelta(hours=1), 1)
    assert (state.cursor, state.failing_since, state.error) == ("kept", NOW, "y")


def test_a_named_wait_is_obeyed_even_by_a_persons_wish_and_ends() -> None:
    until = NOW + timedelta(minutes=7)
    for error in (Throttled("busy", until), Unreachable("fault of its own (500)", 7 * MINUTE)):
        state = after(error)
        assert state.next_try == until
        assert "2026-11-22T09:07:00Z" in (why_not(state, NOW) or "")
        assert why_not(state, until) is None


def test_a_wait_without_a_time_is_a_quarter_of_an_hour_doubling_for_the_host() -> None:
    busy = Throttled("busy", host="a.example")
    assert after(busy).held_until == NOW + timedelta(minutes=15)
    assert after(busy, busy).held_until == NOW + timedelta(minutes=30)
    state = failed(NEW, FEED, busy, NOW, 1.0, strikes=2)
    assert (wait(state), state.held_by, state.strikes) == (HOUR, "a.example", 3)
    assert wait(failed(NEW, FEED, busy, NOW, 1.0, strikes=50)) == 6 * HOUR


def test_to_wait_nothing_is_no_leave_to_ask_at_once_again() -> None:
    assert wait(after(Throttled("busy", NOW))) == MINUTE


def test_no_server_keeps_us_away_for_more_than_a_week() -> None:
    assert wait(after(Throttled("busy", NOW + 400 * DAY))) == 7 * DAY


def test_a_refused_sign_in_is_tried_three_times_in_a_row() -> None:
    no = Refused("wrong password")
    assert after(no, no).next_try is not None
    state = after(no, no, no)
    assert (state.state, state.next_try, why_not(state, NOW)) == ("auth", None, None)
    assert after(no, no, Unreachable("x"), no).next_try is not None


def test_an_address_gone_for_good_is_not_asked_again() -> None:
    state = after(Gone("410"))
    assert state.next_try is None
    assert "gone for good" in (why_not(state, NOW) or "")


def test_a_missing_page_waits_up_to_a_day_and_a_person_may_ask() -> None:
    gone = Missing("404", HOUR)
    assert [wait(after(*[gone] * n)) for n in (1, 2, 5, 9)] == [HOUR, 2 * HOUR, 16 * HOUR, DAY]
    assert why_not(after(gone), NOW) is None


def test_three_days_of_failure_are_shown_red_and_nothing_is_removed() -> None:
    state = after(Unreachable("x"), start=KNOWN)
    assert not red(state, NOW + 71 * HOUR)
    assert red(state, NOW + 72 * HOUR)
    assert red(after(Gone("410")), NOW)
    assert red(after(Refused("401")), NOW)
    assert not red(KNOWN, NOW)


def test_an_answer_heals_everything() -> None:
    state = succeeded(after(Throttled("busy", host="x")), FEED, NOW, Page())
    assert (state.state, state.failures, state.error, state.held_until) == ("ok", 0, None, None)
    assert (state.held_by, state.strikes) == (None, 0)
