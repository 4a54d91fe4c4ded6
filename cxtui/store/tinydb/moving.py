"""Which documents have moved since somebody looked, and what was worked out from all of them.

Every commit leaves one row that names the documents it wrote, by table and number, where numbers
are made of them. Whoever has counted up to such a row need not look at any other document again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
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
KEPT: Final = 20_000
"""So many commits are remembered behind what was kept."""
ALL: Final = 0
"""The number that stands for every document of a table."""


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
                found.setdefault(table, set()).update(numbers)
        return None if any(ALL in numbers for numbers in found.values()) else Moved(last, found)

    def kept(self) -> tuple[int, bytes] | None:
        """What was kept, and up to which cursor it was counted."""
        if not self._has("+numbers"):
            return None
        for seq, crc, body in self._file.rows('SELECT seq, crc, body FROM "+numbers"'):
            if crc32(body) == crc:
                return int(seq), bytes(body)
        return None

    def keep(self, cursor: int, body: bytes) -> None:
        """Keep what was counted up to a cursor in place of what was kept."""
        self._make("+numbers", NUMBERS)
        row = cast("tuple[Any, ...]", (cursor, crc32(body), body))
        self._file.write('INSERT OR REPLACE INTO "+numbers" (one, seq, crc, body) VALUES (1, ?, ?, ?)', row)
        if self._has("+moved"):
            self._file.write('DELETE FROM "+moved" WHERE seq < ?', (cursor - KEPT,))

    def unkeep(self) -> None:
        """Keep nothing any more."""
        if self._has("+numbers"):
            self._file.write('DELETE FROM "+numbers"')

    def _make(self, name: str, sql: str) -> None:
        if name not in self._there:
            self._file.write(sql)
            self._there.add(name)

    def _has(self, name: str) -> bool:
        if name not in self._there:
            self._there.update(found.decode() for (found,) in self._file.rows(THERE))
        return name in self._there
