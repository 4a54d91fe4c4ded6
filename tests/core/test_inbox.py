"""The live queue's order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.history import History, intervals
from cxtui.core.inbox import Inbox, Row
from cxtui.core.item import Author, Clean, Event, Item
from cxtui.core.policies import Policies

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def row(
    name: str,
    minutes: float = 0,
    *,
    stars: float | None = None,
    events: tuple[Event, ...] = (),
    tone: str | None = None,
) -> Row:
    posted = NOW + timedelta(minutes=minutes)
    item = Item(
        id=name, feed="f", network="net", kind="comment", thread=name, author=Author(Clean(name)),
        text=Clean("hello"), posted=posted, seen=posted, stars=stars, tone=tone,  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    return Row(intervals(History([item], events=events), Policies())[0], name)


def snoozed(name: str, until: datetime) -> Row:
    return row(name, events=(Event("e", name, "snoozed", "nok", NOW, {"until": until.isoformat()}),))


def ids(inbox: Inbox) -> list[str]:
    return [inbox[place].id for place in range(len(inbox))]


def test_rows_stand_in_due_order_and_praise_behind_them_all() -> None:
    inbox = Inbox([row("b", 5), row("praise", -500, stars=5), row("a", -90)], NOW)
    assert ids(inbox) == ["a", "b", "praise"]


def test_a_complaint_stands_before_a_question_due_at_the_same_time() -> None:
    inbox = Inbox([row("q", tone="question"), row("n"), row("z", tone="complaint")], NOW)
    assert ids(inbox) == ["z", "q", "n"]


def test_a_snoozed_row_leaves_the_list_and_comes_back_when_it_wakes() -> None:
    until = NOW + timedelta(hours=1)
    inbox = Inbox([row("a"), snoozed("s", until)], NOW)
    assert ids(inbox) == ["a"]
    assert not inbox.wake(until - timedelta(seconds=1))
    assert [r.id for r in inbox.wake(until)] == ["s"]
    assert sorted(ids(inbox)) == ["a", "s"]


def test_what_a_clock_set_wrong_woke_sleeps_again_when_it_is_set_back() -> None:
    until = NOW + timedelta(hours=1)
    inbox = Inbox([row("a"), snoozed("s", until)], NOW)
    inbox.wake(until + timedelta(days=1))
    assert [r.id for r in inbox.doze(NOW)] == ["s"]
    assert ids(inbox) == ["a"]
    assert [r.id for r in inbox.wake(until)] == ["s"]
    assert not inbox.doze(until)


def test_late_rows_are_counted_without_praise_and_the_next_breach_is_the_first_that_is_not_late() -> None:
    inbox = Inbox([row("late", -61), row("next", -30), row("then", 0), row("p", -9999, stars=5)], NOW)
    assert inbox.due_before(NOW) == 1
    breach = inbox.next_breach(NOW)
    assert breach is not None
    assert breach.id == "next"


def test_without_response_rows_there_is_no_next_breach() -> None:
    assert Inbox([row("p", stars=5)], NOW).next_breach(NOW) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-300, 300), st.booleans()), max_size=40))
def test_the_list_is_sorted_after_any_changes(changes: list[tuple[int, int, bool]]) -> None:
    inbox, kept = Inbox(now=NOW), dict[str, Row]()
    for number, minutes, put in changes:
        name = str(number)
        if put:
            kept[name] = row(name, minutes)
            inbox.put(kept[name], NOW)
        else:
            kept.pop(name, None)
            inbox.drop(name)
    assert ids(inbox) == [r.id for r in sorted(kept.values(), key=lambda r: r.key)]
    assert all(inbox.place(name) == ids(inbox).index(name) for name in kept)
