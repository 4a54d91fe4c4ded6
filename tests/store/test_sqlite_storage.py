"""What was acknowledged is on disk, and what is on disk is ours and whole."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cxtui.errors import StoreBroken, StoreError, StoreFull, StoreLocked, StoreReplaced
from cxtui.store import open_store
from cxtui.store.query import where
from cxtui.store.tables import INDEXES
from cxtui.store.tinydb import TinyTables, connection, open_db, open_tables
from cxtui.store.tinydb.connection import Connection


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[TinyTables]:
    with closing(open_tables(tmp_path / "store")) as made:
        yield made


def file_of(tables: TinyTables) -> Connection:
    return tables._storage._file  # pyright: ignore[reportPrivateUsage]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def as_nobody() -> Generator[Path]:
    """Without the powers of root; gives a folder that this user owns."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def run(code: str, *args: str | Path) -> str:
    """Another process of ours; gives what it prints."""
    found = subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], capture_output=True, text=True, check=True
    )
    return found.stdout


# How it is opened


def test_folder_and_files_are_for_the_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(open_tables(tmp_path / "new" / "store")) as tables:
            tables.put("items", "1", {})
            files = list((tmp_path / "new" / "store").iterdir())
            assert {file.name for file in files} == {"cxtui.db", "cxtui.db-wal", "cxtui.db-shm"}
            assert {mode(file) for file in files} == {0o600}
            assert mode(tmp_path / "new" / "store") == mode(tmp_path / "new") == 0o700
    finally:
        os.umask(before)


def test_an_existing_folder_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_tables(tmp_path).close()
    assert mode(tmp_path) == 0o755


def test_a_store_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    open_tables(tmp_path).close()
    (tmp_path / "cxtui.db").chmod(0o644)
    open_tables(tmp_path).close()
    assert mode(tmp_path / "cxtui.db") == 0o600


@pytest.mark.parametrize("side", ["", "-wal", "-shm"])
def test_a_symbolic_link_for_a_file_is_refused(tmp_path: Path, side: str) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(b"")
    (tmp_path / f"cxtui.db{side}").symlink_to(target)
    with pytest.raises(StoreBroken, match=rf"cxtui\.db{side} is a symbolic link"):
        open_tables(tmp_path)
    assert target.read_bytes() == b""


def test_a_link_that_leads_nowhere_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "cxtui.db").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreBroken, match="symbolic link"):
        open_tables(tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_a_symbolic_link_for_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(StoreBroken, match="link is a symbolic link"):
        open_tables(tmp_path / "link")
    assert list((tmp_path / "real").iterdir()) == []


def test_a_folder_where_the_file_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cxtui.db").mkdir()
    with pytest.raises(StoreBroken, match="is not a file"):
        open_tables(tmp_path)


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("")
    with pytest.raises(StoreBroken, match="is not a folder"):
        open_tables(tmp_path / "store")


@pytest.mark.parametrize("content", [b"x", b"hello, this is a text file\n" * 100])
def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cxtui.db").write_bytes(content)
    with pytest.raises(StoreBroken, match="is not a cxtui store"):
        open_tables(tmp_path)
    assert (tmp_path / "cxtui.db").read_bytes() == content


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE theirs (x)", "PRAGMA application_id = 7", "PRAGMA user_version = 1"]
)
def test_another_programs_database_is_refused_and_stays_as_it_is(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "cxtui.db"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute(statement)
        theirs.commit()
    content = path.read_bytes()
    with pytest.raises(StoreBroken, match="belongs to another program"):
        open_tables(tmp_path)
    assert path.read_bytes() == content
    assert mode(path) != 0o600


def test_a_sqlite_without_our_operators_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 2))
    with pytest.raises(StoreError, match=r"3\.38 or newer"):
        open_tables(tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    open_tables(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "cxtui.db")) as newer:
        newer.execute(f"PRAGMA user_version = {connection.SCHEMA + 1}")
    with pytest.raises(StoreBroken, match=r"newer cxtui .*update cxtui"):
        open_tables(tmp_path)


def test_a_store_that_becomes_newer_while_open_is_not_written(tables: TinyTables) -> None:
    tables.put("items", "1", {"n": 1})
    with closing(sqlite3.connect(file_of(tables).path)) as newer:
        newer.execute(f"PRAGMA user_version = {connection.SCHEMA + 1}")
    with pytest.raises(StoreBroken, match="start cxtui again"):
        tables.put("items", "1", {"n": 2})
    assert tables.get("items", "1") == {"n": 1}


def test_a_folder_that_cannot_be_written_gives_a_sentence() -> None:
    with as_nobody() as folder:
        folder.chmod(0o500)
        with pytest.raises(StoreBroken, match=r"cxtui.db cannot be made or read \(Permission denied\)"):
            open_tables(folder)
        folder.chmod(0o700)
        open_tables(folder).close()
        folder.chmod(0o500)
        with pytest.raises(StoreBroken, match="folder"):
            open_tables(folder)
        folder.chmod(0o700)
        (folder / "cxtui.db").chmod(0o400)
        with pytest.raises(StoreBroken, match="cannot be written"):
            open_tables(folder)


async def opened_and_closed(folder: Path) -> None:
    store = await open_store(folder)
    await store.close()


def test_a_folder_that_is_closed_for_a_time_gives_a_sentence_until_it_is_open_again(tmp_path: Path) -> None:
    asyncio.run(opened_and_closed(tmp_path / "other"))  # nobody may import it from root's home
    with as_nobody() as folder:
        inside = folder / "data"
        with closing(open_tables(inside)) as tables:
            tables.put("items", "1", {"n": 1})
            inside.chmod(0o000)
            with pytest.raises(StoreBroken, match="Permission denied") as refused:
                tables.put("items", "1", {"n": 2})
            assert not isinstance(refused.value, StoreReplaced), "it need not be started again"
            with pytest.raises(StoreBroken, match=r"cxtui.db cannot be reached \(Permission denied\)"):
                asyncio.run(opened_and_closed(inside))
            inside.chmod(0o700)
            tables.put("items", "1", {"n": 3})
            assert tables.get("items", "1") == {"n": 3}


def test_a_file_that_was_moved_or_replaced_is_not_written_any_more(tables: TinyTables) -> None:
    tables.put("items", "1", {})
    path = file_of(tables).path
    path.rename(path.with_name("moved.db"))
    with pytest.raises(StoreBroken, match="moved or replaced"):
        tables.put("items", "1", {})
    shutil.copy(path.with_name("moved.db"), path)
    with pytest.raises(StoreBroken, match="moved or replaced"):
        tables.put("items", "1", {})


# Damage


@pytest.mark.parametrize(
    "change",
    [
        """doc = replace(doc, 'hello', 'jello')""",
        "key = 'isso:2'",
        "id = id + 1",
        "crc = crc + 1",
        "doc = CAST(x'ff' AS TEXT)",
        "doc = '{'",
    ],
)
def test_a_changed_row_is_noticed_and_named(tmp_path: Path, change: str) -> None:
    with closing(open_tables(tmp_path)) as tables:
        tables.put("items", "isso:1", {"text": "hello"})
    with closing(sqlite3.connect(tmp_path / "cxtui.db")) as hand:
        for field in INDEXES["items"]:
            hand.execute(f'DROP INDEX "items.{field}"')
        hand.execute(f"UPDATE items SET {change}")  # noqa: S608 - what is tested
        hand.commit()
    with (
        closing(open_tables(tmp_path)) as tables,
        pytest.raises(StoreBroken, match=r"'isso:[12]' in the table 'items'"),
    ):
        tables.find("items")


def test_a_flipped_bit_in_the_file_is_noticed(tmp_path: Path) -> None:
    with closing(open_tables(tmp_path)) as tables:
        tables.put("items", "isso:1", {"text": "a text to find"})
    path = tmp_path / "cxtui.db"
    content = bytearray(path.read_bytes())
    spot = content.index(b"text to find")
    for bit in range(8):
        flipped = bytearray(content)
        flipped[spot] ^= 1 << bit
        path.write_bytes(flipped)
        with (
            closing(open_tables(tmp_path)) as tables,
            pytest.raises(StoreBroken, match=r"isso:1.* in the table 'items'"),
        ):
            tables.get("items", "isso:1")


def test_a_damaged_page_is_a_sentence(tmp_path: Path) -> None:
    with closing(open_tables(tmp_path)) as tables:
        for number in range(300):
            tables.put("items", str(number), {"text": "x" * 100})
    path = tmp_path / "cxtui.db"
    content = bytearray(path.read_bytes())
    content[4096:-4096] = b"\xff" * (len(content) - 2 * 4096)
    path.write_bytes(content)
    with closing(open_tables(tmp_path)) as tables, pytest.raises(StoreBroken, match="damaged"):
        tables.find("items")


# Commits


def test_a_full_disk_keeps_nothing_of_the_act(tables: TinyTables) -> None:
    tables.put("items", "1", {"n": 1})
    file_of(tables).rows("PRAGMA max_page_count = 30")
    with pytest.raises(StoreFull, match="no space left"), tables.commit():  # noqa: PT012 - the block is what fails
        tables.put("items", "1", {"n": 2})
        tables.put("items", "2", {"text": "x" * 500_000})
    assert tables.find("items") == [{"n": 1}]
    tables.put("items", "1", {"n": 3})
    assert tables.find("items") == [{"n": 3}]


def test_after_a_full_disk_was_swallowed_the_commit_still_fails(tables: TinyTables) -> None:
    tables.put("items", "1", {"n": 1})
    file_of(tables).rows("PRAGMA max_page_count = 30")
    with pytest.raises(StoreError, match="failed already"), tables.commit():  # noqa: PT012 - the block is what fails
        tables.put("items", "1", {"n": 2})
        with pytest.raises(StoreFull):
            tables.put("items", "2", {"text": "x" * 500_000})
        tables.put("items", "1", {"n": 3})
    assert tables.find("items") == [{"n": 1}]


def test_a_commit_that_the_system_refuses_leaves_memory_and_disk_the_same(tables: TinyTables) -> None:
    other: Any = open_db(file_of(tables).path)
    tables.put("items", "1", {"n": 1})
    log = file_of(tables).path.with_name("cxtui.db-wal")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, limits[1]))
    try:
        with pytest.raises(StoreError, match=r"cxtui\.db"):
            tables.put("items", "1", {"n": 2})
        assert tables.get("items", "1") == {"n": 1}
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert other.table("items").all() == [{"n": 1}]
    tables.put("items", "1", {"n": 3})
    assert other.table("items").all() == [{"n": 3}]
    other.close()


def test_a_writer_that_does_not_finish_is_named(tables: TinyTables, monkeypatch: pytest.MonkeyPatch) -> None:
    tables.put("items", "1", {"n": 1})
    monkeypatch.setattr(connection, "WAIT", 0.01)
    with closing(open_tables(file_of(tables).path.parent)) as other, other.commit():
        with pytest.raises(StoreLocked, match="another program"):
            tables.put("items", "1", {"n": 2})
        assert tables.get("items", "1") == {"n": 1}
    tables.put("items", "1", {"n": 3})


def test_two_processes_see_each_others_commits(tables: TinyTables) -> None:
    tables.put("items", "1", {"n": 1})
    cached: Any = open_db(file_of(tables).path)
    ones = where("n") == 1
    assert cached.table("items").search(ones) == [{"n": 1}]
    before = tables.version()
    run(
        "import sys, pathlib; from cxtui.store.tinydb import open_tables\n"
        "t = open_tables(pathlib.Path(sys.argv[1])); t.put('items', '1', {'n': 2}); t.close()",
        file_of(tables).path.parent,
    )
    assert tables.version() != before
    assert tables.version() == tables.version()
    assert tables.get("items", "1") == {"n": 2}
    assert cached.table("items").search(ones) == []
    cached.close()


# The log


def test_the_log_is_moved_only_under_the_write_lock(tables: TinyTables) -> None:
    with closing(open_tables(file_of(tables).path.parent)) as other:
        tables.put("items", "1", {})
        with other.commit():
            assert not tables._storage.checkpoint()  # pyright: ignore[reportPrivateUsage]
        assert tables._storage.checkpoint()  # pyright: ignore[reportPrivateUsage]


def test_no_connection_moves_the_log_by_itself(tables: TinyTables) -> None:
    tables._storage.checkpoint()  # pyright: ignore[reportPrivateUsage]
    file = file_of(tables)
    assert file._lock is not None  # pyright: ignore[reportPrivateUsage]
    for sql in (file._sql, file._lock):  # pyright: ignore[reportPrivateUsage]
        assert sql.execute("PRAGMA wal_autocheckpoint").fetchall() == [(0,)]
        assert not sql.in_transaction


def test_the_log_does_not_grow_without_end(tables: TinyTables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CHECKPOINT_EVERY", 5)
    log = file_of(tables).path.with_name("cxtui.db-wal")
    sizes: set[int] = set()
    for number in range(100):
        tables.put("items", "1", {"n": number})
        sizes.add(log.stat().st_size)
    assert max(sizes) < 300_000
    assert tables.get("items", "1") == {"n": 99}


def test_a_long_log_that_others_left_is_moved_at_open(
    tables: TinyTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.put("items", "1", {"text": "x" * 200_000})
    path = file_of(tables).path
    assert path.stat().st_size < 200_000
    monkeypatch.setattr(connection, "LOG_LIMIT", 100_000)
    open_tables(path.parent).close()
    assert path.stat().st_size > 200_000


def test_every_commit_is_synced(tables: TinyTables) -> None:
    file = file_of(tables)
    assert file.rows("PRAGMA journal_mode") == [(b"wal",)]
    assert file.rows("PRAGMA synchronous") == [(2,)]


WRITER = """
import pathlib, sys
from cxtui.store.tinydb import connection, open_tables
connection.CHECKPOINT_EVERY = 7
who, first = sys.argv[2], int(sys.argv[3])
tables = open_tables(pathlib.Path(sys.argv[1]))
for number in range(first, 1_000_000):
    with tables.commit():
        tables.put("items", f"{who}{number}", {"n": number, "text": "x" * 200})
        tables.put("replies", f"{who}{number}", {"n": number})
        tables.append("log", {"who": who, "n": number})
    print(number, flush=True)
"""


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    random, done = Random(2), {"a": -1, "b": -1}  # noqa: S311 - no secret
    for _ in range(5):
        writers = {
            who: subprocess.Popen(
                [sys.executable, "-c", WRITER, str(tmp_path), who, str(done[who] + 1)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for who in done
        }
        for who, writer in writers.items():
            assert writer.stdout is not None
            for _ in range(random.randrange(5, 40)):
                done[who] = int(writer.stdout.readline())
        for who, writer in writers.items():
            writer.kill()
            rest = writer.communicate()[0].split()
            done[who] = int(rest[-1]) if rest else done[who]
        with closing(open_tables(tmp_path)) as tables:
            items, replies = tables.find("items"), tables.find("replies")
            assert [doc["n"] for doc in items] == [doc["n"] for doc in replies]
            assert len(tables.after("log", 0)) == len(items) == tables.last("log")
            for who, acknowledged in done.items():
                kept = [doc["n"] for _, doc in tables.after("log", 0) if doc["who"] == who]
                assert kept == list(range(len(kept)))
                assert len(kept) > acknowledged
                done[who] = len(kept) - 1
            assert file_of(tables).rows("PRAGMA integrity_check") == [(b"ok",)]
