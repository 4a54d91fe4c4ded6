"""The line where a filter is typed: what it means so far, or what is wrong and at which word."""

from __future__ import annotations

from collections.abc import Callable

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual.widgets import Input

from cxtui.errors import FilterError
from cxtui.ui.screens.prompt import Prompt
from cxtui.ui.setting import Setting
from cxtui.ui.widgets.fields import LineField

MARK = Style(underline=True, bold=True)


class Wrong(Highlighter):
    """Underlines the word that is wrong."""

    def __init__(self) -> None:
        self.at: tuple[int, int] | None = None

    def highlight(self, text: Text) -> None:
        """Mark it in the text of the field."""
        if self.at is not None:
            text.stylize(MARK, *self.at)


class FilterLine(Prompt):
    """A `Prompt` whose echo may raise FilterError. Enter takes only what can be read.

    The word at the end is still being typed: what it may become is a hint until Enter.
    """

    def __init__(self, setting: Setting, value: str, echo: Callable[[str], str]) -> None:
        super().__init__(setting, "/", value, self._read)
        self._means = echo
        self._wrong = Wrong()
        self._error: FilterError | None = None
        self._entered = False

    def field(self) -> LineField:
        """With the wrong word marked."""
        field = super().field()
        field.highlighter = self._wrong
        return field

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another letter: what is still being typed is not wrong yet. Textual goes on to the prompt's own."""
        del event
        self._entered = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Say what is wrong and stay; else Textual goes on to the prompt's own."""
        if self._error is None:
            return
        event.stop()
        event.prevent_default()
        self._entered = True
        field = self.query_one(Input)
        field.cursor_position = self._error.at[1]
        self._say(event.value)
        field.refresh()

    def _read(self, text: str) -> str:
        try:
            self._error, said = None, self._means(text)
        except FilterError as error:
            self._error, said = error, str(error)
        begun = self._error is not None and self._error.at[1] >= len(text.rstrip()) and not self._entered
        self._wrong.at = self._error.at if self._error is not None and not begun else None
        self.look = "late" if self._wrong.at else "dim"
        return said
