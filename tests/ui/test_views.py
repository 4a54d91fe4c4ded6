"""Filters and views on the screen: narrowed while typed, walked by keys, counted live."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxtui.config.views import View
from cxtui.core.filters import parse
from cxtui.ui.widgets.fields import LineField
from tests.ui.fakedesk import NETWORKS, Clock, FakeDesk, busy, item, late, left
from tests.ui.stage import stage

VIEWS = (View("late", parse("is:late")), View("lamps", parse("text~lamp")))


def shop() -> FakeDesk:
    """Ann is late and speaks of lamps, Bob of lamps, Cem of nothing."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [
        item("ann", "my lamp is broken", late(3)),
        item("bob", "another lamp", left(2)),
        item("cem", "hello", left(30)),
    ]
    return desk


async def test_keys_walk_the_views_and_the_title_counts_each() -> None:
    async with stage(shop(), views=VIEWS) as on:
        await on.sees("view: [all 3]  late 1  lamps 2")
        await on.press("right_square_bracket")
        text = await on.sees("1/1", "view: all 3  [late 1]  lamps 2")
        assert "another lamp" not in text
        await on.press("right_square_bracket")
        await on.sees("1/2", "[lamps 2]", "another lamp")
        assert on.cursor == "ann", "the cursor stays on its row"
        await on.press("right_square_bracket")
        await on.sees("/3", "[all 3]")
        await on.press("left_square_bracket")
        await on.sees("[lamps 2]")
        await on.press("backslash")
        await on.sees("[all 3]", "/3")


async def test_a_view_counts_what_comes_and_what_goes() -> None:
    desk = shop()
    async with stage(desk, views=VIEWS) as on:
        desk.arrives(item("dan", "lamp four", left(5)))
        await on.sees("[all 4]  late 1  lamps 3")
        await on.press("right_square_bracket", "right_square_bracket", "d", "n")
        assert await on.sees("all 3  late 0  [lamps 2]", "(no answer needed)")


async def test_a_row_comes_into_a_view_when_its_time_is_over() -> None:
    desk = shop()
    async with stage(desk, views=VIEWS) as on:
        await on.press("right_square_bracket")
        await on.sees("[late 1]")
        desk.clock.now += timedelta(minutes=2, seconds=1)
        on.queue.tick()
        assert await on.sees("[late 2]", "@bob", "1/2")


async def test_a_narrow_list_names_its_view_only() -> None:
    async with stage(shop(), (50, 20), views=VIEWS) as on:
        await on.press("right_square_bracket")
        text = await on.sees("view: late 1")
        assert "lamps 2" not in text


async def test_a_filter_narrows_while_it_is_typed_within_the_view() -> None:
    async with stage(shop(), views=VIEWS) as on:
        await on.press("right_square_bracket", "right_square_bracket", "slash")
        await on.type("is:la")
        await on.sees("did you mean late?", "1/2")  # what is not whole yet hides nothing
        await on.type("te")
        await on.sees("1/1", "1 row, Enter keeps them")
        await on.press("enter")
        await on.sees("found: is:late", "view: lamps 2")
        await on.press("escape")
        await on.sees("1/2", "[lamps 2]")
        await on.press("escape")
        assert await on.sees("/3")


async def test_what_is_wrong_is_marked_and_not_taken() -> None:
    async with stage(shop()) as on:
        await on.press("slash")
        await on.type("kin:x lamp")
        await on.sees("did you mean kind:?")
        await on.press("enter")
        await on.sees("did you mean kind:?", "/ kin:x lamp")
        field = on.app.screen.query_one("#typed", LineField)
        assert [(span.start, span.end) for span in field._value.spans]  # pyright: ignore[reportPrivateUsage] - what is drawn == [(0, 3)]
        await on.press("home", *["delete"] * 6)
        await on.sees("/2", "2 rows, Enter keeps them")
        await on.press("enter")
        await on.sees("found: lamp")


async def test_the_palette_has_every_view_by_name() -> None:
    async with stage(shop(), views=VIEWS) as on:
        await on.press("colon")
        await on.sees("> r")
        await on.type("view lamps")
        await on.sees("View lamps")
        await on.press("enter")
        assert await on.sees("[lamps 2]")


async def test_without_views_the_keys_say_so() -> None:
    async with stage(shop()) as on:
        assert "view:" not in on.text
        await on.press("right_square_bracket")
        await on.sees("no [[view]] yet")


async def test_the_help_lists_every_word_of_filters() -> None:
    async with stage(shop(), (100, 400)) as on:
        await on.press("question_mark")
        text = await on.sees("Filters")
        for words in ("stars:", "is:", "open late soon", "-tag:spam is without"):
            assert words in text


async def test_a_wide_screen_has_a_column_of_views() -> None:
    async with stage(shop(), (170, 30), views=VIEWS) as on:
        text = await on.sees("── Views ──")
        assert "view:" not in text
        await on.press("right_square_bracket")
        lines = (await on.sees("> late")).splitlines()
        column = [line[:23].split() for line in lines[2:5]]
        assert column == [["all", "3"], [">", "late", "1"], ["lamps", "2"]]


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_thanks_that_are_owed_are_named_beside_views_of_ones_own(size: tuple[int, int]) -> None:
    desk = shop()
    desk.items.append(item("dan", "great lamp, thank you", left(20), tone="praise"))
    views = (*VIEWS, View("everybody who wrote", parse("-tag:spam")))
    async with stage(desk, size, views=views) as on:
        await on.press("7")
        text = await on.sees("Thanks", "1/1", "@dan")
        assert "view:" not in text
        await on.press("1")
        await on.sees("Unanswered", "/4")


async def test_a_narrow_screen_says_that_a_view_hides_rows() -> None:
    views = (View("everything that is late by now", parse("is:late")),)
    async with stage(shop(), views=views, size=(40, 12)) as on:
        await on.sees("── Unanswered 1/3 ─")
        await on.press("right_square_bracket")
        await on.sees("── View everything that is late", "… 1/1")
        await on.press("slash", *"lamp", "enter")
        await on.sees("── View everything", "… · found: lamp 1/1")
        await on.press("backslash")
        assert await on.sees("── Unanswered 1/3 ─")


async def test_a_look_at_the_filter_line_that_finds_nothing_new_leaves_the_marks_alone() -> None:
    async with stage(shop(), views=VIEWS) as on:
        await on.press("space", "space")
        await on.sees("2 marked")
        await on.press("slash")
        await on.sees("words, or a filter")
        await on.press("escape")
        await on.misses("words, or a filter")
        assert len(on.board.marks) == 2
        await on.press("slash")
        await on.type("lamp")
        await on.sees("2 rows, Enter")
        assert not on.board.marks, "the list is another one"


async def test_the_cursor_is_where_it_stood_after_a_look_at_another_page() -> None:
    async with stage(busy()) as on:
        await on.press("j", "j", "j", "space")
        stood = on.cursor
        for there in "4352761":
            await on.press(there)
        assert on.cursor == stood
        await on.press("7", "1", "2", "q", "4", "1")
        assert on.cursor == stood


async def test_marks_outlive_a_look_at_a_page_but_not_another_view() -> None:
    async with stage(busy()) as on:
        await on.press("space", "space", "4", "1")
        await on.sees("2 marked")
        await on.press("2", "1")
        assert await on.misses("marked")
