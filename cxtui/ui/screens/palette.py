"""All commands by name."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Input

from cxtui.ui.commands import Command
from cxtui.ui.keys import label
from cxtui.ui.screens.keyed import Modal
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, fitted, rule
from cxtui.ui.widgets.fields import LineField
from cxtui.ui.widgets.lines import Lines


class Palette(Modal[str | None]):
    """Narrows the commands of a page by the words typed; gives the id of one."""

    KEYS = "palette"
    TYPES = True

    def __init__(self, setting: Setting, offered: Sequence[Command]) -> None:
        super().__init__(setting)
        self._offered = [one for one in offered if one.id != "app.command"]
        self._found = self._offered
        self._at = 0

    def compose(self) -> ComposeResult:
        """A line to type over the commands."""
        yield Lines(id="title")
        yield LineField(compact=True, id="typed")
        yield Lines(id="offers")

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one(Input).focus()
        self.begin_to_type()

    def on_resize(self) -> None:
        """Draw for the size there is."""
        self.query_one("#title", Lines).show([rule("Command", "", self.size.width)])
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow."""
        event.stop()
        words = event.value.casefold().split()
        self._found = [
            one for one in self._offered if all(w in f"{one.id} {one.words}".casefold() for w in words)
        ]
        self._at = 0
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the command under the cursor."""
        event.stop()
        self.dismiss(self._found[self._at].id if self._found else None)

    def put(self, words: str) -> None:
        """Put words where the cursor is."""
        self.query_one(Input).insert_text_at_cursor(words)

    def step(self, count: int) -> None:
        """Move the cursor."""
        self._at = min(max(self._at + count, 0), max(len(self._found) - 1, 0))
        self._draw()

    def leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)

    def _draw(self) -> None:
        pane = self.query_one("#offers", Lines)
        room = self.size.width
        lines: list[Line] = []
        for n, one in enumerate(self._found):
            keys = " ".join(label(key) for key in self.setting.keys.get(one.id, ()))
            here = n == self._at
            sign = ("> " if here else "  ", "cursor" if here else "plain")
            look = "cursor" if here else "plain"
            lines.append(fitted((sign, (f"{keys:<12} ", look if here else "key"), (one.words, look)), room))
        pane.show(lines or [(("  no command has these words", "dim"),)])
        self.call_after_refresh(pane.reveal, self._at)
