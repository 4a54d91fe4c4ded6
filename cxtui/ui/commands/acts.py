"""What is done to rows of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.queue import Queue


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
