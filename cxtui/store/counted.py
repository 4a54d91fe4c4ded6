"""What the numbers are made of, kept between two countings: only what changed is read again."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from cxtui.core.feed import Gap
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Reply
from cxtui.store.contacts import parsed, read
from cxtui.store.document import unpack
from cxtui.store.tables import Stored, Tables

if TYPE_CHECKING:
    from cxtui.core.metrics import Facts

T = TypeVar("T")

AT_ONCE = 500
"""So many documents are read together: their texts are gone before the next ones come."""


class Counted:
    """The facts of one store as they were last read, and what changed since. Used by its thread."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._facts: Facts | None = None
        self._intervals = _Kept("intervals", lambda text: parsed(text, Interval))
        self._items = _Kept("items", lambda text: parsed(text, Item))
        self._replies = _Kept("replies", _reply)
        self._events = _Kept("events", lambda text: read(unpack(text), Event))
        self._promises = _Kept("promises", lambda text: parsed(text, Promise))
        self._gaps = _Kept("gaps", lambda text: parsed(text, Gap))

    def note(self, found: Iterable[Stored], intervals: Iterable[Interval]) -> None:
        """Take intervals that were read for something else, so that they are held once."""
        if self._facts is None:
            self._intervals.note(found, intervals)

    def facts(self, tables: Tables) -> Facts:
        """Everything the numbers are made of."""
        from cxtui.core.metrics import Facts

        version = tables.version()
        if self._facts is None or version != self._version:
            items = self._items.now(tables)
            self._facts = Facts(
                intervals=self._intervals.now(tables, _sharing(items)),
                items=items,
                replies=self._replies.now(tables),
                events=self._events.now(tables),
                promises=self._promises.now(tables),
                gaps=self._gaps.now(tables),
            )
            self._version = version
        return self._facts


class _Kept(Generic[T]):
    """The values of one table by number, each with the checksum under which it was read."""

    def __init__(self, table: str, value: Callable[[str], T | None]) -> None:
        self._table = table
        self._value = value
        self._numbers, self._stamps = array("q"), array("Q")
        self._values: list[T | None] = []
        self._known: dict[tuple[int, int], T] = {}
        self._now: tuple[T, ...] = ()

    def note(self, found: Iterable[Stored], values: Iterable[T]) -> None:
        """Values that need not be read."""
        self._known |= {(one.number, one.stamp): value for one, value in zip(found, values, strict=True)}

    def now(self, tables: Tables, use: Callable[[list[T]], None] = lambda _: None) -> tuple[T, ...]:
        """The values as they stand, by number; ``use`` is given those that are new."""
        stamps = tables.stamps(self._table)
        numbers, values = array("q", (number for number, _ in stamps)), list[T | None]()
        missing: dict[int, int] = {}
        fresh: list[T] = []
        place, length = 0, len(self._numbers)
        for number, stamp in stamps:
            while place < length and self._numbers[place] < number:
                place += 1
            if place < length and (self._numbers[place], self._stamps[place]) == (number, stamp):
                values.append(self._values[place])
            elif known := self._known.get((number, stamp)):
                values.append(known)
                fresh.append(known)
            else:
                missing[number] = len(values)
                values.append(None)
        self._known.clear()
        if fresh or missing or len(values) != length:
            self._numbers, self._stamps = numbers, array("Q", (stamp for _, stamp in stamps))
            self._values = values
            fresh += self._read(tables, missing)
            use(fresh)
            self._now = tuple(value for value in values if value is not None)
        return self._now

    def _read(self, tables: Tables, missing: dict[int, int]) -> list[T]:
        """Read what is missing into its place; what was removed meanwhile is left out."""
        fresh: list[T] = []
        wanted = list(missing)
        for first in range(0, len(wanted), AT_ONCE):
            for one in tables.numbered(self._table, wanted[first : first + AT_ONCE]):
                value = self._value(one.text)
                place = missing[one.number]
                self._values[place], self._stamps[place] = value, one.stamp
                if value is not None:
                    fresh.append(value)
        return fresh


class _About(msgspec.Struct):
    contact: str = ""


def _reply(text: str) -> Reply | None:
    """A reply, unless it is not known yet what it answers."""
    return parsed(text, Reply) if parsed(text, _About).contact else None


def _sharing(items: Iterable[Item]) -> Callable[[list[Interval]], None]:
    """Has intervals hold the very items that are known, where they are equal: their texts are many."""

    def share(fresh: list[Interval]) -> None:
        wanted = {waits.opener.id for waits in fresh}
        known = {item.id: item for item in items if item.id in wanted}
        for waits in fresh:
            item = known.get(waits.opener.id)
            if item is not None and item == waits.opener:
                object.__setattr__(waits, "opener", item)  # the same value, so that nobody can see it

    return share
