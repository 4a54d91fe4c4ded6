"""What can still be read of a damaged store, written into a new one, and a list of what cannot."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cxtui.errors import StoreBroken
from cxtui.store.document import Doc, unpack, unpack_key
from cxtui.store.tables import INDEXES
from cxtui.store.tinydb import place
from cxtui.store.tinydb.asking import Row
from cxtui.store.tinydb.connection import SCHEMA
from cxtui.store.tinydb.errors import from_system
from cxtui.store.tinydb.examining import reading, shown, sound
from cxtui.store.tinydb.schema import name_of
from cxtui.store.tinydb.storage import SqliteStorage

KNOWN: Final = (*INDEXES, "feeds", "log", "people", "texts")
"""Tables that are looked for where the list of tables cannot be read."""
FURTHEST: Final = 2**20
"""Numbers up to which documents are looked for where the last one is not known."""
CHUNK: Final = 512


@dataclass(frozen=True, slots=True)
class Lost:
    """A document that is no more; number 0 stands for all that a table held and nobody can list."""

    table: str
    number: int
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A new store, how many documents are in it, and what is not."""

    path: Path
    documents: int
    lost: tuple[Lost, ...]


def salvage(path: Path, to: Path) -> Salvaged:
    """Write what is whole in ``path`` into the new file ``to``. The old one stays as it is.

    Raises: StoreBroken where ``to`` is there already or nothing can be read at all; StoreFull.
    """
    if to.exists() or to.is_symlink():
        raise StoreBroken(f"{to} is there already; name a new file")
    kept, lost = 0, list[Lost]()
    with _long_enough(path, to) as source, reading(source) as sql, closing(SqliteStorage(to)) as new:
        names = _names(sql)
        if not names:
            raise StoreBroken(f"nothing of {path} can be read")
        for name in names:
            whole = _copied(sql, new, name)
            kept += len(whole)
            lost += _lost(sql, name, whole)
        lost += [Lost(name_of(name), 0) for name in sorted(_numbered(sql) - {*names})]
        schema = _schema(sql)
        if 0 < schema < SCHEMA:
            new.of_schema(schema)
    return Salvaged(to, kept, tuple(lost))


@contextmanager
def _long_enough(path: Path, to: Path) -> Generator[Path]:
    """The file, or where its end is missing a copy beside ``to`` that is filled up: SQLite reads no other."""
    missing = _missing(path)
    if not missing:
        yield path
        return
    copy = to.with_name(f"{to.name}.old")
    try:
        for side in ("", "-wal"):
            if (file := path.with_name(path.name + side)).exists():
                shutil.copyfile(file, copy.with_name(copy.name + side))
        place.make_private(copy)
        os.truncate(copy, copy.stat().st_size + missing)
        yield copy
    except OSError as error:
        raise from_system(error, copy) from error
    finally:
        for side in place.SIDES:
            copy.with_name(copy.name + side).unlink(missing_ok=True)


def _missing(path: Path) -> int:
    """Bytes by which a file is shorter than it says in its head."""
    with path.open("rb") as file:
        head = file.read(100)
    size, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    return (
        max(0, pages * (size if size > 1 else 65536) - path.stat().st_size) if size and pages < 2**28 else 0
    )


def documents(path: Path, table: str) -> dict[str, Doc]:
    """What can still be read of one table, by key; nothing where nothing can."""
    try:
        with reading(path) as sql:
            if not _can(sql, f'SELECT id, key, doc, crc FROM "{table}" LIMIT 0'):  # noqa: S608 - a name of ours
                return {}
            rows = [row for _, row in _rows(sql, table, _highest(sql, table) or FURTHEST) if row]
    except StoreBroken:
        return {}
    return {row.key: row.document() for row in rows}


def _copied(sql: sqlite3.Connection, new: SqliteStorage, name: str) -> dict[int, bool]:
    """Copy what is whole of a table; gives each number that was met, and whether it could be read."""
    table, met, last = name_of(name), dict[int, bool](), _highest(sql, name)
    with new.commit():
        new.ensure(table)
        for number, row in _rows(sql, name, last or FURTHEST):
            met[number] = row is not None
            if row is not None:
                new.insert(table, row)
        new.number_from(table, max([last, *met]))
    return {number: whole for number, whole in met.items() if whole}


def _lost(sql: sqlite3.Connection, name: str, kept: dict[int, bool]) -> list[Lost]:
    """Documents that the index of keys knows and that were not copied."""
    lost: list[Lost] = []
    try:
        for number, key in sql.execute(
            f'SELECT id, key FROM "{name}" INDEXED BY "sqlite_autoindex_{name}_1"'  # noqa: S608 - a name of the schema
        ):
            if number not in kept:
                lost.append(Lost(name_of(name), number, shown(key)))
    except sqlite3.DatabaseError:
        lost.append(Lost(name_of(name), 0))
    return lost


def _schema(sql: sqlite3.Connection) -> int:
    """The version of what the tables hold; 0 where nobody can say."""
    try:
        return int(sql.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0


def _names(sql: sqlite3.Connection) -> list[str]:
    """The SQL names of all tables that look like ours."""
    try:
        found = sql.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
        names = [name.decode(errors="replace") for (name,) in found]
    except sqlite3.DatabaseError:
        names = list(KNOWN)
    return [
        name
        for name in names
        if not name.startswith(("sqlite_", "+"))
        and _can(sql, f'SELECT id, key, doc, crc FROM "{name}" LIMIT 0')  # noqa: S608 - a name of the schema
    ]


def _numbered(sql: sqlite3.Connection) -> set[str]:
    """The SQL names of all tables that have given a number."""
    try:
        found = sql.execute("SELECT name FROM sqlite_sequence").fetchall()
    except sqlite3.DatabaseError:
        return set()
    return {name.decode(errors="replace") for (name,) in found if isinstance(name, bytes)}


def _highest(sql: sqlite3.Connection, name: str) -> int:
    """The last number that a table has given; 0 where nobody knows."""
    try:
        found = sql.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).fetchall()
    except sqlite3.DatabaseError:
        return 0
    return max([0, *(number for (number,) in found if isinstance(number, int) and number < 2**53)])


def _rows(sql: sqlite3.Connection, name: str, last: int) -> Iterator[tuple[int, Row | None]]:
    """Rows by number; None for one that cannot be read."""
    ask = f'SELECT id, key, doc, crc FROM "{name}" NOT INDEXED WHERE id > ? ORDER BY id LIMIT ?'  # noqa: S608 - a name of the schema
    after, misses = 0, 0
    while misses < FURTHEST // CHUNK and after < 2**62:
        try:
            found = sql.execute(ask, (after, CHUNK)).fetchall()
        except sqlite3.DatabaseError:
            yield from _between(sql, name, after + 1, after + CHUNK)
            after, misses = after + CHUNK, misses + 1
            if after > last:
                return
            continue
        if not found:
            return
        for row in found:
            yield row[0], _row(*row)
        after = found[-1][0]


def _between(sql: sqlite3.Connection, name: str, low: int, high: int) -> Iterator[tuple[int, Row | None]]:
    ask = f'SELECT id, key, doc, crc FROM "{name}" NOT INDEXED WHERE id BETWEEN ? AND ? ORDER BY id'  # noqa: S608 - a name of the schema
    try:
        found = sql.execute(ask, (low, high)).fetchall()
    except sqlite3.DatabaseError:
        if low == high:
            yield low, None
            return
        middle = (low + high) // 2
        yield from _between(sql, name, low, middle)
        yield from _between(sql, name, middle + 1, high)
        return
    for number, *rest in found:
        yield number, _row(number, *rest)


def _row(number: int, key: Any, doc: Any, crc: Any) -> Row | None:
    if not sound(number, key, doc, crc):
        return None
    try:
        unpack(doc.decode("ascii"))
        return Row(number, unpack_key(key.decode()), doc.decode("ascii"))
    except ValueError:
        return None


def _can(sql: sqlite3.Connection, ask: str) -> bool:
    try:
        sql.execute(ask).close()
    except sqlite3.DatabaseError:
        return False
    return True
