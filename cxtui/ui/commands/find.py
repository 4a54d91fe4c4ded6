"""Finding rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.queue import Queue


@command("queue.find", "slash", "Find", bar="Find")
def find(queue: Queue) -> None:
    """Find rows by plain words, live."""
    queue.begin("cxtui.ui.acts", "find")


@command("queue.next", "n", "Find")
def next_found(queue: Queue) -> None:
    """Next row found."""
    queue.to_found(1)


@command("queue.previous", "N", "Find")
def previous_found(queue: Queue) -> None:
    """Previous row found."""
    queue.to_found(-1)


@command("queue.clear", "backslash", "Find")
def clear(queue: Queue) -> None:
    """Show all rows again."""
    queue.find("")
