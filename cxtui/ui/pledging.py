"""What a reply promises, between the composer and the review bar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cxtui.core.promises import Pledged
from cxtui.core.when import EXAMPLES, when
from cxtui.errors import UsageError
from cxtui.ui.board import who
from cxtui.ui.rows import at
from cxtui.ui.screens.prompt import Prompt
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.pledges import Pledge
    from cxtui.ui.screens.keyed import Keyed
    from cxtui.ui.setting import Setting

TIMES = EXAMPLES.removesuffix(", reply, promise")
SHORT = 160
"""So many characters of a text stand for it where it names no promise."""


def dated(pledges: Sequence[Pledge]) -> tuple[Pledged, ...]:
    """The promises with a time, as they are opened."""
    return tuple(Pledged(one.text, one.due) for one in pledges if one.due is not None)


async def tracked(screen: Keyed[Any], row: Row, text: str, pledges: Sequence[Pledge]) -> tuple[Pledged, ...]:
    """What a text promises; asks until when where it does not say. Empty where nothing was said."""
    found = dated(pledges)
    if found:
        return found
    name = flat(who(row.interval.author))
    due = await asked_due(screen, row, f"until when does {name} hear from you again? {TIMES}")
    words = next((one.text for one in pledges), text)
    return () if due is None else (Pledged(words if len(words) <= SHORT else f"{words[: SHORT - 1]}…", due),)


async def asked_due(
    screen: Keyed[Any], row: Row, hint: str, word: str = "until", before: datetime | None = None
) -> datetime | None:
    """A time that is typed; None where none was. ``word`` stands before what it means.

    A time after ``before`` is said to be late. Raises: UsageError.
    """
    setting = screen.setting
    hours = setting.desk.calendar(row)

    def found(words: str) -> datetime:
        due = when(words, setting.clock(), setting.zone, hours)
        if not isinstance(due, datetime):
            raise UsageError(f"a time is needed here, not {words.strip()!r}")
        return due

    def echo(words: str) -> str:
        if not words.strip():
            return hint
        try:
            due, now, zone = found(words), setting.clock(), setting.zone
            late = f": late, the answer is due {at(before, now, zone)}" if before and due > before else ""
            return f"{word} {at(due, now, zone)}{late}"
        except UsageError as error:
            return str(error)

    words = await screen.program.push_screen_wait(Prompt(setting, word, "", echo))
    return found(words) if words and words.strip() else None


def told(
    pledges: Sequence[Pledge], promised: Sequence[Pledged], setting: Setting, *, holds: bool
) -> list[str]:
    """Sentences for the review bar: what will be tracked, what P would track."""
    now, zone = setting.clock(), setting.zone
    if promised:
        return [
            f"P promise “{flat(one.text)}”: {at(one.due, now, zone)}, opens when it is sent"
            for one in promised
        ]
    verb = "opens when it is sent" if holds else "P tracks it"
    return [f"promise “{flat(one.text)}”: {at(one.due, now, zone)}, {verb}" for one in dated(pledges)]
