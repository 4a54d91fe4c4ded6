"""The intervals of a contact, kept beside what they are worked out from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from cxtui.core.clock import Frozen
from cxtui.core.history import History, PolicyFor, intervals
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Reply
from cxtui.errors import NotFound, StoreBroken
from cxtui.store.document import unpack
from cxtui.store.query import Query, form_of, value_of, where
from cxtui.store.tables import Doc, Stored, Tables

T = TypeVar("T")

THANKS_LAST = 1e11
"""Added to the order of a thanks interval (seconds since 1970): praise stands behind every response row."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

OPEN = Query(f"({value_of('open')} = 1)", (), lambda doc: doc.get("open") is True, ("open", form_of(True)))  # noqa: FBT003 - the value asked for
"""Intervals that are open: never another kind of value, so that the index alone answers."""


def read(doc: Doc, kind: type[T]) -> T:
    """A stored document as its value. Raises: StoreBroken where it is not one."""
    try:
        return msgspec.convert(doc, kind)
    except msgspec.ValidationError as problem:
        raise StoreBroken(f"the store holds a {kind.__name__} that cannot be read: {problem}") from problem


def parsed(text: str, kind: type[T]) -> T:
    """A stored document's JSON as its value, without a document between. Raises: StoreBroken.

    ``kind`` has no field that takes any value: numbers beyond 64 bits would not come back as they are.
    """
    try:
        return cast("T", _decoder(kind).decode(text))
    except msgspec.DecodeError:
        return read(unpack(text), kind)  # half a surrogate pair, which is no JSON elsewhere


@cache
def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(kind)


class _Beside(msgspec.Struct):
    """What is stored beside an interval."""

    short: str
    thawed: bool = False


def written(value: object, **more: Any) -> Doc:
    """A value as a document, with fields to find it by."""
    doc: Doc = msgspec.to_builtins(value)
    return {**doc, **more}


def row_of(doc: Doc) -> Row:
    """The row of a stored interval."""
    return Row(read(doc, Interval), str(doc["short"]))


def row_in(text: str) -> Row:
    """The row of a stored interval's JSON."""
    return Row(parsed(text, Interval), parsed(text, _Beside).short)


def page(tables: Tables, after: Row | None, limit: int | None) -> list[Stored]:
    """Open rows behind another one in the order of their due times, praise last."""
    place = None if after is None else (_order(after.interval), after.id)
    return tables.stored("intervals", OPEN, order="order", after=place, limit=limit)


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


def history(tables: Tables, contact: str, known: Iterable[tuple[Interval, bool]]) -> History:
    """All that is known of one contact. ``known`` are its intervals so far, and whether each is thawed."""
    here = where("contact") == contact
    items = [parsed(one.text, Item) for one in tables.stored("items", here)]
    customers = [item for item in items if item.role == "customer"]
    replies = [parsed(one.text, Reply) for one in tables.stored("replies", here)]
    events = [read(doc, Event) for doc in tables.find("events", here)]
    promises = [
        parsed(one.text, Promise)
        for item in customers
        for one in tables.stored("promises", where("item") == item.id)
    ]
    frozen = {
        waits.id: Frozen(waits.policy, waits.calendar, waits.due, waits.thanks)
        for waits, thawed in known
        if not waits.history and not thawed
    }
    for item in customers:
        fixed = tables.get("frozen", item.id)
        if fixed:
            frozen[item.id] = read(fixed, Frozen)
    return History(customers, replies, sorted(events, key=lambda e: e.at), promises, frozen)


def settle(tables: Tables, contact: str, policy_for: PolicyFor) -> tuple[Row, ...]:
    """Work the contact's intervals out again and keep what changed, with its change-feed entries."""
    before: dict[str, tuple[Interval, _Beside]] = {}
    for one in tables.stored("intervals", where("contact_key") == contact):
        waits = parsed(one.text, Interval)
        before[waits.id] = waits, parsed(one.text, _Beside)
    known = [(waits, beside.thawed) for waits, beside in before.values()]
    rows: list[Row] = []
    for waits in intervals(history(tables, contact, known), policy_for):
        old, beside = before.pop(waits.id, (None, None))
        short = beside.short if beside else short_id(tables, waits.id)
        if old != waits:
            tables.put("intervals", waits.id, _interval_doc(waits, contact, short))
            tables.append("log", {"interval": waits.id})
        rows.append(Row(waits, short))
    for gone in before:
        tables.drop("intervals", gone)
        tables.append("log", {"interval": gone})
    return tuple(rows)


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


def _order(waits: Interval) -> float:
    due = waits.running[1].timestamp()
    return due + THANKS_LAST if waits.thanks else due


def _interval_doc(waits: Interval, contact: str, short: str) -> Doc:
    return written(
        waits,
        contact_key=contact,
        thread=waits.opener.thread,
        feed=waits.opener.feed,
        short=short,
        open=waits.open,
        order=_order(waits),
    )
