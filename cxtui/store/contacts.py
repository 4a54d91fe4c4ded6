"""The intervals of a contact, kept beside what they are worked out from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

import msgspec

from cxtui.core.clock import Frozen
from cxtui.core.freezing import frozen, imported
from cxtui.core.history import History, PolicyFor, intervals
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Reply
from cxtui.errors import NotFound, StoreBroken
from cxtui.store import promising
from cxtui.store.document import Plain, unpack, usual
from cxtui.store.query import Query, form_of, value_of, where
from cxtui.store.tables import Doc, Stored, Tables

T = TypeVar("T")

THANKS_LAST = 1e11
"""Added to the order of a thanks interval (seconds since 1970): praise stands behind every response row."""
OF_CONTACT = (
    *((name, "contact") for name in ("items", "replies", "events")),
    ("intervals", "contact_key"),
)
"""Where the documents of one contact are, and by which field."""
TOGETHER = 64
SHORTEST = 4
"""Letters of a short id."""
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
    """A stored document's JSON as its value, without a document between. Raises: StoreBroken."""
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
    contact_key: str
    thawed: bool = False


class _Kept(NamedTuple):
    """An interval as it is stored."""

    waits: Interval
    beside: _Beside


def _kept(one: Stored) -> _Kept:
    return _Kept(parsed(one.text, Interval), _beside(one.text))


def _beside(text: str) -> _Beside:
    # what is stored beside stands last, as a rule: most of the text is the interval
    at = text.rfind('"contact_key":')
    with suppress(msgspec.DecodeError):
        if at > 0:
            return _decoder(_Beside).decode("{" + text[at:])
    return parsed(text, _Beside)


def written(value: object, **more: Any) -> Doc:
    """A value as a document, with fields to find it by."""
    doc: Doc = msgspec.to_builtins(value)
    return {**doc, **more}


def item_doc(item: Item, **more: Any) -> Doc:
    """An item as a document, with fields to find it by, which hold text or true and false."""
    doc = written(item, contact=item.contact, **more)
    return Plain(doc) if usual(item.stars, item.scale) else doc


def row_of(doc: Doc) -> Row:
    """The row of a stored interval."""
    return Row(read(doc, Interval), str(doc["short"]))


def row_in(text: str) -> Row:
    """The row of a stored interval's JSON."""
    return Row(parsed(text, Interval), _beside(text).short)


def page(tables: Tables, after: Row | None, limit: int | None) -> list[Stored]:
    """Open rows behind another one in the order of their due times, praise last."""
    place = None if after is None else (_order(after.interval), after.id)
    return tables.stored("intervals", OPEN, order="order", after=place, limit=limit)


def standing(tables: Tables, some_id: str) -> tuple[Interval, str, str]:
    """What `resolve` finds: the interval, its contact and its short id. Raises: NotFound."""
    one = tables.one("intervals", some_id)
    if one is None:
        doc = resolve(tables, some_id)
        return read(doc, Interval), str(doc["contact_key"]), str(doc["short"])
    waits, beside = _kept(one)
    return waits, beside.contact_key, beside.short


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


def history(tables: Tables, known: Contact) -> History:
    """All that is known of one contact."""
    customers = [item for one in known.items if (item := parsed(one.text, Item)).role == "customer"]
    replies = [parsed(one.text, Reply) for one in known.replies]
    events = sorted(known.events, key=lambda e: e.at)
    stored: list[Promise] = []
    if tables.last("promises"):
        asked = where("item").one_of([item.id for item in customers])
        stored = [parsed(one.text, Promise) for one in tables.stored("promises", asked)]
    promises = promising.standing(stored, events)
    kept: dict[str, Frozen] = {}
    for one in known.before.values():
        if not one.waits.history and not one.beside.thawed:
            kept |= frozen(one.waits)
    for item in customers:
        fixed = tables.get("frozen", item.id)
        if fixed:
            kept[item.id] = imported(read(fixed, Frozen), kept.get(item.id))
    return History(customers, replies, events, promises, kept)


@dataclass(slots=True)
class Contact:
    """What is stored about one customer in one thread, with the intervals as they stand."""

    key: str
    items: Sequence[Stored]
    replies: Sequence[Stored]
    events: list[Event]
    before: dict[str, _Kept]


def contact_of(tables: Tables, some_id: str) -> tuple[Interval, Contact]:
    """The interval that an id means, and all about its contact. Raises: NotFound."""
    known = _contact("", tables.related("intervals", some_id, "contact_key", OF_CONTACT))
    mine = known.before.get(some_id)
    if mine is not None:
        known.key = mine.beside.contact_key
        return mine.waits, known
    doc = resolve(tables, some_id)
    return read(doc, Interval), contact(tables, str(doc["contact_key"]))


def contact(tables: Tables, key: str) -> Contact:
    """All about one contact."""
    here = where("contact") == key
    asked = [(name, here) for name, _ in OF_CONTACT[:-1]]
    return _contact(key, tables.together([*asked, ("intervals", where("contact_key") == key)]))


def _contact(key: str, found: Sequence[Sequence[Stored]]) -> Contact:
    items, replies, events, stood = found
    before = {one.waits.id: one for one in map(_kept, stood)}
    return Contact(key, items, replies, [parsed(one.text, Event) for one in events], before)


def settle(tables: Tables, key: str, policy_for: PolicyFor) -> tuple[Row, ...]:
    """Work the contact's intervals out again and keep what changed, with its change-feed entries."""
    return settled(tables, contact(tables, key), policy_for)


def settled(tables: Tables, known: Contact, policy_for: PolicyFor) -> tuple[Row, ...]:
    """The same where it is known already what is stored."""
    told = history(tables, known)
    return _keep(tables, known, told, intervals(told, policy_for))


def _keep(tables: Tables, known: Contact, told: History, found: Sequence[Interval]) -> tuple[Row, ...]:
    rows: list[Row] = []
    gone = dict.fromkeys(known.before)
    for waits in found:
        gone.pop(waits.id, None)
        old = known.before.get(waits.id)
        short = old.beside.short if old else short_id(tables, waits.id)
        if old is None or old.waits != waits:
            tables.put("intervals", waits.id, _interval_doc(waits, known.key, short))
            tables.append("log", {"interval": waits.id})
        rows.append(Row(waits, short))
    for key in gone:
        doc = tables.get("intervals", key)
        if doc and doc["contact_key"] == known.key:  # not another contact's by now
            tables.drop("intervals", key)
            tables.append("log", {"interval": key})
    promising.keep(tables, told, rows)
    return tuple(rows)


def settle_all(tables: Tables, contacts: Iterable[str], policy_for: PolicyFor) -> None:
    """`settle` each contact once; some are read, worked out and written together, which takes less time."""
    keys = [*dict.fromkeys(contacts)]
    for first in range(0, len(keys), TOGETHER):
        known = [contact(tables, key) for key in keys[first : first + TOGETHER]]
        told = [history(tables, one) for one in known]
        found = [intervals(one, policy_for) for one in told]
        for work in zip(known, told, found, strict=True):
            _keep(tables, *work)


def short_id(tables: Tables, key: str) -> str:
    """A short id that no other interval has: four letters of a hash, more where those are taken."""
    return next(
        short
        for short in _shorts(key)
        if tables.lacks("intervals", "short", short)
        or not tables.find("intervals", where("short") == short, limit=1)
    )


def shortest(key: str) -> str:
    """The short id that an interval has as long as no other one took it."""
    return next(_shorts(key))


def _shorts(key: str) -> Iterator[str]:
    number = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    short = ""
    while True:
        number, place = divmod(number, len(LETTERS))
        short += LETTERS[place]
        if len(short) >= SHORTEST:
            yield short


def _order(waits: Interval) -> float:
    due = waits.running[1].timestamp()
    return due + THANKS_LAST if waits.thanks else due


def _interval_doc(waits: Interval, contact: str, short: str) -> Doc:
    opener, order, soon = waits.opener, _order(waits), waits.soon.timestamp()
    doc = written(
        waits,
        contact_key=contact,
        thread=opener.thread,
        feed=opener.feed,
        short=short,
        open=waits.open,
        order=order,
        soon=soon,
    )
    warned = [one.warn for one in (waits, *waits.steps) if isinstance(one.warn, float)]
    return Plain(doc) if usual(opener.stars, opener.scale, order, soon, *warned) else doc
