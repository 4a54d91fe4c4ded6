"""Everything a key can do: one small unit each, with its id, its keys and its words for the help.

Nothing of Textual is imported here, so that a configuration can be checked without the
screen. To add a key, write a unit below: the help, the palette, the key line and the check
of ``[keys]`` are made of these. The first word of an id says where it is bound: ``app``
on every page, ``queue`` on the live queue, the others in the screen of that name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxtui.ui.screens.choice import Choice
    from cxtui.ui.screens.compose import Compose
    from cxtui.ui.screens.outbox import OutboxPage
    from cxtui.ui.screens.page import Page
    from cxtui.ui.screens.palette import Palette
    from cxtui.ui.screens.prompt import Prompt
    from cxtui.ui.screens.queue import Queue

Run = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a key can do. ``bar`` is its word in the key line, empty where it has no place there.

    ``keys`` are the default keys, by Textual's names, with commas between them.
    """

    id: str
    keys: str
    words: str
    group: str
    bar: str
    run: Run

    @property
    def scope(self) -> str:
        """Where it is bound."""
        return self.id.partition(".")[0]


COMMANDS: dict[str, Command] = {}


def command(name: str, keys: str, words: str, group: str = "", bar: str = "") -> Callable[[Run], Run]:
    """Register a unit under the id ``name``."""

    def register(run: Run) -> Run:
        COMMANDS[name] = Command(name, keys, words, group, bar, run)
        return run

    return register


def choice(name: str, keys: str, words: str) -> None:
    """Register an answer of a dialog."""

    def choose(dialog: Choice[Any]) -> None:
        dialog.choose(name)

    COMMANDS[name] = Command(name, keys, words, "In dialogs", "", choose)


# Act


@command("queue.reply", "r", "Reply", "Act", bar="Reply")
def reply(queue: Queue) -> None:
    queue.begin("cxtui.ui.replies", "reply")


@command("queue.snooze", "s", "Snooze: leave the list until a time, the customer's clock runs on", "Act", bar="Snooze")
def snooze(queue: Queue) -> None:
    queue.begin("cxtui.ui.acts", "snooze")


@command("queue.wake", "w", "Wake a snoozed row", "Act")
def wake(queue: Queue) -> None:
    queue.begin("cxtui.ui.acts", "wake")


@command("queue.done", "d", "Done without an answer from here; asks for the reason", "Act", bar="Done")
def done(queue: Queue) -> None:
    queue.begin("cxtui.ui.acts", "done")


@command("queue.confirm", "plus", "Confirm “probably answered”", "Act")
def confirm(queue: Queue) -> None:
    queue.begin("cxtui.ui.acts", "confirm")


@command("queue.reject", "minus", "Reject “probably answered”: it waits again", "Act")
def reject(queue: Queue) -> None:
    queue.begin("cxtui.ui.acts", "reject")


@command("queue.undo", "u", "Undo the last act; takes a reply back while its window is open", "Act")
def undo(queue: Queue) -> None:
    queue.begin("cxtui.ui.undoing", "undo")


@command("queue.redo", "U", "Redo what was undone", "Act")
def redo(queue: Queue) -> None:
    queue.begin("cxtui.ui.undoing", "redo")


@command("queue.browse", "o", "Open the page in the browser; shows the host first", "Act", bar="Open")
def browse(queue: Queue) -> None:
    queue.begin("cxtui.ui.browse", "browse")


@command("queue.copy_link", "y", "Copy the link", "Act")
def copy_link(queue: Queue) -> None:
    queue.copy(link=True)


@command("queue.copy_text", "Y", "Copy the text", "Act")
def copy_text(queue: Queue) -> None:
    queue.copy(link=False)


# Mark


@command("queue.mark", "space", "Mark or unmark; acts then mean all marked rows", "Mark")
def mark(queue: Queue) -> None:
    queue.mark()


@command("queue.range", "v", "Mark from here to where v is pressed again", "Mark")
def mark_range(queue: Queue) -> None:
    queue.mark_range()


@command("queue.mark_all", "asterisk", "Mark all rows in view, or none", "Mark")
def mark_all(queue: Queue) -> None:
    queue.mark_all()


# Find


@command("queue.find", "slash", "Find rows by plain words, live", "Find", bar="Find")
def find(queue: Queue) -> None:
    queue.begin("cxtui.ui.acts", "find")


@command("queue.next", "n", "Next row found", "Find")
def next_found(queue: Queue) -> None:
    queue.to_found(1)


@command("queue.previous", "N", "Previous row found", "Find")
def previous_found(queue: Queue) -> None:
    queue.to_found(-1)


@command("queue.clear", "backslash", "Show all rows again", "Find")
def clear(queue: Queue) -> None:
    queue.find("")


# Move


@command("queue.down", "j,down", "Down", "Move")
def down(queue: Queue) -> None:
    queue.step(1)


@command("queue.up", "k,up", "Up", "Move")
def up(queue: Queue) -> None:
    queue.step(-1)


@command("queue.top", "g,home", "First row", "Move")
def top(queue: Queue) -> None:
    queue.to_end(first=True)


@command("queue.bottom", "G,end", "Last row", "Move")
def bottom(queue: Queue) -> None:
    queue.to_end(first=False)


@command("queue.half_down", "ctrl+d", "Half a page down", "Move")
def half_down(queue: Queue) -> None:
    queue.page(0.5)


@command("queue.half_up", "ctrl+u", "Half a page up", "Move")
def half_up(queue: Queue) -> None:
    queue.page(-0.5)


@command("queue.page_down", "pagedown", "A page down", "Move")
def page_down(queue: Queue) -> None:
    queue.page(1)


@command("queue.page_up", "pageup", "A page up", "Move")
def page_up(queue: Queue) -> None:
    queue.page(-1)


@command("queue.most_late", "circumflex_accent", "The row that is most late", "Move")
def most_late(queue: Queue) -> None:
    queue.to_most_late()


@command("queue.thread_down", "J", "Scroll the thread down", "Move")
def thread_down(queue: Queue) -> None:
    queue.scroll_thread(1)


@command("queue.thread_up", "K", "Scroll the thread up", "Move")
def thread_up(queue: Queue) -> None:
    queue.scroll_thread(-1)


@command("queue.open", "enter,l,right", "Open the thread over the whole screen", "Move")
def open_thread(queue: Queue) -> None:
    queue.read(whole=True)


@command("queue.close", "h,left", "Back to the list", "Move")
def close_thread(queue: Queue) -> None:
    queue.read(whole=False)


@command("queue.pane", "tab", "The other pane: list or thread", "Move")
def pane(queue: Queue) -> None:
    queue.other_pane()


# Everywhere


@command("app.command", "colon,ctrl+p", "All commands by name", "Everywhere", bar="Command")
def palette(page: Page) -> None:
    page.palette()


@command("app.help", "question_mark,f1", "Help: every key", "Everywhere", bar="Help")
def help_page(page: Page) -> None:
    page.help()


@command("app.leave", "q", "Back; quits from the queue", "Everywhere", bar="Quit")
def leave(page: Page) -> None:
    if not page.back():
        page.quit()


@command("app.back", "escape", "Back", "Everywhere")
def back(page: Page) -> None:
    page.back()


@command("app.quit", "ctrl+q,ctrl+c", "Quit from anywhere; asks when a reply is unsent", "Everywhere")
def quit_program(page: Page) -> None:
    page.quit()


@command("app.unanswered", "1", "Unanswered", "Everywhere")
def unanswered(page: Page) -> None:
    page.go("unanswered")


@command("app.snoozed", "2,z", "Snoozed rows", "Everywhere")
def snoozed(page: Page) -> None:
    page.go("snoozed")


@command("app.outbox", "3", "Outbox: replies on their way, kept or not known", "Everywhere")
def outbox(page: Page) -> None:
    page.go("outbox")


@command("app.feeds", "4", "Feeds: state, last and next poll, errors in words", "Everywhere")
def feeds(page: Page) -> None:
    page.go("feeds")


@command("app.poll", "R", "Poll all feeds now", "Everywhere")
def poll(page: Page) -> None:
    page.poll()


@command("queue.stats", "equals_sign", "Hide or show the numbers", "Everywhere")
def stats(queue: Queue) -> None:
    queue.hide_stats()


@command("queue.layout", "vertical_line", "Next layout", "Everywhere")
def layout(queue: Queue) -> None:
    queue.next_layout()


@command("app.redraw", "ctrl+l", "Draw the screen again", "Everywhere")
def redraw(page: Page) -> None:
    page.app.refresh()


@command("app.suspend", "ctrl+z", "Suspend; fg in the shell comes back", "Everywhere")
def suspend(page: Page) -> None:
    page.app.action_suspend_process()


# Pages of lines


@command("lines.down", "j,down", "Down", "Move")
def lines_down(page: Page) -> None:
    page.scroll_lines(1)


@command("lines.up", "k,up", "Up", "Move")
def lines_up(page: Page) -> None:
    page.scroll_lines(-1)


@command("lines.page_down", "pagedown,ctrl+d,space", "A page down", "Move")
def lines_page_down(page: Page) -> None:
    page.scroll_lines(10)


@command("lines.page_up", "pageup,ctrl+u", "A page up", "Move")
def lines_page_up(page: Page) -> None:
    page.scroll_lines(-10)


@command("outbox.open", "enter,l,r", "Edit a draft or a failed reply, settle an unknown one", "Act", bar="Open")
def outbox_open(page: OutboxPage) -> None:
    page.open()


@command("outbox.undo", "u", "Take a reply back while its window is open", "Act", bar="Take back")
def outbox_recall(page: OutboxPage) -> None:
    page.recall()


@command("outbox.discard", "D", "Discard a draft or a failed reply", "Act", bar="Discard")
def outbox_discard(page: OutboxPage) -> None:
    page.discard()


# Composer


@command("compose.review", "ctrl+r", "Review, then send", "Composer", bar="review+send")
def review(compose: Compose) -> None:
    compose.review()


@command("compose.keep", "escape", "Back; the text is kept as a draft", "Composer", bar="keep draft")
def keep(compose: Compose) -> None:
    compose.keep()


@command("compose.help", "f1", "Help", "Composer", bar="help")
def compose_help(compose: Compose) -> None:
    compose.help()


# Answers of dialogs

choice("review.send", "y", "Send; 10 s to undo")
choice("review.edit", "e", "Edit on")
choice("review.back", "n,escape", "Back to the queue, text kept")
choice("review.discard", "D", "Discard the text; u brings it back")

choice("done.none", "n", "No answer needed")
choice("done.elsewhere", "e", "Answered elsewhere")
choice("done.not_ours", "o", "Not ours")
choice("done.spam", "s", "Spam")
choice("done.duplicate", "2", "Duplicate")

choice("snooze.quarter", "1", "In 15 minutes")
choice("snooze.hour", "2", "In 1 hour")
choice("snooze.hours", "3", "In 4 hours")
choice("snooze.morning", "4", "Tomorrow morning")
choice("snooze.monday", "5", "Monday morning")
choice("snooze.reply", "r", "When the customer writes again")
choice("snooze.promise", "p", "When the promise is due")
choice("snooze.typed", "colon", "A time of your own")

choice("ask.yes", "y", "Yes")
choice("ask.wait", "w", "Wait until it is sent, then quit")
choice("ask.no", "n,escape,q", "No")

choice("settle.sent", "y", "It stands there")
choice("settle.lost", "n", "It does not: back to a draft")
choice("settle.later", "escape,q", "Not now")


# Typing in a line


@command("prompt.leave", "escape", "Leave the line", "In dialogs")
def prompt_leave(prompt: Prompt) -> None:
    prompt.leave()


@command("palette.leave", "escape", "Leave the palette", "In dialogs")
def palette_leave(shown: Palette) -> None:
    shown.leave()


@command("palette.down", "down,ctrl+n", "Next command", "In dialogs")
def palette_down(shown: Palette) -> None:
    shown.step(1)


@command("palette.up", "up,ctrl+p", "Previous command", "In dialogs")
def palette_up(shown: Palette) -> None:
    shown.step(-1)
