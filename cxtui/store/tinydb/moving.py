"""Which documents have moved since somebody looked, and what was worked out from all of them.

Every commit leaves one row that names the documents it wrote, by table and number, where numbers
are made of them. Whoever has counted up to such a row need not look at any other document again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from zlib import crc32

import msgspec

from cxtui.store.tables import COUNTED, Moved

if TYPE_CHECKING:
    from cxtui.store.tinydb.connection import Connection

MOVED: Final = 'CREATE TABLE IF NOT EXISTS "+moved"(seq INTEGER PRIMARY KEY,what)'
NUMBERS: Final = (
    'CREATE TABLE IF NOT EXISTS "+numbers" '
    "(one INTEGER PRIMARY KEY, seq INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL)"
)
THERE: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('+moved', '+numbers')"
PIECE: Final = 1024 * 1024
"""Bytes that are kept in one commit: nobody who writes waits for more."""
KEPT: Final = 20_000
"""So many commits are remembered behind what was kept."""
ALL: Final = 0
"""The number that stands for every document of a table."""

DROPPED: Final = "+numbers"
"""Stands in the row of a commit that dropped what was kept."""


class Piece(NamedTuple):
    """Some bytes of what is kept: how many pieces are left with it, the checksum of all up to its end."""

    left: int
    crc: int
    body: bytes
    first: bool


def pieces(body: bytes) -> Iterator[Piece]:
    """What is to be kept, in pieces of which each is written in a moment."""
    crc, count = 0, max(-(-len(body) // PIECE), 1)
    for number in range(count):
        some = body[number * PIECE : (number + 1) * PIECE]
        crc = crc32(some, crc)
        yield Piece(count - number, crc, some, first=number == 0)


class Moving:
    """What moves in one file. Writing is for inside a commit only."""

    def __init__(self, file: Connection) -> None:
        self._file = file
        self._there: set[str] = set()
        self._noted: dict[str, dict[int, None]] = {}

    def forget(self) -> None:
        """Another process may have dropped or made the tables."""
        self._there.clear()

    def note(self, table: str, number: int) -> None:
        """A document is written, or removed."""
        if table in COUNTED:
            self._noted.setdefault(table, {})[number] = None

    def write(self) -> None:
        """Leave the row of a commit that ends."""
        if self._noted:
            self._make("+moved", MOVED)
            what = msgspec.json.encode({table: list(numbers) for table, numbers in self._noted.items()})
            self._file.write('INSERT INTO "+moved" (what) VALUES (?)', (what.decode(),))

    def done(self) -> None:
        """The commit is over, kept or not."""
        self._noted.clear()

    def since(self, cursor: int | None) -> Moved | None:
        """What has moved behind a cursor; None where that is not known. Without one only the present one."""
        if not self._has("+moved"):
            return Moved(0, {}) if not cursor else None
        ((first, last),) = self._file.rows('SELECT min(seq), max(seq) FROM "+moved"')
        if first is None:
            return Moved(0, {}) if not cursor else None
        if cursor is None:
            return Moved(last, {})
        if not first - 1 <= cursor <= last:
            return None
        found: dict[str, set[int]] = {}
        for seq, what in self._file.rows(
            'SELECT seq, what FROM "+moved" WHERE seq > ? ORDER BY seq', (cursor,)
        ):
            last = seq
            for table, numbers in msgspec.json.decode(what, type=dict[str, list[int]]).items():
                if table != DROPPED:
                    found.setdefault(table, set()).update(numbers)
        return None if any(ALL in numbers for numbers in found.values()) else Moved(last, found)

    def kept(self) -> tuple[int, bytes] | None:
        """What was kept, and up to which cursor it was counted; None where it is not whole."""
        if not self._has("+numbers"):
            return None
        found = self._file.rows('SELECT one, seq, crc, body FROM "+numbers" ORDER BY one DESC')
        crc = 0
        for left, (one, seq, noted, body) in zip(range(len(found), 0, -1), found, strict=True):
            crc = crc32(body, crc)
            if (one, seq, noted) != (left, found[0][1], crc):
                return None
        return (int(found[0][1]), b"".join(body for *_, body in found)) if found else None

    def keep(self, cursor: int, piece: Piece) -> bool:
        """Keep a piece of what was counted up to a cursor; False where that must not be kept any more.

        The first one drops what was kept, and comes too late where somebody was forgotten since.
        """
        self._make("+numbers", NUMBERS)
        if piece.first:
            if self.since(cursor) is None or self._dropped(cursor):
                return False
            self._file.write('DELETE FROM "+numbers"')
        elif not self._file.rows(
            'SELECT 1 FROM "+numbers" WHERE one = ? AND seq = ?', (piece.left + 1, cursor)
        ):
            return False
        row = cast("tuple[Any, ...]", (piece.left, cursor, piece.crc, piece.body))
        self._file.write('INSERT INTO "+numbers" (one, seq, crc, body) VALUES (?, ?, ?, ?)', row)
        if piece.left == 1 and self._has("+moved"):
            self._file.write('DELETE FROM "+moved" WHERE seq < ?', (cursor - KEPT,))
        return True

    def unkeep(self) -> None:
        """Keep nothing any more."""
        if self._has("+numbers"):
            self._file.write('DELETE FROM "+numbers"')
            self._noted.setdefault(DROPPED, {})[ALL] = None

    def _dropped(self, cursor: int) -> bool:
        """Whether what was kept was dropped behind a cursor: who counted up to it knows who was forgotten."""
        sql = 'SELECT 1 FROM "+moved" WHERE seq > ? AND instr(what, ?) LIMIT 1'
        return self._has("+moved") and bool(self._file.rows(sql, (cursor, f'"{DROPPED}"')))

    def _make(self, name: str, sql: str) -> None:
        if name not in self._there:
            self._file.write(sql)
            self._there.add(name)

    def _has(self, name: str) -> bool:
        if name not in self._there:
            self._there.update(found.decode() for (found,) in self._file.rows(THERE))
        return name in self._there
