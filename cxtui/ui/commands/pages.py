"""What keys do on pages of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.feeds import Feeds
    from cxtui.ui.screens.help import Help
    from cxtui.ui.screens.outbox import OutboxPage
    from cxtui.ui.screens.page import Page


@command("lines.down", "j,down", "Move")
def lines_down(page: Page) -> None:
    """Down."""
    page.scroll_lines(1)


@command("lines.up", "k,up", "Move")
def lines_up(page: Page) -> None:
    """Up."""
    page.scroll_lines(-1)


@command("lines.page_down", "pagedown,ctrl+d,space", "Move")
def lines_page_down(page: Page) -> None:
    """A page down."""
    page.scroll_page(1)


@command("lines.page_up", "pageup,ctrl+u", "Move")
def lines_page_up(page: Page) -> None:
    """A page up."""
    page.scroll_page(-1)


@command("lines.top", "g,home", "Move")
def lines_top(page: Page) -> None:
    """To the top."""
    page.to_end(first=True)


@command("lines.bottom", "G,end", "Move")
def lines_bottom(page: Page) -> None:
    """To the end."""
    page.to_end(first=False)


@command("help.find", "slash", "Find", bar="Find")
def help_find(page: Help) -> None:
    """Show only what has the words typed."""
    page.find()


@command("help.clear", "backslash", "Find")
def help_clear(page: Help) -> None:
    """Show all of the help again."""
    page.clear()


@command("outbox.open", "enter,l,r", "Act", bar="Open")
def outbox_open(page: OutboxPage) -> None:
    """Edit a draft or a failed reply, settle an unknown one; do again what was not done."""
    page.open()


@command("outbox.undo", "u", "Act", bar="Take back")
def outbox_recall(page: OutboxPage) -> None:
    """Take a reply back while its window is open."""
    page.recall()


@command("outbox.discard", "D", "Act", bar="Discard")
def outbox_discard(page: OutboxPage) -> None:
    """Discard a draft or a failed reply."""
    page.discard()


@command("outbox.delete", "x", "Act", bar="Delete")
def outbox_delete(page: OutboxPage) -> None:
    """Delete a reply that was sent, on its network, where that is possible."""
    page.take_away()


@command("feeds.pause", "p", "Act", bar="Pause")
def feeds_pause(page: Feeds) -> None:
    """Pause a feed: it is asked no more until it is resumed."""
    page.pause()


@command("feeds.resume", "r", "Act", bar="Resume")
def feeds_resume(page: Feeds) -> None:
    """Resume a feed that is paused, gone or refused."""
    page.resume()


@command("feeds.check", "c", "Act", bar="Check")
def feeds_check(page: Feeds) -> None:
    """Check a feed: sign in and say who we are there."""
    page.check()


@command("feeds.log", "enter,l", "Act", bar="Log")
def feeds_log(page: Feeds) -> None:
    """How the last polls of a feed went, and when it could not be read."""
    page.show_log()
