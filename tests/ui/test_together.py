"""Replies to marked rows: one text for all or a prepared one for each, shown as a list first."""

from __future__ import annotations

from cxtui.core.canned import Canned
from cxtui.engine.preparing import Shelf
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, left
from tests.ui.stage import Stage, stage

MOVING = Canned("moving", "en", "Hello {name|there}, it is on its way.")
HOLDING = Canned("holding", "en", "Hello {name|there}, you hear from us by Friday.", kind="holding")


def few(*handles: str) -> FakeDesk:
    desk = FakeDesk(Clock(), can=dict(NETWORKS), shelved=Shelf((MOVING, HOLDING)))
    desk.items = [item(handle, f"words of {handle}", left(15 + 10 * n)) for n, handle in enumerate(handles)]
    return desk


def texts(on: Stage) -> dict[str, tuple[str, str]]:
    """What goes out, by the customer's name."""
    queued = [one for one in on.desk.out.values() if one.state == "queued"]
    return {one.interval.partition(":")[2].partition("-")[0]: (one.text, one.kind) for one in queued}


async def draft(on: Stage, name: str) -> str:
    return await on.desk.draft(on.desk.row(name).id)


async def typed(on: Stage, text: str) -> None:
    for char in text:
        await on.press({"{": "left_curly_bracket", "}": "right_curly_bracket", " ": "space"}.get(char, char))


async def test_one_text_goes_to_all_marked_rows_each_with_its_name() -> None:
    async with stage(few("ann", "bob", "cem")) as on:
        await on.press("space", "space", "r")
        await on.sees("goes to 2 rows", "Reply to 2 rows, @ann among them")
        await typed(on, "Hi {name}")
        await on.press("ctrl+r")
        text = await on.sees("Reply to 2 rows", "2 of 2 ready")
        assert "Hi Ann" in text
        assert "Hi Bob" in text
        assert texts(on) == {}
        await on.press("y")
        await on.sees("goes out in")
        assert texts(on) == {"ann": ("Hi Ann", "answer"), "bob": ("Hi Bob", "answer")}
        assert await draft(on, "cem") == ""


async def test_what_was_written_for_all_and_not_sent_is_kept_for_each() -> None:
    async with stage(few("ann", "bob")) as on:
        await on.press("asterisk", "r")
        await on.sees("goes to 2 rows")
        await typed(on, "Hi {name}")
        await on.press("escape")
        await on.sees("2 of 2 ready")
        await on.press("n")
        await on.sees("2 changed by hand, kept as drafts")
        assert [await draft(on, name) for name in ("ann", "bob")] == ["Hi Ann", "Hi Bob"]
        assert texts(on) == {}


async def test_a_row_with_a_draft_of_its_own_is_left_out_and_keeps_it() -> None:
    async with stage(few("ann", "bob", "cem")) as on:
        await on.desk.keep_draft(on.desk.row("ann").id, "my own words")
        await on.press("asterisk", "r")
        await on.sees("goes to 3 rows")
        await typed(on, "Hi")
        await on.press("ctrl+r")
        await on.sees("2 of 3 ready", "another text is kept as a draft here")
        await on.press("y")
        await on.sees("goes out in")
        assert set(texts(on)) == {"bob", "cem"}
        assert await draft(on, "ann") == "my own words"


async def test_nothing_typed_for_all_does_nothing() -> None:
    async with stage(few("ann", "bob")) as on:
        await on.press("asterisk", "r")
        await on.sees("goes to 2 rows")
        await on.press("escape")
        await on.misses("goes to 2 rows")
        assert await on.sees("open 2")
        assert texts(on) == {}


async def test_a_prepared_text_is_made_for_each_marked_row() -> None:
    async with stage(few("ann", "bob")) as on:
        await on.press("asterisk", "a")
        await on.sees("Prepared replies")
        await on.press("m", "o", "v", "enter")
        text = await on.sees("moving: 2 rows", "2 of 2 ready")
        assert "Hello Bob, it is on its way." in text
        await on.press("y")
        await on.sees("goes out in")
        assert texts(on)["ann"] == ("Hello Ann, it is on its way.", "answer")


async def test_all_marked_rows_are_held_and_each_is_promised_something() -> None:
    async with stage(few("ann", "bob")) as on:
        await on.press("asterisk", "H")
        await on.sees("Holding reply: 2 rows", "2 of 2 ready")
        await on.press("y")
        await on.sees("goes out in")
        assert texts(on)["bob"] == ("Hello Bob, you hear from us by Friday.", "holding")
        assert [len(one.pledged) for one in on.desk.out.values()] == [1, 1]


async def test_one_marked_row_is_the_one_that_is_meant() -> None:
    async with stage(few("ann", "bob")) as on:
        await on.press("space", "r")
        assert await on.sees("Reply to @ann")
