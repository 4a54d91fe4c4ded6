"""Every error of SQLite and of the system is a sentence that names the file and a way out."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from cxtui.errors import StoreBroken, StoreError, StoreFull, StoreLocked
from cxtui.store.tinydb.errors import from_sqlite, from_system

PATH = Path("/home/me/cxtui.db")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_FULL, StoreFull, "free some space"),
        (sqlite3.SQLITE_BUSY, StoreLocked, "close it"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreLocked, "close it"),
        (sqlite3.SQLITE_LOCKED, StoreLocked, "close it"),
        (sqlite3.SQLITE_PROTOCOL, StoreLocked, "close it"),
        (sqlite3.SQLITE_CORRUPT, StoreBroken, "backup"),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreBroken, "backup"),
        (sqlite3.SQLITE_NOTADB, StoreBroken, "move it away"),
        (sqlite3.SQLITE_READONLY, StoreBroken, "writable"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StoreBroken, "writable"),
        (sqlite3.SQLITE_CANTOPEN, StoreBroken, "folder"),
        (sqlite3.SQLITE_PERM, StoreBroken, "permissions"),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreBroken, "disk"),
        (sqlite3.SQLITE_NOMEM, StoreError, "could not do it: told"),
    ],
)
def test_codes_become_our_kinds(code: int, kind: type[StoreError], words: str) -> None:
    error = sqlite3.OperationalError("told")
    error.sqlite_errorcode = code
    ours = from_sqlite(error, PATH)
    assert type(ours) is kind
    assert str(ours).startswith(("/home/me/cxtui.db ", "no space left for /home/me/cxtui.db"))
    assert words in str(ours)


def test_an_error_without_a_code_is_one_of_ours_too() -> None:
    assert type(from_sqlite(sqlite3.DatabaseError("told"), PATH)) is StoreError


def test_a_document_that_is_no_json_is_damage() -> None:
    assert type(from_sqlite(sqlite3.OperationalError("malformed JSON"), PATH)) is StoreBroken


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.ENOSPC, StoreFull), (errno.EDQUOT, StoreFull), (errno.EACCES, StoreBroken)]
)
def test_the_systems_errors_too(code: int, kind: type[StoreError]) -> None:
    ours = from_system(OSError(code, "told"), PATH)
    assert type(ours) is kind
    assert "/home/me/cxtui.db" in str(ours)
