"""When a feed may be asked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.feed import Feed
from cxtui.engine.schedule import failed, interval, succeeded, why_not
from cxtui.errors import FeedError, Gone, Refused, Throttled, Unreachable
from cxtui.store import FeedState

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FEED = Feed("f", "feed", every=timedelta(minutes=1))
NEW = FeedState("f", cursor="kept")


def after(*errors: FeedError, roll: float = 1.0) -> FeedState:
    state = NEW
    for error in errors:
        state = failed(state, FEED, error, NOW, roll)
    return state


def test_without_every_a_feed_is_asked_often_enough_for_the_promise() -> None:
    assert interval(Feed("f", "feed")) == timedelta(minutes=12)


def test_the_servers_wish_is_a_floor_up_to_an_hour() -> None:
    assert interval(FEED, timedelta(minutes=20)) == timedelta(minutes=20)
    assert interval(FEED, timedelta(days=3)) == timedelta(hours=1)


@given(st.floats(0, 1), st.integers(0, 3600))
def test_no_feed_is_asked_before_the_server_wants(roll: float, wish: int) -> None:
    state = succeeded(NEW, FEED, NOW, timedelta(seconds=wish), roll)
    assert state.next_try is not None
    assert state.next_try >= NOW + timedelta(seconds=wish)
    assert state.next_try >= NOW + timedelta(seconds=57)


def test_trouble_doubles_the_wait_up_to_six_hours() -> None:
    down = Unreachable("no answer")
    waits = [(after(*[down] * n).next_try or NOW) - NOW for n in (1, 2, 3, 20)]
    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4), timedelta(hours=6)]
    half = after(down, roll=0.0).next_try
    assert half == NOW + timedelta(seconds=30)


def test_a_failure_loses_neither_cursor_nor_the_time_it_began() -> None:
    state = failed(after(Unreachable("x")), FEED, Unreachable("y"), NOW + timedelta(hours=1), 1)
    assert (state.cursor, state.failing_since, state.error) == ("kept", NOW, "y")


def test_a_named_wait_is_obeyed_even_by_a_persons_wish_and_ends() -> None:
    until = NOW + timedelta(minutes=7)
    state = after(Throttled("busy", until))
    assert state.next_try == until
    assert "2026-11-22T09:07:00Z" in (why_not(state, NOW) or "")
    assert why_not(state, until) is None


def test_a_wait_without_a_time_is_a_quarter_of_an_hour_doubling() -> None:
    busy = Throttled("busy")
    assert after(busy).held_until == NOW + timedelta(minutes=15)
    assert after(busy, busy).held_until == NOW + timedelta(minutes=30)


def test_a_refused_sign_in_is_tried_three_times() -> None:
    no = Refused("wrong password")
    assert after(no, no).next_try is not None
    state = after(no, no, no)
    assert (state.state, state.next_try, why_not(state, NOW)) == ("auth", None, None)


def test_an_address_gone_for_good_is_not_asked_again() -> None:
    state = after(Gone("410"))
    assert state.next_try is None
    assert "gone for good" in (why_not(state, NOW) or "")


def test_a_missing_page_waits_as_long_as_it_was_told_to() -> None:
    assert after(Unreachable("404", timedelta(hours=3))).next_try == NOW + timedelta(hours=3)


def test_an_answer_heals_everything() -> None:
    state = succeeded(after(Throttled("busy")), FEED, NOW, None, 0.5)
    assert (state.state, state.failures, state.error, state.held_until) == ("ok", 0, None, None)
    assert state.next_try == NOW + timedelta(minutes=1)
