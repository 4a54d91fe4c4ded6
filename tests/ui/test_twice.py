"""A key that comes twice, as from a key held down, answers once and ends nothing that it did not open."""

from __future__ import annotations

import pytest
from textual import events

from cxtui.ui.screens.compose import Compose
from tests.ui.fakedesk import busy
from tests.ui.stage import Stage, stage


async def thrice(on: Stage, key: str, character: str | None = None) -> None:
    """A key three times before the first was worked off."""
    for _ in range(3):
        on.app.post_message(events.Key(key, character))
    for _ in range(5):
        await on.pilot.pause()


@pytest.mark.parametrize(
    ("opening", "key", "character"),
    [
        ((":", "a"), "enter", "\r"),
        (("T", "a"), "enter", "\r"),
        (("/", "a"), "enter", "\r"),
        (("s",), "1", "1"),
        (("s",), "escape", None),
        (("a",), "enter", "\r"),
        (("?",), "escape", None),
        (("r",), "escape", None),
        (("i",), "escape", None),
    ],
)
async def test_a_key_that_comes_three_times_leaves_the_program_standing(
    opening: tuple[str, ...], key: str, character: str | None
) -> None:
    names = {":": "colon", "/": "slash", "?": "question_mark"}
    async with stage(busy()) as on:
        for typed in opening:
            await on.press(names.get(typed, typed))
        await thrice(on, key, character)
        assert on.app.screen_stack[0] is on.app.queue
        assert on.app.is_running


async def test_a_key_behind_the_one_that_left_the_composer_is_for_nobody() -> None:
    async with stage(busy()) as on:
        await on.press("r")
        await on.sees("Reply to")
        composer = on.app.screen
        assert isinstance(composer, Compose)
        await on.press("escape")
        await on.sees("Unanswered")
        await composer.action_command("compose.editor")
        for _ in range(5):
            await on.pilot.pause()
        assert on.app.screen is on.app.queue
        assert on.app.is_running
