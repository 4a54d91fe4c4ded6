"""The intervals of a contact, kept beside what they are worked out from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from cxtui.core.clock import Frozen
from cxtui.core.history import History, PolicyFor, intervals
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Reply
from cxtui.errors import NotFound, StoreBroken
from cxtui.store.query import where
from cxtui.store.tables import Doc, Tables

T = TypeVar("T")

THANKS_LAST = 1e11
"""Added to the order of a thanks interval (seconds since 1970): praise stands behind every response row."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def read(doc: Doc, kind: type[T]) -> T:
    """A stored document as its value. Raises: StoreBroken where it is not one."""
    try:
        return msgspec.convert(doc, kind)
    except msgspec.ValidationError as problem:
        raise StoreBroken(f"the store holds a {kind.__name__} that cannot be read: {problem}") from problem


def written(value: object, **more: Any) -> Doc:
    """A value as a document, with fields to find it by."""
    doc: Doc = msgspec.to_builtins(value)
    return {**doc, **more}


def row_of(doc: Doc) -> Row:
    """The row of a stored interval."""
    return Row(read(doc, Interval), str(doc["short"]))


def resolve(tables: Tables, some_id: str) -> Doc:
    """The stored interval that an id means: its own, a short one, or that of any item in it.

    Raises: NotFound with the nearest id.
    """
    doc = tables.get("intervals", some_id)
    if doc:
        return doc
    found = tables.find("intervals", where("short") == some_id.lower(), limit=1)
    if found:
        return found[0]
    item = tables.get("items", some_id)
    if item:
        for doc in tables.find("intervals", where("contact_key") == item["contact"]):
            if some_id in doc["items"]:
                return doc
    raise NotFound(some_id, next(iter(tables.keys("intervals", near=some_id, limit=1)), None))


def history(tables: Tables, contact: str) -> History:
    """All that is known of one contact."""
    items = [read(doc, Item) for doc in tables.find("items", where("contact") == contact)]
    customers = [item for item in items if item.role == "customer"]
    replies = [read(doc, Reply) for doc in tables.find("replies", where("contact") == contact)]
    events = [read(doc, Event) for doc in tables.find("events", where("contact") == contact)]
    promises = [
        read(doc, Promise) for item in customers for doc in tables.find("promises", where("item") == item.id)
    ]
    frozen: dict[str, Frozen] = {}
    for doc in tables.find("intervals", where("contact_key") == contact):
        waits = read(doc, Interval)
        if not waits.history and not doc.get("thawed"):
            frozen[waits.id] = Frozen(waits.policy, waits.calendar, waits.due, waits.thanks)
    for item in customers:
        fixed = tables.get("frozen", item.id)
        if fixed:
            frozen[item.id] = read(fixed, Frozen)
    return History(customers, replies, sorted(events, key=lambda e: e.at), promises, frozen)


def settle(tables: Tables, contact: str, policy_for: PolicyFor) -> tuple[Interval, ...]:
    """Work the contact's intervals out again and keep what changed, with its change-feed entries."""
    now = intervals(history(tables, contact), policy_for)
    before = {str(doc["id"]): doc for doc in tables.find("intervals", where("contact_key") == contact)}
    for waits in now:
        old = before.pop(waits.id, None)
        short = str(old["short"]) if old else short_id(tables, waits.id)
        if old is None or read(old, Interval) != waits:
            tables.put("intervals", waits.id, _interval_doc(waits, contact, short))
            tables.append("log", {"interval": waits.id})
    for gone in before:
        tables.drop("intervals", gone)
        tables.append("log", {"interval": gone})
    return now


def settle_all(tables: Tables, contacts: Iterable[str], policy_for: PolicyFor) -> None:
    """`settle` each contact once."""
    for contact in dict.fromkeys(contacts):
        settle(tables, contact, policy_for)


def short_id(tables: Tables, key: str) -> str:
    """A short id that no other interval has: four letters of a hash, more where those are taken."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    short = ""
    while len(short) < 4 or tables.find("intervals", where("short") == short, limit=1):
        number, place = divmod(number, len(LETTERS))
        short += LETTERS[place]
    return short


def _interval_doc(waits: Interval, contact: str, short: str) -> Doc:
    due = waits.running[1].timestamp()
    return written(
        waits,
        contact_key=contact,
        thread=waits.opener.thread,
        feed=waits.opener.feed,
        short=short,
        open=waits.open,
        order=due + THANKS_LAST if waits.thanks else due,
    )
