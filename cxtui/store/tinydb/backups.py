"""Rolling backups: whole copies of the store beside it, each examined before it counts."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zlib import crc32

from cxtui.errors import StoreDamaged, StoreFull
from cxtui.store import copied
from cxtui.store.document import pack
from cxtui.store.keeping import Backup
from cxtui.store.tinydb import place
from cxtui.store.tinydb.errors import from_sqlite, from_system
from cxtui.store.tinydb.examining import demand_whole, reading

FOLDER: Final = "backups"
EVERY: Final = timedelta(hours=6)
"""A backup is due when the last one is older, or from a time to come: the clock was set back."""
LAST: Final = 3
"""So many of the newest are kept,"""
DAYS: Final = 4
"""and of so many days the newest of each."""
NAME: Final = re.compile(r"cxtui-(\d{8}T\d{6}\.\d{6})Z\.db")
FORM: Final = "%Y%m%dT%H%M%S.%f"
SPARE: Final = 8 * 1024 * 1024
"""Bytes that must stay free beside a new backup."""
STALE: Final = 3600.0
"""Seconds after which a copy that did not become a backup is what a dead process left."""


def known(path: Path) -> tuple[Backup, ...]:
    """The backups of a store, the newest first."""
    found: list[Backup] = []
    with suppress(OSError):
        for file in (path.parent / FOLDER).iterdir():
            named = NAME.fullmatch(file.name)
            if named and file.is_file() and not file.is_symlink():
                at = datetime.strptime(named[1], FORM).replace(tzinfo=UTC)
                found.append(Backup(file, at, file.stat().st_size))
    return tuple(sorted(found, key=lambda backup: backup.at, reverse=True))


def due(path: Path, now: datetime) -> bool:
    """Whether the store has changed since a backup that is old enough."""
    newest = next(iter(known(path)), None)
    if newest is None:
        return True
    if timedelta(0) <= now - newest.at < EVERY:
        return False
    return _changed(path) > newest.path.stat().st_mtime


def emptied(path: Path) -> bool:
    """Whether a file without a byte lies where a store was that there are backups of."""
    return path.is_file() and not path.stat().st_size and bool(known(path))


def take(path: Path, now: datetime) -> Backup:
    """`copy` and `prove`: what comes of it counts. Raises: StoreFull; StoreDamaged."""
    return prove(path, copy(path, now))


def copy(path: Path, now: datetime) -> Backup:
    """Copy the store in one step, while others read and write; it counts when it has been examined.

    Raises: StoreFull.
    """
    folder = path.parent / FOLDER
    part = folder / f"{path.stem}-{now.astimezone(UTC):{FORM}}Z.part"
    try:
        place.make_folder(folder)
        folder.chmod(0o700)
        _refuse_crowded(path, folder)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        done = False
        try:
            _copy(path, part)
            done = True
        finally:
            if not done:
                part.unlink(missing_ok=True)
        return Backup(part, now, part.stat().st_size)
    except OSError as error:
        raise from_system(error, folder) from error


def prove(path: Path, copied: Backup) -> Backup:
    """Examine a copy; a whole one is a backup from then on, and older ones than needed go.

    Raises: StoreDamaged where it is not whole: then it goes, and every older backup stays.
    """
    part = copied.path
    try:
        try:
            _demand_copy(path, part)
            _say_copy(part)
            whole = part.replace(part.with_suffix(".db"))
            sync(part.parent)
        finally:
            part.unlink(missing_ok=True)
        _tidy(path)
        return replace(copied, path=whole)
    except OSError as error:
        raise from_system(error, part.parent) from error


def superfluous(backups: Iterable[Backup]) -> list[Backup]:
    """What need not be kept: all but the last ones and the newest of each of the last days."""
    kept: set[Path] = set()
    days: dict[str, Path] = {}
    newest = sorted(backups, key=lambda backup: backup.at, reverse=True)
    for number, backup in enumerate(newest):
        if number < LAST:
            kept.add(backup.path)
        days.setdefault(f"{backup.at:%Y%m%d}", backup.path)
    kept.update(list(days.values())[:DAYS])
    return [backup for backup in newest if backup.path not in kept]


def _tidy(path: Path) -> None:
    for backup in superfluous(known(path)):
        backup.path.unlink(missing_ok=True)
    newest = path.stat().st_mtime
    for part in (path.parent / FOLDER).glob("*.part*"):
        if newest - part.stat().st_mtime > STALE:
            part.unlink(missing_ok=True)


def _copy(path: Path, part: Path) -> None:
    try:
        with reading(path) as source, closing(sqlite3.connect(part, isolation_level=None)) as target:
            target.execute("PRAGMA synchronous = OFF").close()  # it is synced as a whole
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode = DELETE").close()
    except sqlite3.Error as error:
        raise from_sqlite(error, part) from error


def _demand_copy(path: Path, part: Path) -> None:
    try:
        demand_whole(part, words=True)
    except StoreDamaged as error:
        said = str(error).replace(str(part), str(path))
        raise StoreDamaged(said) from error


def _say_copy(part: Path) -> None:
    """Have it known as a copy, wherever it is put in the store's place: it may get the store's own number."""
    times = part.stat().st_atime_ns, part.stat().st_mtime_ns
    doc = pack({copied.IS: copied.COPY})
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as sql:
            sql.text_factory = bytes
            sql.execute("PRAGMA journal_mode = MEMORY").close()  # it is synced as a whole
            if sql.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (copied.TABLE,)).fetchall():
                for number, key in sql.execute(f'SELECT id, key FROM "{copied.TABLE}"').fetchall():  # noqa: S608 - a name of ours
                    crc = crc32(doc.encode("ascii"), crc32(b"%d\0%b\0" % (number, key)))
                    change = f'UPDATE "{copied.TABLE}" SET doc = ?, crc = ? WHERE id = ?'  # noqa: S608 - as above
                    sql.execute(change, (doc, crc, number)).close()
    except sqlite3.Error as error:
        raise from_sqlite(error, part) from error
    sync(part)
    os.utime(part, ns=times)


def _refuse_crowded(path: Path, folder: Path) -> None:
    needed, free = path.stat().st_size + SPARE, shutil.disk_usage(folder).free
    if free < needed:
        raise StoreFull(
            f"no room for a backup in {folder}: it needs {needed // 2**20 + 1} MiB, {free // 2**20} are free"
        )


def _changed(path: Path) -> float:
    """When the store was last written, by the file system's clock."""
    times = [0.0]
    for file in (path, path.with_name(f"{path.name}-wal")):
        with suppress(OSError):
            times.append(file.stat().st_mtime)
    return max(times)


def sync(path: Path) -> None:
    """Make what was written to a file, or a folder's names, last. Raises: OSError."""
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
