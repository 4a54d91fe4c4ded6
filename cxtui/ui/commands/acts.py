"""What is done to rows of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.queue import Queue


@command("queue.reply", "r", "Act", bar="Reply")
def reply(queue: Queue) -> None:
    """Reply; one text for all that are marked."""
    queue.begin("cxtui.ui.replies", "reply")


@command("queue.canned", "a", "Act", bar="Canned")
def canned(queue: Queue) -> None:
    """Reply with a prepared text; all that are marked get theirs."""
    queue.begin("cxtui.ui.replies", "canned")


@command("queue.editor", "e", "Act")
def editor(queue: Queue) -> None:
    """Reply in $VISUAL or $EDITOR."""
    queue.begin("cxtui.ui.replies", "edit")


@command("queue.hold", "H", "Act")
def hold(queue: Queue) -> None:
    """Holding reply, with a promised time for the answer."""
    queue.begin("cxtui.ui.promising", "hold")


@command("queue.thank", "t", "Act")
def thank(queue: Queue) -> None:
    """Thank: by words that vary, by a like where the network has them, or both."""
    queue.begin("cxtui.ui.thanking", "thank")


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
    """Wake a snoozed row, reopen a closed one."""
    queue.begin("cxtui.ui.acts", "wake")


@command("queue.done", "d", "Act", bar="Done")
def done(queue: Queue) -> None:
    """Done without an answer from here; asks for the reason."""
    queue.begin("cxtui.ui.acts", "done")


@command("queue.promise", "p", "Act")
def promise(queue: Queue) -> None:
    """Promise something to the customer; see, move or release what was promised."""
    queue.begin("cxtui.ui.promising", "promise")


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


@command("queue.claim", "m", "Act")
def claim(queue: Queue) -> None:
    """Claim for an hour: others see who has it; again gives it back."""
    queue.begin("cxtui.ui.tending", "claim")


@command("queue.hand_over", "M", "Act")
def hand_over(queue: Queue) -> None:
    """Hand over to somebody by name."""
    queue.begin("cxtui.ui.tending", "hand_over")


@command("queue.tag", "T", "Act")
def tag(queue: Queue) -> None:
    """Tags; -TAG takes one off."""
    queue.begin("cxtui.ui.tending", "tag")


@command("queue.note", "c", "Act")
def note(queue: Queue) -> None:
    """Write a note that customers never see."""
    queue.begin("cxtui.ui.tending", "note")


@command("queue.priority", "", "Act")
def priority(queue: Queue) -> None:
    """Priority: urgent, high, normal or low."""
    queue.begin("cxtui.ui.tending", "priority")


@command("queue.mute", "", "Act")
def mute(queue: Queue) -> None:
    """Mute the customer: what they write from now on needs no answer."""
    queue.begin("cxtui.ui.tending", "mute")


@command("queue.unmute", "", "Act")
def unmute(queue: Queue) -> None:
    """Unmute the customer: what they write from now on waits again."""
    queue.begin("cxtui.ui.tending", "unmute")


@command("queue.not_ours", "x", "Act")
def not_ours(queue: Queue) -> None:
    """Not for us: close it."""
    queue.begin("cxtui.ui.tending", "not_ours")


@command("queue.snooze_again", "Z", "Act")
def snooze_again(queue: Queue) -> None:
    """Snooze again what the customer has woken."""
    queue.begin("cxtui.ui.tending", "snooze_again")


@command("queue.again", "full_stop", "Act")
def again(queue: Queue) -> None:
    """Do the last act to this row too."""
    queue.begin("cxtui.ui.tending", "again")


@command("queue.explain", "", "Act")
def explain(queue: Queue) -> None:
    """Why is it due then? Policy, clock, working time; the help of a row begins with it."""
    queue.begin("cxtui.ui.explained", "explain")


@command("queue.macro", "X", "Act")
def macro(queue: Queue) -> None:
    """A macro of your own: several acts at once, shown first."""
    queue.begin("cxtui.ui.macros", "choose")


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
