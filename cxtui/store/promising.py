"""Promises beside what they are worked out from: made by acts and by replies, kept by answers.

Events tell who made, moved and released them, so that all of it can be undone; what another
program told of a promise stands where no event here says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import msgspec

from cxtui.core import promises as told
from cxtui.core.history import History, lawful
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event
from cxtui.core.promises import VERBS
from cxtui.store.query import where
from cxtui.store.records import digest
from cxtui.store.tables import Doc, Tables


def standing(stored: Iterable[Promise], events: Sequence[Event]) -> list[Promise]:
    """The promises of one contact after all that was done about them; ``events`` in order."""
    about: dict[str, list[Event]] = {}
    for event in events:
        if event.verb in VERBS:
            about.setdefault(str(event.detail.get("promise")), []).append(event)
    known = {one.id: one for one in map(named, stored)}
    if not about:
        return list(known.values())
    lawfully = {event.id for event in lawful(events)}
    for key, some in about.items():
        if key not in known and some[0].verb == "promised":
            known[key] = told.made(some[0])
    found = [told.acted(one, about.get(key, ()), lawfully) for key, one in known.items()]
    return [one for one in found if one is not None]


def named(promise: Promise) -> Promise:
    """With its id, which older stores did not write down."""
    if promise.id:
        return promise
    return replace(promise, id=digest(promise.item, promise.text, str(promise.made)))


def keep(tables: Tables, known: History, rows: Sequence[Row]) -> None:
    """Write down what became of a contact's promises."""
    if not known.promises and not any(event.verb in VERBS for event in known.events):
        return
    gone = {e.detail.get("remote_id") for e in lawful(known.events) if e.verb == "reply_deleted"}
    items = [item.id for item in known.items]
    stored = dict(tables.entries("promises", where("item").one_of(items)))
    waits = {item: row.interval for row in rows for item in row.interval.items}
    for promise in known.promises:
        doc: Doc = msgspec.to_builtins(_judged(promise, waits.get(promise.item), known, gone))
        if stored.pop(promise.id, None) != doc:
            tables.put("promises", promise.id, doc)
            tables.append("log", {"promise": promise.id})
    for key in stored:
        tables.drop("promises", key)
        tables.append("log", {"promise": key})


def _judged(promise: Promise, waits: Interval | None, known: History, gone: Collection[object]) -> Promise:
    if waits is None:
        return told.judged(promise, (promise.item,), None, known.replies, gone)
    seen = told.confirmed(waits.origin, waits.answer_kind, by_hand=waits.by_hand)
    return told.judged(promise, waits.items, waits.answered, known.replies, gone, confirmed=seen)
