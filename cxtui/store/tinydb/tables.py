"""The embedded store's tables: what TinyDB sees, under the names of `Tables`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from cxtui.errors import StoreLocked
from cxtui.store.document import Doc, pack, unpack
from cxtui.store.keeping import Backup
from cxtui.store.query import Query, value_of
from cxtui.store.tables import NEIGHBOURS, Functions, Hit, Moved, Stored, Tables, nearest
from cxtui.store.tinydb import backups, place
from cxtui.store.tinydb.examining import demand_whole
from cxtui.store.tinydb.moving import pieces
from cxtui.store.tinydb.storage import SqliteStorage

AT_ONCE: Final = 2 * 1024 * 1024
"""Bytes of a store that is looked through whole when it is opened; a larger one meanwhile."""


class TinyTables:
    """`Tables` in one SQLite file, shared with everybody who has it open."""

    def __init__(self, storage: SqliteStorage) -> None:
        self._storage = storage
        storage.take_in_words()

    def commit(self) -> AbstractContextManager[None]:
        return self._storage.commit()

    def get(self, table: str, key: str) -> Doc | None:
        row = self._storage.row(table, key)
        return None if row is None else row.document()

    def put(self, table: str, key: str, doc: Doc) -> None:
        text = pack(doc)
        with self._storage.writing():
            self._storage.put(table, key, text, doc)

    def drop(self, table: str, key: str) -> None:
        with self._storage.writing():
            self._storage.remove(table, key)

    def find(
        self, table: str, query: Query | None = None, *, order: str | None = None, limit: int | None = None
    ) -> list[Doc]:
        if query and (told := self._storage.told(table, query)) is not None and (not told or not order):
            return [unpack(one.text) for one in told[:limit]]
        sql, args = (query.sql, query.args) if query else ("1", ())
        return [row.document() for row in self._storage.select(table, sql, args, order=order, limit=limit)]

    def stored(
        self,
        table: str,
        query: Query,
        *,
        order: str | None = None,
        after: tuple[float, str] | None = None,
        limit: int | None = None,
    ) -> list[Stored]:
        if (told := self._storage.told(table, query)) is not None and (not told or not order):
            return list(told[:limit])
        if not order or not after:
            return self._storage.stored(table, query.sql, query.args, order=order, limit=limit)
        # in two steps: beside others in one question SQLite would look into every document
        place, key = after
        known = self._storage.row(table, key)
        beside = f"{query.sql} AND {value_of(order)} = ? AND id > ?"
        args = (*query.args, place, known.number if known else 0)
        found = self._storage.stored(table, beside, args, order=order, limit=limit)
        behind, rest = f"{query.sql} AND {value_of(order)} > ?", limit and limit - len(found)
        return found + self._storage.stored(table, behind, (*query.args, place), order=order, limit=rest)

    def one(self, table: str, key: str) -> Stored | None:
        return self._storage.one(table, key)

    def together(self, questions: Sequence[tuple[str, Query]]) -> list[list[Stored]]:
        return self._storage.together(questions)

    def related(
        self, table: str, key: str, field: str, others: Sequence[tuple[str, str]]
    ) -> list[list[Stored]]:
        return self._storage.related(table, key, field, others)

    def newest(self, table: str, query: Query, limit: int | None) -> list[Stored]:
        return self._storage.newest(table, query, limit)

    def known(self, table: str, keys: Iterable[str]) -> set[str]:
        return self._storage.known(table, keys)

    def look_ahead(self, table: str, field: str, texts: Iterable[str]) -> None:
        if self._storage.in_commit:
            self._storage.look_ahead(table, field, texts)

    def lacks(self, table: str, field: str, text: str) -> bool:
        return self._storage.lacks(table, field, text)

    def stamps(self, table: str) -> list[tuple[int, int]]:
        return self._storage.stamps(table)

    def numbered(self, table: str, numbers: Sequence[int]) -> list[Stored]:
        listed = "id IN (SELECT value FROM json_each(?))"
        return self._storage.stored(table, listed, (f"[{','.join(map(str, numbers))}]",))

    def moved(self, cursor: int | None) -> Moved | None:
        return self._storage.moving.since(cursor)

    def kept(self) -> tuple[int, bytes] | None:
        return self._storage.moving.kept()

    def keep(self, cursor: int, body: bytes) -> None:
        for piece in pieces(body):
            with self._storage.commit():
                if not self._storage.moving.keep(cursor, piece):
                    return

    def unkeep(self) -> None:
        self._storage.moving.unkeep()

    def entries(self, table: str, query: Query | None = None) -> list[tuple[str, Doc]]:
        sql, args = (query.sql, query.args) if query else ("1", ())
        return [(row.key, row.document()) for row in self._storage.select(table, sql, args)]

    def keys(self, table: str, *, near: str, limit: int) -> list[str]:
        return nearest(near, self._storage.keys_around(table, near, NEIGHBOURS), limit)

    def append(self, table: str, doc: Doc) -> int:
        text = pack(doc)
        with self._storage.writing():
            return self._storage.append(table, text, doc)

    def after(self, table: str, seq: int, limit: int | None = None) -> list[tuple[int, Doc]]:
        rows = self._storage.select(table, "id > ?", (seq,), limit=limit)
        return [(row.number, row.document()) for row in rows]

    def last(self, table: str) -> int:
        return self._storage.last(table)

    def search(self, form: str, limit: int, before: int | None = None) -> list[Hit]:
        return self._storage.words.search(form, limit, before)

    def saying(self, table: str, form: str) -> tuple[str, tuple[str | float, ...]] | None:
        return self._storage.words.keys(table, form)

    def teach(self, functions: Functions) -> None:
        self._storage.teach(functions)

    def wash(self) -> bool:
        return self._storage.wash()

    def copies(self) -> list[Tables]:
        from cxtui.store.tinydb.washing import copies

        return copies(self._storage.path)

    def version(self) -> int:
        return self._storage.version()

    def glance(self) -> tuple[int, int] | None:
        return place.glance(self._storage.path)

    def file(self) -> str | None:
        return place.identity(self._storage.path)

    def again(self) -> TinyTables:
        self._storage.demand_place()
        return TinyTables(SqliteStorage(self._storage.path))

    def demand_room(self) -> None:
        place.demand_room(self._storage.path.parent)

    def check(self, *, opening: bool = False) -> None:
        path = self._storage.path
        if opening and path.stat().st_size > AT_ONCE:
            return
        try:
            demand_whole(path, words=opening)
        except StoreLocked:  # somebody writes: what is searched is looked at with the next backup
            demand_whole(path)

    def backup(self, now: datetime, *, due: bool = False) -> Backup | None:
        path = self._storage.path
        return None if due and not backups.due(path, now) else backups.take(path, now)

    def close(self) -> None:
        self._storage.close()
