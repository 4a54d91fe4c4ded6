"""What the numbers are made of, kept between two countings: only what moved is read again.

The columns of a large store are kept in it, too, so that the next program need not read every
document. They hold no words; forgetting somebody drops them in the same commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from sys import byteorder
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cxtui.core.feed import Gap
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Person, Reply
from cxtui.errors import StoreError
from cxtui.store.contacts import parsed
from cxtui.store.tables import Tables

if TYPE_CHECKING:
    from cxtui.core.filters import Filter, Sight
    from cxtui.core.metrics import Facts, Ledger

AT_ONCE: Final = 500
"""So many documents are read together: their texts are gone before the next ones come."""
MANY: Final = 4_000
"""So many documents are read before the columns are kept anew."""
FORM: Final = f"3 {byteorder}"
"""What is kept in another form is not used."""


class _About(msgspec.Struct):
    contact: str = ""


def _reply(text: str) -> Reply | None:
    """A reply, unless it is not known yet what it answers."""
    return parsed(text, Reply) if parsed(text, _About).contact else None


VALUES: Final[Mapping[str, Callable[[str], Any]]] = {
    "gaps": lambda text: parsed(text, Gap),
    "events": lambda text: parsed(text, Event),
    "promises": lambda text: parsed(text, Promise),
    "items": lambda text: parsed(text, Item),
    "replies": _reply,
    "intervals": lambda text: parsed(text, Interval),
    "people": lambda text: parsed(text, Person),
}
"""How a document of a table becomes a value; None where it does not count yet."""


class Counted:
    """The numbers of one store as they were last counted. Used by one thread."""

    def __init__(self) -> None:
        self._ledger: Ledger | None = None
        self._cursor = 0
        self._unkept = 0
        self._part: tuple[object, Ledger] | None = None
        self._ended = False

    def end(self) -> None:
        """Count no further, from any thread: what is under way raises StoreError."""
        self._ended = True

    def ledger(self, tables: Tables) -> Ledger:
        """Everything the numbers are made of, in columns."""
        if self._ledger is None:
            self._restore(tables)
        moved = None if self._ledger is None else tables.moved(self._cursor)
        ledger, self._ledger = self._ledger, None  # counted anew after a failure
        if ledger is None or moved is None:
            begun = tables.moved(None)
            ledger = self._all(tables)
            self._unkept = len(ledger.waits) + len(ledger.voices)
            moved = begun and (tables.moved(begun.cursor) or begun)  # others wrote meanwhile
        if moved is not None:
            self._again(tables, ledger, moved.numbers)
            self._unkept += sum(map(len, moved.numbers.values()))
        self._ledger, self._cursor = ledger, moved.cursor if moved else 0
        if self._unkept >= MANY:
            self._keep(tables, ledger)
        return ledger

    def part(self, tables: Tables, only: Filter | None, sight: Sight | None) -> Ledger:
        """What a filter shows of it, for whoever looks; kept until something moves."""
        ledger = self.ledger(tables)
        if only is None or sight is None or only.empty:
            return ledger
        asked = only.text, sight.zone, sight.me, sight.now if only.timed else None, self._cursor
        if self._part is None or self._part[0] != asked:
            self._part = asked, _part(tables, ledger, only, sight)
        return self._part[1]

    def _all(self, tables: Tables) -> Ledger:
        """The columns of a whole store."""
        from cxtui.core.metrics import Ledger

        ledger = Ledger()
        for table in VALUES:
            for some in self._chunks([number for number, _ in tables.stamps(table)]):
                ledger.take(**{table: _values(tables, table, some)})
        return ledger

    def _again(self, tables: Tables, ledger: Ledger, moved: Mapping[str, set[int]]) -> None:
        """Take over what has moved, and then the intervals that count differently because of it."""
        fresh: dict[str, list[tuple[int, Any]]] = {}
        for table in VALUES:
            numbers = moved.get(table, set[int]())
            some = self._chunks(sorted(numbers))
            fresh[table] = [one for chunk in some for one in _values(tables, table, chunk)]
            ledger.drop(table, numbers - {number for number, _ in fresh[table]})
        ledger.take(**fresh)
        stale, ledger.stale = sorted(ledger.stale), set()
        for some in self._chunks(stale):
            ledger.take(intervals=_values(tables, "intervals", some))

    def _chunks(self, numbers: Sequence[int]) -> Iterator[Sequence[int]]:
        for some in _chunks(numbers):
            if self._ended:
                raise StoreError("the store is closed")
            yield some

    def _restore(self, tables: Tables) -> None:
        from cxtui.core.metrics import Ledger

        kept = tables.kept()
        if kept is None:
            return
        with suppress(msgspec.DecodeError, KeyError, ValueError, TypeError):
            state = msgspec.msgpack.decode(kept[1])
            if state["form"] == FORM:
                self._ledger, self._cursor = Ledger.restored(state), kept[0]

    def _keep(self, tables: Tables, ledger: Ledger) -> None:
        """Keep the columns for the next program; a store that cannot be written is counted all the same."""
        self._unkept = 0
        with suppress(StoreError, UnicodeError):
            tables.keep(self._cursor, msgspec.msgpack.encode({"form": FORM, **ledger.state()}))


def facts(tables: Tables) -> Facts:
    """Everything the numbers are made of, in whole values, by number."""
    from cxtui.core.metrics import Facts

    found: dict[str, Any] = {}
    for table in VALUES:
        numbers = [number for number, _ in tables.stamps(table)]
        found[table] = tuple(value for some in _chunks(numbers) for _, value in _values(tables, table, some))
    return Facts(**found)


def _part(tables: Tables, ledger: Ledger, only: Filter, sight: Sight) -> Ledger:
    """A part of the columns; where they cannot tell what belongs to it, the documents do."""
    from cxtui.core.metrics.part import fitting, others_fitting, part
    from cxtui.store.finding import chosen

    kept, others = fitting(ledger, only, sight), others_fitting(ledger, only)
    if kept is None:
        kept = {one.number for one in tables.stored("intervals", chosen(tables, only, sight))}
    if others is None:
        posts = sorted(ledger.others)
        found = (one for some in _chunks(posts) for one in _values(tables, "items", some))
        others = {number for number, item in found if only.fits(item)}
    return part(ledger, kept, others)


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(numbers), AT_ONCE):
        yield numbers[first : first + AT_ONCE]


def _values(tables: Tables, table: str, numbers: Sequence[int]) -> list[tuple[int, Any]]:
    """The values of documents by number; what is gone meanwhile, or does not count yet, is left out."""
    found = ((one.number, VALUES[table](one.text)) for one in tables.numbered(table, numbers))
    return [(number, value) for number, value in found if value is not None]
