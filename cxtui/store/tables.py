"""What the commands of the store stand on: tables of documents, and logs.

A backend is synchronous and used by one thread. The commands above it are the same for
all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final, NamedTuple, Protocol

from cxtui.store.document import Doc
from cxtui.store.keeping import Backup
from cxtui.store.query import Query

__all__ = ["COUNTED", "INDEXES", "NEIGHBOURS", "Doc", "Hit", "Moved", "Stored", "Tables", "nearest"]

INDEXES: Final[dict[str, tuple[str, ...]]] = {
    "items": ("contact", "thread", "parent", "flat"),
    "replies": ("item", "contact", "parent", "thread", "judged", "unseen"),
    "events": ("item", "contact", "by", "judged"),
    "intervals": ("contact_key", "thread", "open order", "order", "short", "feed"),
    "outbox": ("interval", "state"),
    "promises": ("item",),
    "gaps": ("feed",),
    "aliases": ("item",),
    "revisions": ("item",),
}
"""Table to the fields that are found by index; several fields of one index stand together.

``open`` is true or false, ``order`` a number, the others are text.
"""

COUNTED: Final = frozenset({"intervals", "items", "replies", "events", "promises", "gaps", "people"})
"""The tables that numbers are made of."""

NEIGHBOURS: Final = 1000
"""How many keys on either side of a mistyped one are looked at."""


Functions = Sequence[tuple[str, int, Callable[..., float | None]]]
"""Functions for SQL: name, number of arguments, what it does."""


class Hit(NamedTuple):
    """A document that was found by its words. ``place`` grows with the time it was written."""

    place: int
    table: str
    key: str


class Moved(NamedTuple):
    """The numbers of the `COUNTED` documents that were written or removed before ``cursor``, by table."""

    cursor: int
    numbers: dict[str, set[int]]


class Stored(NamedTuple):
    """A document as it lies there: its number, a checksum that changes with it, its JSON."""

    number: int
    stamp: int
    text: str


class Tables(Protocol):
    """Documents by table and key. A table begins with its first document.

    Documents are copied on the way in and out. Every new document gets the table's next
    number; a number is never given twice. Any method raises StoreFull, StoreLocked or
    StoreBroken; what cannot be JSON raises ValueError or TypeError and changes nothing.
    """

    def commit(self) -> AbstractContextManager[None]:
        """All that is written inside becomes durable together at its end, or not at all.

        A commit inside a commit joins it: an exception undoes what its own block did, and
        the outer block everything.
        """
        ...

    def get(self, table: str, key: str) -> Doc | None:
        """The document, or None where there is none."""
        ...

    def put(self, table: str, key: str, doc: Doc) -> None:
        """Insert or replace; a replaced document keeps its number. Outside `commit`, its own."""
        ...

    def drop(self, table: str, key: str) -> None:
        """Remove a document, if it is there."""
        ...

    def find(
        self, table: str, query: Query | None = None, *, order: str | None = None, limit: int | None = None
    ) -> list[Doc]:
        """Documents that fit, by number, or by the top-level field ``order`` and then by number.

        In an order none comes before numbers (false 0, true 1), numbers before text.
        """
        ...

    def stored(
        self,
        table: str,
        query: Query,
        *,
        order: str | None = None,
        after: tuple[float, str] | None = None,
        limit: int | None = None,
    ) -> list[Stored]:
        """What `find` finds, not read yet; ``after`` goes on behind a place in an order.

        Such a place is a number in ``order`` and the key of the document there.
        """
        ...

    def one(self, table: str, key: str) -> Stored | None:
        """What `get` gives, not read yet."""
        ...

    def together(self, questions: Sequence[tuple[str, Query]]) -> list[list[Stored]]:
        """What `stored` finds for each of some questions, by number."""
        ...

    def related(
        self, table: str, key: str, field: str, others: Sequence[tuple[str, str]]
    ) -> list[list[Stored]]:
        """Of each of some tables the documents whose field is the text in a ``field`` of one document.

        Nothing where that is not there.
        """
        ...

    def newest(self, table: str, query: Query, limit: int | None) -> list[Stored]:
        """The last documents that fit, by number."""
        ...

    def known(self, table: str, keys: Iterable[str]) -> set[str]:
        """Which of these keys have a document; asking for many at once costs little."""
        ...

    def look_ahead(self, table: str, field: str, texts: Iterable[str]) -> None:
        """Tell of what will be asked in this commit: documents with these texts in a field.

        It changes no answer; ``field`` is one that is found by index.
        """
        ...

    def lacks(self, table: str, field: str, text: str) -> bool:
        """Whether surely no document has this text in a field; false where that is not known.

        Known is what was looked ahead in this commit.
        """
        ...

    def stamps(self, table: str) -> list[tuple[int, int]]:
        """Number and checksum of every document, by number."""
        ...

    def numbered(self, table: str, numbers: Sequence[int]) -> list[Stored]:
        """The documents with these numbers, by number."""
        ...

    def moved(self, cursor: int | None) -> Moved | None:
        """What has moved behind a cursor, by any process; None where that is not known any more.

        Without a cursor nothing but the present one.
        """
        ...

    def kept(self) -> tuple[int, bytes] | None:
        """What `keep` kept, with its cursor; None where nothing is."""
        ...

    def keep(self, cursor: int, body: bytes) -> None:
        """Keep what was worked out from all that moved before a cursor, in short commits of its own.

        Where `unkeep` has come since, or comes between, nothing is kept.
        """
        ...

    def unkeep(self) -> None:
        """Drop what was kept: it may name somebody. Only inside `commit`."""
        ...

    def entries(self, table: str, query: Query | None = None) -> list[tuple[str, Doc]]:
        """What `find` finds, with its keys."""
        ...

    def keys(self, table: str, *, near: str, limit: int) -> list[str]:
        """Keys that begin with ``near``, then those most like it."""
        ...

    def append(self, table: str, doc: Doc) -> int:
        """Write to the end of a log and give the number, which is the key too."""
        ...

    def after(self, table: str, seq: int, limit: int | None = None) -> list[tuple[int, Doc]]:
        """What has a higher number, in order."""
        ...

    def last(self, table: str) -> int:
        """The highest number ever given in this table, 0 before the first."""
        ...

    def search(self, form: str, limit: int, before: int | None = None) -> list[Hit]:
        """Documents that say ``form`` (as `cxtui.core.search.form` gives it), the newest first.

        ``before`` is the place of the last one that is known already.
        """
        ...

    def saying(self, table: str, form: str) -> tuple[str, tuple[str | float, ...]] | None:
        """The keys of a table's documents that say ``form``, as SQL for a `Query` and its arguments.

        None where there is no SQL.
        """
        ...

    def teach(self, functions: Functions) -> None:
        """Let a `Query` use these functions in its SQL."""
        ...

    def wash(self) -> bool:
        """Leave nothing of what was removed or replaced in any file; False where others hinder it now."""
        ...

    def copies(self) -> list[Tables]:
        """The tables of every backup that is kept with these; to be washed and closed."""
        ...

    def version(self) -> int:
        """A number that is another one after any process has committed a change."""
        ...

    def glance(self) -> tuple[int, int] | None:
        """What stays the same only while nobody commits; None where only `version` can tell.

        Costs next to nothing and may be asked by any thread.
        """
        ...

    def again(self) -> Tables:
        """The same tables for another thread; themselves where there is no file. May be asked by any thread.

        Raises: StoreReplaced where the file was moved or replaced.
        """
        ...

    def file(self) -> str | None:
        """What a copy of the same does not share; None where there is no file."""
        ...

    def demand_room(self) -> None:
        """See that there is room for what must be written after a reply has left. Raises: StoreFull."""
        ...

    def check(self, *, opening: bool = False) -> None:
        """See that all is as it was written; at opening, as much as does not take long.

        From any thread, whatever the others do. Raises: StoreBroken naming what is not.
        """
        ...

    def backup(self, now: datetime, *, due: bool = False) -> Backup | None:
        """Copy all that is there, and see that the copy is whole; from any thread.

        None where there is no file, or with ``due`` where the last copy will do.
        Raises: StoreFull, StoreBroken.
        """
        ...

    def close(self) -> None:
        """Let go of the file; nothing may be asked afterwards."""
        ...


def nearest(near: str, neighbours: Iterable[str], limit: int) -> list[str]:
    """The best of some keys: those that begin with ``near``, then the most alike."""
    ranked: list[tuple[float, str]] = []
    matcher = SequenceMatcher(b=near, autojunk=False)
    for key in neighbours:
        if key.startswith(near):
            ranked.append((-1, key))
            continue
        matcher.set_seq1(key)
        if matcher.real_quick_ratio() >= 0.6 and matcher.quick_ratio() >= 0.6 and matcher.ratio() >= 0.6:
            ranked.append((-matcher.ratio() + 1, key))
    return [key for _, key in sorted(ranked)[:limit]]
