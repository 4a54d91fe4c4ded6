"""TinyDB's storage as tables of rows in SQLite, one row per document.

A row is ``(id, key, doc, crc)``: the number of the document in its table, its key (for
TinyDB its id as text), its JSON, and a checksum over the other three that is verified
whenever the row is read.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from zlib import crc32

from tinydb.storages import Storage

from cxtui.core.search import SEARCHED
from cxtui.errors import StoreBroken, StoreError
from cxtui.store.document import Doc, pack, pack_key, unpack, unpack_key
from cxtui.store.query import value_of
from cxtui.store.tables import INDEXES, Stored
from cxtui.store.tinydb.connection import Connection
from cxtui.store.tinydb.search import Words

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

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self._file = Connection(Path(path))
        self.words = Words(self._file)
        self._there: set[str] = set()
        self._missing: set[str] = set()
        self._stood = 0

    @contextmanager
    def commit(self) -> Generator[None]:
        """What is written inside is durable at the end, or not there at all; may be nested."""
        self._missing.clear()
        done = False
        try:
            with self._file.commit():
                if (now := self._file.others()) != self._stood:
                    self._there.clear()
                    self._stood = now
                yield
            done = True
        finally:
            self._missing.clear()
            if not done:
                self._there.clear()

    def writing(self) -> AbstractContextManager[None]:
        """A commit for one write; none inside another commit, where one statement is whole by itself."""
        return nullcontext() if self._file.in_commit else self.commit()

    def wash(self) -> bool:
        """Leave nothing of what was removed in the file and its log; False where others hinder that."""
        from cxtui.store.tinydb.washing import wash

        self.words.rebuild()
        return wash(self._file)

    def take_in_words(self) -> None:
        """Make the texts of a store from before they were kept findable."""
        if self.words.there or not any(map(self.has, SEARCHED)):
            return
        with self.commit():
            self.words.make()
            for table in SEARCHED:
                self.words.fill(table, ((row.key, row.document()) for row in self.select(table)))

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
            "WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' AND substr(name, 1, 1) <> '+' "
            "ORDER BY rowid"
        )
        return [name_of(name.decode()) for (name,) in found]

    def has(self, table: str) -> bool:
        """Whether the table exists. That it does not is believed only while nobody else can make it."""
        if table in self._there:
            return True
        if table in self._missing:
            return False
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        found = bool(self._file.rows(sql, (_sql_name(table),)))
        if found:
            self._there.add(table)
        elif self._file.in_commit:
            self._missing.add(table)
        return found

    def ensure(self, table: str) -> None:
        """Make the table with its indexes unless it exists. Only inside `commit`."""
        if self.has(table):
            return
        name = _sql_name(table)
        self._file.write(table_sql(name))
        for fields in INDEXES.get(table, ()):
            self._file.write(index_sql(name, fields))
        if table in SEARCHED:
            self.words.make()
        self._missing.discard(table)

    def drop(self, table: str) -> None:
        """Drop the table with all that is in it, its numbers too."""
        with self.commit():
            self._file.write(f'DROP TABLE IF EXISTS "{_sql_name(table)}"')
            if table in SEARCHED:
                self.words.clear(table)
            self._there.discard(table)

    def clear(self, table: str) -> None:
        """Remove all documents; numbers begin at 1 again."""
        with self.commit():
            self.ensure(table)
            name = _sql_name(table)
            self._file.write(f'DELETE FROM "{name}"')  # noqa: S608 - a name made by _sql_name
            if table in SEARCHED:
                self.words.clear(table)
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
        return [self._verified(table, *row) for row in self._found(table, where, args, order, limit)]

    def stored(
        self,
        table: str,
        where: str,
        args: Sequence[str | float] = (),
        *,
        order: str | None = None,
        limit: int | None = None,
    ) -> list[Stored]:
        """The same rows with their checksums."""
        found = self._found(table, where, args, order, limit)
        for row in found:
            self._verify(table, *row)
        return [Stored(number, crc, doc.decode("ascii")) for number, _, doc, crc in found]

    def stamps(self, table: str) -> list[tuple[int, int]]:
        """Number and checksum of every row, by number; nothing is verified."""
        return self._asked(table, f'SELECT id, crc FROM "{_sql_name(table)}" ORDER BY id')  # noqa: S608 - a name made by _sql_name

    def row(self, table: str, key: str) -> Row | None:
        """The row of a key."""
        sql = f'SELECT id, key, doc, crc FROM "{_sql_name(table)}" WHERE key = ?'  # noqa: S608 - a name made by _sql_name
        found = self._asked(table, sql, (pack_key(key),))
        return self._verified(table, *found[0]) if found else None

    def count(self, table: str) -> int:
        """How many documents a table has."""
        found = self._asked(table, f'SELECT count(*) FROM "{_sql_name(table)}"')  # noqa: S608 - a name made by _sql_name
        return int(found[0][0]) if found else 0

    def keys_around(self, table: str, key: str, limit: int) -> Iterator[str]:
        """Up to ``limit`` keys before a key and as many from there on."""
        name = _sql_name(table)
        for side in ("key < ? ORDER BY key DESC", "key >= ? ORDER BY key"):
            sql = f'SELECT key FROM "{name}" WHERE {side} LIMIT ?'  # noqa: S608 - a name made by _sql_name
            for (found,) in self._asked(table, sql, (pack_key(key), limit)):
                yield unpack_key(found.decode(errors="replace"))

    def last(self, table: str) -> int:
        """The highest number ever given in a table; 0 before the first."""
        found = self._asked(table, f"SELECT {_last(table)}")
        return int(found[0][0]) if found else 0

    def next_id(self, table: str) -> int:
        """The next number that is free as a number and as a key."""
        taken_too = f'EXISTS (SELECT 1 FROM "{_sql_name(table)}" WHERE key = CAST(last + 1 AS TEXT))'  # noqa: S608 - a name made by _sql_name
        found = self._asked(table, f"SELECT last + 1, {taken_too} FROM (SELECT {_last(table)} AS last)")  # noqa: S608 - as above
        number, taken = map(int, found[0]) if found else (1, 0)
        while taken and self.row(table, str(number)) is not None:
            number += 1
        return number

    def put(self, table: str, key: str, text: str) -> None:
        """Insert or replace the JSON of a key. Only inside `commit`."""
        self.ensure(table)
        sql = f'SELECT (SELECT id FROM "{_sql_name(table)}" WHERE key = ?), {_last(table)}'  # noqa: S608 - a name made by _sql_name
        number, last = self._file.rows(sql, (pack_key(key),))[0]
        if number is not None:
            self.replace(table, Row(number, key, text))
        else:
            self.insert(table, Row(int(last) + 1, key, text))

    def insert(self, table: str, row: Row) -> None:
        """Write a new row into an existing table. Only inside `commit`."""
        self._file.write(
            f'INSERT INTO "{_sql_name(table)}" (id, key, doc, crc) VALUES (?, ?, ?, ?)',  # noqa: S608 - a name made by _sql_name
            (row.number, pack_key(row.key), row.text, _crc(row)),
        )
        if table in SEARCHED:
            self.words.put(table, row.key, row.document())

    def replace(self, table: str, row: Row) -> None:
        """Write an existing row again. Only inside `commit`."""
        self._file.write(
            f'UPDATE "{_sql_name(table)}" SET doc = ?, crc = ? WHERE id = ?',  # noqa: S608 - a name made by _sql_name
            (row.text, _crc(row), row.number),
        )
        if table in SEARCHED:
            self.words.put(table, row.key, row.document())

    def number_from(self, table: str, number: int) -> None:
        """Let the next number be a higher one than this. Only inside `commit`."""
        name = _sql_name(table)
        self._file.write("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        self._file.write("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, number))

    def remove(self, table: str, key: str) -> None:
        """Remove the row of a key. Only inside `commit`."""
        if self.row(table, key):
            self._file.write(f'DELETE FROM "{_sql_name(table)}" WHERE key = ?', (pack_key(key),))  # noqa: S608 - a name made by _sql_name
            if table in SEARCHED:
                self.words.drop(table, key)

    def _found(
        self, table: str, where: str, args: Sequence[str | float], order: str | None, limit: int | None
    ) -> list[Any]:
        by = f"{value_of(order)}, id" if order else "id"
        return self._asked(
            table,
            f'SELECT id, key, doc, crc FROM "{_sql_name(table)}" WHERE {where} ORDER BY {by} LIMIT ?',  # noqa: S608 - names made by _sql_name and value_of
            (*args, -1 if limit is None else limit),
        )

    def _asked(self, table: str, sql: str, args: Sequence[str | float] = ()) -> list[Any]:
        """What a question about a table gives; nothing where there is no such table, any more."""
        if not self.has(table):
            return []
        try:
            return self._file.rows(sql, args)
        except StoreError:
            self._there.discard(table)
            if self._file.in_commit or self.has(table):
                raise
            return []

    def _verified(self, table: str, number: int, key: bytes, doc: bytes, crc: int) -> Row:
        self._verify(table, number, key, doc, crc)
        return Row(number, unpack_key(key.decode()), doc.decode("ascii"))

    def _verify(self, table: str, number: int, key: bytes, doc: bytes, crc: int) -> None:
        if crc32(doc, crc32(b"%d\0%b\0" % (number, key))) != crc:
            raise StoreBroken(
                f"{self._file.path} is damaged: the document {key.decode(errors='replace')!r} in the table "
                f"{table!r} is not as it was written; put a backup in its place"
            )


def table_sql(name: str) -> str:
    """What makes a table of documents, by its name in SQL."""
    return (
        f'CREATE TABLE "{name}" (id INTEGER PRIMARY KEY AUTOINCREMENT, '
        "key TEXT NOT NULL UNIQUE, doc TEXT NOT NULL, crc INTEGER NOT NULL)"
    )


def index_sql(name: str, fields: str) -> str:
    """What makes an index of a table, by the table's name in SQL."""
    return f'CREATE INDEX "{name}.{fields}" ON "{name}" ({", ".join(map(value_of, fields.split()))})'


def _crc(row: Row) -> int:
    return crc32(row.text.encode("ascii"), crc32(b"%d\0%b\0" % (row.number, pack_key(row.key).encode())))


@cache
def _last(table: str) -> str:
    """The SQL expression of the highest number ever given in a table."""
    name = _sql_name(table)
    given = f"(SELECT seq FROM sqlite_sequence WHERE name = '{name}')"  # noqa: S608 - a name made by _sql_name
    return f'max(ifnull({given}, 0), ifnull((SELECT max(id) FROM "{name}"), 0))'  # noqa: S608 - a name made by _sql_name


@cache
def _sql_name(table: str) -> str:
    """The table's name in SQL, where case and quotes cannot matter."""
    if PLAIN.fullmatch(table):
        return table
    return "~" + table.encode("utf-8", "surrogatepass").hex()


def name_of(name: str) -> str:
    """The table's name behind its name in SQL."""
    if not name.startswith("~"):
        return name
    return bytes.fromhex(name[1:]).decode("utf-8", "surrogatepass")
