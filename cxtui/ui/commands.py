"""Everything a key can do: one small unit each, with its id, its keys and its words for the help.

Nothing of Textual is imported here, so that a configuration can be checked without the
screen. To add a key, write a unit below: the help, the palette, the key line and the check
of ``[keys]`` are made of these. The first word of an id says where it is bound: ``app``
on every page, ``queue`` on the live queue. `cxtui.ui.answers` has the same for the composer,
the dialogs and the smaller pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxtui.ui.screens.page import Page
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


def command(name: str, keys: str, group: str, bar: str = "") -> Callable[[Run], Run]:
    """Register a unit under the id ``name``; its docstring is what the help says."""

    def register(run: Run) -> Run:
        words = (run.__doc__ or run.__name__.replace("_", " ")).rstrip(".")
        COMMANDS[name] = Command(name, keys, words, group, bar, run)
        return run

    return register


# Act


@command("queue.reply", "r", "Act", bar="Reply")
def reply(queue: Queue) -> None:
    """Reply."""
    queue.begin("cxtui.ui.replies", "reply")


@command("queue.thank", "t", "Act")
def thank(queue: Queue) -> None:
    """Thank by a like, where the network has likes."""
    queue.begin("cxtui.ui.deeds", "thank")


@command("queue.approve", "V", "Act")
def approve(queue: Queue) -> None:
    """Let a message through that waits for a moderator."""
    queue.begin("cxtui.ui.deeds", "approve")


@command("queue.snooze", "s", "Act", bar="Snooze")
def snooze(queue: Queue) -> None:
    """Snooze: leave the list until a time, the customer's clock runs on."""
    queue.begin("cxtui.ui.acts", "snooze")


@command("queue.wake", "w", "Act")
def wake(queue: Queue) -> None:
    """Wake a snoozed row."""
    queue.begin("cxtui.ui.acts", "wake")


@command("queue.done", "d", "Act", bar="Done")
def done(queue: Queue) -> None:
    """Done without an answer from here; asks for the reason."""
    queue.begin("cxtui.ui.acts", "done")


@command("queue.confirm", "plus", "Act")
def confirm(queue: Queue) -> None:
    """Confirm “probably answered”."""
    queue.begin("cxtui.ui.acts", "confirm")


@command("queue.reject", "minus", "Act")
def reject(queue: Queue) -> None:
    """Reject “probably answered”: it waits again."""
    queue.begin("cxtui.ui.acts", "reject")


@command("queue.tone", "b", "Act")
def tone(queue: Queue) -> None:
    """Correct the tone: complaint, question, praise or none."""
    queue.begin("cxtui.ui.acts", "tone")


@command("queue.undo", "u", "Act")
def undo(queue: Queue) -> None:
    """Undo the last act; takes a reply back while its window is open."""
    queue.begin("cxtui.ui.undoing", "undo")


@command("queue.redo", "U", "Act")
def redo(queue: Queue) -> None:
    """Redo what was undone."""
    queue.begin("cxtui.ui.undoing", "redo")


@command("queue.browse", "o", "Act", bar="Open")
def browse(queue: Queue) -> None:
    """Open the page in the browser; shows the host first."""
    queue.begin("cxtui.ui.browse", "browse")


@command("queue.copy_link", "y", "Act")
def copy_link(queue: Queue) -> None:
    """Copy the link."""
    queue.copy(link=True)


@command("queue.copy_text", "Y", "Act")
def copy_text(queue: Queue) -> None:
    """Copy the text."""
    queue.copy(link=False)


# Mark


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


# Find


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


# Move


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


# Everywhere


@command("app.command", "colon,ctrl+p", "Everywhere", bar="Command")
def palette(page: Page) -> None:
    """All commands by name."""
    page.palette()


@command("app.help", "question_mark,f1", "Everywhere", bar="Help")
def help_page(page: Page) -> None:
    """Help: every key."""
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
    page.program.refresh()


@command("app.suspend", "ctrl+z", "Everywhere")
def suspend(page: Page) -> None:
    """Suspend; fg in the shell comes back."""
    page.program.action_suspend_process()
