"""The facts that filters ask about, read from rows and from items.

A moment is a number of microseconds since 1970, a length of time one of microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from cxtui.core.filters.tree import Readers
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval, Priority
from cxtui.core.item import Item

V = TypeVar("V")

PRAISE_LAST: Final = 1e11
"""Added to the due time of praise, in seconds: in the order of a store it stands behind all else."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An item before anything was done about it, with what is known already."""

    item: Item
    priority: Priority = "normal"
    tags: Sequence[str] = ()


def micro(at: datetime) -> int:
    """A moment as a number."""
    return (at - _BEGINNING) // _MICROSECOND


def micros(length: timedelta) -> int:
    """A length of time as a number."""
    return length // _MICROSECOND


def order(waits: Interval) -> float:
    """When the running clock is due, in seconds; that of praise behind all others."""
    due = waits.running[1].timestamp()
    return due + PRAISE_LAST if waits.thanks else due


def _one(text: str | None) -> tuple[str, ...]:
    return () if text is None else (text,)


def _at(at: datetime | None) -> int | None:
    return None if at is None else micro(at)


def _took(waits: Interval) -> int | None:
    ended = waits.ended
    return None if ended is None else micros(ended - waits.start)


ITEM_TEXTS: Final[dict[str, Callable[[Item], Sequence[str]]]] = {
    "text": lambda i: (i.text,),
    "title": lambda i: _one(i.title),
    "handle": lambda i: (i.author.handle,),
    "name": lambda i: (i.author.name,),
    "feed": lambda i: (i.feed,),
    "network": lambda i: (i.network,),
    "kind": lambda i: (i.kind,),
    "lang": lambda i: _one(i.lang),
    "visibility": lambda i: (i.visibility,),
    "tone": lambda i: _one(i.tone),
    "tone_by": lambda i: _one(i.tone_by),
}
ITEM_NUMBERS: Final[dict[str, Callable[[Item], float | None]]] = {
    "stars": lambda i: None if i.stars is None or not i.scale else i.stars * 5.0 / i.scale,
    "score": lambda i: i.score,
    "followers": lambda i: i.author.followers,
}
ITEM_FLAGS: Final[dict[str, Callable[[Item], bool]]] = {
    "attachments": lambda i: bool(i.attachments),
    "titled": lambda i: i.title is not None,
    "linked": lambda i: i.url is not None,
    "pending": lambda i: i.pending,
    "tone": lambda i: i.tone is not None,
    "stars": lambda i: i.stars is not None,
    "lang": lambda i: i.lang is not None,
}
ROW_TEXTS: Final[dict[str, Callable[[Row], Sequence[str]]]] = {
    "id": lambda r: (r.id, r.short),
    "items": lambda r: r.interval.items,
    "tags": lambda r: r.interval.tags,
    "policy": lambda r: (r.interval.policy,),
    "priority": lambda r: (r.interval.priority,),
    "reason": lambda r: _one(r.interval.closed_reason),
    "origin": lambda r: _one(r.interval.origin),
    "claimed": lambda r: _one(r.interval.claimed_by),
    "by": lambda r: (
        *_one(r.interval.answered_by),
        *(said.by for said in r.interval.replies),
        *_one(r.interval.closed_by),
    ),
}
ROW_NUMBERS: Final[dict[str, Callable[[Row], float | None]]] = {
    "count": lambda r: len(r.interval.items),
    "notes": lambda r: r.interval.notes,
    "start": lambda r: micro(r.interval.start),
    "snoozed_until": lambda r: _at(r.interval.snoozed_until),
    "claimed_until": lambda r: _at(r.interval.claimed_until),
    "order": lambda r: order(r.interval),
    "soon": lambda r: r.interval.soon.timestamp(),
    "took": lambda r: _took(r.interval),
}
ROW_FLAGS: Final[dict[str, Callable[[Row], bool]]] = {
    "open": lambda r: r.interval.open,
    "history": lambda r: r.interval.history,
    "thanks": lambda r: r.interval.thanks,
    "first": lambda r: r.interval.first,
    "contacted": lambda r: r.interval.contacted is not None,
    "answered": lambda r: r.interval.answered is not None,
    "closed": lambda r: r.interval.closed is not None,
    "probably": lambda r: r.interval.probably is not None,
    "snoozed": lambda r: r.interval.snoozed_at is not None,
    "snoozed_until": lambda r: r.interval.snoozed_until is not None,
    "claimed_until": lambda r: r.interval.claimed_until is not None,
    "promised": lambda r: r.interval.promised is not None,
    "replies": lambda r: bool(r.interval.replies),
    "tagged": lambda r: bool(r.interval.tags),
    "claimed": lambda r: r.interval.claimed_by is not None,
}


def _of_opener(read: Callable[[Item], V]) -> Callable[[Row], V]:
    return lambda row: read(row.interval.opener)


OF_ROW: Final[Readers[Row]] = Readers(
    {name: _of_opener(read) for name, read in ITEM_TEXTS.items()} | ROW_TEXTS,
    {name: _of_opener(read) for name, read in ITEM_NUMBERS.items()} | ROW_NUMBERS,
    {name: _of_opener(read) for name, read in ITEM_FLAGS.items()} | ROW_FLAGS,
)


def _of_item(read: Callable[[Item], V]) -> Callable[[Arrived], V]:
    return lambda one: read(one.item)


ARRIVED_TEXTS: Final[dict[str, Callable[[Arrived], Sequence[str]]]] = {
    "id": lambda one: (one.item.id,),
    "items": lambda one: (one.item.id,),
    "tags": lambda one: one.tags,
    "priority": lambda one: (one.priority,),
}
ARRIVED_FLAGS: Final[dict[str, Callable[[Arrived], bool]]] = {"tagged": lambda one: bool(one.tags)}

OF_ITEM: Final[Readers[Arrived]] = Readers(
    {name: _of_item(read) for name, read in ITEM_TEXTS.items()} | ARRIVED_TEXTS,
    {name: _of_item(read) for name, read in ITEM_NUMBERS.items()},
    {name: _of_item(read) for name, read in ITEM_FLAGS.items()} | ARRIVED_FLAGS,
)
