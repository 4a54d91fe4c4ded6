"""The list: live rows in order, finished ones where they stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.inbox import Inbox, Row
from cxtui.core.item import Event
from cxtui.engine.desk import News
from cxtui.ui.board import Board, Entry
from cxtui.ui.listing import Listing
from tests.ui.fakedesk import NOW, Clock, FakeDesk, item, left


def rows(minutes: list[int]) -> list[Row]:
    """One row for each, due in so many minutes."""
    desk = FakeDesk(Clock())
    desk.items = [item(f"c{n}", "words", left(minute)) for n, minute in enumerate(minutes)]
    return desk.rows()


@given(st.lists(st.integers(-50, 50), max_size=12), st.lists(st.integers(-50, 50), max_size=6))
def test_live_and_finished_rows_stand_in_one_order_and_are_found_again(
    waiting: list[int], ended: list[int]
) -> None:
    made = rows([*waiting, *ended])
    live, ghosts = made[: len(waiting)], made[len(waiting) :]
    listing = Listing(Inbox(live, NOW), {row.id: (row.key, row) for row in ghosts})
    shown = [listing[place] for place in range(len(listing))]
    assert [row.id for row in shown] == [row.id for row in sorted(made, key=lambda row: row.key)]
    assert [listing.place(row.id) for row in shown] == list(range(len(made)))
    assert [listing.finished(row.id) for row in shown] == [row in ghosts for row in shown]


@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["closed", "snoozed", "undone"])), max_size=30))
def test_no_act_moves_a_row_of_the_view(acts: list[tuple[int, str]]) -> None:
    desk = FakeDesk(Clock())
    desk.items = [item(f"c{n}", "words", left(10 * n)) for n in range(8)]
    board = Board()
    board.open(desk.rows(), NOW)
    order = [board.listing[place].id for place in range(8)]
    for n, (place, verb) in enumerate(acts):
        key = order[place]
        if verb == "undone":
            desk.events = [event for event in desk.events if event.item != key]
        else:
            detail = (
                {"reason": "spam"} if verb == "closed" else {"until": (NOW + timedelta(hours=1)).isoformat()}
            )
            desk.events.append(Event(f"e{n}", key, verb, "nok", NOW, detail))  # type: ignore[arg-type]
        board.put([row for row in desk.rows() if row.id == key], NOW)
        assert [board.listing[at].id for at in range(len(board.listing))] == order
        assert len(board.inbox) == sum(not board.listing.finished(key) for key in order)


def test_a_clock_that_is_set_back_puts_to_sleep_again_what_it_woke_too_early() -> None:
    desk = FakeDesk(Clock())
    desk.items = [item("ann", "words", left(10)), item("bob", "words", left(20))]
    until = NOW + timedelta(hours=1)
    ann, bob = (one.id for one in desk.items)
    desk.events = [Event("e", ann, "snoozed", "nok", NOW, {"until": until.isoformat()})]
    board = Board()
    board.open(desk.rows(), NOW)
    shown: list[list[str]] = []
    for now in (NOW, until, NOW, NOW, until):
        board.wake(now)
        shown.append([board.listing[place].id for place in range(len(board.listing))])
    assert shown == [[bob], [ann, bob], [bob], [bob], [ann, bob]]


def test_a_new_cause_forgets_what_could_be_redone() -> None:
    board = Board()
    board.session.undone.append(Entry("act", "snooze @ann"))
    board.session.keep(Entry("act", "done @bob"), NOW)
    assert board.session.undone == []


def test_rows_that_come_behind_the_first_ones_are_not_new_and_never_older_than_what_is_known() -> None:
    board = Board()
    made = sorted(rows([1, 2, 3, 4]), key=lambda row: row.key)
    board.open(made[:2], NOW)
    closed = replace(made[0], interval=replace(made[0].interval, closed=NOW, closed_reason="spam"))
    board.put([closed], NOW)
    board.hear(News(rest=(made[0], *made[2:])), NOW)
    assert [board.listing[place].id for place in range(len(board.listing))] == [row.id for row in made]
    assert board.listing.finished(made[0].id)
    assert board.fresh == set()
    assert not News(rest=tuple(made)).counts
    assert News(rows=tuple(made)).counts


def test_a_search_under_way_finds_rows_that_come_behind_the_first_ones() -> None:
    board = Board()
    made = rows([1, 2, 3])
    board.open(made[:1], NOW)
    board.find(f"@{made[2].interval.author.handle.lstrip('@')}", NOW)
    board.hear(News(rest=tuple(made[1:])), NOW)
    assert [board.listing[place].id for place in range(len(board.listing))] == [made[2].id]


def test_a_row_that_is_no_more_leaves_every_list() -> None:
    board = Board()
    made = rows([1, 2, 3])
    board.open(made, NOW)
    board.marks.add(made[1].id)
    board.hear(News(gone=(made[1].id,)), NOW)
    assert len(board.listing) == 2
    assert board.row(made[1].id) is None
    assert board.marks == set()
