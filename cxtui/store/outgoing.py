"""The outbox: every step of a reply, recorded before the next one is taken.

``draft -> queued -> sending -> sent | failed | unknown``. Nothing leaves the machine before
``sending`` is durable. What a network refused to take for now goes back to ``queued``; what
is found ``sending`` after a crash is not known, never unsent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from cxtui.core.history import PolicyFor
from cxtui.core.interval import Interval
from cxtui.core.item import Clean, Reply
from cxtui.errors import Conflict, NotFound, Unlawful
from cxtui.store import OutboxState, Outgoing
from cxtui.store.contacts import read, resolve, settle, written
from cxtui.store.query import where
from cxtui.store.tables import Tables

STEPS: Mapping[OutboxState, frozenset[OutboxState]] = {
    "draft": frozenset({"draft", "queued", "dropped"}),
    "queued": frozenset({"draft", "sending"}),
    "sending": frozenset({"sent", "failed", "unknown", "queued"}),
    "unknown": frozenset({"unknown", "sent", "draft"}),
    "failed": frozenset({"draft", "queued", "dropped"}),
    "sent": frozenset(),
    "dropped": frozenset({"draft"}),
}
LIVE: tuple[OutboxState, ...] = ("queued", "sending", "unknown")
ON_ITS_WAY: Mapping[OutboxState, str] = {
    "queued": "waits to be sent",
    "sending": "is being sent",
    "unknown": "may have been sent; say first whether it stands there",
}


def put(tables: Tables, reply: Outgoing) -> Outgoing:
    """Keep a draft or a queued reply. Raises: NotFound, Unlawful, Conflict."""
    doc = resolve(tables, reply.interval)
    waits = read(doc, Interval)
    if reply.state not in ("draft", "queued"):
        raise Unlawful(f"a reply begins as a draft, not as {reply.state}")
    known = tables.get("outbox", reply.id)
    if known and reply.state not in STEPS[cast("OutboxState", known["state"])]:
        raise Conflict(f"the reply is {known['state']} already")
    if reply.state == "queued":
        if not waits.open:
            raise Conflict(f"not sent: the row is {'closed' if waits.closed else 'answered'} by now")
        for other in _of(tables, str(doc["id"])):
            if other.id != reply.id and other.state in LIVE:
                raise Conflict(f"another reply by {other.by} {ON_ITS_WAY[other.state]}")
    kept = replace(reply, interval=str(doc["id"]))
    _write(tables, kept)
    return kept


def get(tables: Tables, key: str) -> Outgoing:
    """Raises: NotFound."""
    doc = tables.get("outbox", key)
    if doc is None:
        raise NotFound(key, next(iter(tables.keys("outbox", near=key, limit=1)), None))
    return read(doc, Outgoing)


def listed(tables: Tables, *, everything: bool) -> tuple[Outgoing, ...]:
    """What is on its way, oldest first; with ``everything`` what was sent, too."""
    found = (read(doc, Outgoing) for doc in tables.find("outbox"))
    shown = [o for o in found if o.state != "dropped" and (everything or o.state != "sent")]
    return tuple(sorted(shown, key=lambda o: o.made))


def move(
    tables: Tables, key: str, to: OutboxState, now: datetime, facts: Mapping[str, Any], policy_for: PolicyFor
) -> Outgoing:
    """One lawful step. ``sent`` writes the counting reply too; its time is ``facts["at"]`` or now.

    Raises: NotFound, Conflict where the step is not lawful from where the reply stands.
    """
    reply = get(tables, key)
    vouched = reply.state == "unknown"
    if to not in STEPS[reply.state]:
        raise Conflict(f"the reply is {reply.state} and cannot become {to}")
    facts = dict(facts)
    at = facts.pop("at", None) or now
    reply = replace(reply, state=to, changed=now, **facts)
    _write(tables, reply)
    if to == "sent":
        _answered(tables, reply, at, policy_for, vouched=vouched)
    return reply


def _answered(tables: Tables, reply: Outgoing, at: datetime, policy_for: PolicyFor, *, vouched: bool) -> None:
    doc = resolve(tables, reply.item)
    key = f"{reply.feed}:{reply.remote_id or reply.id}"
    said = Reply(
        reply.item, reply.by, Clean(reply.text), at, reply.kind, "cxtui", reply.remote_id or reply.id,
        reply.url, "sent by cxtui", "sent",
    )  # fmt: skip
    parent, thread = f"{reply.feed}:{reply.native}", f"{reply.feed}:{reply.thread}"
    contact = str(doc["contact_key"])
    unseen = None if reply.remote_id or vouched else reply.feed  # without an id the feed itself must show it
    more = {"key": key, "contact": contact, "parent": parent, "thread": thread, "unseen": unseen}
    tables.put("replies", key, written(said, **more))
    settle(tables, contact, policy_for)


def _of(tables: Tables, interval: str) -> list[Outgoing]:
    return [read(doc, Outgoing) for doc in tables.find("outbox", where("interval") == interval)]


def _write(tables: Tables, reply: Outgoing) -> None:
    tables.put("outbox", reply.id, written(reply))
    tables.append("log", {"outbox": reply.id})
