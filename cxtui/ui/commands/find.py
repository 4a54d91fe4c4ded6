"""Finding rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.queue import Queue


@command("queue.find", "slash", "Find", bar="Find")
def find(queue: Queue) -> None:
    """Find rows by words or a filter, live."""
    queue.begin("cxtui.ui.finding", "find")


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
    queue.choose(None)


@command("queue.next_view", "right_square_bracket", "Find")
def next_view(queue: Queue) -> None:
    """Next view: the filters saved in the configuration."""
    queue.next_view(1)


@command("queue.previous_view", "left_square_bracket", "Find")
def previous_view(queue: Queue) -> None:
    """View before."""
    queue.next_view(-1)
