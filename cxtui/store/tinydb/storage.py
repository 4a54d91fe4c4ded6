"""TinyDB's storage as tables of rows in SQLite, one row per document.

A row is ``(id, key, doc, crc)``: the number of the document in its table, its key (for
TinyDB its id as text), its JSON, and a checksum over the other three that is verified
whenever the row is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, NamedTuple
from zlib import crc32

from tinydb.storages import Storage

from cxtui.errors import StoreBroken
from cxtui.store.document import Doc, pack, pack_key, unpack, unpack_key
from cxtui.store.query import value_of
from cxtui.store.tables import INDEXES
from cxtui.store.tinydb.connection import Connection

PLAIN: Final = re.compile(r"(?!sqlite_)[a-z_][a-z0-9_]*")
LARGEST: Final = 2**53
"""Ids above it are keys only: SQLite's own numbers end soon after."""


class Row(NamedTuple):
    """One stored document. ``key`` is as its user gave it."""

    number: int
    key: str
    text: str

    def document(self) -> Doc:
        """A fresh copy."""
        return unpack(self.text)


class SqliteStorage(Storage):
    """A TinyDB storage whose writes last, whoever else has the file open.

    Raises: StoreFull, StoreLocked, StoreBroken, from every method.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self._file = Connection(Path(path))

    def commit(self) -> AbstractContextManager[None]:
        """What is written inside is durable at the end, or not there at all; may be nested."""
        return self._file.commit()

    def version(self) -> int:
        """A number that is another one after anybody's commit."""
        return self._file.version()

    def stamp(self) -> tuple[int, int]:
        """What stays the same only while no document can have changed."""
        return self._file.version(), self._file.generation

    def checkpoint(self) -> bool:
        """Move SQLite's log into its file; False while somebody else is writing."""
        return self._file.checkpoint()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The whole database, as TinyDB's contract has it; None while it has no table."""
        return {name: {row.key: row.document() for row in self.select(name)} for name in self.names()} or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make the database be ``data``; only what differs is written."""
        with self.commit():
            for name in self.names():
                if name not in data:
                    self.drop(name)
            for name, documents in data.items():
                self.replace_all(name, documents)

    def replace_all(self, table: str, documents: dict[str, Any]) -> None:
        """Make a table, which exists afterwards, hold these documents by key."""
        with self.commit():
            self.ensure(table)
            old = {row.key: row.text for row in self.select(table)}
            for key in old.keys() - documents.keys():
                self.remove(table, key)
            for key, document in documents.items():
                if (text := pack(document)) != old.get(key):
                    self.put(table, key, text)

    def names(self) -> list[str]:
        """The names of all tables, oldest first."""
        found = self._file.rows(
            "SELECT name FROM sqlite_master "
            "WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid"
        )
        return [_name_of(name.decode()) for (name,) in found]

    def has(self, table: str) -> bool:
        """Whether the table exists."""
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return bool(self._file.rows(sql, (_sql_name(table),)))

    def ensure(self, table: str) -> None:
        """Make the table with its indexes unless it exists. Only inside `commit`."""
        if self.has(table):
            return
        name = _sql_name(table)
        self._file.write(
            f'CREATE TABLE "{name}" (id INTEGER PRIMARY KEY AUTOINCREMENT, '
            "key TEXT NOT NULL UNIQUE, doc TEXT NOT NULL, crc INTEGER NOT NULL)"
        )
        for fields in INDEXES.get(table, ()):
            values = ", ".join(map(value_of, fields.split()))
            self._file.write(f'CREATE INDEX "{name}.{fields}" ON "{name}" ({values})')

    def drop(self, table: str) -> None:
        """Drop the table with all that is in it, its numbers too."""
        with self.commit():
            self._file.write(f'DROP TABLE IF EXISTS "{_sql_name(table)}"')

    def clear(self, table: str) -> None:
        """Remove all documents; numbers begin at 1 again."""
        with self.commit():
            self.ensure(table)
            name = _sql_name(table)
            self._file.write(f'DELETE FROM "{name}"')  # noqa: S608 - a name made by _sql_name
            self._file.write("DELETE FROM sqlite_sequence WHERE name = ?", (name,))

    def select(
        self,
        table: str,
        where: str = "1",
        args: Sequence[str | int] = (),
        *,
        order: str | None = None,
        limit: int | None = None,
    ) -> list[Row]:
        """Rows that fit an SQL condition, by number or by a field and then by number."""
        if not self.has(table):
            return []
        by = f"{value_of(order)}, id" if order else "id"
        found = self._file.rows(
            f'SELECT id, key, doc, crc FROM "{_sql_name(table)}" WHERE {where} ORDER BY {by} LIMIT ?',  # noqa: S608 - names made by _sql_name and value_of
            (*args, -1 if limit is None else limit),
        )
        return [self._verified(table, *row) for row in found]

    def row(self, table: str, key: str) -> Row | None:
        """The row of a key."""
        found = self.select(table, "key = ?", (pack_key(key),))
        return found[0] if found else None

    def count(self, table: str) -> int:
        """How many documents a table has."""
        if not self.has(table):
            return 0
        return int(self._file.rows(f'SELECT count(*) FROM "{_sql_name(table)}"')[0][0])  # noqa: S608 - a name made by _sql_name

    def keys_around(self, table: str, key: str, limit: int) -> Iterator[str]:
        """Up to ``limit`` keys before a key and as many from there on."""
        if not self.has(table):
            return
        name = _sql_name(table)
        for side in ("key < ? ORDER BY key DESC", "key >= ? ORDER BY key"):
            sql = f'SELECT key FROM "{name}" WHERE {side} LIMIT ?'  # noqa: S608 - a name made by _sql_name
            for (found,) in self._file.rows(sql, (pack_key(key), limit)):
                yield unpack_key(found.decode(errors="replace"))

    def last(self, table: str) -> int:
        """The highest number ever given in a table; 0 before the first."""
        if not self.has(table):
            return 0
        name = _sql_name(table)
        given = self._file.rows("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,))
        found = self._file.rows(f'SELECT max(id) FROM "{name}"')  # noqa: S608 - a name made by _sql_name
        return max(int(number or 0) for (number,) in given + found)

    def next_id(self, table: str) -> int:
        """The next number that is free as a number and as a key."""
        number = self.last(table) + 1
        while self.row(table, str(number)) is not None:
            number += 1
        return number

    def put(self, table: str, key: str, text: str) -> None:
        """Insert or replace the JSON of a key. Only inside `commit`."""
        self.ensure(table)
        old = self._file.rows(f'SELECT id FROM "{_sql_name(table)}" WHERE key = ?', (pack_key(key),))  # noqa: S608 - a name made by _sql_name
        if old:
            self.replace(table, Row(old[0][0], key, text))
        else:
            self.insert(table, Row(self.last(table) + 1, key, text))

    def insert(self, table: str, row: Row) -> None:
        """Write a new row into an existing table. Only inside `commit`."""
        self._file.write(
            f'INSERT INTO "{_sql_name(table)}" (id, key, doc, crc) VALUES (?, ?, ?, ?)',  # noqa: S608 - a name made by _sql_name
            (row.number, pack_key(row.key), row.text, _crc(row)),
        )

    def replace(self, table: str, row: Row) -> None:
        """Write an existing row again. Only inside `commit`."""
        self._file.write(
            f'UPDATE "{_sql_name(table)}" SET doc = ?, crc = ? WHERE id = ?',  # noqa: S608 - a name made by _sql_name
            (row.text, _crc(row), row.number),
        )

    def remove(self, table: str, key: str) -> None:
        """Remove the row of a key. Only inside `commit`."""
        if self.row(table, key):
            self._file.write(f'DELETE FROM "{_sql_name(table)}" WHERE key = ?', (pack_key(key),))  # noqa: S608 - a name made by _sql_name

    def _verified(self, table: str, number: int, key: bytes, doc: bytes, crc: int) -> Row:
        if crc32(doc, crc32(b"%d\0%b\0" % (number, key))) != crc:
            raise StoreBroken(
                f"{self._file.path} is damaged: the document {key.decode(errors='replace')!r} in the table "
                f"{table!r} is not as it was written; put a backup in its place"
            )
        return Row(number, unpack_key(key.decode()), doc.decode("ascii"))


def _crc(row: Row) -> int:
    return crc32(row.text.encode("ascii"), crc32(b"%d\0%b\0" % (row.number, pack_key(row.key).encode())))


def _sql_name(table: str) -> str:
    """The table's name in SQL, where case and quotes cannot matter."""
    if PLAIN.fullmatch(table):
        return table
    return "~" + table.encode("utf-8", "surrogatepass").hex()


def _name_of(name: str) -> str:
    if not name.startswith("~"):
        return name
    return bytes.fromhex(name[1:]).decode("utf-8", "surrogatepass")
