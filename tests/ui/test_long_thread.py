"""A thread that is longer than its pane shows what waits for an answer, in every layout."""

from __future__ import annotations

import pytest
from textual import events

from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, item, late, left
from tests.ui.stage import stage

PAGE = "page"


def crowded() -> FakeDesk:
    """Thirty people write below one post; each of them waits alone."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(f"p{n}", f"words of p{n}", late(10 - n) if n < 10 else left(n), thread=PAGE)
                  for n in range(30)]  # fmt: skip
    return desk


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_pane_begins_with_the_words_of_the_row_under_the_cursor(size: tuple[int, int]) -> None:
    async with stage(crowded(), size) as on:
        for _ in range(9):
            await on.press("j")
        assert await on.sees(f"@{on.cursor} words of")


async def test_on_a_narrow_screen_the_opened_thread_begins_with_them_too() -> None:
    async with stage(crowded(), (40, 12)) as on:
        for _ in range(9):
            await on.press("j")
        handle = on.cursor
        await on.press("enter")
        assert await on.sees(f"@{handle} words of")


async def test_a_thread_that_fits_is_shown_from_its_beginning() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item(name, f"words of {name}", left(minutes), thread=PAGE)
                  for name, minutes in (("ann", 9), ("bob", 3))]  # fmt: skip
    async with stage(desk) as on:
        assert on.cursor == "bob"
        await on.sees("@ann words of", "@bob words of")


async def test_a_terminal_that_comes_back_in_its_size_leaves_the_thread_where_it_was_read() -> None:
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [item("long", "\n".join(f"line {n}" for n in range(60)), left(9))]
    async with stage(desk) as on:
        await on.press("enter", "J", "J", "J")
        await on.misses("line 1\n")
        before = on.text
        on.app.post_message(events.Resize(on.app.size, on.app.size))
        for _ in range(5):
            await on.pilot.pause(0.02)
        assert on.text == before
        await on.pilot.resize_terminal(80, 20)
        assert await on.sees("line 1\n"), "other sizes begin with what waits"
