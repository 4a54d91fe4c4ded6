"""What widgets and the engine report to a screen."""

from __future__ import annotations

from textual.message import Message


class NewsCame(Message):
    """`Desk.take` has something. Empty and mergeable: a burst of messages is one redraw."""

    def can_replace(self, message: Message) -> bool:
        """One waiting report is enough."""
        return isinstance(message, NewsCame)


class CursorMoved(Message):
    """The list's cursor stands on another row."""

    def can_replace(self, message: Message) -> bool:
        """Only the last place matters."""
        return isinstance(message, CursorMoved)


class Scrolled(Message):
    """Other lines of a list became visible."""

    def can_replace(self, message: Message) -> bool:
        """Only the last place matters."""
        return isinstance(message, Scrolled)


class RowOpened(Message):
    """A row was clicked twice."""
