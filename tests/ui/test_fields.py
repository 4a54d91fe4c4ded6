"""Keys that come in one go, as over a slow line, edit in their order."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult

from cxtui.ui.widgets.fields import LineField, TextField

TYPED = (
    *"teh", "backspace", "backspace", *"he lamp", "left", "left", "delete", *"ar", "end", *"!",
)  # fmt: skip
"""``the laarp!`` in the end: the mistake is taken back before what is typed behind it."""


class Fields(App[None]):
    """Two fields to type in."""

    def compose(self) -> ComposeResult:
        yield LineField(id="line")
        yield TextField(id="text")


@pytest.mark.parametrize("which", ["line", "text"])
async def test_a_mistake_is_taken_back_before_the_letters_behind_it(which: str) -> None:
    app = Fields()
    async with app.run_test() as pilot:
        app.query_one(f"#{which}").focus()
        await pilot.pause()
        for key in TYPED:
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        field = app.query_one(f"#{which}")
        assert isinstance(field, LineField | TextField)
        text = field.value if isinstance(field, LineField) else field.text
    assert text == "the laarp!"


async def test_a_line_is_cleared_before_what_is_typed_anew() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        line = app.query_one(LineField)
        line.focus()
        await pilot.pause()
        for key in (*"is:laet", "ctrl+u", *"is:late"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert line.value == "is:late"
