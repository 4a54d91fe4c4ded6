"""One SQLite file of ours: opened with care, written in commits that last."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from cxtui.errors import StoreBroken, StoreError, StoreLocked, StoreReplaced
from cxtui.store.tinydb import place
from cxtui.store.tinydb.errors import WAIT, from_sqlite, from_system
from cxtui.store.tinydb.migrating import migrate

OLDEST: Final = (3, 38)
"""The first SQLite with the JSON operators that questions are made of."""
APPLICATION: Final = 0x63787475
"""Marks the file as ours: ``cxtu``."""
SCHEMA: Final = 2
CHECKPOINT_EVERY: Final = 100
"""Commits, ours and other programs', after which the log is moved into the file."""
GROWN: Final = 8 * 1024 * 1024
"""Bytes by which the log grows before it is moved sooner: long ones are slow to read and to open."""
PAUSE: Final = 0.003
"""Seconds between two looks at a store that somebody else is writing."""
AT_ONCE: Final = 500
"""So many rows are inserted together at most."""
LOG_LIMIT: Final = 4 * 1024 * 1024
"""Bytes that the log keeps on disk after it was moved."""


class Connection:
    """The file, and whether a commit is under way. Used by the thread that made it.

    Raises: StoreFull, StoreLocked (after `WAIT`), StoreBroken, from every method.
    """

    def __init__(self, path: Path) -> None:
        if sqlite3.sqlite_version_info < OLDEST:
            raise StoreError(
                f"this Python comes with SQLite {sqlite3.sqlite_version}; the store needs 3.38 or newer: "
                "run cxtui with another Python"
            )
        place.prepare(path)
        self.path = path
        self._log = f"{path}-wal"
        self.generation = 0
        """Grows with every write and every undoing on this connection."""
        self.seen = -1
        """`others` as it was when the commit under way began."""
        self._commits = 0
        self._unmoved = 0
        self._log_moved = 0
        self._depth = 0
        self._later: dict[str, list[Sequence[str | float]]] = {}
        self._written = False
        self._settled = False
        self._others = 0
        self._taught = False
        self._lock: sqlite3.Connection | None = None
        self._sql = self._connect()
        self._place = self._where()
        opened = False
        try:
            self._take_over()
            self._others = self._data_version()
            opened = True
        finally:
            if not opened:
                self.close()

    def schema(self) -> int:
        """The version of what the tables hold."""
        return self._number("user_version")

    @property
    def in_commit(self) -> bool:
        """Whether a commit is under way."""
        return self._depth > 0

    def rows(self, sql: str, args: Sequence[str | float] = ()) -> list[Any]:
        """All rows a statement gives, at once: an open one would pin the log. Text comes as bytes."""
        if self._later:
            self._catch_up()
        return self._run(sql, args)

    def peek(self, sql: str, args: Sequence[str | float]) -> list[Any]:
        """The same without the rows that are left for `later`."""
        return self._run(sql, args)

    def _run(self, sql: str, args: Sequence[str | float]) -> list[Any]:
        if self._depth and not self._sql.in_transaction:
            raise StoreError(f"{self.path}: this commit has failed already; nothing of it was kept")
        end = 0.0
        while True:
            try:
                return self._sql.execute(sql, args).fetchall()
            except sqlite3.DatabaseError as error:
                end = end or time.monotonic() + WAIT
                ours = from_sqlite(error, self.path)
                if not isinstance(ours, StoreLocked) or self._sql.in_transaction or time.monotonic() > end:
                    raise ours from error
            # SQLite by itself looks ever more rarely, so that a busy writer starves the others.
            time.sleep(PAUSE)

    def write(self, sql: str, args: Sequence[str | float] = ()) -> None:
        """Change something; only inside `commit`."""
        self._note_write()
        self.rows(sql, args)

    def later(self, sql: str, args: Sequence[str | float]) -> None:
        """Insert a row that surely fits, together with others; before anything else is asked or changed."""
        self._note_write()
        rows = self._later.setdefault(sql, [])
        rows.append(args)
        if len(rows) >= AT_ONCE:
            self._catch_up()

    def add(self, sql: str, args: Sequence[str | float], *, apart: bool = False) -> bool:
        """Insert a row, only inside `commit`; False where a unique value of it is there already.

        ``apart``: nothing is left for `later` in this table.
        """
        self._note_write()
        try:
            (self._run if apart else self.rows)(sql, args)
        except StoreError as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError):
                return False
            raise
        return True

    def _note_write(self) -> None:
        if not self._depth:
            raise RuntimeError("a write outside a commit")
        self._written = True
        self.generation += 1

    def _catch_up(self) -> None:
        """Insert what was left for later. Where that fails, the whole commit has: rows would be missing."""
        later, self._later = self._later, {}
        if not self._sql.in_transaction:
            return  # this commit has failed already, as the next statement will say
        try:
            for sql, rows in later.items():
                self._sql.executemany(sql, rows)
        except sqlite3.DatabaseError as error:
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")
            raise from_sqlite(error, self.path) from error

    @contextmanager
    def commit(self) -> Generator[None]:
        """What is written inside is durable at the end, or not there at all.

        Inside another commit it joins it; an exception undoes its own block.
        """
        level = self._depth
        self.rows(f"SAVEPOINT level{level}" if level else "BEGIN IMMEDIATE")
        self._depth += 1
        done = False
        try:
            if not level:
                self._refuse_changed()
            yield
            self.rows(f"RELEASE level{level}" if level else "COMMIT")
            done = True
        finally:
            self._depth -= 1
            if not done:
                self._roll_back(level)
            if not level:
                changed, self._written = self._written and done, False
                if changed:
                    self._count_commit()

    def version(self) -> int:
        """A number that is another one after anybody's commit."""
        return self.others() + self._commits

    def others(self) -> int:
        """A number that is another one after somebody else's commit."""
        now = self._data_version()
        if now != self._others:
            self._others = now
            self._unmoved += 1
        return now

    def checkpoint(self) -> bool:
        """Move the log into the file; False while somebody else is writing, or reads what was before.

        SQLite before 3.51.3 can damage the file when one process moves the log while
        another begins it anew. Nobody begins it anew while we hold the write lock.
        """
        if self._lock is None:
            self._lock = self._connect()
        try:
            self._lock.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if isinstance(ours := from_sqlite(error, self.path), StoreLocked):
                return False
            raise ours from error
        try:
            ((_, length, moved),) = self.rows("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            self._lock.execute("ROLLBACK")
        self._unmoved = 0
        return bool(length == moved)

    def teach(self, functions: Sequence[tuple[str, int, Callable[..., float | None]]]) -> None:
        """Let questions use these functions: name, number of arguments, what it does."""
        for name, count, function in functions if not self._taught else ():
            self._sql.create_function(name, count, function, deterministic=True)
        self._taught = True

    def demand_place(self) -> None:
        """Raises: StoreReplaced where another file, or none, lies at the path now. For any thread."""
        if self._where() != self._place:
            raise StoreReplaced(f"{self.path} was moved or replaced while it was open; start cxtui again")

    def close(self) -> None:
        """Let go of the file."""
        if self._lock is not None:
            self._lock.close()
        self._sql.close()

    def _connect(self) -> sqlite3.Connection:
        """A connection that waits for nobody and never moves the log by itself."""
        try:
            sql = sqlite3.connect(self.path, timeout=0, isolation_level=None)
            sql.execute("PRAGMA wal_autocheckpoint = 0").close()
        except sqlite3.DatabaseError as error:
            raise from_sqlite(error, self.path) from error
        sql.text_factory = bytes
        return sql

    def _take_over(self) -> None:
        """See that the file is ours or empty, and set it up. Nothing foreign is changed."""
        self._refuse_foreign()
        self._use_log()
        for pragma in (
            "synchronous = FULL",
            "fullfsync = ON",
            "checkpoint_fullfsync = ON",
            f"journal_size_limit = {LOG_LIMIT}",
            "cell_size_check = ON",
            "temp_store = MEMORY",
        ):
            self.rows(f"PRAGMA {pragma}")
        if not self._number("application_id"):
            self._begin_store()
        if self.schema() < SCHEMA:
            migrate(self, SCHEMA)
        self._settled = True
        place.make_private(self.path)
        if self._log_size() > LOG_LIMIT:
            self._move_log()

    def _refuse_foreign(self) -> None:
        mark, schema = self._number("application_id"), self._number("user_version")
        if mark != APPLICATION and (mark or schema or self.rows("SELECT 1 FROM sqlite_master LIMIT 1")):
            raise StoreBroken(f"{self.path} belongs to another program; move it away or name another folder")
        if schema > SCHEMA:
            raise StoreBroken(
                f"{self.path} was written by a newer cxtui (schema {schema}, this one knows {SCHEMA}); "
                "update cxtui"
            )

    def _use_log(self) -> None:
        if self.rows("PRAGMA journal_mode = WAL") != [(b"wal",)]:
            raise StoreBroken(
                f"{self.path.parent} cannot hold a store: its file system shares no memory "
                "between programs; name a folder on a disk of this machine"
            )

    def _begin_store(self) -> None:
        with self.commit():
            self._refuse_foreign()
            self.write(f"PRAGMA application_id = {APPLICATION}")
            self.write(f"PRAGMA user_version = {SCHEMA}")

    def _refuse_changed(self) -> None:
        if (now := self.others()) != self.seen or not self._settled:  # others may have changed the schema
            if (schema := self.schema()) > SCHEMA or (self._settled and schema != SCHEMA):
                raise StoreReplaced(
                    f"{self.path} was taken over by a newer cxtui meanwhile; start cxtui again"
                )
            self.seen = now
        self.demand_place()

    def _where(self) -> tuple[int, int] | None:
        """What the file system knows the file by; None where it is gone."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:  # its folder may be closed to us for a time
            raise from_system(error, self.path) from error
        return found.st_dev, found.st_ino

    def _roll_back(self, level: int) -> None:
        self.generation += 1
        self._later.clear()
        # A full disk, and a COMMIT that fails, may have undone everything already.
        if not self._sql.in_transaction:
            return
        if level:
            self.rows(f"ROLLBACK TO level{level}")
            self.rows(f"RELEASE level{level}")
        else:
            self.rows("ROLLBACK")

    def _count_commit(self) -> None:
        self._commits += 1
        self._unmoved += 1
        size = self._log_size()
        self._log_moved = min(self._log_moved, size)
        if self._unmoved >= CHECKPOINT_EVERY or size - self._log_moved > GROWN:
            self._move_log()
            self._log_moved = size

    def _move_log(self) -> None:
        # What is in the log is durable; moving it can wait for the next commit.
        with suppress(StoreError):
            self.checkpoint()

    def _log_size(self) -> int:
        try:
            return os.stat(self._log).st_size  # noqa: PTH116 - after every commit: a Path costs more than this
        except OSError:
            return 0

    def _data_version(self) -> int:
        return self._number("data_version")

    def _number(self, pragma: str) -> int:
        return int(self.rows(f"PRAGMA {pragma}")[0][0])
