"""Tables in memory: for tests and for worlds that end with the program."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from zlib import crc32

from cxtui.core.search import SEARCHED, said
from cxtui.store.document import Doc, pack, pack_key, unpack, unpack_key
from cxtui.store.keeping import Backup
from cxtui.store.query import NAME, Form, Query, form_of, where
from cxtui.store.tables import COUNTED, NEIGHBOURS, Functions, Hit, Moved, Stored, Tables, nearest


class _Row(NamedTuple):
    number: int
    text: str
    doc: Doc


class _Table(dict[str, _Row]):
    """Rows by packed key, the last number given, and by field the keys of each value asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.last = 0
        self._indexes: dict[str, dict[Form, set[str]]] = {}

    def write(self, key: str, row: _Row | None) -> None:
        """Put a row, or take it out."""
        old = self.get(key)
        for name, index in self._indexes.items():
            if old is not None:
                index[form_of(old.doc.get(name))].discard(key)
            if row is not None:
                index.setdefault(form_of(row.doc.get(name)), set()).add(key)
        if row is None:
            self.pop(key, None)
        else:
            self[key] = row

    def fitting(self, query: Query | None) -> list[_Row]:
        """The rows that fit, by number."""
        if query is None:
            return sorted(self.values(), key=lambda row: row.number)
        among = self.values() if query.equal is None else map(self.__getitem__, self._where(*query.equal))
        return sorted((row for row in among if query.test(row.doc)), key=lambda row: row.number)

    def _where(self, name: str, form: Form) -> set[str]:
        if name not in self._indexes:
            index = self._indexes[name] = dict[Form, set[str]]()
            for key, row in self.items():
                index.setdefault(form_of(row.doc.get(name)), set()).add(key)
        return self._indexes[name].get(form, set())


class _Undo(NamedTuple):
    """How a key of a table stood before it was written."""

    table: str
    key: str
    row: _Row | None
    last: int


class MemoryTables:
    """`Tables` over dictionaries; a commit that fails is undone write by write."""

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}
        self._undo: list[_Undo] = []
        self._moves: list[tuple[str, int]] = []
        self._depth = 0
        self._version = 0

    @contextmanager
    def commit(self) -> Generator[None]:
        mark, done = len(self._undo), False
        self._depth += 1
        try:
            yield
            done = True
        finally:
            self._depth -= 1
            if not done:
                self._roll_back(mark)
            if not self._depth:
                self._version += bool(self._undo)
                self._undo.clear()

    def get(self, table: str, key: str) -> Doc | None:
        row = self._table(table).get(pack_key(key))
        return None if row is None else unpack(row.text)

    def put(self, table: str, key: str, doc: Doc) -> None:
        text = pack(doc)
        rows = self._table(table)
        old = rows.get(pack_key(key))
        number = rows.last + 1 if old is None else old.number
        self._write(table, pack_key(key), _Row(number, text, unpack(text)))

    def drop(self, table: str, key: str) -> None:
        if pack_key(key) in self._table(table):
            self._write(table, pack_key(key), None)

    def find(
        self, table: str, query: Query | None = None, *, order: str | None = None, limit: int | None = None
    ) -> list[Doc]:
        if order is not None and not NAME.fullmatch(order):
            raise ValueError(f"{order!r} is no field name; letters, digits, _ and - only")
        rows = self._table(table).fitting(query)
        if order:
            rows.sort(key=lambda row: _place(row.doc.get(order)))
        return [unpack(row.text) for row in rows[:limit]]

    def stored(
        self,
        table: str,
        query: Query,
        *,
        order: str | None = None,
        after: tuple[float, str] | None = None,
        limit: int | None = None,
    ) -> list[Stored]:
        rows = self._table(table).fitting(query)
        if order:
            rows.sort(key=lambda row: _place(row.doc.get(order)))
        if order and after:
            known = self._table(table).get(pack_key(after[1]))
            place = (_place(after[0]), known.number if known else 0)
            rows = [row for row in rows if (_place(row.doc.get(order)), row.number) > place]
        return [_stored(row) for row in rows[:limit]]

    def one(self, table: str, key: str) -> Stored | None:
        row = self._table(table).get(pack_key(key))
        return None if row is None else _stored(row)

    def together(self, questions: Sequence[tuple[str, Query]]) -> list[list[Stored]]:
        return [self.stored(table, query) for table, query in questions]

    def related(
        self, table: str, key: str, field: str, others: Sequence[tuple[str, str]]
    ) -> list[list[Stored]]:
        value = (self.get(table, key) or {}).get(field)
        if not isinstance(value, str):
            return [[] for _ in others]
        return self.together([(other, where(name) == value) for other, name in others])

    def newest(self, table: str, query: Query, limit: int | None) -> list[Stored]:
        found = self.stored(table, query)
        return found if limit is None else found[len(found) - min(limit, len(found)) :]

    def known(self, table: str, keys: Iterable[str]) -> set[str]:
        rows = self._table(table)
        return {key for key in keys if pack_key(key) in rows}

    def look_ahead(self, table: str, field: str, texts: Iterable[str]) -> None:
        """Memory answers at once."""

    def lacks(self, table: str, field: str, text: str) -> bool:
        del field, text
        return not self._table(table)

    def stamps(self, table: str) -> list[tuple[int, int]]:
        return [_stored(row)[:2] for row in self._table(table).fitting(None)]

    def numbered(self, table: str, numbers: Sequence[int]) -> list[Stored]:
        asked = set(numbers)
        return [_stored(row) for row in self._table(table).fitting(None) if row.number in asked]

    def moved(self, cursor: int | None) -> Moved | None:
        found: dict[str, set[int]] = {}
        for table, number in self._moves[cursor:] if cursor is not None else ():
            found.setdefault(table, set()).add(number)
        return Moved(len(self._moves), found)

    def kept(self) -> tuple[int, bytes] | None:
        return None

    def keep(self, cursor: int, body: bytes) -> None:
        """Memory is not kept."""

    def unkeep(self) -> None:
        """Memory is not kept."""

    def entries(self, table: str, query: Query | None = None) -> list[tuple[str, Doc]]:
        numbers = {row.number for row in self._table(table).fitting(query)}
        rows = [(row.number, key, row) for key, row in self._table(table).items() if row.number in numbers]
        return [(unpack_key(key), unpack(row.text)) for _, key, row in sorted(rows)]

    def keys(self, table: str, *, near: str, limit: int) -> list[str]:
        packed = pack_key(near)
        keys = sorted(self._table(table))
        before = [key for key in keys if key < packed][-NEIGHBOURS:]
        behind = [key for key in keys if key >= packed][:NEIGHBOURS]
        return nearest(near, map(unpack_key, before + behind), limit)

    def append(self, table: str, doc: Doc) -> int:
        text = pack(doc)
        rows = self._table(table)
        number = rows.last + 1
        while str(number) in rows:
            number += 1
        self._write(table, str(number), _Row(number, text, unpack(text)))
        return number

    def after(self, table: str, seq: int, limit: int | None = None) -> list[tuple[int, Doc]]:
        rows = sorted(
            (row for row in self._table(table).values() if row.number > seq), key=lambda row: row.number
        )
        return [(row.number, unpack(row.text)) for row in rows[:limit]]

    def last(self, table: str) -> int:
        return self._table(table).last

    def search(self, form: str, limit: int, before: int | None = None) -> list[Hit]:
        hits: list[Hit] = []
        for table in SEARCHED:
            for packed, row in self._table(table).items():
                found = said(table, unpack_key(packed), row.doc)
                if found and form in found.form and (before is None or found.place < before):
                    hits.append(Hit(found.place, table, unpack_key(packed)))
        return sorted(hits, reverse=True)[:limit]

    def saying(self, table: str, form: str) -> None:
        del table, form  # there is no SQL

    def teach(self, functions: Functions) -> None:
        del functions

    def wash(self) -> bool:
        return True

    def copies(self) -> list[Tables]:
        return []

    def version(self) -> int:
        return self._version

    def glance(self) -> tuple[int, int] | None:
        return None

    def file(self) -> str | None:
        return None

    def demand_room(self) -> None:
        """Memory has room."""

    def check(self, *, opening: bool = False) -> None:
        """Memory is as it was written."""

    def backup(self, now: datetime, *, due: bool = False) -> Backup | None:
        del now, due  # there is no file

    def again(self) -> MemoryTables:
        return self

    def close(self) -> None:
        self._tables.clear()

    def _table(self, name: str) -> _Table:
        return self._tables.get(name) or self._tables.setdefault(name, _Table())

    def _write(self, table: str, key: str, row: _Row | None) -> None:
        with self.commit():
            rows = self._table(table)
            before = rows.get(key)
            self._undo.append(_Undo(table, key, before, rows.last))
            if table in COUNTED:
                self._moves += [(table, one.number) for one in (before, row) if one]
            rows.write(key, row)
            rows.last = max(rows.last, row.number if row else 0)

    def _roll_back(self, mark: int) -> None:
        while len(self._undo) > mark:
            step = self._undo.pop()
            rows = self._table(step.table)
            rows.write(step.key, step.row)
            rows.last = step.last


def _stored(row: _Row) -> Stored:
    return Stored(row.number, crc32(row.text.encode("ascii")), row.text)


def _place(value: object) -> tuple[int, float | bytes]:
    """Where a value stands in an order, as the embedded store has it."""
    match value:
        case None:
            return 0, 0
        case int() | float():
            return 1, value
        case str():
            return 2, value.encode("utf-8", "surrogatepass")
        case _:
            return 2, json.dumps(value, separators=(",", ":")).encode()
