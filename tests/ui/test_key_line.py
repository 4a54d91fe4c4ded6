"""The key line says what helps here: help and the way back always, what a view is for first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.ui.hints import Hint, key_line
from cxtui.ui.spans import cells, plain
from tests.ui.fakedesk import busy
from tests.ui.stage import stage

HINTS = st.lists(
    st.builds(Hint, st.sampled_from(["r", "ctrl+r", "escape"]), st.text("abc", min_size=1), st.booleans()),
    max_size=8,
)


@given(HINTS, st.integers(0, 60))
def test_hints_stand_whole_and_in_order_and_the_kept_ones_give_way_last(shown: list[Hint], room: int) -> None:
    line = key_line(shown, room)
    assert cells(line) == room
    there = [n for n, hint in enumerate(shown) if any(text == f" {hint.word}" for text, _ in line)]
    names = [f" {shown[n].word}" for n in there]
    drawn = [text for text, look in line if look == "plain" and text.strip()]
    assert set(drawn) <= set(names)
    alone = [hint for hint in shown if hint.kept]
    if drawn and len(drawn) < len(alone):
        assert all(word in {f" {hint.word}" for hint in alone} for word in drawn)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
async def test_help_and_the_way_back_are_named_on_every_page_at_every_width(size: tuple[int, int]) -> None:
    async with stage(busy(), size=size) as on:
        assert "? Help" in on.lines[-1]
        for key in "234567":
            await on.press(key)
            await on.sees("q Back")
            assert "? Help" in on.lines[-1], key
        await on.press("1", "enter")
        await on.sees("q Back")
        await on.press("q")
        await on.misses("q Back")


async def test_the_act_a_view_is_for_comes_first_and_acts_say_how_many_rows_they_mean() -> None:
    async with stage(busy()) as on:
        assert on.lines[-1].startswith("r Reply")
        assert on.lines[-1].rstrip().endswith("q Quit")
        await on.press("2")
        await on.sees("w Wake  r Reply")
        await on.press("7")
        await on.sees("t Thank  r Reply")
        await on.press("1", "space", "space")
        await on.sees("t Thank 2", "s Snooze 2", "d Done 2", "q Unmark")
        await on.press("q")
        await on.sees("q Quit")
        assert "Snooze 2" not in on.text


def test_a_line_without_room_is_blank() -> None:
    assert plain(key_line([Hint("r", "Reply")], 3)) == "   "
