"""The answers of dialogs, and typing in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import choice, command

if TYPE_CHECKING:
    from cxtui.ui.screens.palette import Palette
    from cxtui.ui.screens.pathline import PathLine
    from cxtui.ui.screens.prompt import Prompt


choice("review.send", "y", "Send", "send")
choice("review.edit", "e,escape", "Edit on", "edit")
choice("review.back", "n", "Back to the queue, text kept", "back")
choice("review.later", "l", "Send later; a draft again if the customer writes first", "later")
choice("review.holding", "h", "Send as a holding reply: the answer comes later", "holding")
choice("review.answer", "a", "Send as an answer: nothing more is owed", "answer")
choice("review.discard", "D", "Discard the text; u brings it back", "discard")

choice("macro.do", "y", "Yes; u takes back what can be")
choice("macro.leave", "n,escape,q", "Not now")

choice("thank.words", "t,w", "By words")
choice("thank.like", "l", "By a like")
choice("thank.both", "b", "By words and a like")
choice("thank.leave", "n,escape,q", "Not now")

choice("deed.do", "y", "Yes")
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

choice("priority.urgent", "u", "Urgent")
choice("priority.high", "h", "High")
choice("priority.normal", "n", "Normal")
choice("priority.low", "l", "Low")
choice("priority.leave", "escape,q", "Not now")

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


@command("prompt.leave", "escape", "In dialogs")
def prompt_leave(prompt: Prompt) -> None:
    """Leave the line."""
    prompt.leave()


@command("path.complete", "tab", "In dialogs")
def path_complete(line: PathLine) -> None:
    """Complete a path."""
    line.complete()


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
