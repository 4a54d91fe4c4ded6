"""What the commands of the store stand on: tables of documents, and logs.

A backend is synchronous and used by one thread. The commands above it are the same for
all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from difflib import SequenceMatcher
from typing import Final, Protocol

from cxtui.store.document import Doc
from cxtui.store.query import Query

__all__ = ["INDEXES", "NEIGHBOURS", "Doc", "Tables", "nearest"]

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

NEIGHBOURS: Final = 1000
"""How many keys on either side of a mistyped one are looked at."""


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

    def version(self) -> int:
        """A number that is another one after any process has committed a change."""
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
