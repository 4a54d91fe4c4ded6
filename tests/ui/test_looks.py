"""What the screen looks like, as text that can be read in a diff."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screen import golden, strips
from tests.ui.fakedesk import busy
from tests.ui.stage import stage

GOLDEN = Path(__file__).parent / "golden"
SIZES = [(80, 24), (120, 40), (40, 12)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_queue(size: tuple[int, int]) -> None:
    async with stage(busy(), size) as on:
        assert golden(on.app, GOLDEN / f"queue-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", SIZES)
async def test_the_thread_over_the_whole_screen(size: tuple[int, int]) -> None:
    async with stage(busy(), size) as on:
        await on.press("j", "enter")
        await on.sees("@riad on bsk")
        await on.misses("open 11\n── Unans", "@tess")
        assert golden(on.app, GOLDEN / f"thread-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", SIZES)
async def test_compose_and_review(size: tuple[int, int]) -> None:
    async with stage(busy(), size) as on:
        await on.press("j", "r")
        await on.sees("Reply to @riad")
        await on.type("Sorry, it left today.")
        await on.sees("21/300")
        await on.press("ctrl+r")
        await on.sees("Send?")
        assert golden(on.app, GOLDEN / f"review-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", SIZES)
async def test_the_snooze_dialog(size: tuple[int, int]) -> None:
    async with stage(busy(), size) as on:
        await on.press("s")
        await on.sees("A time of your own")
        assert golden(on.app, GOLDEN / f"snooze-{size[0]}x{size[1]}.txt")


async def test_the_feeds() -> None:
    async with stage(busy()) as on:
        await on.press("4")
        await on.sees("the server answered 503")
        assert golden(on.app, GOLDEN / "feeds-80x24.txt")


async def test_no_line_is_wider_than_the_screen_and_none_is_broken() -> None:
    async with stage(busy(), (80, 24)) as on:
        assert {strip.cell_length for strip in strips(on.app)} == {80}


async def test_a_row_of_marks_that_take_a_cell_ends_where_the_others_end() -> None:
    """Bengali and Hindi: the column after the words stands in one line, side by side."""
    async with stage(busy(), (120, 40)) as on:
        both = ("@karan", "@tess")
        rows = [strip for strip in strips(on.app) if any(name in strip.crop(0, 40).text for name in both)]
        edges = {strip.crop(60, 61).text.strip("\u200e") for strip in rows}
        assert edges == {"│"}
