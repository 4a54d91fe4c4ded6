"""Export and import: everything but the outbox and the feeds' cursors, as JSON lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from cxtui.core.clock import Frozen
from cxtui.core.freezing import MARKS
from cxtui.core.history import PolicyFor, lawful
from cxtui.core.item import Event
from cxtui.errors import UsageError
from cxtui.store import Record
from cxtui.store import records as lines
from cxtui.store.contacts import read, settle_all, written
from cxtui.store.counted import facts
from cxtui.store.muting import heed
from cxtui.store.query import where
from cxtui.store.tables import Tables

T = TypeVar("T")


def export(tables: Tables) -> list[Record]:
    """Every record, questions before what refers to them.

    An act on what turned out to be no message of a customer has nothing to refer to and stays out.
    """
    known = facts(tables)
    ids = {item.id for item in known.items}
    people: list[Record] = [{"v": lines.VERSION, "type": "person", **doc} for doc in tables.find("people")]
    return [
        *(lines.item_record(item) for item in known.items),
        *(lines.reply_record(reply) for reply in known.replies),
        *(lines.event_record(event) for event in known.events if event.item in ids),
        *(lines.promise_record(promise) for promise in known.promises),
        *people,
        *(lines.interval_record(waits) for waits in known.intervals if not waits.history),
        *(lines.gap_record(gap) for gap in known.gaps),
    ]


def load(tables: Tables, numbered: Sequence[tuple[int, Record]], policy_for: PolicyFor) -> int:
    """Import numbered records. Raises: UsageError naming the line of the first bad one."""
    parsed = [(number, lines.parsed(number, record)) for number, record in numbered]
    porting = _Porting(tables)
    for number, record in parsed:
        if isinstance(record, lines.ItemRecord):
            porting.item(number, record)
    for number, record in parsed:
        porting.other(number, record)
    porting.fix()
    acts = (record.verb for _, record in parsed if isinstance(record, lines.EventRecord))
    if not {"muted", "unmuted"}.isdisjoint(acts):
        events = sorted((read(doc, Event) for doc in tables.find("events")), key=lambda event: event.at)
        heed(tables, ((event, True) for event in lawful(events)))
    settle_all(tables, porting.touched, policy_for)
    return len(parsed)


class _Porting:
    """One import, inside one commit."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.touched: list[str] = []
        self._fixed: dict[str, tuple[Frozen, str]] = {}

    def item(self, number: int, record: lines.ItemRecord) -> None:
        item = _checked(number, record.item)
        known = self._tables.get("items", item.id)
        if known:
            self.touched.append(str(known["contact"]))
        self._tables.put("items", item.id, written(item, contact=item.contact))
        if item.role == "customer":
            self.touched.append(item.contact)

    def other(self, number: int, record: lines.AnyRecord) -> None:
        match record:
            case lines.ItemRecord():
                pass
            case lines.ReplyRecord():
                self._reply(number, record)
            case lines.EventRecord():
                event = _checked(number, record.event)
                contact = self._about(number, event.item)
                self._tables.put("events", event.id, written(event, contact=contact))
            case lines.PromiseRecord():
                promise = record.promise()
                self._about(number, promise.item)
                self._tables.put("promises", promise.id, written(promise))
            case lines.PersonRecord():
                doc = msgspec.to_builtins(record)
                del doc["type"]
                self._tables.put("people", f"{record.network}:{record.handle}", doc)
            case lines.IntervalRecord():
                self._fixed[record.item] = _checked(number, record.frozen), self._about(number, record.item)
            case lines.GapRecord():
                gap = record.gap()
                self._tables.put("gaps", f"{gap.feed}|{lines.stamp(gap.since)}", written(gap))

    def fix(self) -> None:
        """Keep the frozen clocks; what was marked until now is in them already."""
        for key, (terms, contact) in self._fixed.items():
            events = [read(doc, Event) for doc in self._tables.find("events", where("contact") == contact)]
            covers = max((event.at for event in events if event.verb in MARKS), default=None)
            self._tables.put("frozen", key, written(replace(terms, covers=covers)))

    def _reply(self, number: int, record: lines.ReplyRecord) -> None:
        reply = record.reply()
        contact = self._about(number, reply.item)
        asked = self._tables.get("items", reply.item) or {}
        remote = reply.remote_id or lines.digest(reply.item, reply.text, str(reply.at))
        key = f"{asked['feed']}:{remote}"
        known = self._tables.get("replies", key)
        if known and known["contact"] != contact:
            self.touched.append(str(known["contact"]))
        more = {"key": key, "contact": contact, "parent": reply.item, "thread": asked["thread"]}
        self._tables.put("replies", key, written(reply, **more))

    def _about(self, number: int, item: str) -> str:
        """The contact of the item a record is about."""
        doc = self._tables.get("items", item)
        if doc is None:
            raise UsageError(f"line {number}: item {item!r} is neither in the file nor in the store")
        self.touched.append(str(doc["contact"]))
        return str(doc["contact"])


def _checked(number: int, make: Callable[[], T]) -> T:
    try:
        return make()
    except ValueError as problem:
        raise UsageError(f"line {number}: {problem}") from None
