"""A damaged store is told, mended with the least loss, and never touched unasked."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.errors import StoreBroken, StoreDamaged, StoreError, StoreLocked
from cxtui.store.document import Doc
from cxtui.store.tinydb import backups, connection, examining, migrating, open_tables
from cxtui.store.tinydb.connection import Connection
from cxtui.store.tinydb.examining import demand_whole, examine, flaws, reading
from cxtui.store.tinydb.mending import look, mend, plan
from cxtui.store.tinydb.salvage import salvage
from cxtui.store.tinydb.storage import SqliteStorage
from tests.bench import damage

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """The file of a store in which a bit of everything has happened."""
    await damage.build(tmp_path / "store", 12)
    return tmp_path / "store/cxtui.db"


def by_hand(path: Path, *statements: str) -> None:
    """Change a file behind the program's back."""
    with closing(sqlite3.connect(path)) as hand:
        for statement in statements:
            hand.execute(statement)
        hand.commit()


def flip(path: Path, word: bytes, bit: int = 1) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(word)] ^= bit
    path.write_bytes(content)


def documents(path: Path) -> dict[str, list[object]]:
    with closing(open_tables(path.parent)) as tables:
        return {name: list(tables.find(name)) for name in ("items", "intervals", "outbox", "events")}


def _halve(path: Path) -> None:
    """Lose the second half of a store that has grown since its last table was made."""
    with closing(open_tables(path.parent)) as tables, tables.commit():
        for number in range(300):
            tables.append("log", {"feed": f"{number} " * 500})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 8192 * 4096])


TEXT = """UPDATE "+texts" SET form = 'other' WHERE id = (SELECT min(id) FROM "+texts")"""
OTHER = 'CREATE INDEX "intervals.feed" ON intervals (doc ->> \'$."fee"\')'
GONE = "DELETE FROM sqlite_master WHERE name = 'intervals.open order'"
DAMAGE: dict[str, Callable[[Path], object]] = {
    "row": lambda path: flip(path, b'"text"'),
    "letter": lambda path: flip(path, b'"text"', 128),
    "index": lambda path: by_hand(path, "PRAGMA writable_schema = ON", GONE),
    "changed index": lambda path: by_hand(path, 'DROP INDEX "intervals.feed"', OTHER),
    "words": lambda path: by_hand(path, TEXT),
    "index of words": lambda path: by_hand(path, 'DELETE FROM "+words_data" WHERE id > 10'),
    "lost table": lambda path: by_hand(
        path, "DROP TABLE events", "INSERT INTO sqlite_sequence VALUES ('events', 7)"
    ),
    "numbers": lambda path: by_hand(path, "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'log'"),
    "mark": lambda path: by_hand(path, "PRAGMA application_id = 7"),
    "page": lambda path: _overwrite(path, path.read_bytes().index(b'"text"') // 4096),
    "first page": lambda path: _overwrite(path, 0),
    "end": _halve,
}


def _overwrite(path: Path, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[page * 4096 + 100 : page * 4096 + 4000] = b"\xa5" * 3900
    path.write_bytes(content)


def test_a_whole_store_has_no_flaws(path: Path) -> None:
    with closing(open_tables(path.parent)) as tables:
        tables.put("items", "nothing said", {"text": "", "title": None, "author": {"handle": None}})
        tables.put("items", "half a pair", {"text": "\ud83d and more", "author": "no table"})
        tables.put("replies", "a number", {"text": 7})
    assert look(path) == ()


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_seen_and_mended_from_the_newest_backup_that_is_whole(path: Path, kind: str) -> None:
    good, before = backups.take(path, NOW), documents(path)
    newer = good.path.with_name("cxtui-20261122T093000.000000Z.db")
    shutil.copy(good.path, newer)
    flip(newer, b'"text"')
    DAMAGE[kind](path)
    spoilt = path.read_bytes()
    flaws = look(path)
    assert flaws
    way = plan(path, flaws)
    done = mend(path, way, NOW)
    assert look(path) == ()
    assert done.lost == ()
    now = documents(path)
    if way.way == "indexes":
        assert now == before
        assert done.aside is None
    else:
        assert way.backup is not None
        assert way.backup.path == good.path
        assert {name: now[name] for name in ("items", "intervals", "events")} == {
            name: before[name] for name in ("items", "intervals", "events")
        }
        assert done.aside is not None
        assert done.aside.read_bytes() == spoilt
    demand_whole(path, words=True)


@pytest.mark.parametrize("kind", DAMAGE)
def test_the_parts_of_a_large_store_are_looked_at_side_by_side_and_the_same_is_found(
    path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    DAMAGE[kind](path)
    found = look(path)
    monkeypatch.setattr(examining, "LARGE", 0)
    assert look(path) == found != ()


def test_looking_at_the_words_of_a_copy_keeps_nobody_out_who_reads_it(path: Path) -> None:
    copied = backups.copy(path, NOW)
    with reading(copied.path) as other, reading(copied.path, words=True) as sql:
        beside = other.execute("SELECT key FROM items")
        assert beside.fetchone()
        assert list(flaws(sql, words=True)) == []
        assert len(beside.fetchall()) == 35


def test_only_indexes_are_made_anew_where_nothing_else_is_wrong(path: Path) -> None:
    for kind in ("changed index", "words", "index of words"):
        DAMAGE[kind](path)
        assert plan(path, look(path)).way == "indexes"
        mend(path, plan(path, look(path)), NOW)
        assert look(path) == ()


def test_what_was_on_its_way_in_a_restored_store_is_unknown_and_left_to_a_person(path: Path) -> None:
    backups.take(path, NOW)
    DAMAGE["row"](path)
    assert {doc["state"] for doc in documents_of(path, "outbox")} == {"queued"}
    mend(path, plan(path, look(path)), NOW)
    states = [(doc["state"], int(doc["attempts"]) >= 5) for doc in documents_of(path, "outbox")]
    assert states == [("unknown", True)] * 5


def documents_of(path: Path, table: str) -> list[Doc]:
    with closing(open_tables(path.parent)) as tables:
        return tables.find(table)


@pytest.mark.parametrize("kind", ["row", "page", "end", "lost table"])
def test_without_a_backup_what_can_be_read_is_saved_and_the_rest_named(path: Path, kind: str) -> None:
    before = {
        table: {str(doc["id"]) for doc in documents_of(path, table)} for table in ("items", "intervals")
    }
    DAMAGE[kind](path)
    way = plan(path, look(path))
    assert (way.way, way.backup) == ("salvage", None)
    done = mend(path, way, NOW)
    assert look(path) == ()
    assert done.lost
    for table, keys in before.items():
        kept = {str(doc["id"]) for doc in documents_of(path, table)}
        lost = {one.key for one in done.lost if one.table == table and one.number}
        whole = not any(one.table == table and not one.number for one in done.lost)
        assert kept <= keys
        if whole:
            assert kept | lost == keys


def test_a_salvage_changes_nothing_and_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    DAMAGE["row"](path)
    spoilt = path.read_bytes()
    done = salvage(path, tmp_path / "saved.db")
    assert [one.table for one in done.lost] == ["items"]
    assert done.lost[0].key == documents_key(path)
    assert path.read_bytes() == spoilt
    assert examine(tmp_path / "saved.db", words=True) == ()
    with pytest.raises(StoreBroken, match="is there already"):
        salvage(path, tmp_path / "saved.db")


def documents_key(path: Path) -> str:
    """The key of the only document whose checksum is wrong."""
    (flaw,) = (flaw for flaw in examine(path) if flaw.kind == "row")
    return flaw.key


def test_numbers_are_not_given_twice_after_a_salvage(path: Path, tmp_path: Path) -> None:
    with closing(open_tables(path.parent)) as tables:
        last = tables.append("log", {"feed": "f"})
        tables.drop("log", str(last))
    DAMAGE["row"](path)
    (tmp_path / "new").mkdir()
    salvage(path, tmp_path / "new/cxtui.db")
    with closing(open_tables(tmp_path / "new")) as tables:
        assert tables.append("log", {"feed": "f"}) == last + 1


def test_a_store_that_somebody_writes_is_not_exchanged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cxtui.store.tinydb import mending

    monkeypatch.setattr(mending, "PATIENCE", 0.05)
    backups.take(path, NOW)
    DAMAGE["row"](path)
    way = plan(path, look(path))
    with closing(open_tables(path.parent)) as other, other.commit():
        other.put("feeds", "x", {})
        with pytest.raises(StoreLocked):
            mend(path, way, NOW)
    assert not [*path.parent.glob("*.new*")]
    assert not [*path.parent.glob("*damaged*")]


def test_a_program_that_had_the_damaged_file_open_writes_no_more(path: Path) -> None:
    backups.take(path, NOW)
    with closing(open_tables(path.parent)) as other:
        other.get("feeds", "f")
        DAMAGE["row"](path)
        mend(path, plan(path, look(path)), NOW)
        with pytest.raises(StoreError, match="moved or replaced"):
            other.put("feeds", "x", {})
    assert look(path) == ()
    assert len(documents_of(path, "feeds")) == 1


STRANGE: dict[str, Callable[[Path], object]] = {
    "there is no store": Path.exists,
    "is not a cxtui store": lambda path: path.write_bytes(b"a text\n" * 500),
    "belongs to another program": lambda path: by_hand(path, "CREATE TABLE theirs (x)"),
}


@pytest.mark.parametrize("words", STRANGE)
def test_what_is_not_ours_is_not_mended(tmp_path: Path, words: str) -> None:
    STRANGE[words](tmp_path / "cxtui.db")
    with pytest.raises(StoreBroken, match=words):
        look(tmp_path / "cxtui.db")


def test_a_newer_store_is_not_mended_even_with_backups(path: Path) -> None:
    backups.take(path, NOW)
    by_hand(path, f"PRAGMA user_version = {connection.SCHEMA + 1}")
    with pytest.raises(StoreBroken, match="newer cxtui"):
        look(path)


# Versions


def _renames(file: Connection) -> None:
    file.write('ALTER TABLE "promised" RENAME TO "promises"')


def test_an_older_store_is_brought_up_in_one_commit_after_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_tables(tmp_path)) as tables:
        tables.put("promised", "1", {"n": 1})
        monkeypatch.setattr(connection, "SCHEMA", connection.SCHEMA + 1)
        monkeypatch.setitem(migrating.STEPS, connection.SCHEMA - 1, _renames)
        with closing(open_tables(tmp_path)) as newer:
            assert newer.get("promises", "1") == {"n": 1}
        monkeypatch.undo()
        with pytest.raises(StoreBroken, match="start cxtui again"):
            tables.put("promised", "1", {"n": 2})
    (before,) = backups.known(tmp_path / "cxtui.db")
    with closing(sqlite3.connect(before.path)) as copy:
        assert copy.execute("SELECT doc FROM promised").fetchall() == [('{"n":1}',)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(file: Connection) -> None:
        file.write('DROP TABLE "promised"')
        raise StoreBroken("no")

    with closing(open_tables(tmp_path)) as tables:
        tables.put("promised", "1", {"n": 1})
    with monkeypatch.context() as patch:
        patch.setattr(connection, "SCHEMA", connection.SCHEMA + 1)
        with pytest.raises(StoreBroken, match="nothing leads on from"):
            open_tables(tmp_path)
        patch.setitem(migrating.STEPS, connection.SCHEMA - 1, fails)
        with pytest.raises(StoreBroken, match="no"):
            open_tables(tmp_path)
    with closing(open_tables(tmp_path)) as tables:
        assert tables.find("promised") == [{"n": 1}]


def test_a_damaged_store_is_not_migrated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    DAMAGE["row"](path)
    monkeypatch.setattr(connection, "SCHEMA", connection.SCHEMA + 1)
    with pytest.raises(StoreDamaged, match="run `cxtui doctor`"):
        open_tables(path.parent)
    monkeypatch.undo()
    with pytest.raises(StoreDamaged):
        demand_whole(path)


def test_a_table_that_another_program_makes_during_the_look_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "cxtui.db"
    with closing(SqliteStorage(path)) as storage, storage.commit():
        storage.put("items", "1", "{}")
    other = SqliteStorage(path)

    def meanwhile(statement: str) -> None:
        if "sqlite_sequence" in statement and not made:
            made.append(statement)
            with other.commit():
                other.put("warned", "1", "{}")
                other.put("items", "2", "{}")

    made: list[str] = []
    with closing(other), reading(path) as sql:
        sql.set_trace_callback(meanwhile)
        assert list(flaws(sql)) == []
    assert made
