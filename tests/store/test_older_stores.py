"""A store that the first release wrote is brought up to this version: nothing is lost, and it can be asked.

``first_release.db.gz`` was written by that program: an import, then tags, a note, a snooze, a close, an undo.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cxtui.core.filters import Sight, parse
from cxtui.core.inbox import Row
from cxtui.core.policies import Policies
from cxtui.store.book import Book
from cxtui.store.contacts import row_of
from cxtui.store.tinydb import backups, open_tables
from cxtui.store.tinydb.connection import SCHEMA
from cxtui.store.tinydb.examining import examine
from cxtui.store.tinydb.salvage import salvage

WRITTEN = Path(__file__).with_name("first_release.db.gz")
NOW = datetime(2026, 11, 20, 10, 35, tzinfo=UTC)
NEW = {"intervals": "soon", "promises": "id"}
"""What this version adds, by table."""

Documents = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "cxtui.db"
    path.write_bytes(gzip.decompress(WRITTEN.read_bytes()))
    return path


def documents(path: Path, *, without: bool = False) -> Documents:
    """Every document by table and key; ``without`` what this version adds."""
    found: Documents = {}
    with closing(sqlite3.connect(path)) as sql:
        names = [name for (name,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if not name.startswith(("+", "sqlite_")):
                rows = sql.execute(f'SELECT key, doc FROM "{name}"').fetchall()  # noqa: S608 - a name of the schema
                found[name] = {key: json.loads(doc) for key, doc in rows}
    for name in NEW if without else ():
        for doc in found[name].values():
            doc.pop(NEW[name], None)
    return found


def schema(path: Path) -> int:
    with closing(sqlite3.connect(path)) as sql:
        return int(sql.execute("PRAGMA user_version").fetchone()[0])


def test_every_document_stays_as_it_was(path: Path) -> None:
    before = documents(path)
    assert schema(path) == 1
    assert sum(map(len, before.values())) > 60
    open_tables(path.parent).close()
    assert schema(path) == SCHEMA
    assert documents(path, without=True) == before
    assert examine(path, words=True) == ()


def test_the_old_store_is_kept_as_a_backup(path: Path) -> None:
    before = documents(path)
    open_tables(path.parent).close()
    (kept,) = backups.known(path)
    assert schema(kept.path) == 1
    assert documents(kept.path) == before


def test_open_rows_say_from_when_they_are_soon_due_and_promises_their_id(path: Path) -> None:
    with closing(open_tables(path.parent)) as tables:
        rows = [(row_of(doc), doc) for doc in tables.find("intervals")]
        promised = tables.entries("promises")
    waiting = [(row.soon.timestamp(), doc["soon"]) for row, doc in rows if row.interval.open]
    assert len(waiting) == 10
    assert [said for said, _ in waiting] == [kept for _, kept in waiting]
    assert [doc["id"] for _, doc in promised] == [key for key, _ in promised]


async def test_a_question_finds_what_the_rows_say(path: Path) -> None:
    book = Book(lambda: open_tables(path.parent), Policies())
    await book.open()
    try:
        sight = Sight(NOW, UTC, "nok")
        soon = parse("is:soon")
        found = await book.matching(soon, sight)
        rows: tuple[Row, ...] = await book.rows()
    finally:
        await book.close()
    assert [row.id for row in found] == [row.id for row in rows if soon.test(sight)(row)]
    assert {row.id for row in found} == {"c:1", "c:2", "c:3", "c:4", "c:6", "c:9", "c:12"}


def test_bringing_up_is_done_once(path: Path) -> None:
    open_tables(path.parent).close()
    content = documents(path)
    open_tables(path.parent).close()
    assert documents(path) == content
    assert len(backups.known(path)) == 1


def test_an_interval_that_cannot_be_read_hinders_nobody(path: Path) -> None:
    with closing(open_tables(path.parent)) as tables:
        odd = tables.get("intervals", "c:1") or {}
        tables.put("intervals", "c:1", {name: odd[name] for name in odd if name not in ("soon", "items")})
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("PRAGMA user_version = 1")
    with closing(open_tables(path.parent)) as tables:
        assert "soon" not in (tables.get("intervals", "c:1") or {})
    assert schema(path) == SCHEMA


async def test_who_is_forgotten_is_in_no_copy_of_an_old_backup(path: Path) -> None:
    book = Book(lambda: open_tables(path.parent), Policies())
    await book.open()
    try:
        await book.forget("@riad", NOW)
        assert await book.wash() == ()
    finally:
        await book.close()
    files = [file for file in path.parent.rglob("*") if file.is_file()]
    assert any(file.parent.name == backups.FOLDER for file in files)
    assert [file for file in files if b"I want my money back" in file.read_bytes()] == []


def test_what_is_salvaged_of_an_old_store_is_brought_up_later(path: Path) -> None:
    fresh = path.with_name("cxtui.db.new")
    salvage(path, fresh)
    assert schema(fresh) == 1
    fresh.replace(path)
    with closing(open_tables(path.parent)) as tables:
        assert all("soon" in doc for doc in tables.find("intervals") if doc["open"])
