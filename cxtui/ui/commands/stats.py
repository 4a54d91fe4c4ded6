"""What keys do on the stats page, and on the items behind a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.closed import ClosedPage
    from cxtui.ui.screens.behind import BehindPage
    from cxtui.ui.screens.stats import Stats


@command("stats.items", "enter", "Act", bar="Items")
def items(page: Stats) -> None:
    """The items that the number under the cursor counts; without any, why."""
    page.items()


@command("stats.why", "i", "Act", bar="Why")
def why(page: Stats) -> None:
    """What the number is, what it leaves out, and why it is not known."""
    page.why()


@command("stats.window", "w", "Act", bar="Window")
def window(page: Stats) -> None:
    """The next window: 24 h, 7 d, 30 d, all."""
    page.next_window()


@command("stats.by", "b", "Act", bar="By")
def by(page: Stats) -> None:
    """The numbers by feed, network, kind, language, tag, policy, operator."""
    page.next_class(1)


@command("stats.by_back", "B", "Act")
def by_back(page: Stats) -> None:
    """The classes before these."""
    page.next_class(-1)


@command("stats.map", "m", "Act", bar="Map")
def week(page: Stats) -> None:
    """What the map of the week shows: who writes, what was missed, how long answers took."""
    page.next_measure()


@command("stats.filter", "slash", "Find", bar="Filter")
def narrow(page: Stats) -> None:
    """Count only what fits a filter."""
    page.filter()


@command("stats.clear", "backslash", "Find")
def clear(page: Stats) -> None:
    """Count everything again."""
    page.clear()


@command("stats.export", "e", "Act", bar="Export")
def export(page: Stats) -> None:
    """Write all numbers and pictures to a file: CSV or JSON lines."""
    page.export()


@command("stats.left", "h,left", "Move")
def left(page: Stats) -> None:
    """The number to the left."""
    page.step(-1)


@command("stats.right", "l,right,tab", "Move")
def right(page: Stats) -> None:
    """The number to the right."""
    page.step(1)


@command("behind.open", "enter,l,right", "Act", bar="Thread")
def open_thread(page: BehindPage) -> None:
    """The thread of the row under the cursor."""
    page.open()


@command("closed.reopen", "w", "Act", bar="Reopen")
def closed_reopen(page: ClosedPage) -> None:
    """Reopen the row: its customer waits again."""
    page.reopen()
