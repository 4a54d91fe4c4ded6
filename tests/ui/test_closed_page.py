"""Closed rows on the screen: which, why, by whom; and one that waits again."""

from __future__ import annotations

from datetime import timedelta

from cxtui.core.item import Event
from tests.ui.fakedesk import NETWORKS, NOW, Clock, FakeDesk, item, left
from tests.ui.stage import stage


def shop() -> FakeDesk:
    """Ann was closed by a rule and then bob by hand; kim waits."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(name, f"words of {name}", left(20)) for name in ("ann", "bob", "kim")]
    for n, (name, by) in enumerate((("ann", "rule spam"), ("bob", "nok"))):
        at = NOW - timedelta(minutes=9 - n)
        closed = Event(f"e{n}", desk.row(name).id, "closed", by, at, {"reason": "spam"})
        desk.events.append(closed)
    return desk


async def test_nine_lists_what_was_closed_the_last_first_and_by_which_rule() -> None:
    async with stage(shop()) as on:
        await on.press("9")
        text = await on.sees("closed 2, 30d", "words of ann")
        rows = [line for line in text.splitlines() if "words of" in line]
        assert ["@bob" in row for row in rows] == [True, False]
        assert "(spam, rule spam after " in rows[1]
        assert "rule" not in rows[0]
        await on.press("enter")
        await on.sees("words of bob")
        assert "words of ann" not in on.text


async def test_w_has_one_wait_again_and_u_closes_it_again() -> None:
    desk = shop()
    async with stage(desk) as on:
        await on.press("9")
        await on.sees("closed 2, 30d", "words of ann")
        await on.press("j", "w")
        await on.sees("@ann waits again", "(waits, due in ")
        assert (desk.events[-1].verb, desk.events[-1].by) == ("reopened", "nok")
        await on.press("escape")
        await on.sees("open 2")
        await on.press("u")
        await on.sees("open 1")


async def test_what_waits_is_not_reopened_twice() -> None:
    desk = shop()
    async with stage(desk) as on:
        await on.press("9")
        await on.sees("words of ann")
        await on.press("w")
        await on.sees("@bob waits again")
        await on.press("w")
        assert await on.sees("only what somebody closed can be opened again")


async def test_w_on_a_dimmed_row_of_the_queue_reopens_it() -> None:
    desk = shop()
    async with stage(desk) as on:
        await on.press("d", "n")
        await on.sees("(no answer needed)")
        await on.press("k", "w")
        await on.sees("open 1")
        assert [one.verb for one in desk.events][-2:] == ["closed", "reopened"]


async def test_where_nothing_was_closed_the_status_line_says_so() -> None:
    desk = shop()
    desk.events.clear()
    async with stage(desk) as on:
        await on.press("9")
        await on.sees("nobody's row was closed in the last 30 days")
