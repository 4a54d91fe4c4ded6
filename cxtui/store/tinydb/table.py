"""TinyDB's tables and database over rows: every method reads and writes only the rows it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, cast

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from cxtui.store.document import pack
from cxtui.store.query import Query
from cxtui.store.tinydb.asking import Row
from cxtui.store.tinydb.storage import LARGEST, SqliteStorage

NUMBER: Final = re.compile(r"0|-?[1-9][0-9]*")

Change = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]


class SqliteTable(Table):
    """A TinyDB table; ids are numbers, or the texts that documents were given as ids."""

    _storage: SqliteStorage

    def __init__(
        self,
        storage: SqliteStorage,
        name: str,
        cache_size: int = Table.default_query_cache_capacity,
        persist_empty: bool = False,  # noqa: FBT001, FBT002 - TinyDB's signature
    ) -> None:
        self._stamp = (0, 0)
        super().__init__(storage, name, cache_size, persist_empty)

    def insert(self, document: Mapping[str, Any]) -> int:
        with self._storage.commit():
            doc_id = self._add(document)
        self.clear_cache()
        return doc_id

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        with self._storage.commit():
            doc_ids = [self._add(document) for document in documents]
        self.clear_cache()
        return doc_ids

    def search(self, cond: QueryLike) -> list[Document]:
        return [_document(row) for row in self._found(cond)]

    def count(self, cond: QueryLike) -> int:
        return len(self._found(cond))

    def get(  # type: ignore[override]
        self, cond: QueryLike | None = None, doc_id: int | str | None = None, doc_ids: list[int] | None = None
    ) -> Document | list[Document] | None:
        if doc_id is not None:
            row = self._storage.row(self.name, str(doc_id))
            return row and Document(row.document(), cast("int", doc_id))
        if doc_ids is not None:
            rows = {row.number: row for row in map(self._row, doc_ids) if row}
            return [_document(rows[number]) for number in sorted(rows)]
        if cond is None:
            raise RuntimeError("get() needs a query, a doc_id or doc_ids")
        rows = self._matching(cond, limit=1)
        return _document(rows[0]) if rows else None

    def update(
        self, fields: Change, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None
    ) -> list[int]:
        with self._storage.commit():
            if doc_ids is not None:
                changed = [doc_id for doc_id in doc_ids if self._row(doc_id)]
                for doc_id in changed:
                    # An id named twice is changed twice, the second time from what it has become.
                    self._change(cast("Row", self._row(doc_id)), fields)
            else:
                rows = self._matching(cond) if cond else self._storage.select(self.name)
                changed = [self._change(row, fields) for row in rows]
        self.clear_cache()
        return changed

    def update_multiple(self, updates: Iterable[tuple[Change, QueryLike]]) -> list[int]:
        steps, changed = list(updates), list[int]()
        with self._storage.commit():
            for row in self._storage.select(self.name):
                document = _document(row)
                before = len(changed)
                for fields, cond in steps:
                    if cond(document):
                        _apply(fields, document)
                        changed.append(document.doc_id)
                if len(changed) > before:
                    self._storage.replace(self.name, row._replace(text=pack(document)))
        self.clear_cache()
        return changed

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        doc_ids = [document.doc_id] if isinstance(document, Document) else None
        if doc_ids is None and cond is None:
            raise ValueError("an upsert needs a query, or a Document that brings its doc_id")
        with self._storage.commit():
            return self.update(document, cond, doc_ids) or [self.insert(document)]

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        if cond is None and doc_ids is None:
            raise RuntimeError("remove() needs a query or doc_ids; truncate() removes everything")
        with self._storage.commit():
            if doc_ids is not None:
                removed = [doc_id for doc_id in doc_ids if self._row(doc_id)]
            else:
                removed = [_id_of(row) for row in self._matching(cast("QueryLike", cond))]
            for doc_id in removed:
                self._storage.remove(self.name, str(doc_id))
        self.clear_cache()
        return removed

    def truncate(self) -> None:
        self._storage.clear(self.name)
        self._next_id = None
        self.clear_cache()

    def __len__(self) -> int:
        return self._storage.count(self.name)

    def __iter__(self) -> Iterator[Document]:
        return map(_document, self._storage.select(self.name))

    def _add(self, document: object) -> int:
        if not isinstance(document, Mapping):
            raise ValueError("Document is not a Mapping")  # noqa: TRY004 - TinyDB's contract
        content = cast("Mapping[str, Any]", document)
        text = pack(dict(content))
        self._storage.ensure(self.name)
        number = self._storage.next_id(self.name)
        doc_id: int = number
        if isinstance(document, Document):
            doc_id = document.doc_id
            if self._row(doc_id):
                raise ValueError(f"the table {self.name!r} has a document {doc_id!r} already")
            number = self._number_for(doc_id, number)
        self._storage.insert(self.name, Row(number, str(doc_id), text))
        return doc_id

    def _number_for(self, doc_id: int | str, otherwise: int) -> int:
        """A numeric id is the row's number too, where it is free."""
        if not isinstance(doc_id, int) or not 0 < doc_id <= LARGEST:
            return otherwise
        return otherwise if self._storage.select(self.name, "id = ?", (doc_id,)) else doc_id

    def _row(self, doc_id: int | str) -> Row | None:
        return self._storage.row(self.name, str(doc_id))

    def _found(self, cond: QueryLike) -> list[Row]:
        """Rows that fit, from the cache while nobody can have changed them."""
        if (stamp := self._storage.stamp()) != self._stamp:
            self.clear_cache()
            self._stamp = stamp
        cache = cast("MutableMapping[QueryLike, list[Row]]", self._query_cache)
        if (rows := cache.get(cond)) is None:
            rows = self._matching(cond)
            if getattr(cond, "is_cacheable", lambda: True)():
                cache[cond] = rows
        return rows

    def _matching(self, cond: QueryLike, limit: int | None = None) -> list[Row]:
        """Rows that fit: a `Query` of ours by SQL, any other by looking at every document."""
        if isinstance(cond, Query):
            return self._storage.select(self.name, cond.sql, cond.args, limit=limit)
        fitting = (row for row in self._storage.select(self.name) if cond(row.document()))
        if limit is None:
            return list(fitting)
        return [row for row, _ in zip(fitting, range(limit), strict=False)]

    def _change(self, row: Row, fields: Change) -> int:
        document = _document(row)
        _apply(fields, document)
        self._storage.replace(self.name, row._replace(text=pack(document)))
        return document.doc_id

    def _get_next_id(self) -> int:
        number = max(self._next_id or 1, self._storage.next_id(self.name))
        self._next_id = number + 1
        return number

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {row.key: row.document() for row in self._storage.select(self.name)}

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        with self._storage.commit():
            table: dict[int, Mapping[str, Any]] = {
                _id_of(row): row.document() for row in self._storage.select(self.name)
            }
            updater(table)
            self._storage.replace_all(self.name, {str(doc_id): doc for doc_id, doc in table.items()})
        self.clear_cache()


class Database(TinyDB):
    """A TinyDB in one SQLite file."""

    table_class = SqliteTable
    default_storage_class = SqliteStorage

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)  # pyright: ignore[reportUnknownMemberType] - TinyDB leaves it open

    @property
    def _rows(self) -> SqliteStorage:
        return cast("SqliteStorage", self.storage)

    def commit(self) -> AbstractContextManager[None]:
        """What is written inside is durable at the end, or not there at all; may be nested."""
        return self._rows.commit()

    def tables(self) -> set[str]:
        return set(self._rows.names())

    def drop_table(self, name: str) -> None:
        self._tables.pop(name, None)
        self._rows.drop(name)

    def drop_tables(self) -> None:
        with self._rows.commit():
            for name in self._rows.names():
                self._rows.drop(name)
        self._tables.clear()


def _id_of(row: Row) -> int:
    """The id as TinyDB's users know it; a text that is no number stays one."""
    return int(row.key) if NUMBER.fullmatch(row.key) else cast("int", row.key)


def _document(row: Row) -> Document:
    return Document(row.document(), _id_of(row))


def _apply(fields: Change, document: MutableMapping[str, Any]) -> None:
    if callable(fields):
        fields(document)
    else:
        document.update(fields)
