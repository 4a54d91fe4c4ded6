"""The outbox: every step of a reply or a deed, recorded before the next one is taken.

``draft -> queued -> sending -> sent | failed | unknown``. Nothing leaves the machine before
``sending`` is durable. What a network refused to take for now goes back to ``queued``; what
is found ``sending`` after a crash is not known, never unsent. Only who looked and found that
an unknown reply is surely not there moves it to ``sending`` again. A deed is simply done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cxtui.core.history import PolicyFor
from cxtui.core.interval import Interval
from cxtui.core.item import Clean, Reply, called
from cxtui.errors import Conflict, NotFound, Unlawful
from cxtui.store import OutboxState, Outgoing
from cxtui.store.contacts import read, resolve, settle, written
from cxtui.store.deeds import done
from cxtui.store.promises import opened
from cxtui.store.query import where
from cxtui.store.records import stamp
from cxtui.store.tables import Tables

Steps = Mapping[OutboxState, frozenset[OutboxState]]

STEPS: Steps = {
    "draft": frozenset({"draft", "queued", "dropped"}),
    "queued": frozenset({"draft", "sending", "queued"}),
    "sending": frozenset({"sent", "failed", "unknown", "queued"}),
    "unknown": frozenset({"unknown", "sent", "draft", "sending"}),
    "failed": frozenset({"draft", "queued", "dropped"}),
    "sent": frozenset(),
    "dropped": frozenset({"draft"}),
}
OF_A_DEED: Steps = {
    "queued": frozenset({"dropped", "sending", "failed"}),
    "sending": frozenset({"sent", "failed", "queued", "sending"}),
    "failed": frozenset({"queued", "dropped"}),
}
LIVE: tuple[OutboxState, ...] = ("queued", "sending", "unknown")
UNSENT: tuple[OutboxState, ...] = ("draft", *LIVE, "failed")
ON_ITS_WAY: Mapping[OutboxState, str] = {
    "queued": "waits to be sent",
    "sending": "is being sent",
    "unknown": "may have been sent; say first whether it stands there",
}


def put(tables: Tables, reply: Outgoing) -> Outgoing:
    """Keep a draft, a queued reply or a queued deed. Raises: NotFound, Unlawful, Conflict."""
    doc = resolve(tables, reply.interval)
    begins = ("draft", "queued") if reply.deed is None else ("queued",)
    if reply.state not in begins:
        raise Unlawful(f"a {reply.what} begins as {' or '.join(begins)}, not as {reply.state}")
    if "forgotten" in (tables.get("items", reply.item) or {}):
        raise Unlawful(
            "this message was erased here, so that nothing can be sent to it; close the row instead"
        )
    known = tables.get("outbox", reply.id)
    if known and reply.state not in _steps(read(known, Outgoing)):
        raise Conflict(f"the {reply.what} is {known['state']} already")
    if reply.state == "queued":
        _alone(tables, reply, str(doc["id"]), read(doc, Interval))
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
    states: tuple[OutboxState, ...] = (*UNSENT, "sent") if everything else UNSENT
    found = [
        read(doc, Outgoing) for state in states for doc in tables.find("outbox", where("state") == state)
    ]
    return tuple(sorted(found, key=lambda o: o.made))


def said_since(tables: Tables, since: datetime) -> tuple[tuple[Outgoing, str], ...]:
    """Replies with words that left since a moment or are on their way, oldest first, and who got each."""
    states = where("state").one_of((*LIVE, "sent"))
    docs = tables.find("outbox", states & (where("changed") >= (stamp(since) or "")[:19]))
    replies = [one for doc in docs if (one := read(doc, Outgoing)).deed is None and one.changed >= since]
    found: list[tuple[Outgoing, str]] = []
    for one in sorted(replies, key=lambda reply: reply.changed):
        author = (tables.get("items", one.item) or {}).get("author", {})
        found.append((one, called(str(author.get("handle", "")), str(author.get("name", "")))))
    return tuple(found)


def check(tables: Tables, expected: Outgoing) -> None:
    """Raise Conflict where another process has taken a reply further than ``expected`` knows."""
    stands = get(tables, expected.id)
    if (stands.state, stands.attempts, stands.owner) != (expected.state, expected.attempts, expected.owner):
        raise Conflict(f"another process was faster: the {stands.what} is {stands.state}")


def move(
    tables: Tables,
    key: str,
    to: OutboxState,
    now: datetime,
    facts: Mapping[str, Any],
    policy_for: PolicyFor,
    *,
    sure: bool = False,
) -> Outgoing:
    """One lawful step; ``sure`` where `check` was made. ``sent`` writes what follows from it, too.

    The time of a counting reply is ``facts["at"]`` or now. Raises: NotFound, Conflict where the
    step is not lawful from where the reply stands.
    """
    reply = get(tables, key)
    vouched = reply.state == "unknown"
    blind = to == "sending" and reply.state != "queued" and not sure
    if blind or to not in _steps(reply):
        raise Conflict(f"the {reply.what} is {reply.state} and cannot become {to}")
    facts = dict(facts)
    at = facts.pop("at", None) or now
    reply = replace(reply, state=to, changed=now, **facts)
    _write(tables, reply)
    if to == "sent" and reply.deed is not None:
        done(tables, reply, now, policy_for)
    elif to == "sent":
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
    opened(tables, reply, at, contact)
    settle(tables, contact, policy_for)


def _alone(tables: Tables, reply: Outgoing, interval: str, waits: Interval) -> None:
    """Raise Conflict where a reply comes too late, or where another, or the same deed, is on its way."""
    if reply.deed is None and not waits.open and waits.promised is None:
        raise Conflict(f"not sent: the row is {'closed' if waits.closed else 'answered'} by now")
    for doc in tables.find("outbox", where("interval") == interval):
        other = read(doc, Outgoing)
        if other.id != reply.id and other.deed == reply.deed and other.state in LIVE:
            raise Conflict(f"another {other.what} by {other.by} {ON_ITS_WAY[other.state]}")


def _steps(reply: Outgoing) -> frozenset[OutboxState]:
    steps = STEPS if reply.deed is None else OF_A_DEED
    return steps.get(reply.state, frozenset())


def _write(tables: Tables, reply: Outgoing) -> None:
    tables.put("outbox", reply.id, written(reply))
    tables.append("log", {"outbox": reply.id})
