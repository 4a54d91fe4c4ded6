"""Errors of SQLite and of the file system as sentences of ours."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Final

from cxtui.errors import StoreBroken, StoreError, StoreFull, StoreLocked

WAIT: Final = 5.0
"""Seconds to wait for another program that is writing."""

_BROKEN: Final = {
    sqlite3.SQLITE_CORRUPT: "is damaged; run `cxtui doctor`: it mends it or puts a backup in its place",
    sqlite3.SQLITE_NOTADB: "is not a cxtui store; move it away or name another folder",
    sqlite3.SQLITE_READONLY: "cannot be written; make the file and its folder writable, "
    "and see that nobody moved it away",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; see that its folder exists and is writable",
    sqlite3.SQLITE_PERM: "cannot be opened; see to the permissions of the file and its folder",
    sqlite3.SQLITE_AUTH: "cannot be opened; see to the permissions of the file and its folder",
    sqlite3.SQLITE_IOERR: "could not be read or written by the system; look for a failing or over-quota disk",
}
_LOCKED: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}


def from_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    """What SQLite's error means for the user. Nothing of the act that met it was kept."""
    # An error that Python made itself has no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code in _LOCKED:
        return StoreLocked(
            f"{path} is being written by another program that did not finish in {WAIT:g} s; "
            "try again, or close it"
        )
    if code in _BROKEN:
        return StoreBroken(f"{path} {_BROKEN[code]} ({error})")
    if "malformed JSON" in str(error):
        return StoreBroken(f"{path} {_BROKEN[sqlite3.SQLITE_CORRUPT]} (a document is no JSON)")
    return StoreError(f"{path} could not do it: {error}")


def from_system(error: OSError, path: Path) -> StoreError:
    """What an error of the file system means for the user."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(path)
    why = error.strerror or str(error)
    return StoreBroken(
        f"{path} cannot be made or read ({why}); see to its permissions or name another folder"
    )


def _full(path: Path) -> StoreFull:
    return StoreFull(f"no space left for {path}; nothing was changed: free some space there and try again")
