"""One line to type, with an echo that says live what it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from cxtui.ui.screens.keyed import Modal
from cxtui.ui.setting import Setting
from cxtui.ui.spans import wrapped
from cxtui.ui.widgets.fields import LineField
from cxtui.ui.widgets.lines import Lines


class Prompt(Modal[str | None]):
    """Gives what was typed, None where it was left by Esc. ``echo`` makes the line above it."""

    TYPES = True
    KEYS: ClassVar[str] = "prompt"

    def __init__(self, setting: Setting, sign: str, value: str, echo: Callable[[str], str]) -> None:
        super().__init__(setting)
        self._sign = sign
        self._value = value
        self._echo = echo
        self.look = "dim"

    def compose(self) -> ComposeResult:
        """The echo over the line."""
        yield Lines(id="echo")
        with Horizontal(id="prompt"):
            yield Lines(id="sign")
            yield self.field()

    def field(self) -> LineField:
        """Where it is typed."""
        return LineField(self._value, compact=True, select_on_focus=False, id="typed")

    def on_mount(self) -> None:
        """Begin to type."""
        sign = self.query_one("#sign", Lines)
        sign.styles.width = len(self._sign) + 1
        sign.show([((f"{self._sign} ", "key"),)])
        self.query_one(Input).focus()
        self._say(self._value)
        self.begin_to_type()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the echo out again."""
        del event
        self._say(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what it means so far."""
        event.stop()
        self._say(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it."""
        event.stop()
        self.dismiss(event.value)

    def put(self, words: str) -> None:
        """Put words where the cursor is."""
        self.query_one(Input).insert_text_at_cursor(words)

    def leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)

    def _say(self, value: str) -> None:
        lines = wrapped(self._echo(value), max(self.size.width - 2, 1))[:3]
        pane = self.query_one("#echo", Lines)
        pane.styles.height = len(lines)
        pane.show([((" ", "plain"), (line, self.look)) for line in lines])
