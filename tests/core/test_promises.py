"""What becomes of a promise: exactly one state at any time, kept only by an answer that came later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.interval import Promise
from cxtui.core.item import Clean, Event, Reply, ReplyKind
from cxtui.core.promises import acted, check_made, check_moved, check_released, judged, left, made, state
from cxtui.errors import Unlawful, UsageError

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
KINDS: tuple[ReplyKind, ...] = ("answer", "holding", "thanks")


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def reply(minute: float, kind: ReplyKind = "answer", item: str = "c:1", key: str = "") -> Reply:
    return Reply(item, "nok", Clean("words"), at(minute), kind, "cxtui", key or f"r{minute:g}{kind}")


def promise(due: float = 60, minute: float = 0, **facts: object) -> Promise:
    return Promise("c:1", "write by ten", at(minute), at(due), id="p", **facts)  # type: ignore[arg-type]


REPLIES = st.lists(
    st.builds(reply, st.integers(-120, 240), st.sampled_from(KINDS), st.sampled_from(["c:1", "c:2"])),
    max_size=6,
)


@given(REPLIES, st.integers(-60, 60), st.integers(61, 180), st.integers(-200, 400))
def test_a_promise_has_one_state_and_only_a_later_answer_keeps_it(
    replies: list[Reply], minute: int, due: int, now: int
) -> None:
    found = judged(promise(due, minute), {"c:1"}, None, replies)
    later = sorted(r.at for r in replies if r.kind == "answer" and r.item == "c:1" and r.at > at(minute))
    known = state(found, at(now))
    assert (known in ("kept", "late")) == bool(later)
    assert known != "kept" or later[0] <= at(due)
    assert known != "late" or later[0] > at(due)
    assert (known == "broken") == (not later and now > due)
    assert (known == "open") == (not later and now <= due)
    assert (left(found, at(now)) is None) == bool(later)
    proof = [r for r in replies if r.remote_id == found.proof]
    assert all(r.at > found.made and r.kind == "answer" for r in proof)
    assert bool(proof) == bool(later)


@given(REPLIES, st.integers(-60, 60))
def test_nothing_said_before_it_changes_a_promise(replies: list[Reply], minute: int) -> None:
    before = [r for r in replies if r.at <= at(minute)]
    assert judged(promise(300, minute), {"c:1"}, None, before) == promise(300, minute)


@given(REPLIES)
def test_judging_twice_says_the_same_and_a_deleted_answer_opens_it_again(replies: list[Reply]) -> None:
    once = judged(promise(), {"c:1"}, None, replies)
    assert judged(once, {"c:1"}, None, replies) == once
    assert judged(once, {"c:1"}, None, replies, {r.remote_id for r in replies}) == promise()


def test_the_answer_that_ended_the_wait_keeps_it_though_it_hangs_on_another_message() -> None:
    elsewhere = reply(30, item="c:9")
    assert judged(promise(), {"c:1"}, at(30), [elsewhere]).state == "kept"
    assert judged(promise(), {"c:1"}, None, [elsewhere]).state == "open"


def test_an_answer_that_a_person_confirmed_keeps_it_as_long_as_that_stands() -> None:
    seen = judged(promise(), {"c:1"}, at(30), [], confirmed=True)
    assert (seen.state, seen.proof) == ("kept", "confirmed")
    assert judged(seen, {"c:1"}, None, []) == promise()
    assert judged(promise(), {"c:1"}, at(90), [], confirmed=True).state == "late"
    assert judged(promise(minute=40), {"c:1"}, at(30), [], confirmed=True).state == "open"


def test_the_reply_that_made_it_never_keeps_it_though_the_network_dates_it_later() -> None:
    own = reply(1, key="made")
    assert judged(promise(reply="made"), {"c:1"}, at(1), [own]).state == "open"
    assert judged(promise(reply="other"), {"c:1"}, at(1), [own]).state == "kept"


def test_what_another_program_told_stands_until_a_reply_here_says_otherwise() -> None:
    told = promise(state="broken")
    assert state(judged(told, {"c:1"}, None, []), at(5)) == "broken"
    assert judged(told, {"c:1"}, None, [reply(90)]).state == "late"
    assert judged(promise(state="kept", proof="theirs"), {"c:1"}, None, []).state == "kept"


def event(n: int, verb: str, **detail: str) -> Event:
    return Event(f"e{n}", "c:1", verb, "nok", at(n), {"promise": "p", **detail})  # type: ignore[arg-type]


MADE = event(0, "promised", text="write by ten", due=at(60).isoformat())
MOVED = event(1, "promise_moved", due=at(120).isoformat(), **{"from": at(60).isoformat()})
AGAIN = event(2, "promise_moved", due=at(180).isoformat(), **{"from": at(120).isoformat()})
RELEASED = event(3, "promise_released", reason="she called")


def test_acts_give_it_its_due_time_and_its_end_and_undoing_them_gives_them_back() -> None:
    events = [MADE, MOVED, AGAIN, RELEASED]
    every = {one.id for one in events}
    whole = acted(made(MADE), events, every)
    assert whole is not None
    assert (whole.state, whole.reason, whole.due, whole.by) == ("released", "she called", at(180), "nok")
    assert acted(whole, events, every) == whole
    back = acted(whole, events, every - {"e3"})
    assert back is not None
    assert (back.state, back.reason, back.due) == ("open", None, at(180))
    for stand, due in (({"e0", "e1"}, 120), ({"e0"}, 60)):
        earlier = acted(whole, events, stand)
        assert earlier is not None
        assert earlier.due == at(due)
    assert acted(whole, events, set()) is None


def test_a_released_promise_is_neither_kept_nor_broken() -> None:
    released = promise(state="released", reason="she called")
    assert judged(released, {"c:1"}, at(30), [reply(30)]) == released
    assert state(released, at(9_999)) == "released"
    assert left(released, at(0)) is None


def test_due_now_is_not_broken() -> None:
    assert state(promise(60), at(60)) == "open"
    assert state(promise(60), at(60) + timedelta(microseconds=1)) == "broken"


def test_what_cannot_be_done_is_refused_with_a_reason() -> None:
    with pytest.raises(UsageError, match="words"):
        check_made(" ", at(1), at(0))
    with pytest.raises(UsageError, match="future"):
        check_made("x", at(0), at(0))
    with pytest.raises(UsageError, match="reason"):
        check_released(promise(), "  ")
    with pytest.raises(Unlawful, match="is kept"):
        check_released(promise(state="kept"), "why")
    with pytest.raises(Unlawful, match="broken"):
        check_moved(promise(60), at(99), at(61))
    with pytest.raises(UsageError, match="future"):
        check_moved(promise(60), at(5), at(6))
    check_released(promise(60, state="broken"), "she called")
