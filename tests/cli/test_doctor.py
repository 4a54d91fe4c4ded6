"""doctor tells, mends only when somebody agrees, and says what that cost."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.store import Store, open_store
from cxtui.store.tinydb import backups
from tests.bench import damage
from tests.cli.shell import Done, Shell

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The file of a whole store with one backup."""
    asyncio.run(damage.build(tmp_path / "data", 4))
    backups.take(tmp_path / "data/cxtui.db", NOW)
    return tmp_path / "data/cxtui.db"


def spoil(store: Path) -> None:
    content = bytearray(store.read_bytes())
    content[content.index(b'"text"')] ^= 1
    store.write_bytes(content)


def doctor(shell: Shell, store: Path, *words: str, stdin: str = "", terminal: bool = False) -> Done:
    return shell.run("doctor", "--data", str(store.parent), *words, stdin=stdin, terminal=terminal)


def test_a_whole_store_is_told_with_its_backups(shell: Shell, store: Path) -> None:
    done = doctor(shell, store)
    assert (done.code, done.err) == (0, "")
    assert "whole; 1 backup, the newest of 2026-11-22 09:00" in done.out
    record = doctor(shell, store, "--json").record
    assert (record["whole"], record["flaws"], len(record["backups"])) == (True, [], 1)
    assert record["backups"][0]["at"] == "2026-11-22T09:00:00Z"


@pytest.mark.parametrize("words", [(), ("--no-input",), ("--readonly",), ("--readonly", "--yes")])
def test_damage_is_told_and_nothing_changed_unasked(
    shell: Shell, store: Path, words: tuple[str, ...]
) -> None:
    spoil(store)
    before = store.read_bytes()
    done = doctor(shell, store, *words)
    assert done.code == 6
    assert "is not as it was written" in done.out
    assert "put the backup of 2026-11-22 09:00 in its place" in done.out
    assert "--yes" in done.err
    assert store.read_bytes() == before


def test_who_says_no_gets_nothing_changed(shell: Shell, store: Path) -> None:
    spoil(store)
    before = store.read_bytes()
    assert doctor(shell, store, stdin="n\n", terminal=True).code == 1
    assert store.read_bytes() == before


@pytest.mark.parametrize(("words", "answer"), [(("--yes",), ""), ((), "y\n")])
def test_who_agrees_gets_the_newest_backup(
    shell: Shell, store: Path, words: tuple[str, ...], answer: str
) -> None:
    spoil(store)
    done = doctor(shell, store, *words, stdin=answer, terminal=bool(answer))
    assert done.code == 0
    assert "the backup is in its place" in done.out
    assert doctor(shell, store).code == 0


def test_json_tells_flaws_then_what_was_done_and_lost(shell: Shell, store: Path) -> None:
    for backup in backups.known(store):
        backup.path.unlink()
    spoil(store)
    done = doctor(shell, store, "--json", "--yes")
    told, mended = (json.loads(line) for line in done.out.splitlines())
    assert (done.code, told["whole"], told["way"], mended["mended"]) == (0, False, "salvage", "salvage")
    (row,) = (flaw for flaw in told["flaws"] if flaw["kind"] == "row")
    (lost,) = mended["lost"]
    assert (lost["table"], lost["key"]) == (row["table"], row["key"]) != ("items", "")
    assert Path(mended["aside"]).exists()


def test_a_salvage_goes_to_a_new_file_and_lists_what_is_lost(
    shell: Shell, store: Path, tmp_path: Path
) -> None:
    spoil(store)
    before, new = store.read_bytes(), tmp_path / "saved.db"
    done = doctor(shell, store, "--salvage", str(new))
    assert done.code == 0
    assert "lost: 'f:" in done.out
    assert new.stat().st_mode & 0o777 == 0o600
    assert store.read_bytes() == before
    again = doctor(shell, store, "--salvage", str(new))
    assert again.code == 6
    assert "is there already" in again.err


def test_where_there_is_no_store_nothing_is_made(shell: Shell, tmp_path: Path) -> None:
    done = doctor(shell, tmp_path / "none/cxtui.db")
    assert done.code == 6
    assert "there is no store" in done.err
    assert not (tmp_path / "none").exists()


def test_backup_says_where_the_copy_is(shell: Shell, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def opened(*_: object) -> Store:
        return await open_store(store.parent)

    monkeypatch.setattr(shell, "open", opened)
    record = shell.run("backup", "--data", str(store.parent), "--json").record
    assert Path(record["path"]).stat().st_size == record["bytes"]
    assert len(backups.known(store)) == 2
    done = shell.run("backup", "--data", str(store.parent))
    assert done.code == 0
    assert "whole" in done.out


def test_a_store_in_memory_has_no_file_to_copy(shell: Shell) -> None:
    done = shell.run("backup")
    assert done.code == 1
    assert "not in a file" in done.err
