"""Asking for rows of documents: every one that is given was verified.

A row is ``(id, key, doc, crc)``: the number of the document in its table, its key (for
TinyDB its id as text), its JSON, and a checksum over the other three that is verified
whenever the row is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple
from zlib import crc32

from cxtui.errors import StoreBroken, StoreError
from cxtui.store.document import Doc, pack_key, unpack, unpack_key
from cxtui.store.query import Query, form_of, text_sql, value_of
from cxtui.store.tables import Stored
from cxtui.store.tinydb.connection import Connection
from cxtui.store.tinydb.known import Known
from cxtui.store.tinydb.schema import (
    by_key_sql,
    last_sql,
    name_of,
    related_sql,
    sql_name,
    there_sql,
    together_sql,
)

ODD: Final = re.compile(r"[\0\ud800-\udfff]|\\u0000")
"""Texts with these are found by SQLite's versions in ways of their own."""


class Row(NamedTuple):
    """One stored document. ``key`` is as its user gave it."""

    number: int
    key: str
    text: str

    def document(self) -> Doc:
        """A fresh copy."""
        return unpack(self.text)


class Asking:
    """The rows of one file. Raises: StoreFull, StoreLocked, StoreBroken, from every method."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = Connection(path)
        self._there: set[str] = set()
        self._missing: set[str] = set()
        self._known = Known()

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def in_commit(self) -> bool:
        """Whether a commit is under way."""
        return self._file.in_commit

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
        if table in self._missing and self._file.in_commit:
            return False
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        found = bool(self._file.rows(sql, (sql_name(table),)))
        if found:
            self._there.add(table)
        elif self._file.in_commit:
            self._missing.add(table)
        return found

    def select(
        self,
        table: str,
        where: str = "1",
        args: Sequence[str | float] = (),
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
        return self._stored(table, self._found(table, where, args, order, limit))

    def newest(self, table: str, query: Query, limit: int | None) -> list[Stored]:
        """The last rows that fit, by number."""
        found = self._asked(
            table,
            f'SELECT id, key, doc, crc FROM "{sql_name(table)}" WHERE {query.sql} ORDER BY id DESC LIMIT ?',  # noqa: S608 - a name made by sql_name
            (*query.args, -1 if limit is None else limit),
        )
        return self._stored(table, found[::-1])

    def one(self, table: str, key: str) -> Stored | None:
        """The row of a key with its checksum."""
        packed = pack_key(key)
        if self._file.in_commit and self._known.number(table, packed) is None:
            return None
        found = self._asked(table, by_key_sql(table), (packed,))
        self._known.note(table, packed, found[0][0] if found else None)
        return self._stored(table, found)[0] if found else None

    def together(self, questions: Sequence[tuple[str, Query]]) -> list[list[Stored]]:
        """What `stored` finds for each of some questions."""
        told = [self.told(table, query) for table, query in questions]
        asked = [(n, table, query) for n, (table, query) in enumerate(questions) if told[n] is None]
        if not asked:
            return [list(rows or ()) for rows in told]
        args = [arg for _, _, query in asked for arg in query.args]
        found = self._file.rows(together_sql(tuple((n, table, q.sql) for n, table, q in asked)), args)
        read = self._sorted([table for table, _ in questions], found)
        return [read[n] if rows is None else list(rows) for n, rows in enumerate(told)]

    def related(
        self, table: str, key: str, field: str, others: Sequence[tuple[str, str]]
    ) -> list[list[Stored]]:
        """Of each of some tables the rows whose field is the text in a ``field`` of one row."""
        asked = tuple((n, other, name) for n, (other, name) in enumerate(others) if self.has(other))
        found: list[Any] = []
        if asked and self.has(table):
            found = self._file.rows(related_sql(table, field, asked), (pack_key(key),))
        return self._sorted([other for other, _ in others], found)

    def _sorted(self, names: Sequence[str], found: Sequence[Any]) -> list[list[Stored]]:
        """Rows with the places of their questions, by question and number."""
        rows: list[list[Stored]] = [[] for _ in names]
        place: int
        for place, *row in found:
            rows[place] += self._stored(names[place], (row,))
        for some in rows:
            some.sort()
        return rows

    def told(self, table: str, query: Query) -> Sequence[Stored] | None:
        """What fits, where that is known without asking, by number."""
        if not self.has(table):
            return ()
        if query.equal is None or not self._file.in_commit:
            return None
        rows = self._known.having(table, *query.equal)
        return rows if not rows or query.sql == text_sql(query.equal[0]) else None

    def lacks(self, table: str, field: str, text: str) -> bool:
        """Whether surely no row has this text in a field."""
        if not self.has(table):
            return True
        return self._file.in_commit and self._known.having(table, field, form_of(text)) == []

    def known(self, table: str, keys: Iterable[str]) -> set[str]:
        """Which of these keys there are; what a commit asks of them afterwards is not asked again."""
        plain, odd = _sorted_out(keys)
        found = self._there_of(table, "key", plain)
        for key in plain:
            self._known.note(table, key, found.get(key))
        return {*found, *(key for key in odd if self.row(table, key))}

    def look_ahead(self, table: str, field: str, texts: Iterable[str]) -> None:
        """Ask at once what a commit will ask one by one: which texts a field has anywhere.

        Only inside `commit`.
        """
        plain, _ = _sorted_out(texts)
        found = self._there_of(table, field, plain)
        self._known.note_lack(table, field, (form_of(text) for text in plain if text not in found))

    def _there_of(self, table: str, field: str, texts: Sequence[str]) -> dict[str, int]:
        """Which of some texts a field, or the key, has anywhere; of keys the numbers, too."""
        if not texts or not self.has(table):
            return {}
        found = self._asked(table, there_sql(table, field), (json.dumps(texts),))
        return {value.decode(errors="replace"): number for value, number in found}

    def stamps(self, table: str) -> list[tuple[int, int]]:
        """Number and checksum of every row, by number; nothing is verified."""
        return self._asked(table, f'SELECT id, crc FROM "{sql_name(table)}" ORDER BY id')  # noqa: S608 - a name made by sql_name

    def row(self, table: str, key: str) -> Row | None:
        """The row of a key."""
        packed = pack_key(key)
        if self._file.in_commit and self._known.number(table, packed) is None:
            return None
        found = self._asked(table, by_key_sql(table), (packed,))
        self._known.note(table, packed, found[0][0] if found else None)
        return self._verified(table, *found[0]) if found else None

    def count(self, table: str) -> int:
        """How many documents a table has."""
        found = self._asked(table, f'SELECT count(*) FROM "{sql_name(table)}"')  # noqa: S608 - a name made by sql_name
        return int(found[0][0]) if found else 0

    def keys_around(self, table: str, key: str, limit: int) -> Iterator[str]:
        """Up to ``limit`` keys before a key and as many from there on."""
        name = sql_name(table)
        for side in ("key < ? ORDER BY key DESC", "key >= ? ORDER BY key"):
            sql = f'SELECT key FROM "{name}" WHERE {side} LIMIT ?'  # noqa: S608 - a name made by sql_name
            for (found,) in self._asked(table, sql, (pack_key(key), limit)):
                yield unpack_key(found.decode(errors="replace"))

    def last(self, table: str) -> int:
        """The highest number ever given in a table; 0 before the first."""
        if self._file.in_commit and table in self._known.lasts:
            return self._known.lasts[table]
        found = self._asked(table, last_sql(table))
        self._known.lasts[table] = int(found[0][0]) if found else 0
        return self._known.lasts[table]

    def next_id(self, table: str) -> int:
        """The next number that is free as a number and as a key."""
        number = self.last(table) + 1
        while self.row(table, str(number)) is not None:
            number += 1
        return number

    def _found(
        self, table: str, where: str, args: Sequence[str | float], order: str | None, limit: int | None
    ) -> list[Any]:
        by = f"{value_of(order)}, id" if order else "id"
        return self._asked(
            table,
            f'SELECT id, key, doc, crc FROM "{sql_name(table)}" WHERE {where} ORDER BY {by} LIMIT ?',  # noqa: S608 - names made by sql_name and value_of
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

    def _stored(self, table: str, found: Sequence[Any]) -> list[Stored]:
        rows: list[Stored] = []
        for number, key, doc, crc in found:
            if crc32(doc, crc32(b"%d\0%b\0" % (number, key))) != crc:
                self._verify(table, number, key, doc, crc)
            rows.append(Stored(number, crc, doc.decode("ascii")))
        if self._file.in_commit:
            for number, key, _, _ in found:
                self._known.note(table, key.decode(), number)
        return rows

    def _verified(self, table: str, number: int, key: bytes, doc: bytes, crc: int) -> Row:
        self._verify(table, number, key, doc, crc)
        return Row(number, unpack_key(key.decode()), doc.decode("ascii"))

    def _verify(self, table: str, number: int, key: bytes, doc: bytes, crc: int) -> None:
        if crc32(doc, crc32(b"%d\0%b\0" % (number, key))) != crc:
            raise StoreBroken(
                f"{self._file.path} is damaged: the document {key.decode(errors='replace')!r} in the table "
                f"{table!r} is not as it was written; run `cxtui doctor`"
            )


def _sorted_out(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Texts that are found as they are, and odd ones."""
    texts = list(texts)
    if not ODD.search("\n".join(texts)):
        return texts, []
    plain: list[str] = []
    odd: list[str] = []
    for text in texts:
        (odd if ODD.search(text) else plain).append(text)
    return plain, odd
