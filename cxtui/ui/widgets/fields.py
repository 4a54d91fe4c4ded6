"""Fields to type in, which take no escape bytes from the clipboard."""

from __future__ import annotations

from textual import events
from textual.widgets import Input, TextArea

from cxtui.core.text import clean
from cxtui.ui.spans import flat

LONG = 100_000


class LineField(Input):
    """One line to type."""

    def on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted before it is inserted."""
        event.text = flat(event.text)


class TextField(TextArea):
    """A reply while it is written."""

    def on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted before it is inserted."""
        event.text = clean(event.text, limit=LONG, lines=LONG)
