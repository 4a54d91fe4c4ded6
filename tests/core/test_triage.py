"""Which acts are lawful and what undo takes back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.history import History, intervals
from cxtui.core.interval import Interval
from cxtui.core.item import Author, Clean, Event, Item, Verb
from cxtui.core.policies import Policies
from cxtui.core.triage import Act, check, check_undo, redoable, undoable
from cxtui.errors import Conflict, Unlawful, UsageError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def event(key: str, verb: Verb, *, by: str = "nok", minutes: int = 1, **detail: object) -> Event:
    return Event(key, "i", verb, by, NOW + timedelta(minutes=minutes), detail)


def waits(*events: Event) -> Interval:
    item = Item(
        id="i", feed="f", network="n", kind="comment", thread="t", author=Author(Clean("@mai")),
        text=Clean("x"), posted=NOW, seen=NOW,
    )  # fmt: skip
    return intervals(History([item], events=events), Policies())[0]


def test_an_ended_row_can_be_neither_snoozed_nor_closed_again() -> None:
    closed = waits(event("c", "closed", reason="spam"))
    for act in (Act("i", "closed", {"reason": "spam"}), Act("i", "snoozed", {"until": None})):
        with pytest.raises(Unlawful, match="@mai is closed"):
            check(act, closed, NOW + timedelta(minutes=5))


def test_only_a_snoozed_row_wakes() -> None:
    with pytest.raises(Unlawful, match="not snoozed"):
        check(Act("i", "woken"), waits(), NOW)


def test_only_a_probable_answer_is_confirmed() -> None:
    with pytest.raises(Unlawful, match="not probably answered"):
        check(Act("i", "confirmed"), waits(), NOW)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (Act("i", "closed", {"reason": "bored"}), "no-answer-needed"),
        (Act("i", "snoozed", {"until": NOW.isoformat()}), "future"),
        (Act("i", "priority", {"level": "huge"}), "urgent"),
    ],
)
def test_bad_words_are_refused_with_the_good_ones(act: Act, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check(act, waits(), NOW)


def test_undo_takes_the_operators_own_acts_last_first() -> None:
    events = [
        event("a", "tagged", tag="vip"),
        event("b", "noted", text="x"),
        event("c", "noted", by="mai", text="y"),
    ]
    last = undoable(events, "nok")
    assert last is not None
    assert last.id == "b"
    events.append(event("u1", "undone", event="b"))
    last = undoable(events, "nok")
    assert last is not None
    assert last.id == "a"
    events.append(event("u2", "undone", event="a"))
    assert undoable(events, "nok") is None


def test_redo_takes_back_the_last_undo_unless_something_was_done_since() -> None:
    events = [event("a", "tagged", tag="vip"), event("u", "undone", event="a")]
    last = redoable(events, "nok")
    assert last is not None
    assert last.id == "u"
    assert redoable([*events, event("n", "noted", text="x")], "nok") is None
    again = [*events, event("r", "undone", event="u")]
    assert redoable(again, "nok") is None
    last = undoable(again, "nok")
    assert last is not None
    assert last.id == "a"


@given(st.lists(st.sampled_from(["act", "undo", "redo"]), max_size=30))
def test_undo_and_redo_walk_back_and_forth_like_two_stacks(steps: list[str]) -> None:
    events: list[Event] = []
    done, undone = list[str](), list[str]()
    for n, step in enumerate(steps):
        if step == "act":
            events.append(event(f"e{n}", "tagged", minutes=n, tag="vip"))
            done.append(f"e{n}")
            undone.clear()
            continue
        found = undoable(events, "nok") if step == "undo" else redoable(events, "nok")
        source, target = (done, undone) if step == "undo" else (undone, done)
        if not source:
            assert found is None
            continue
        assert found is not None
        assert (found.id if step == "undo" else found.detail["event"]) == source[-1]
        target.append(source.pop())
        events.append(event(f"e{n}", "undone", minutes=n, event=found.id))


def test_undo_is_refused_when_a_colleague_acted_since() -> None:
    mine, theirs = event("a", "tagged", tag="vip"), event("b", "closed", by="mai", minutes=2, reason="spam")
    with pytest.raises(Conflict, match="mai did “done”"):
        check_undo(mine, [mine, theirs], NOW)


def test_undo_of_a_snooze_is_refused_when_the_customer_woke_the_row() -> None:
    mine = event("a", "snoozed", until=None)
    with pytest.raises(Conflict, match="wrote again"):
        check_undo(mine, [mine], NOW + timedelta(minutes=2))
