"""Whole copies, made while others write, of which the oldest go."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.errors import StoreBroken, StoreDamaged, StoreFull
from cxtui.store import open_store
from cxtui.store.keeping import Backup
from cxtui.store.tinydb import TinyTables, backups, open_tables, place
from cxtui.store.tinydb.examining import examine, reading
from tests.bench import damage

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[TinyTables]:
    with closing(open_tables(tmp_path)) as made:
        made.put("items", "1", {"text": "hello"})
        yield made


def file_of(folder: Path) -> Path:
    return folder / "cxtui.db"


def crowded(_: Path) -> SimpleNamespace:
    """A disk that is nearly full."""
    return SimpleNamespace(free=100)


def disk_with(blocks: int) -> Callable[[Path], SimpleNamespace]:
    """A disk with so many blocks of 4 KiB left."""
    return lambda _: SimpleNamespace(f_bavail=blocks, f_frsize=4096)


def spoil(path: Path, word: bytes) -> None:
    """Turn a bit of a word in a file."""
    content = bytearray(path.read_bytes())
    content[content.index(word)] ^= 1
    path.write_bytes(content)


def test_a_backup_is_whole_private_and_one_file(tables: TinyTables, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = tables.backup(NOW)
    finally:
        os.umask(before)
    assert made is not None
    assert [file.name for file in (tmp_path / "backups").iterdir()] == [made.path.name]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert examine(made.path, words=True) == ()
    assert (made.at, made.size) == (NOW, made.path.stat().st_size)
    (tmp_path / "other").mkdir()
    made.path.rename(tmp_path / "other/cxtui.db")
    with closing(open_tables(tmp_path / "other")) as copy:
        assert copy.get("items", "1") == {"text": "hello"}


def test_a_backup_is_taken_while_another_program_is_in_the_middle_of_a_commit(
    tables: TinyTables, tmp_path: Path
) -> None:
    with closing(open_tables(tmp_path)) as other, other.commit():
        other.put("items", "2", {})
        made = backups.take(file_of(tmp_path), NOW)
    made.path.rename(tmp_path / "copy.db")
    with closing(TinyTables(type(tables._storage)(tmp_path / "copy.db"))) as copy:  # pyright: ignore[reportPrivateUsage]
        assert copy.find("items") == [{"text": "hello"}]


def test_a_backup_is_due_when_the_last_is_old_and_something_changed(
    tables: TinyTables, tmp_path: Path
) -> None:
    assert tables.backup(NOW, due=True) is not None
    assert tables.backup(NOW + 5 * HOUR, due=True) is None
    assert tables.backup(NOW + 7 * HOUR, due=True) is None, "nothing has changed since"
    (made,) = backups.known(file_of(tmp_path))
    os.utime(made.path, (1, 1))
    assert tables.backup(NOW + 5 * HOUR, due=True) is None
    assert tables.backup(NOW + 7 * HOUR, due=True) is not None


def test_after_the_clock_was_set_back_a_backup_is_due(tables: TinyTables, tmp_path: Path) -> None:
    made = tables.backup(NOW)
    assert made is not None
    os.utime(made.path, (1, 1))
    assert backups.due(file_of(tmp_path), NOW - HOUR)


@given(st.lists(st.integers(0, 24 * 30), unique=True, max_size=40))
def test_the_last_ones_and_one_of_each_of_the_last_days_stay(hours: list[int]) -> None:
    made = [Backup(Path(str(hour)), NOW + hour * HOUR, 1) for hour in hours]
    going = backups.superfluous(made)
    kept = sorted((backup for backup in made if backup not in going), key=lambda backup: backup.at)
    newest = sorted(made, key=lambda backup: backup.at)
    assert kept[-backups.LAST :] == newest[-backups.LAST :]
    assert len(kept) <= backups.LAST + backups.DAYS
    days = sorted({backup.at.date() for backup in made})[-backups.DAYS :]
    for day in days:
        assert max((b for b in made if b.at.date() == day), key=lambda b: b.at) in kept


def test_older_backups_go(tables: TinyTables, tmp_path: Path) -> None:
    for day in range(12):
        tables.put("items", "1", {"n": day})
        tables.backup(NOW + timedelta(days=day))
    assert len(backups.known(file_of(tmp_path))) == backups.DAYS


def test_a_damaged_store_gives_no_backup_and_drops_none(tables: TinyTables, tmp_path: Path) -> None:
    for day in range(12):
        (tmp_path / "backups").mkdir(exist_ok=True)
        (tmp_path / "backups" / f"cxtui-202611{day + 10}T090000.000000Z.db").write_bytes(b"")
    tables.close()
    spoil(file_of(tmp_path), b"hello")
    with pytest.raises(StoreDamaged, match=r"cxtui\.db is damaged: the document '1' in the table 'items'"):
        backups.take(file_of(tmp_path), NOW + timedelta(days=90))
    assert len([*(tmp_path / "backups").iterdir()]) == 12


def test_a_copy_counts_when_it_has_been_examined(tables: TinyTables, tmp_path: Path) -> None:
    copied = backups.copy(file_of(tmp_path), NOW)
    assert backups.known(file_of(tmp_path)) == ()
    assert stat.S_IMODE(copied.path.stat().st_mode) == 0o600
    tables.put("items", "2", {"text": "after it was copied"})
    proved = backups.prove(file_of(tmp_path), copied)
    assert backups.known(file_of(tmp_path)) == (proved,)
    assert (proved.at, proved.size) == (copied.at, copied.size)
    assert not copied.path.exists()
    with reading(proved.path) as kept:
        assert kept.execute("SELECT key FROM items").fetchall() == [(b"1",)]


def test_a_copy_that_is_not_whole_goes(tables: TinyTables, tmp_path: Path) -> None:
    copied = backups.copy(file_of(tmp_path), NOW)
    spoil(copied.path, b"hello")
    with pytest.raises(StoreDamaged, match="the document '1' in the table 'items'"):
        backups.prove(file_of(tmp_path), copied)
    assert [*(tmp_path / "backups").iterdir()] == []
    assert tables.get("items", "1") == {"text": "hello"}


def test_what_a_dead_process_left_half_copied_goes(tables: TinyTables, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    for name, age in (("old.part", 2 * backups.STALE), ("new.part", 0)):
        file = tmp_path / "backups" / name
        file.write_bytes(b"x")
        then = file_of(tmp_path).stat().st_mtime - age
        os.utime(file, (then, then))
    tables.backup(NOW)
    assert {file.name for file in (tmp_path / "backups").glob("*.part")} == {"new.part"}


def test_a_disk_with_too_little_room_gives_no_backup(
    tables: TinyTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups.shutil, "disk_usage", crowded)
    with pytest.raises(StoreFull, match="no room for a backup"):
        tables.backup(NOW)
    assert backups.known(file_of(tmp_path)) == ()


def test_a_symbolic_link_for_the_folder_is_refused(tables: TinyTables, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "backups").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreBroken, match="symbolic link"):
        tables.backup(NOW)
    assert [*(tmp_path / "elsewhere").iterdir()] == []


def test_an_empty_file_where_a_store_was_is_no_new_store(tables: TinyTables, tmp_path: Path) -> None:
    tables.backup(NOW)
    tables.close()
    for file in tmp_path.glob("cxtui.db*"):
        file.unlink()
    file_of(tmp_path).touch()
    with pytest.raises(StoreDamaged, match="is empty, though there are backups"):
        open_tables(tmp_path)


@pytest.mark.parametrize("embedded", [False, True])
async def test_every_store_can_be_looked_through_and_copied(*, embedded: bool, tmp_path: Path) -> None:
    store = await open_store(tmp_path if embedded else None)
    await store.check()
    made = await store.backup(NOW)
    assert (made is not None) == embedded
    assert await store.backup(NOW, due=True) is None
    await store.close()


async def test_damage_that_is_found_ends_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxtui.store.tinydb.tables.AT_ONCE", 0)
    await damage.build(tmp_path, 3)
    spoil(file_of(tmp_path), b'"text"')
    store = await open_store(tmp_path)
    with pytest.raises(StoreDamaged, match="run `cxtui doctor`"):
        await store.check()
    for asked in (store.rows, store.ask_feeds, store.outbox):
        with pytest.raises(StoreDamaged, match="run `cxtui doctor`"):
            await asked()
    await store.close()


async def test_a_full_disk_for_the_backup_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups.shutil, "disk_usage", crowded)
    store = await open_store(tmp_path)
    with pytest.raises(StoreFull):
        await store.backup(NOW)
    assert await store.rows() == ()
    await store.close()


async def test_a_small_store_is_looked_through_when_it_is_opened(tmp_path: Path) -> None:
    await damage.build(tmp_path, 3)
    spoil(file_of(tmp_path), b'"text"')
    with pytest.raises(StoreDamaged, match="is damaged"):
        await open_store(tmp_path)


async def test_nothing_is_sent_when_it_could_not_be_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await damage.build(tmp_path, 4)
    store = await open_store(tmp_path)
    queued = await store.outgoing("token0")
    monkeypatch.setattr(place.os, "statvfs", disk_with(255))
    with pytest.raises(StoreFull, match="nothing is sent"):
        await store.move("token0", "sending", NOW, expected=queued)
    assert await store.outgoing("token0") == queued
    monkeypatch.setattr(place.os, "statvfs", disk_with(256))
    assert (await store.move("token0", "sending", NOW, expected=queued)).state == "sending"
    await store.close()
