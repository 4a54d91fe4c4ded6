"""A copy of a store: what was on its way is not known there, and never sent twice by itself."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.item import Arrival, Voice
from cxtui.engine.owner import me
from cxtui.errors import StoreFull
from cxtui.store import OutboxState, Outgoing, open_store
from cxtui.store.tinydb import FILE, TinyTables, place
from cxtui.store.tinydb.examining import examine

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reply(native: str, state: OutboxState) -> Outgoing:
    return Outgoing(
        f"k-{native}", f"f:{native}", f"f:{native}", "f", native, native, "on its way", "answer", "public",
        state, "nok", NOW, NOW, owner=me(), until=NOW + HOUR, planned=NOW + HOUR,
    )  # fmt: skip


def later(_: Path) -> int:
    """When a file was made, as a system says it that made it anew."""
    return 1_234_567


def never(_: Path) -> int:
    return 0


async def left(folder: Path) -> None:
    """A store with a draft, a planned reply, one being sent and one that was sent."""
    store = await open_store(folder)
    for native in ("1", "2", "3", "4"):
        heard = Arrival(native, "where?", Voice(f"@{native}"), thread=native, posted=NOW)
        await store.ingest("net", "comment", [heard], NOW, feed="f")
    await store.put_outgoing(reply("1", "draft"))
    await store.put_outgoing(reply("2", "queued"))
    for native in ("3", "4"):
        await store.put_outgoing(reply(native, "queued"))
        await store.move(f"k-{native}", "sending", NOW)
    await store.move("k-4", "sent", NOW, remote_id="r4")
    await store.close()


async def states(folder: Path) -> dict[str, str]:
    store = await open_store(folder)
    found = {one.native: one.state for one in await store.outbox(everything=True)}
    await store.close()
    return found


AS_LEFT = {"1": "draft", "2": "queued", "3": "sending", "4": "sent"}
DOUBTED = {"1": "draft", "2": "unknown", "3": "unknown", "4": "sent"}


async def test_the_same_file_is_opened_again_as_it_was(tmp_path: Path) -> None:
    await left(tmp_path / "data")
    assert await states(tmp_path / "data") == AS_LEFT
    (tmp_path / "data").rename(tmp_path / "moved")
    assert await states(tmp_path / "moved") == AS_LEFT, "a folder that was moved is no copy"


async def test_in_a_copy_nobody_knows_what_became_of_what_was_on_its_way(tmp_path: Path) -> None:
    await left(tmp_path / "data")
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    assert await states(tmp_path / "copy") == DOUBTED
    assert await states(tmp_path / "data") == AS_LEFT, "the first one goes on"
    store = await open_store(tmp_path / "copy")
    doubted = await store.outgoing("k-2")
    assert doubted.error == (
        "the store was copied or brought back: nobody knows whether this went out before"
    )
    assert doubted.attempts >= 5, "no process sends it again by itself"
    await store.close()


async def test_a_backup_copied_over_the_store_is_known_as_one(tmp_path: Path) -> None:
    """`cp` writes into the file that is there: it keeps its number."""
    await left(tmp_path / "data")
    store = await open_store(tmp_path / "data")
    backup = await store.backup(NOW)
    await store.close()
    assert backup is not None
    file = tmp_path / "data" / FILE
    number = file.stat().st_ino
    file.write_bytes(backup.path.read_bytes())
    assert file.stat().st_ino == number
    assert examine(backup.path, words=True) == ()
    assert await states(tmp_path / "data") == DOUBTED
    assert await states(tmp_path / "data") == DOUBTED


async def test_a_file_that_was_given_the_number_of_a_former_one_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is removed and unpacked again gets the same numbers on many file systems."""
    await left(tmp_path / "data")
    monkeypatch.setattr(place, "made", later)
    assert await states(tmp_path / "data") == DOUBTED


async def test_a_store_of_a_former_version_was_known_by_its_number_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as former:
        former.setattr(place, "made", never)
        await left(tmp_path / "data")
    assert await states(tmp_path / "data") == AS_LEFT
    monkeypatch.setattr(place, "made", later)
    assert await states(tmp_path / "data") == DOUBTED, "it was taken note of when it was made"


async def test_a_copy_that_was_settled_is_its_own_store_from_then_on(tmp_path: Path) -> None:
    await left(tmp_path / "data")
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    store = await open_store(tmp_path / "copy")
    await store.move("k-2", "draft", NOW)
    await store.put_outgoing(replace(reply("2", "queued"), changed=NOW))
    await store.close()
    assert (await states(tmp_path / "copy"))["2"] == "queued"


async def test_other_programs_hear_of_it(tmp_path: Path) -> None:
    await left(tmp_path / "data")
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    store = await open_store(tmp_path / "copy")
    cursor = (await store.changes(None)).cursor
    assert cursor > 0
    changed = await store.changes(0)
    assert changed.outbox
    await store.close()


async def test_a_copy_on_a_full_disk_does_not_open_as_if_it_were_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or what is on its way in it would be sent as soon as the disk is well again."""
    await left(tmp_path / "data")
    shutil.copytree(tmp_path / "data", tmp_path / "copy")

    def full(*_: object) -> None:
        raise StoreFull("no space left")

    with monkeypatch.context() as disk:
        disk.setattr(TinyTables, "put", full)
        with pytest.raises(StoreFull):
            await open_store(tmp_path / "copy")
        await (await open_store(tmp_path / "new")).close()
    assert await states(tmp_path / "copy") == DOUBTED
