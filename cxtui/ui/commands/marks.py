"""Which rows the next act means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.queue import Queue


@command("queue.mark", "space", "Mark")
def mark(queue: Queue) -> None:
    """Mark or unmark; acts then mean all marked rows."""
    queue.mark()


@command("queue.range", "v", "Mark")
def mark_range(queue: Queue) -> None:
    """Mark from here to where v is pressed again."""
    queue.mark_range()


@command("queue.mark_all", "asterisk", "Mark")
def mark_all(queue: Queue) -> None:
    """Mark all rows in view, or none."""
    queue.mark_all()
