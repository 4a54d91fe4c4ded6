"""Macros and batches: shown first, done together, the number typed, what blocks left out."""

from __future__ import annotations

from itertools import pairwise

from cxtui.core.canned import Canned
from cxtui.core.guard import Finding
from cxtui.core.macros import macro
from cxtui.engine.preparing import Shelf
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage

ON_ITS_WAY = Canned("moving", "en", "Hello {name|there}, it is on its way.")
TRIAGE = macro("triage", ["tag refund", "claim", "snooze 2h"], "f2")
MOVE = macro("move", ["tag moved", "canned moving"], "X")
KEYS = {"queue.macro": ""}


def few(*handles: str) -> FakeDesk:
    desk = FakeDesk(Clock(), can=dict(NETWORKS), shelved=Shelf((ON_ITS_WAY,)))
    desk.items = [item(handle, f"words of {handle}", left(15 + 10 * n)) for n, handle in enumerate(handles)]
    return desk


def said(on: Stage) -> list[str]:
    return [event.verb for event in on.desk.events]


def texts(on: Stage) -> list[str]:
    return [one.text for one in on.desk.out.values() if one.state == "queued"]


async def test_a_macro_is_shown_first_and_esc_does_nothing() -> None:
    async with stage(few("ann"), macros=(TRIAGE,)) as on:
        await on.press("f2")
        text = await on.sees("triage: @ann")
        assert "tag refund" in text
        assert "snooze 2h, until 16:07" in text
        await on.press("escape")
        await on.misses("triage: @ann")
        assert on.desk.events == []


async def test_all_its_acts_are_done_to_all_marked_rows() -> None:
    async with stage(few("ann", "bob", "cem", "dan"), macros=(TRIAGE,)) as on:
        await on.press("space", "space", "space", "f2")
        await on.sees("triage: 3 rows")
        await on.press("y")
        await on.sees("open 1")
        assert said(on) == ["tagged"] * 3 + ["claimed"] * 3 + ["snoozed"] * 3
        assert on.cursor == "dan"
        for name in ("ann", "bob", "cem"):
            assert on.desk.row(name).interval.tags == ("refund",)


async def test_rows_that_are_late_before_they_wake_are_told_of() -> None:
    async with stage(few("ann", "bob"), macros=(TRIAGE,)) as on:
        await on.press("f2")
        assert await on.sees("! 1 of 1 rows are late before they wake")


async def test_a_prepared_reply_is_reviewed_as_a_list_and_sent_to_each() -> None:
    async with stage(few("ann", "bob", "cem"), macros=(MOVE,), keys=KEYS) as on:
        await on.press("asterisk", "X")
        text = await on.sees("move: 3 rows", "3 of 3 ready")
        assert "Hello Ann, it is on its way." in text
        await on.press("y")
        await on.sees("goes out in")
        assert texts(on) == [f"Hello {name}, it is on its way." for name in ("Ann", "Bob", "Cem")]
        queued = [one.until for one in on.desk.out.values()]
        apart = [(b - a).total_seconds() for a, b in pairwise(queued) if a and b]
        assert apart == [2, 2], "no network takes them for a flood"
        assert said(on) == ["tagged"] * 3


async def test_one_is_left_out_and_one_is_changed_before_the_rest_goes() -> None:
    async with stage(few("ann", "bob", "cem"), macros=(MOVE,), keys=KEYS) as on:
        await on.press("asterisk", "X")
        await on.sees("3 of 3 ready")
        await on.press("x")
        await on.sees("2 of 2 ready")
        await on.press("e")
        await on.sees("part of a batch")
        await on.type("!!")
        await on.press("ctrl+r")
        await on.sees("2 of 2 ready", "on its way.!!")
        await on.press("y")
        await on.sees("goes out in")
        assert texts(on) == ["Hello Bob, it is on its way.!!", "Hello Cem, it is on its way."]
        assert [event.item for event in on.desk.events] == [on.desk.row(name).id for name in ("bob", "cem")]


async def test_what_blocks_stays_behind_and_says_why() -> None:
    desk = few("ann", "bob")
    desk.finds["Hello Bob"] = Finding("unresolved-variable", (0, 5), "something was not filled in")
    async with stage(desk, macros=(MOVE,), keys=KEYS) as on:
        await on.press("asterisk", "X")
        await on.sees("1 of 2 ready")
        await on.press("j")
        await on.sees("something was not filled in")
        await on.press("y")
        await on.sees("goes out in")
        assert texts(on) == ["Hello Ann, it is on its way."]
        assert len(on.desk.events) == 1


async def test_nothing_is_done_to_a_row_whose_reply_could_not_be_sent_any_more() -> None:
    desk = few("ann", "bob", "cem")
    desk.answered_elsewhere.add("bob")
    async with stage(desk, macros=(MOVE,), keys=KEYS) as on:
        await on.press("asterisk", "X")
        await on.sees("3 of 3 ready")
        await on.press("y")
        await on.sees("1 of 3 not sent")
        assert [event.item for event in on.desk.events] == [on.desk.row(name).id for name in ("ann", "cem")]
        assert on.desk.row("bob").interval.tags == ()


async def test_of_more_than_three_public_replies_the_number_is_typed() -> None:
    async with stage(few("ann", "bob", "cem", "dan"), macros=(MOVE,), keys=KEYS) as on:
        await on.press("asterisk", "X")
        await on.sees("4 of 4 ready")
        await on.press("y")
        await on.sees("type 4 to send them")
        await on.type("3")
        await on.press("enter")
        await on.sees("nothing was sent")
        assert texts(on) == []
        await on.press("y")
        await on.type("4")
        await on.press("enter")
        await on.sees("goes out in")
        assert len(texts(on)) == 4


async def test_u_takes_all_back_that_went_together_before_it_undoes_anything_else() -> None:
    async with stage(few("ann", "bob", "cem"), macros=(MOVE,), keys=KEYS) as on:
        await on.press("asterisk", "X")
        await on.sees("3 of 3 ready")
        await on.press("y")
        await on.sees("3 replies, the first goes out in 10s, u takes them back")
        await on.press("u")
        await on.sees("3 replies taken back, kept as drafts")
        assert [one.state for one in on.desk.out.values()] == ["draft"] * 3
        assert on.desk.row("ann").interval.tags == ("moved",)
        await on.press("u")
        await on.sees("undone")
        assert on.desk.row("ann").interval.tags == ()


async def test_what_left_before_u_was_pressed_is_told_of_and_the_rest_comes_back() -> None:
    async with stage(few("ann", "bob", "cem"), macros=(MOVE,), keys=KEYS) as on:
        await on.press("asterisk", "X")
        await on.sees("3 of 3 ready")
        await on.press("y")
        await on.sees("goes out in")
        on.desk.clock.passes(seconds=11)
        on.desk.sends(next(iter(on.desk.out)))
        await on.press("u")
        await on.sees("2 replies taken back")
        assert texts(on) == []


async def test_a_customer_for_whom_the_text_is_missing_is_named() -> None:
    desk = few("ann")
    desk.shelved = Shelf()
    async with stage(desk, macros=(MOVE,), keys=KEYS) as on:
        await on.press("X")
        await on.sees("0 of 1 ready", "no prepared reply is called 'moving'")
        await on.press("y")
        await on.sees("nothing of it can go out as it stands")
        await on.press("n")
        assert texts(on) == []


async def test_macros_are_in_the_palette_by_name() -> None:
    async with stage(few("ann"), macros=(TRIAGE,)) as on:
        await on.press("colon")
        await on.type("triage")
        await on.press("enter")
        assert await on.sees("triage: @ann")


async def test_a_key_for_macros_without_any_says_how_to_have_one() -> None:
    async with stage(few("ann")) as on:
        await on.press("X")
        await on.sees("no macros are configured")
        assert on.desk.events == []


async def test_what_was_changed_by_hand_is_kept_where_the_batch_is_left() -> None:
    async with stage(few("ann", "bob"), macros=(MOVE,), keys=KEYS) as on:
        await on.press("asterisk", "X")
        await on.sees("2 of 2 ready")
        await on.press("e")
        await on.sees("part of a batch")
        await on.type("!!")
        await on.press("ctrl+r")
        await on.sees("on its way.!!")
        await on.press("escape")
        await on.sees("1 changed by hand, kept as drafts")
        kept = [(one.state, one.text) for one in on.desk.out.values()]
        assert kept == [("draft", "Hello Ann, it is on its way.!!")]
