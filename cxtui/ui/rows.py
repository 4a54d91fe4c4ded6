"""One row of the list as text: mark, cursor, sign, flag, timer, network, customer, and the words last.

The words come last because terminals that turn right-to-left text round would swap columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import ceil
from typing import TYPE_CHECKING

from cxtui.core.clock import next_change
from cxtui.core.rules import SELF
from cxtui.core.text import fit
from cxtui.ui.board import Board, who
from cxtui.ui.spans import Line, fitted, flat

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.interval import Interval
    from cxtui.core.item import Item
    from cxtui.store import Outgoing

SIGNS = {"late": "!", "soon": "^", "in time": "."}
LOOKS = {"late": "late", "soon": "soon", "in time": "plain"}
TIMER = 6
LEFT = 12
"""Cells up to and with the blank after the timer: all that a tick of the clock changes in a row."""
_SOON = timedelta(milliseconds=1)

Code = Callable[[str, str], str]
"""The short code of a network, from a feed's name and a network's."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What drawing needs to know beside the row and the board."""

    now: datetime
    zone: tzinfo
    width: int
    code: Code


def drawn(row: Row, board: Board, how: Looks, *, cursor: bool) -> Line:
    """The row as a line of exactly ``how.width`` cells."""
    finished = board.listing.finished(row.id)
    sign, look = _sign(row, how.now, finished=finished)
    if finished:
        look = "finished"
    mark = "*" if row.id in board.marks else " "
    flag = _flag(row, board.reply(row.id), how.now)
    timer = "" if finished and not row.interval.open else row.timer(how.now)
    left = f"{mark}{'>' if cursor else ' '}{sign}{flag} {timer:>{TIMER}} "
    handle = max(8, min(16, how.width // 5))
    code = flat(how.code(row.interval.opener.feed, row.network))
    name = fit(flat(who(row.interval.author)), handle)
    rest = "finished" if finished else "plain"
    room = max(how.width - LEFT - 4 - handle - 1, 0)
    leaving = (board.reply(row.id), board.deed(row.id))
    writer = board.writer(row.id, how.now)
    other = writer.by if writer else ""
    said = fit(flat(note(row, leaving, how, finished=finished, writer=other) + said_first(row)), room)
    if cursor:
        look = rest = "cursor"
    line: Line = ((left, look), (f"{fit(code, 3)} {name} ", rest), (said, rest))
    return line if room else fitted(line, how.width)


def holds(row: Row, board: Board, now: datetime) -> timedelta | None:
    """How long the row's line keeps its text; None where no clock changes it."""
    waits = row.interval
    changes: list[timedelta] = []
    for one in (board.reply(row.id), board.deed(row.id)):
        if one and one.state == "queued" and one.until and one.until > now and not one.far(now):
            left = (one.until - now).total_seconds()
            changes.append(timedelta(seconds=left - ceil(left) + 1) + _SOON)
    writer = board.writer(row.id, now)
    if writer:
        changes.append(writer.until - now + _SOON)
    if waits.open and waits.claimed_until and waits.claimed_until > now:
        changes.append(waits.claimed_until - now + _SOON)
    if waits.open and waits.promised and waits.promised >= now:
        changes.append(waits.promised - now + _SOON)
    if waits.open and not waits.probably:
        changes.append(next_change(row.due, now))
        changes += [sign - now + _SOON for sign in (row.soon, row.due) if sign >= now]
    return min(changes, default=None)


def said_first(row: Row) -> str:
    """What the customer wrote, with stars and count before it and attachments where there are no words."""
    return words_of(row.interval.opener, row.interval.count)


def words_of(item: Item, count: int = 1) -> str:
    """The words of an item, with what it carries beside them; ``count`` messages are told by a number."""
    front = "" if item.stars is None else f"{item.stars:g}/{item.scale:g} "
    if item.score is not None:
        front += f"{item.score}/10 "
    if count > 1:
        front += f"×{count} "
    words = item.text
    if item.title and item.title not in words:
        front += f"{item.title}{': ' if words else ''}"
    if not words and item.attachments:
        front += ", ".join(f"({one.kind or 'file'}: {one.name})" for one in item.attachments)
    return front + words


def note(
    row: Row, leaving: Iterable[Outgoing | None], how: Looks, *, finished: bool, writer: str = ""
) -> str:
    """A word before the customer's: what happens to the row, in brackets; empty where nothing does.

    ``writer`` is who else writes a reply to it.
    """
    waits = row.interval
    over = "" if waits.open else ended(waits)
    said = ", ".join(filter(None, (_sending(one, how.now, how.zone, over) for one in leaving if one)))
    if not said and waits.snoozed(how.now):
        said = "until " + until(waits, how.now, how.zone)
    elif not said and finished:
        said = ended(waits)
    elif not said and writer:
        said = f"@{writer} is replying"
    elif not said and waits.claimed_by and (waits.claimed_until is None or waits.claimed_until > how.now):
        said = f"@{waits.claimed_by} has it"
    elif not said and waits.open and waits.promised:
        broken = "promise broken, was due" if waits.promised < how.now else "promised"
        said = f"{broken} {at(waits.promised, how.now, how.zone)}"
    return f"({said}) " if said else ""


def until(waits: Interval, now: datetime, zone: tzinfo) -> str:
    """When a snooze ends, in words."""
    if waits.snoozed_until is None:
        return "the customer writes"
    return at(waits.snoozed_until, now, zone)


def at(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A time as short as it can be understood: ``15:07``, ``Sat 09:00``, ``2026-12-01 09:00``."""
    there, here = moment.astimezone(zone), now.astimezone(zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    if abs(there - here) < timedelta(days=6):
        return f"{there:%a %H:%M}"
    return f"{there:%Y-%m-%d %H:%M}"


def ended(waits: Interval) -> str:
    """How a wait ended, in words."""
    if waits.by_hand:
        return "answered elsewhere"
    if waits.answered:
        return "answered"
    if waits.closed:
        by = waits.closed_by if waits.closed_by and waits.closed_by.startswith(SELF) else None
        return ", ".join(filter(None, ((waits.closed_reason or "closed").replace("-", " "), by)))
    return "awake" if waits.open else "history"


def _sending(reply: Outgoing, now: datetime, zone: tzinfo, over: str) -> str:
    if reply.deed is not None and reply.state == "failed":
        return f"{reply.what} not done, see the outbox"
    if reply.state == "queued" and reply.until and reply.far(now):
        return f"sends {at(reply.until, now, zone)}"
    if reply.state == "queued":
        left = ceil((reply.until - now).total_seconds()) if reply.until else 0
        what = "sends" if reply.deed is None else reply.what
        return f"{what} in {left}s" if left > 0 else "sending"
    if over and reply.error and reply.state in ("draft", "failed"):
        return f"{over}, your reply was not sent"
    if reply.state == "draft":
        return "not sent, r to see why" if reply.error else ""
    words = {
        "sending": "sending",
        "unknown": "sent? not known, r to settle",
        "failed": "not sent, r to see why",
    }
    return words.get(reply.state, "")


def _sign(row: Row, now: datetime, *, finished: bool) -> tuple[str, str]:
    waits = row.interval
    if not waits.open:
        return " ", "finished"
    if waits.probably:
        return "?", "soon"
    sign = row.sign(now)
    return SIGNS[sign], "finished" if finished else LOOKS[sign]


def _flag(row: Row, reply: Outgoing | None, now: datetime) -> str:
    waits = row.interval
    if reply and reply.state in ("draft", "failed", "unknown"):
        return "D"
    if waits.snoozed(now):
        return "z"
    if waits.promised and waits.open:
        return "P"
    return "H" if waits.held else " "
