"""TinyDB's storage as tables of rows in SQLite, one row per document: how rows are written."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, cast
from zlib import crc32

from tinydb.storages import Storage

from cxtui.core.search import SEARCHED
from cxtui.store.document import Doc, pack, pack_key, unpack
from cxtui.store.tables import INDEXES, Functions, Stored
from cxtui.store.tinydb.asking import Asking, Row
from cxtui.store.tinydb.known import ASK
from cxtui.store.tinydb.moving import ALL, Moving
from cxtui.store.tinydb.schema import (
    index_sql,
    insert_sql,
    key_sql,
    replace_sql,
    sql_name,
    table_sql,
)
from cxtui.store.tinydb.search import Words

LARGEST: Final = 2**53
"""Ids above it are keys only: SQLite's own numbers end soon after."""


class SqliteStorage(Asking, Storage):
    """A TinyDB storage whose writes last, whoever else has the file open.

    Raises: StoreFull, StoreLocked, StoreBroken, from every method.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__(Path(path))
        self.words = Words(self._file)
        self.moving = Moving(self._file)
        self._stood = -1
        self._appended: set[str] = set()

    @contextmanager
    def commit(self) -> Generator[None]:
        """What is written inside is durable at the end, or not there at all; may be nested."""
        done, inside = False, self._file.in_commit
        try:
            with self._file.commit():
                if self._file.seen != self._stood:
                    self._forget()
                    self._stood = self._file.seen
                yield
                if not inside:
                    self.moving.write()
            done = True
        finally:
            if not done:
                self._forget()
            if not inside:
                self.moving.done()
                self._known.end()
                self._appended.clear()

    def _forget(self) -> None:
        """Somebody else has written, or something was undone: what was known may be otherwise now."""
        self._there.clear()
        self._missing.clear()
        self._known.forget()
        self.words.forget()
        self.moving.forget()

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

    def teach(self, functions: Functions) -> None:
        """Let questions use these functions."""
        self._file.teach(functions)

    def demand_place(self) -> None:
        """Raises: StoreReplaced where another file, or none, lies at the path now. For any thread."""
        self._file.demand_place()

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

    def ensure(self, table: str) -> None:
        """Make the table with its indexes unless it exists. Only inside `commit`."""
        if self.has(table):
            return
        name = sql_name(table)
        self._file.write(table_sql(name))
        for fields in INDEXES.get(table, ()):
            self._file.write(index_sql(name, fields))
        if table in SEARCHED:
            self.words.make()
        self._missing.discard(table)

    def drop(self, table: str) -> None:
        """Drop the table with all that is in it, its numbers too."""
        with self.commit():
            self._file.write(f'DROP TABLE IF EXISTS "{sql_name(table)}"')
            self.moving.note(table, ALL)
            if table in SEARCHED:
                self.words.clear(table)
            self._forget()

    def clear(self, table: str) -> None:
        """Remove all documents; numbers begin at 1 again."""
        with self.commit():
            self.ensure(table)
            name = sql_name(table)
            self._file.write(f'DELETE FROM "{name}"')  # noqa: S608 - a name made by sql_name
            self.moving.note(table, ALL)
            if table in SEARCHED:
                self.words.clear(table)
            self._file.write("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            self._forget()

    def put(self, table: str, key: str, text: str, doc: Doc | None = None) -> None:
        """Insert or replace the JSON of a key; ``doc`` is what it says. Only inside `commit`."""
        if table not in self._there:
            self.ensure(table)
        packed = pack_key(key)
        number = self._known.number(table, packed)
        doc = unpack(text) if doc is None or "\\ud" in text else doc
        if number is None:
            self._add(table, Row(self.last(table) + 1, key, text), doc)
            return
        if number == ASK and self.insert(table, Row(self.last(table) + 1, key, text), doc):
            return
        if number == ASK:
            ((number,),) = self._file.rows(key_sql(table), (packed,))
        self.replace(table, Row(cast("int", number), key, text), doc)

    def append(self, table: str, text: str, doc: Doc) -> int:
        """Insert a JSON under the next number, which is its key, too. Only inside `commit`."""
        if table not in self._there:
            self.ensure(table)
        number = self.last(table) + 1
        if table in self._appended:  # probably one of many
            while self._taken(table, str(number)):
                number += 1
            self._add(table, Row(number, str(number), text), doc)
            return number
        self._appended.add(table)
        while not self.insert(table, Row(number, str(number), text), doc):
            number += 1
        return number

    def _taken(self, table: str, key: str) -> bool:
        """Whether a row, which none that is left for later is, has a key."""
        number = self._known.number(table, key)
        return number is not None and (number != ASK or bool(self._file.peek(key_sql(table), (key,))))

    def insert(self, table: str, row: Row, doc: Doc | None = None) -> bool:
        """Write a new row into an existing table; False where one has its key. Only inside `commit`.

        ``doc`` is what it says.
        """
        packed = pack_key(row.key)
        crc = _crc(row.number, packed, row.text)
        if not self._file.add(insert_sql(table), (row.number, packed, row.text, crc)):
            return False
        self._noted(table, packed, row, crc, doc)
        return True

    def _add(self, table: str, row: Row, doc: Doc) -> None:
        """Write a new row of a number and a key that surely are free."""
        packed = pack_key(row.key)
        crc = _crc(row.number, packed, row.text)
        self._file.later(insert_sql(table), (row.number, packed, row.text, crc))
        self._noted(table, packed, row, crc, doc)

    def _noted(self, table: str, packed: str, row: Row, crc: int, doc: Doc | None) -> None:
        self._known.note(table, packed, row.number)
        if table in self._known.lasts:
            self._known.lasts[table] = max(row.number, self._known.lasts[table])
        self._say(table, row, crc, doc, new=True)

    def replace(self, table: str, row: Row, doc: Doc | None = None) -> None:
        """Write an existing row again. Only inside `commit`."""
        crc = _crc(row.number, pack_key(row.key), row.text)
        self._file.write(replace_sql(table), (row.text, crc, row.number))
        self._say(table, row, crc, doc, new=False)

    def _say(self, table: str, row: Row, crc: int, doc: Doc | None, *, new: bool) -> None:
        """Keep what a row that was written says."""
        doc = row.document() if doc is None else doc
        self._known.wrote(table, doc, Stored(row.number, crc, row.text), new=new)
        self.moving.note(table, row.number)
        if table in SEARCHED:
            self.words.put(table, row.key, doc, new=new)

    def number_from(self, table: str, number: int) -> None:
        """Let the next number be a higher one than this. Only inside `commit`."""
        name = sql_name(table)
        self._known.forget()
        self._file.write("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        self._file.write("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, number))

    def of_schema(self, schema: int) -> None:
        """Say that what it holds is of an older version: whoever opens it next brings it up to this one."""
        with self._file.commit():
            self._file.write(f"PRAGMA user_version = {schema}")

    def remove(self, table: str, key: str) -> None:
        """Remove the row of a key. Only inside `commit`."""
        if row := self.row(table, key):
            self.moving.note(table, row.number)
            self._file.write(f'DELETE FROM "{sql_name(table)}" WHERE key = ?', (pack_key(key),))  # noqa: S608 - a name made by sql_name
            self._known.note(table, pack_key(key), None)
            self._known.gone(table, row.number)
            if table in SEARCHED:
                self.words.drop(table, key)


def _crc(number: int, packed: str, text: str) -> int:
    return crc32(text.encode("ascii"), crc32(b"%d\0%b\0" % (number, packed.encode())))
