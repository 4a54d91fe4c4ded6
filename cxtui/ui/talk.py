"""The thread of a row as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import takewhile
from typing import TYPE_CHECKING

from cxtui.core.clock import span
from cxtui.core.explain import counts_as
from cxtui.core.item import called
from cxtui.ui.board import who
from cxtui.ui.rows import at, ended, until
from cxtui.ui.spans import Line, cells, flat, wrapped

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.interval import Interval
    from cxtui.store import Message, Outgoing

CLOCKS = {
    "first_response": "first answer",
    "next_response": "next answer",
    "update": "next word, it is held",
    "thanks": "thanks",
}


def heading(row: Row, messages: Sequence[Message], code: str) -> tuple[str, str]:
    """The title of the pane and what stands at its right."""
    waits = row.interval
    title = f"{who(waits.author)} on {code}"
    facts: list[str] = []
    if messages:
        mine = sum(not message.ours for message in messages)
        facts.append(f"{mine} of {len(messages)} in thread" if mine < len(messages) else f"{mine} in thread")
    if waits.author.followers is not None:
        facts.append(f"{followers(waits.author.followers)} followers")
    return title, " · ".join(facts)


def followers(count: int) -> str:
    """``870``, ``3.1k``, ``2.4M``."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 1_000_000 else f"{count / 1_000_000:.1f}M"


def lines(
    row: Row,
    messages: Sequence[Message],
    leaving: Sequence[Outgoing | None],
    now: datetime,
    zone: tzinfo,
    room: int,
    approves: str = "",
    writer: str = "",
) -> list[Line]:
    """The messages, oldest first, then how the row stands.

    ``leaving`` is what is on its way, ``approves`` the key that lets a message through, ``writer``
    who else writes a reply.
    """
    waits = f"waits for a moderator{f': {approves} approves' if approves else ''}"
    found = _messages(messages, now, zone, room, waits)
    opener = row.interval.opener
    for attachment in opener.attachments:
        found += _dim(f"({attachment.kind or 'file'}) {attachment.name} {attachment.url or ''}", room)
    found += _dim(standing(row.interval, row.due, now, zone), room)
    if row.interval.probably and row.interval.open:
        found += _dim(
            f"probably answered: {row.interval.evidence or 'weak evidence'}; + confirms, - rejects", room
        )
    if writer:
        found += _dim(f"@{writer} is replying", room)
    for one in leaving:
        if one is not None:
            found += _reply(one, now, zone, room)
    return found


def above(row: Row, messages: Sequence[Message], now: datetime, zone: tzinfo, room: int) -> int:
    """How many lines stand above the oldest words that wait for an answer."""
    earlier = list(takewhile(lambda one: one.id not in row.interval.items, messages))
    return len(_messages(earlier, now, zone, room)) if len(earlier) < len(messages) else 0


def standing(waits: Interval, due: datetime, now: datetime, zone: tzinfo) -> str:
    """Which clock runs until when, or how it ended."""
    if not waits.open:
        end = f"{ended(waits)} {at(waits.ended, now, zone)}" if waits.ended else ended(waits)
        return f"{end} by {waits.answered_by}" if waits.answered_by else end
    hours = ", working time" if waits.worked else ""
    parts = [f"due {at(due, now, zone)} ({CLOCKS[waits.running[0]]}, policy {waits.policy}{hours})"]
    if waits.snoozed(now):
        parts.append(f"snoozed until {until(waits, now, zone)}")
    delay = waits.seen - waits.start
    if delay >= timedelta(minutes=5):
        parts.append(f"seen {span(delay)} after it was written")
    if waits.opener.flagged:
        parts.append(f"time of writing not known: {waits.opener.flagged}")
    if waits.visibility == "direct":
        parts.append("direct message")
    parts += [counts_as(waits.opener)] if waits.opener.tone_why else []
    parts += [f"tags {', '.join(waits.tags)}"] if waits.tags else []
    return " · ".join(parts)


def _messages(
    messages: Sequence[Message], now: datetime, zone: tzinfo, room: int, waits: str = ""
) -> list[Line]:
    return [
        line
        for message in messages
        for line in _message(message, now, zone, room, waits if message.pending else None)
    ]


def _message(message: Message, now: datetime, zone: tzinfo, room: int, waits: str | None) -> list[Line]:
    name = message.who if message.ours else called(message.who)
    look = "ours" if message.ours else "customer"
    head: Line = ((f"{at(message.at, now, zone)} ", "dim"), (f"{flat(name)} ", look))
    note = "; ".join(part for part in (waits, message.note) if part)
    extra = " ".join(part for part in (message.title, f"({note})" if note else "") if part)
    text = f"{extra}\n{message.text}" if message.title else f"{extra} {message.text}".strip()
    indent = cells(head)
    if indent > room // 2:
        return [head, *(((line, "plain"),) for line in wrapped(text, room))]
    first, *rest = wrapped(text, room - indent) or [flat("")]
    return [(*head, (first, "plain")), *(((" " * indent, "plain"), (line, "plain")) for line in rest)]


def _reply(reply: Outgoing, now: datetime, zone: tzinfo, room: int) -> list[Line]:
    words = {
        "draft": "draft", "queued": "reply, goes out soon", "sending": "reply, being sent",
        "failed": "reply, not sent", "unknown": "reply, not known whether it arrived",
    }  # fmt: skip
    what = words.get(reply.state, reply.state)
    if reply.until and reply.state == "queued" and reply.far(now):
        what = f"reply, goes out {at(reply.until, now, zone)}"
    if reply.deed is not None:
        what = what.replace("reply", reply.what).replace("sent", "done")
    head = f"{what} ({at(reply.changed, now, zone)})"
    said = _dim(f"{head}: {reply.error}" if reply.error else head, room)
    if not reply.text:
        return said
    return [*said, *((("  ", "plain"), (line, "ours")) for line in wrapped(reply.text, room - 2))]


def _dim(text: str, room: int) -> list[Line]:
    return [((line, "dim"),) for line in wrapped(flat(text), room)]
