"""Leaving nothing of what was removed in the bytes of a store: not in free pages, not in its log."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cxtui.store.tables import Tables
from cxtui.store.tinydb.errors import from_sqlite
from cxtui.store.tinydb.tables import TinyTables

if TYPE_CHECKING:
    from cxtui.store.tinydb.connection import Connection

TRIES: Final = 20
"""So often the log is begun anew, where others write meanwhile."""
SMALL: Final = 64 * 1024
"""A log of so many bytes was begun anew by us: nobody else cuts it."""


def wash(file: Connection) -> bool:
    """Write the file anew without its free pages, and begin its log anew; False where others hinder it."""
    from cxtui.store.tinydb.connection import LOG_LIMIT

    file.rows("PRAGMA temp_store = FILE")  # the whole store would not fit into every memory
    try:
        file.rows("VACUUM")
    finally:
        file.rows("PRAGMA temp_store = MEMORY")
    log = file.path.with_name(f"{file.path.name}-wal")
    file.rows("PRAGMA journal_size_limit = 0")
    try:
        for _ in range(TRIES):
            if not file.checkpoint():
                continue
            # The log is all in the file now: the next commit begins it anew and, by the limit, cuts it.
            schema = int(file.rows("PRAGMA user_version")[0][0])
            with file.commit():
                file.write(f"PRAGMA user_version = {schema}")
            if not log.exists() or log.stat().st_size < SMALL:
                return True
    finally:
        file.rows(f"PRAGMA journal_size_limit = {LOG_LIMIT}")
    return False


def copies(path: Path) -> list[Tables]:
    """The backups of a store. Raises: StoreError where one cannot be opened."""
    from cxtui.store.tinydb import backups

    return [Copy(backup.path) for backup in backups.known(path)]


class Copy(TinyTables):
    """A backup while something is taken out of it; in the end it is one whole file of its old time."""

    def __init__(self, path: Path) -> None:
        from cxtui.store.tinydb.storage import SqliteStorage

        self._path = path
        self._times = path.stat().st_atime_ns, path.stat().st_mtime_ns
        super().__init__(SqliteStorage(path))

    def close(self) -> None:
        super().close()
        try:
            with closing(sqlite3.connect(self._path, isolation_level=None)) as sql:
                sql.execute("PRAGMA journal_mode = DELETE").close()
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path) from error
        os.utime(self._path, ns=self._times)
