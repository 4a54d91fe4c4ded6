"""What ``--json`` prints of rows, threads and replies. The names are fixed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from cxtui.store.records import stamp

if TYPE_CHECKING:
    from cxtui.core.behind import Behind
    from cxtui.core.clock import Clock
    from cxtui.core.inbox import Row
    from cxtui.core.interval import Interval
    from cxtui.store import FeedState, Message, Outgoing

Record = dict[str, Any]


def terms(waits: Interval) -> tuple[Clock, datetime | None]:
    """The clock and the due time that a row shows: what runs, or what counted when it has ended.

    History has no due time.
    """
    if waits.open:
        return waits.running
    clock: Clock = "thanks" if waits.thanks else "first_response" if waits.first else "next_response"
    return clock, None if waits.history else waits.due


def claimed(waits: Interval, now: datetime) -> str | None:
    """Who takes care of it, while the claim lasts."""
    over = waits.claimed_until is not None and waits.claimed_until <= now
    return None if over else waits.claimed_by


def of_row(row: Row, now: datetime, *, ended: bool = False) -> Record:
    """A row of ``list``; ``ended`` adds how it ended."""
    waits = row.interval
    opener, author = waits.opener, waits.author
    clock, due = terms(waits)
    record: Record = {
        "id": row.id,
        "feed": opener.feed,
        "network": row.network,
        "kind": waits.kind,
        "author": {
            "handle": author.handle or author.name,
            "name": author.name,
            "followers": author.followers,
        },
        "text": row.text,
        "lang": opener.lang,
        "url": opener.url,
        "thread": opener.thread,
        "count": waits.count,
        "posted": stamp(waits.start),
        "seen": stamp(waits.seen),
        "due": stamp(due),
        "clock": clock,
        "title": opener.title,
        "attachments": [{"name": a.name, "kind": a.kind, "url": a.url} for a in opener.attachments],
        "short": row.short,
        "state": row.state(now),
        "priority": waits.priority,
        "tags": list(waits.tags),
        "claimed_by": claimed(waits, now),
        "snoozed_until": stamp(waits.snoozed_until) if waits.snoozed(now) else None,
        "stars": opener.stars,
        "tone": opener.tone,
    }
    if ended:
        record |= {
            "answered": stamp(waits.answered),
            "answer_kind": waits.answer_kind,
            "origin": waits.origin,
            "closed_reason": waits.closed_reason,
        }
    return record


def of_behind(one: Behind, now: datetime) -> Record:
    """Something that a number counts; ``state`` is null where it is in no wait of ours."""
    item, waits = one.item, one.waits
    return {
        "id": one.id,
        "interval": waits.id if waits else None,
        "feed": item.feed if item else None,
        "network": item.network if item else None,
        "kind": item.kind if item else None,
        "customer": (item.author.handle or item.author.name) if item else None,
        "text": item.text if item else None,
        "url": item.url if item else None,
        "posted": stamp(item.posted) if item else None,
        "state": waits.state(now) if waits else None,
        "answered": stamp(waits.answered) if waits else None,
        "stars": item.stars if item else None,
    }


def of_act(row: Row, now: datetime) -> Record:
    """What an act came to."""
    whole = of_row(row, now, ended=True)
    kept = ("id", "state", "short", "due", "clock", "snoozed_until", "claimed_by", "tags", "priority", "tone",
            "answered", "closed_reason")  # fmt: skip
    return {name: whole[name] for name in kept}


def of_message(message: Message) -> Record:
    """One message of ``show``."""
    return {
        "who": message.who,
        "ours": message.ours,
        "text": message.text,
        "at": stamp(message.at),
        "url": message.url,
        "kind": message.kind,
    }


def of_outgoing(reply: Outgoing) -> Record:
    """One row of ``outbox``; of a deed with its name, of a reply with the files that go with it."""
    record: Record = {
        "outbox": reply.id,
        "item": reply.item,
        "state": reply.state,
        "attempts": reply.attempts,
        "queued": stamp(reply.made),
        "remote_id": reply.remote_id,
        "error": reply.error,
    }
    if reply.planned and reply.state == "queued":
        record["planned"] = stamp(reply.planned)
    if reply.files:
        record["files"] = [
            {"name": one.name, "kind": one.kind, "bytes": one.size, "alt": one.alt} for one in reply.files
        ]
    return record if reply.deed is None else {**record, "deed": reply.deed}


def of_sent(reply: Outgoing) -> Record:
    """What ``reply`` came to."""
    record: Record = {
        "outbox": reply.id,
        "state": reply.state,
        "remote_id": reply.remote_id,
        "url": reply.url,
        "error": reply.error,
    }
    if reply.planned and reply.state == "queued":
        record["planned"] = stamp(reply.planned)
    return record


def of_feed(state: FeedState) -> Record:
    """One row of ``feeds``."""
    return {
        "feed": state.feed,
        "connector": state.connector,
        "state": state.state,
        "last_ok": stamp(state.last_ok),
        "next_try": stamp(state.next_try),
        "error": state.error,
        "items": state.items,
    }
