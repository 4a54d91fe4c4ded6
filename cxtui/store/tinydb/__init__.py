"""The embedded store: TinyDB over SQLite.

`open_db` gives a TinyDB like any other, only that its writes last, several programs may
have it open at once, and a question asked with `cxtui.store.query.where` is answered by
index. `open_tables` gives the same file to the store's commands.
"""

from __future__ import annotations

from pathlib import Path

from cxtui.errors import StoreDamaged
from cxtui.store.tinydb import backups
from cxtui.store.tinydb.storage import SqliteStorage
from cxtui.store.tinydb.table import Database
from cxtui.store.tinydb.tables import TinyTables

FILE = "cxtui.db"

__all__ = ["FILE", "Database", "open_db", "open_tables"]


def open_db(path: str | Path) -> Database:
    """The TinyDB in a file, made where it is missing. Raises: StoreFull, StoreLocked, StoreBroken."""
    return Database(path)


def open_tables(folder: Path) -> TinyTables:
    """The tables of the store in a folder. Raises: StoreFull, StoreLocked, StoreBroken."""
    path = folder / FILE
    if backups.emptied(path):
        raise StoreDamaged(f"{path} is empty, though there are backups of it: run `cxtui doctor`")
    return TinyTables(SqliteStorage(path))
