"""The store's yardstick: the rows that a commit left behind, written once more by bare sqlite3."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from cxtui.store.tinydb.connection import Connection

Statement = tuple[str, tuple[Any, ...]]
"""What is said to SQLite, and its arguments."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A document's row as a commit left it, new or replaced."""

    table: str
    new: bool
    number: int
    key: str
    text: str

    def statement(self) -> Statement:
        """What writes it, with the checksum worked out."""
        crc = crc32(self.text.encode("ascii"), crc32(b"%d\0%b\0" % (self.number, self.key.encode())))
        if self.new:
            sql = f'INSERT INTO "{self.table}" (id, key, doc, crc) VALUES (?, ?, ?, ?)'  # noqa: S608 - our tables
            return sql, (self.number, self.key, self.text, crc)
        return f'UPDATE "{self.table}" SET doc = ?, crc = ? WHERE id = ?', (self.text, crc, self.number)  # noqa: S608


DOCUMENT = re.compile(r'(?:INSERT INTO|UPDATE) "([^"+]+)" (?:\(id, key, doc, crc\)|SET doc = )')
"""A statement that writes a document of a table."""


class Bare:
    """A bare connection to a copy of the store, which commits what the store committed."""

    def __init__(self, path: Path, *, fsync: bool) -> None:
        self._sql = sqlite3.connect(path, isolation_level=None)
        self._sql.execute("PRAGMA journal_mode = WAL")
        self._sql.execute(f"PRAGMA synchronous = {'FULL' if fsync else 'OFF'}")

    def commit(self, left: Sequence[Wrote | Statement]) -> None:
        """The same rows in one commit."""
        self._sql.execute("BEGIN IMMEDIATE")
        for row in left:
            sql, args = row.statement() if isinstance(row, Wrote) else row
            self._sql.execute(sql, args)
        self._sql.execute("COMMIT")

    def close(self) -> None:
        """Let go of the copy."""
        self._sql.close()


class Left:
    """What stores of this process leave behind in one file, commit by commit."""

    def __init__(self, path: Path) -> None:
        self._said: list[Statement] = []
        self._sql = sqlite3.connect(path, isolation_level=None)

    def note(self, sql: str, args: Sequence[Any]) -> None:
        """Something was written."""
        self._said.append((sql, tuple(args)))

    def begin(self) -> None:
        """What was left so far is of no interest."""
        self._said.clear()

    def rows(self) -> list[Wrote | Statement]:
        """The rows since then: a document as it stands now, once, and beside it what is no document."""
        left: dict[object, Wrote | Statement] = {}
        for place, (sql, args) in enumerate(self._said):
            found = DOCUMENT.match(sql)
            if not found:
                left[place] = sql, args
                continue
            table, new = found[1], sql.startswith("INSERT")
            number = args[0] if new else args[-1]
            known = left.get((table, number))
            ((key, text),) = self._sql.execute(f'SELECT key, doc FROM "{table}" WHERE id = ?', (number,))  # noqa: S608 - our tables
            new = known.new if isinstance(known, Wrote) else new
            left[table, number] = Wrote(table, new, number, key, text)
        return list(left.values())

    def close(self) -> None:
        """Let go of the file."""
        self._sql.close()


@contextmanager
def noted(path: Path) -> Generator[Left]:
    """Everything that stores of this process write meanwhile into one file."""
    left, before = Left(path), (Connection.write, Connection.later, Connection.add)

    def write(self: Connection, sql: str, args: Sequence[Any] = ()) -> None:
        left.note(sql, args)
        before[0](self, sql, args)

    def later(self: Connection, sql: str, args: Sequence[Any]) -> None:
        left.note(sql, args)
        before[1](self, sql, args)

    def add(self: Connection, sql: str, args: Sequence[Any], *, apart: bool = False) -> bool:
        if done := before[2](self, sql, args, apart=apart):
            left.note(sql, args)
        return done

    Connection.write, Connection.later, Connection.add = write, later, add  # type: ignore[method-assign]
    try:
        yield left
    finally:
        Connection.write, Connection.later, Connection.add = before  # type: ignore[method-assign]
        left.close()
