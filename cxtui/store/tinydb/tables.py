"""The embedded store's tables: what TinyDB sees, under the names of `Tables`."""

from __future__ import annotations

from contextlib import AbstractContextManager

from cxtui.store.document import Doc, pack
from cxtui.store.query import Query
from cxtui.store.tables import NEIGHBOURS, nearest
from cxtui.store.tinydb.storage import Row, SqliteStorage


class TinyTables:
    """`Tables` in one SQLite file, shared with everybody who has it open."""

    def __init__(self, storage: SqliteStorage) -> None:
        self._storage = storage

    def commit(self) -> AbstractContextManager[None]:
        return self._storage.commit()

    def get(self, table: str, key: str) -> Doc | None:
        row = self._storage.row(table, key)
        return None if row is None else row.document()

    def put(self, table: str, key: str, doc: Doc) -> None:
        text = pack(doc)
        with self._storage.commit():
            self._storage.put(table, key, text)

    def drop(self, table: str, key: str) -> None:
        with self._storage.commit():
            self._storage.remove(table, key)

    def find(
        self, table: str, query: Query | None = None, *, order: str | None = None, limit: int | None = None
    ) -> list[Doc]:
        sql, args = (query.sql, query.args) if query else ("1", ())
        return [row.document() for row in self._storage.select(table, sql, args, order=order, limit=limit)]

    def keys(self, table: str, *, near: str, limit: int) -> list[str]:
        return nearest(near, self._storage.keys_around(table, near, NEIGHBOURS), limit)

    def append(self, table: str, doc: Doc) -> int:
        text = pack(doc)
        with self._storage.commit():
            self._storage.ensure(table)
            number = self._storage.next_id(table)
            self._storage.insert(table, Row(number, str(number), text))
        return number

    def after(self, table: str, seq: int, limit: int | None = None) -> list[tuple[int, Doc]]:
        rows = self._storage.select(table, "id > ?", (seq,), limit=limit)
        return [(row.number, row.document()) for row in rows]

    def last(self, table: str) -> int:
        return self._storage.last(table)

    def version(self) -> int:
        return self._storage.version()

    def close(self) -> None:
        self._storage.close()
