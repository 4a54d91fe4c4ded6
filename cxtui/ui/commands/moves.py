"""Moving in the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.queue import Queue


@command("queue.down", "j,down", "Move")
def down(queue: Queue) -> None:
    """Down."""
    queue.step(1)


@command("queue.up", "k,up", "Move")
def up(queue: Queue) -> None:
    """Up."""
    queue.step(-1)


@command("queue.top", "g,home", "Move")
def top(queue: Queue) -> None:
    """First row."""
    queue.to_end(first=True)


@command("queue.bottom", "G,end", "Move")
def bottom(queue: Queue) -> None:
    """Last row."""
    queue.to_end(first=False)


@command("queue.half_down", "ctrl+d", "Move")
def half_down(queue: Queue) -> None:
    """Half a page down."""
    queue.page(0.5)


@command("queue.half_up", "ctrl+u", "Move")
def half_up(queue: Queue) -> None:
    """Half a page up."""
    queue.page(-0.5)


@command("queue.page_down", "pagedown", "Move")
def page_down(queue: Queue) -> None:
    """A page down."""
    queue.page(1)


@command("queue.page_up", "pageup", "Move")
def page_up(queue: Queue) -> None:
    """A page up."""
    queue.page(-1)


@command("queue.most_late", "circumflex_accent", "Move")
def most_late(queue: Queue) -> None:
    """The row that is most late."""
    queue.to_most_late()


@command("queue.thread_down", "J", "Move")
def thread_down(queue: Queue) -> None:
    """Scroll the thread down."""
    queue.scroll_thread(1)


@command("queue.thread_up", "K", "Move")
def thread_up(queue: Queue) -> None:
    """Scroll the thread up."""
    queue.scroll_thread(-1)


@command("queue.open", "enter,l,right", "Move")
def open_thread(queue: Queue) -> None:
    """Open the thread over the whole screen."""
    queue.read(whole=True)


@command("queue.close", "h,left", "Move")
def close_thread(queue: Queue) -> None:
    """Back to the list."""
    queue.read(whole=False)


@command("queue.pane", "tab", "Move")
def pane(queue: Queue) -> None:
    """The other pane: list or thread."""
    queue.other_pane()
