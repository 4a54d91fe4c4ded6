"""Rows are found by what was said in them: by the index and by looking at every text alike."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.core.item import Arrival, Voice
from cxtui.core.search import form
from cxtui.store import Store, open_store
from cxtui.store.memory import MemoryTables
from cxtui.store.tables import Tables
from cxtui.store.tinydb import FILE, TinyTables, open_db, open_tables, search

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path if request.param == "embedded" else None)
    yield store
    await store.close()


async def hear(store: Store, *heard: tuple[str, str], **more: Any) -> None:
    said = [
        Arrival(key, text, Voice(f"@{key}"), thread=key, posted=NOW + timedelta(minutes=n), **more)
        for n, (key, text) in enumerate(heard)
    ]
    await store.ingest("net", "comment", said, NOW + timedelta(hours=9), feed="f")


async def found(store: Store, text: str, limit: int = 60) -> list[str]:
    return [row.id.removeprefix("f:") for row in (await store.search(text, limit)).rows]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Where is my LAMP?", "my lamp"),
        ("la lámpara llegó", "LÁMPARA"),
        ("ນ້ຳໜັກບໍ່ຖືກ", "ນ້ໍາຫນັກ"),
        ("ນໍ້າ", "ນ້ຳ"),
        ("المصباح مكسور", "مصباح"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("two\n  lines", "two lines"),
        ('say "hello" AND NOT x*', '"hello" and not x*'),
        ("é", "e\u0301"),
        ("lamp 灯具 ok", "灯具"),
        ("ok", "o"),
    ],
)
async def test_a_part_of_what_was_said_is_found_in_any_script(store: Store, said: str, asked: str) -> None:
    await hear(store, ("one", said), ("two", "none of that"))
    assert "one" in await found(store, asked)
    assert await found(store, "zzzz") == []
    assert await found(store, " \n") == []


async def test_the_newest_message_comes_first_and_a_row_comes_once(store: Store) -> None:
    await hear(store, ("a", "lamp one"), ("b", "lamp two"), ("c", "no word of it"))
    more = Arrival("a2", "lamp again", Voice("@a"), thread="a", posted=NOW + timedelta(minutes=5))
    await store.ingest("net", "comment", [more], NOW + timedelta(hours=9), feed="f")
    assert await found(store, "lamp") == ["a", "b"]


async def test_answers_and_names_are_found_and_answered_rows_too(store: Store) -> None:
    await hear(store, ("mai", "where is it?"))
    said = Arrival("r", "it is on the ferry", Voice("desk"), own="strong", parent="mai", posted=NOW)
    await store.ingest("net", "comment", [said], NOW + timedelta(hours=9), feed="f")
    assert not await store.rows()
    assert await found(store, "ferry") == await found(store, "@mai") == ["mai"]


async def test_an_edit_is_found_by_its_new_words_only(store: Store) -> None:
    await hear(store, ("a", "a plum coloured curtain"))
    await hear(store, ("a", "something about green silk"))
    assert await found(store, "green silk") == ["a"]
    assert await found(store, "plum") == []


async def test_the_next_rows_are_asked_for_by_where_the_last_ended(store: Store) -> None:
    await hear(store, *((f"u{n}", "the same lamp") for n in range(7)))
    seen: list[str] = []
    after: int | None = None
    for _ in range(9):
        page = await store.search("same lamp", 2, after)
        seen += [row.id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == [f"f:u{n}" for n in reversed(range(7))]


words = st.text(st.sampled_from(list("abAB éÉນ້ຳໍາໜ مص\"'*\n\0?😀")), max_size=8)
places = st.integers(0, 3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(places, words, st.booleans(), st.booleans()), max_size=14),
    st.one_of(words, st.integers(0, 3)),
    st.sampled_from((1, 2, search.FEW)),
)
def test_index_and_scan_give_the_same_after_any_writes(
    writes: list[tuple[int, str, bool, bool]], asked: str | int, few: int
) -> None:
    if isinstance(asked, int):  # an end of what was said
        asked = writes[0][1][asked:] if writes else ""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "FEW", few)
        kinds: list[Tables] = [MemoryTables(), open_tables(Path(folder))]
        for tables in kinds:
            for at, text, item, drops in writes:
                table = "items" if item else "replies"
                doc = {"text": text, "posted": f"2026-11-2{at}T09:00:00Z", "at": f"2026-11-2{at}T09:00:00Z"}
                if drops:
                    tables.drop(table, str(at))
                else:
                    tables.put(table, str(at), doc)
        wanted = form(asked)
        texts = {
            (table, key): form(doc["text"])
            for table in ("items", "replies")
            for key, doc in kinds[0].entries(table)
        }
        naive = {name for name, text in texts.items() if wanted and wanted in text}
        memory, embedded = (tables.search(wanted, 99) if wanted else [] for tables in kinds)
        assert {(hit.table, hit.key) for hit in embedded} == naive
        assert memory == embedded
        for tables in kinds:
            tables.close()
        with closing(sqlite3.connect(Path(folder) / FILE)) as raw:
            if raw.execute("SELECT 1 FROM sqlite_master WHERE name = '+words'").fetchone():
                raw.execute('INSERT INTO "+words" ("+words", rank) VALUES (\'integrity-check\', 1)')


@pytest.mark.parametrize("few", [1, 2, 3, 200])
def test_words_that_never_stand_side_by_side_are_not_found_and_others_are(
    tables: TinyTables, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    said = ("the phone that answers", "answers the phone", "one answer", "phone answers", "ຂໍ້ຄວາມສະບາຍດີ")
    for n, text in enumerate(said):
        tables.put("items", f"p{n}", {"text": text, "posted": f"2026-11-22T09:00:0{n}Z"})
    assert keys(tables, "phone answers") == ["p3"]
    assert keys(tables, "the phone") == ["p1", "p0"]
    assert keys(tables, "answers phone") == []
    assert keys(tables, "ຄວາມສະບາຍ") == ["p4"]
    assert keys(tables, "ສະບາຍຄວາມ") == []
    (first,) = tables.search(form("the phone"), 1)
    assert [hit.key for hit in tables.search(form("the phone"), 1, first.place)] == ["p0"]


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[TinyTables]:
    made = open_tables(tmp_path)
    made.put("items", "1", {"text": "a brass lamp", "posted": "2026-11-22T09:00:00Z"})
    yield made
    made.close()


def keys(tables: Tables, text: str) -> list[str]:
    return [hit.key for hit in tables.search(form(text), 9)]


def test_a_commit_that_fails_leaves_no_words(tables: TinyTables) -> None:
    def write() -> None:
        with tables.commit():
            tables.put("items", "2", {"text": "a silver lamp"})
            assert keys(tables, "silver") == ["2"]
            tables.put("notes", "n", {"n": float("nan")})

    with pytest.raises(ValueError, match="cannot be stored"):
        write()
    assert keys(tables, "silver") == []
    assert keys(tables, "lamp") == ["1"]


def test_what_a_program_without_the_index_wrote_is_found_and_indexed_later(
    tables: TinyTables, tmp_path: Path
) -> None:
    plain = open_tables(tmp_path)
    plain._storage.words.indexed = False  # pyright: ignore[reportPrivateUsage]
    plain.put("items", "2", {"text": "a copper lamp"})
    plain.put("items", "1", {"text": "a wooden lamp"})
    assert keys(plain, "copper") == keys(tables, "copper") == ["2"]
    assert keys(plain, "brass") == keys(tables, "brass") == []
    plain.close()
    tables.put("items", "3", {"text": "a tin lamp"})
    with closing(sqlite3.connect(tmp_path / FILE)) as raw:
        assert raw.execute("SELECT 1 FROM sqlite_master WHERE name = '+stale'").fetchall() == []
    assert sorted(keys(tables, "lamp")) == ["1", "2", "3"]


def test_a_store_from_before_is_taken_in_when_it_is_opened(tables: TinyTables, tmp_path: Path) -> None:
    tables.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as raw:
        raw.execute('DROP TABLE "+words"')
        raw.execute('DROP TABLE "+texts"')
    again = open_tables(tmp_path)
    assert keys(again, "brass") == ["1"]
    again.close()


def test_tinydb_sees_no_tables_of_the_index_and_its_writes_are_found(
    tables: TinyTables, tmp_path: Path
) -> None:
    db = open_db(tmp_path / FILE)
    assert db.tables() == {"items"}
    db.table("items").insert_multiple([{"text": "a paper lamp"}])  # pyright: ignore[reportUnknownMemberType] - TinyDB leaves it open
    assert len(keys(tables, "paper")) == 1
    db.drop_tables()
    assert keys(tables, "lamp") == []
    db.close()
