"""Mends a damaged store: its indexes anew, or a backup in its place, or what can still be read of it.

What was damaged is never changed or dropped: it stays beside the store under another name.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from cxtui.errors import StoreBroken, StoreLocked
from cxtui.store.document import pack
from cxtui.store.forgetting import apply_tombstones
from cxtui.store.keeping import Backup
from cxtui.store.records import stamp
from cxtui.store.tables import INDEXES
from cxtui.store.tinydb import backups, place
from cxtui.store.tinydb.connection import APPLICATION, SCHEMA, Connection
from cxtui.store.tinydb.errors import from_sqlite, from_system
from cxtui.store.tinydb.examining import Flaw, demand_whole, examine, reading, tables
from cxtui.store.tinydb.salvage import Lost, documents, salvage
from cxtui.store.tinydb.schema import index_sql
from cxtui.store.tinydb.storage import SqliteStorage
from cxtui.store.tinydb.tables import TinyTables
from cxtui.store.tombstones import DUE, TABLE

PATIENCE: Final = 5.0
"""Seconds to wait for a writer."""
BY_HAND: Final = 99
"""So many attempts does a reply of a restored store count as having had: only a person sends it again."""

Way = Literal["indexes", "backup", "salvage"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a store can be mended, the best way first found. ``backup`` is the one that would be used."""

    way: Way
    backup: Backup | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done. ``aside`` is where the damaged file is now, ``lost`` what a salvage could not read."""

    way: Way
    aside: Path | None = None
    backup: Backup | None = None
    lost: tuple[Lost, ...] = ()


def look(path: Path) -> tuple[Flaw, ...]:
    """Every flaw of a store. Raises: StoreLocked, StoreBroken where there is none or it is not ours."""
    if not path.exists():
        raise StoreBroken(f"there is no store at {path}")
    if backups.emptied(path):
        return (Flaw("file", "it is empty, though there are backups of it"),)
    place.prepare(path)
    try:
        foreign = _foreign(path)
        found = () if foreign else examine(path, words=True)
    except StoreLocked:
        raise
    except StoreBroken as error:
        if " is damaged" not in str(error) and not backups.known(path):
            raise
        return (Flaw("file", str(error)),)
    if foreign:
        raise StoreBroken(foreign)
    return found


def plan(path: Path, flaws: Sequence[Flaw]) -> Plan:
    """The way that loses least: indexes lose nothing, a whole backup what came after it."""
    if flaws and all(flaw.kind == "index" for flaw in flaws):
        return Plan("indexes")
    for backup in backups.known(path):
        try:
            demand_whole(backup.path)
        except StoreBroken:
            continue
        return Plan("backup", backup)
    return Plan("salvage")


def mend(path: Path, by: Plan, now: datetime) -> Mended:
    """Do it. Raises: StoreLocked while somebody else writes; StoreFull, StoreBroken."""
    if by.way == "indexes":
        _index_anew(path)
        demand_whole(path, words=True)
        return Mended("indexes")
    fresh = path.with_name(f"{path.name}.new")
    _forget_fresh(fresh)
    lost: tuple[Lost, ...] = ()
    try:
        if by.backup is not None:
            _copied(by.backup.path, fresh)
            _forget_again(path, fresh)
        else:
            lost = salvage(path, fresh).lost
        _doubt_unsent(fresh, now)
        demand_whole(fresh, words=True)
        aside = _exchanged(path, fresh, now)
    finally:
        _forget_fresh(fresh)
    return Mended(by.way, aside, by.backup, lost)


def _foreign(path: Path) -> str | None:
    """A sentence about what another program, or a newer cxtui, has written. Raises: StoreBroken."""
    with reading(path) as sql:
        asked = (sql.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version"))
        (mark,), (schema,) = asked
        if mark != APPLICATION and not tables(sql):
            return f"{path} belongs to another program; move it away or name another folder"
    return f"{path} was written by a newer cxtui; use that one" if schema > SCHEMA else None


def _index_anew(path: Path) -> None:
    with closing(Connection(path)) as file, file.commit():
        made = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = {name.decode(errors="replace") for (name,) in file.rows(made)}
        for words in sorted(names & {"+texts", "+words", "+stale", "+numbers"}):
            file.write(f'DROP TABLE "{words}"')
        for name in sorted(names):
            for fields in INDEXES.get(name, ()):
                file.write(f'DROP INDEX IF EXISTS "{name}.{fields}"')
                file.write(index_sql(name, fields))
        file.write("REINDEX")
    with closing(SqliteStorage(path)) as storage:
        storage.take_in_words()


def _copied(backup: Path, fresh: Path) -> None:
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        shutil.copyfile(backup, fresh)
    except OSError as error:
        raise from_system(error, fresh) from error


def _forget_again(path: Path, fresh: Path) -> None:
    """Who was forgotten since the backup stays forgotten."""
    stones = {key: doc for key, doc in documents(path, TABLE).items() if key != DUE}
    with closing(TinyTables(SqliteStorage(fresh))) as restored:
        apply_tombstones(restored, stones)


def _doubt_unsent(fresh: Path, now: datetime) -> None:
    """Nobody knows what became of a reply that was on its way when the copy was made."""
    with closing(SqliteStorage(fresh)) as storage:
        with storage.commit():
            for row in storage.select("outbox"):
                reply = row.document()
                if reply.get("state") in ("queued", "sending"):
                    reply |= {
                        "state": "unknown",
                        "error": "the store was mended: nobody knows whether this went out before",
                        "attempts": max(int(reply.get("attempts") or 0), BY_HAND),
                        "doubted": stamp(now),
                        "owner": "",
                    }
                    storage.replace("outbox", row._replace(text=pack(reply)))
        storage.checkpoint()


def _exchanged(path: Path, fresh: Path, now: datetime) -> Path:
    """Put the new file in the place of the old one; gives where the old one is now.

    The log goes first: a log beside a file that it does not belong to would be taken for its own.
    """
    aside = path.with_name(f"{path.stem}-damaged-{now.astimezone(UTC):%Y%m%dT%H%M%S.%f}Z.db")
    try:
        with _alone(path):
            for side in ("-wal", "-shm"):
                if (old := path.with_name(path.name + side)).exists():
                    old.rename(aside.with_name(aside.name + side))
            os.link(path, aside)
            fresh.replace(path)
            backups.sync(path)
            backups.sync(path.parent)
    except OSError as error:
        raise from_system(error, path) from error
    return aside


@contextmanager
def _alone(path: Path) -> Generator[None]:
    """Hold the lock for writing, as far as a damaged file has one. Raises: StoreLocked."""
    sql = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        try:
            sql.execute("PRAGMA wal_autocheckpoint = 0").close()
            sql.execute("BEGIN IMMEDIATE").close()
        except sqlite3.DatabaseError as error:
            if isinstance(ours := from_sqlite(error, path), StoreLocked):
                raise ours from error
        yield
    finally:
        sql.close()


def _forget_fresh(fresh: Path) -> None:
    for side in place.SIDES:
        fresh.with_name(fresh.name + side).unlink(missing_ok=True)
