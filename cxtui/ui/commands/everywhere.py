"""What works on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.page import Page
    from cxtui.ui.screens.queue import Queue


@command("app.command", "colon,ctrl+p", "Everywhere", bar="Command")
def palette(page: Page) -> None:
    """All commands by name."""
    page.palette()


@command("app.help", "question_mark,f1", "Everywhere", bar="Help")
def help_page(page: Page) -> None:
    """Help: every key; on a row also why it is due then."""
    page.help()


@command("app.leave", "q", "Everywhere", bar="Quit")
def leave(page: Page) -> None:
    """Back; quits from the queue."""
    if not page.back():
        page.quit()


@command("app.back", "escape", "Everywhere")
def back(page: Page) -> None:
    """Back."""
    page.back()


@command("app.quit", "ctrl+q,ctrl+c", "Everywhere")
def quit_program(page: Page) -> None:
    """Quit from anywhere; asks when a reply is unsent."""
    page.quit()


@command("app.unanswered", "1", "Everywhere")
def unanswered(page: Page) -> None:
    """Unanswered."""
    page.go("unanswered")


@command("app.snoozed", "2,z", "Everywhere")
def snoozed(page: Page) -> None:
    """Snoozed rows."""
    page.go("snoozed")


@command("app.outbox", "3", "Everywhere")
def outbox(page: Page) -> None:
    """Outbox: replies on their way, kept or not known."""
    page.go("outbox")


@command("app.feeds", "4", "Everywhere")
def feeds(page: Page) -> None:
    """Feeds: state, last and next poll, errors in words."""
    page.go("feeds")


@command("app.promises", "5", "Everywhere")
def promises(page: Page) -> None:
    """Promises: what is due to whom, and what was broken."""
    page.go("promises")


@command("app.stats", "6", "Everywhere")
def numbers(page: Page) -> None:
    """Stats: every number and picture, and the items behind each."""
    page.go("stats")


@command("app.thanks", "7", "Everywhere")
def thanks(page: Page) -> None:
    """Thanks: praise that nobody has thanked for."""
    page.go("thanks")


@command("app.closed", "9", "Everywhere")
def closed(page: Page) -> None:
    """Closed rows: why, by whom or by which rule."""
    page.begin("cxtui.ui.closed", "show")


@command("app.poll", "R", "Everywhere")
def poll(page: Page) -> None:
    """Poll all feeds now."""
    page.poll()


@command("queue.stats", "equals_sign", "Everywhere")
def stats(queue: Queue) -> None:
    """Hide or show the numbers."""
    queue.hide_stats()


@command("queue.layout", "vertical_line", "Everywhere")
def layout(queue: Queue) -> None:
    """Next layout."""
    queue.next_layout()


@command("app.redraw", "ctrl+l", "Everywhere")
def redraw(page: Page) -> None:
    """Draw the screen again."""
    page.program.redraw()


@command("app.suspend", "ctrl+z", "Everywhere")
def suspend(page: Page) -> None:
    """Suspend; fg in the shell comes back."""
    page.program.action_suspend_process()
