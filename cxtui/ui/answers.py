"""What keys do beside the queue: in the composer, in dialogs, on pages of lines. See `cxtui.ui.commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands import COMMANDS, Command, command

if TYPE_CHECKING:
    from cxtui.ui.screens.choice import Choice
    from cxtui.ui.screens.compose import Compose
    from cxtui.ui.screens.feeds import Feeds
    from cxtui.ui.screens.outbox import OutboxPage
    from cxtui.ui.screens.page import Page
    from cxtui.ui.screens.palette import Palette
    from cxtui.ui.screens.prompt import Prompt

__all__ = ["COMMANDS"]


def choice(name: str, keys: str, words: str) -> None:
    """Register an answer of a dialog."""

    def choose(dialog: Choice) -> None:
        dialog.choose(name)

    COMMANDS[name] = Command(name, keys, words, "In dialogs", "", choose)


# Pages of lines


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
    page.scroll_lines(10)


@command("lines.page_up", "pageup,ctrl+u", "Move")
def lines_page_up(page: Page) -> None:
    """A page up."""
    page.scroll_lines(-10)


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


# Composer


@command("compose.review", "ctrl+r", "Composer", bar="review+send")
def review(compose: Compose) -> None:
    """Review, then send."""
    compose.review()


@command("compose.keep", "escape", "Composer", bar="keep draft")
def keep(compose: Compose) -> None:
    """Back; the text is kept as a draft."""
    compose.keep()


@command("compose.help", "f1", "Composer", bar="help")
def compose_help(compose: Compose) -> None:
    """Help."""
    compose.help()


# Answers of dialogs

choice("review.send", "y", "Send; u takes it back in its window")
choice("review.edit", "e", "Edit on")
choice("review.back", "n,escape", "Back to the queue, text kept")
choice("review.discard", "D", "Discard the text; u brings it back")

choice("deed.do", "y", "Yes; u takes it back in its window")
choice("deed.leave", "n,escape,q", "Not now")

choice("done.none", "n", "No answer needed")
choice("done.elsewhere", "e", "Answered elsewhere")
choice("done.not_ours", "o", "Not ours")
choice("done.spam", "s", "Spam")
choice("done.spam_there", "S", "Spam, and tell the network so")
choice("done.duplicate", "2", "Duplicate")
choice("done.leave", "escape,q", "Not now")

choice("tone.complaint", "c", "Complaint")
choice("tone.question", "a", "Question")
choice("tone.praise", "p", "Praise: to be thanked")
choice("tone.none", "n", "None of these")
choice("tone.leave", "escape,q", "Not now")

choice("snooze.quarter", "1", "In 15 minutes")
choice("snooze.hour", "2", "In 1 hour")
choice("snooze.hours", "3", "In 4 hours")
choice("snooze.morning", "4", "Tomorrow morning")
choice("snooze.monday", "5", "Monday morning")
choice("snooze.reply", "r", "When the customer writes again")
choice("snooze.promise", "p", "When the promise is due")
choice("snooze.typed", "colon", "A time of your own")
choice("snooze.leave", "escape,q", "Not now")

choice("ask.yes", "y", "Yes")
choice("ask.wait", "w", "Wait until it is sent, then quit")
choice("ask.no", "n,escape,q", "No")

choice("settle.sent", "y", "It stands there")
choice("settle.lost", "n", "It does not: back to a draft")
choice("settle.later", "escape,q", "Not now")


# Typing in a line


@command("prompt.leave", "escape", "In dialogs")
def prompt_leave(prompt: Prompt) -> None:
    """Leave the line."""
    prompt.leave()


@command("palette.leave", "escape", "In dialogs")
def palette_leave(shown: Palette) -> None:
    """Leave the palette."""
    shown.leave()


@command("palette.down", "down,ctrl+n", "In dialogs")
def palette_down(shown: Palette) -> None:
    """Next command."""
    shown.step(1)


@command("palette.up", "up,ctrl+p", "In dialogs")
def palette_up(shown: Palette) -> None:
    """Previous command."""
    shown.step(-1)
