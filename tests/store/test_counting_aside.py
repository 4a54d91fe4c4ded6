"""Numbers are counted beside the store's thread, and what is kept of them is written in short commits."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.filters import Sight, parse
from cxtui.core.item import Arrival, Voice
from cxtui.core.metrics import Ledger, figures
from cxtui.core.triage import Act
from cxtui.errors import StoreError, StoreLocked, StoreReplaced
from cxtui.store import Store, book, open_store
from cxtui.store.aside import Aside
from cxtui.store.counted import Counted
from cxtui.store.thread import StoreThread
from cxtui.store.tinydb import TinyTables, moving, open_tables

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LONG = 20.0
"""Seconds after which an act that does not come counts as one that never comes."""


async def hear(store: Store, *natives: int) -> None:
    heard = [Arrival(str(n), "where is it?", Voice(f"@c{n}"), posted=NOW, thread=f"t{n}") for n in natives]
    await store.ingest("net", "comment", heard, NOW, feed="f")


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyTables]:
    """Tables that keep four bytes in one commit."""
    monkeypatch.setattr(moving, "PIECE", 4)
    with closing(open_tables(tmp_path)) as made:
        made.put("items", "1", {"text": "hello"})
        yield made


def cursor(tables: TinyTables) -> int:
    moved = tables.moved(None)
    assert moved is not None
    return moved.cursor


@pytest.mark.parametrize("words", ["", "text~where"])
async def test_an_act_is_answered_while_somebody_counts(tmp_path: Path, words: str) -> None:
    store = await open_store(tmp_path)
    await hear(store, 1, 2)
    begun, acted = threading.Event(), threading.Event()

    def reckon(ledger: Ledger) -> tuple[int, bool]:
        begun.set()
        return len(ledger.waits), acted.wait(LONG)

    counting = asyncio.ensure_future(store.count(reckon, parse(words), Sight(NOW, UTC)))
    assert await asyncio.to_thread(begun.wait, LONG)
    await store.act(Act("f:1", "tagged", {"tag": "vip"}), "nok", NOW)
    assert [row.interval.tags for row in await store.page(limit=1)] == [("vip",)]
    acted.set()
    assert await counting == (2, True)
    await store.close()


async def test_what_was_done_before_is_in_the_count(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    for n in range(5):
        await hear(store, n)
        assert await store.count(lambda ledger: len(ledger.waits)) == n + 1
    await store.close()


async def test_counting_beside_acts_comes_to_the_same_in_the_end(tmp_path: Path) -> None:
    store, dice = await open_store(tmp_path), random.Random(5)  # noqa: S311 - no secret
    await hear(store, *range(20))
    acting = True

    async def count() -> None:
        while acting:
            await store.count(lambda ledger: ledger.figures(NOW))

    counting = asyncio.ensure_future(count())
    for n in range(60):
        key, at = f"f:{dice.randrange(20)}", NOW + timedelta(seconds=n)
        await store.act(Act(key, "tagged", {"tag": f"t{n}"}), "nok", at)
        await hear(store, 100 + n, dice.randrange(20))
    acting = False
    await counting
    kept, fresh = await store.count(lambda ledger: ledger.figures(NOW)), figures(await store.facts(), NOW)
    assert [{**one.record(), "ids": sorted(one.ids)} for one in kept] == [
        {**one.record(), "ids": sorted(one.ids)} for one in fresh
    ]
    await store.close()


def test_a_count_ends_where_the_store_is_closed(tables: TinyTables) -> None:
    counted = Counted()
    counted.end()
    with pytest.raises(StoreError, match="the store is closed"):
        counted.ledger(tables)


async def test_after_closing_nobody_counts(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    await store.close()
    with pytest.raises(StoreError, match="not open"):
        await store.count(lambda ledger: len(ledger.waits))


async def test_an_import_that_was_kept_is_none_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = await open_store(tmp_path / "from"), await open_store(tmp_path / "to")
    await hear(store, 1, 2)
    records = [*enumerate(await store.export(), 1)]

    def refuses(_: TinyTables) -> TinyTables:
        raise StoreLocked("somebody writes")

    monkeypatch.setattr(book, "MANY", 1)
    monkeypatch.setattr(TinyTables, "again", refuses)
    assert await other.load(records, NOW) == len(records)
    await store.close()
    await other.close()


async def test_who_counts_while_it_closes_opens_nothing_again(tables: TinyTables) -> None:
    opened: list[TinyTables] = []

    def again() -> TinyTables:
        opened.append(tables)
        return tables

    aside = Aside(again, StoreThread())
    await aside.close()
    with pytest.raises(StoreError, match="the store is closed"):
        await aside.ask(lambda _, __: 1)
    aside.thread.close()
    assert opened == []


async def test_a_store_that_cannot_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    (tmp_path / "cxtui.db").write_text("not a store " * 100)
    before = threading.active_count()
    with pytest.raises(StoreError, match="is not a cxtui store") as caught:
        await open_store(tmp_path)
    assert threading.active_count() == before, caught.value


async def test_a_store_that_was_moved_away_is_not_counted_and_no_other_is_made(tmp_path: Path) -> None:
    store, path = await open_store(tmp_path), tmp_path / "cxtui.db"
    path.rename(tmp_path / "elsewhere.db")
    with pytest.raises(StoreReplaced, match="was moved or replaced"):
        await store.count(lambda ledger: len(ledger.waits))
    assert not path.exists()
    await store.close()


@pytest.mark.parametrize("body", [b"", b"one", b"four", b"in some pieces"])
def test_what_is_kept_in_pieces_comes_back_whole(tables: TinyTables, body: bytes) -> None:
    tables.keep(cursor(tables), b"what was there before, and was longer")
    tables.keep(cursor(tables), body)
    assert tables.kept() == (cursor(tables), body)


@pytest.mark.parametrize(
    "spoiling",
    [
        'DELETE FROM "+numbers" WHERE one = 1',
        'DELETE FROM "+numbers" WHERE one = 2',
        'DELETE FROM "+numbers" WHERE one = (SELECT max(one) FROM "+numbers")',
        'UPDATE "+numbers" SET seq = seq + 1 WHERE one = 2',
        "UPDATE \"+numbers\" SET body = x'00' WHERE one = 2",
    ],
)
def test_what_is_not_whole_is_not_there(tables: TinyTables, spoiling: str) -> None:
    tables.keep(cursor(tables), b"in some pieces")
    with tables.commit():
        tables._storage._file.write(spoiling)  # pyright: ignore[reportPrivateUsage]
    assert tables.kept() is None


def test_what_is_forgotten_between_two_pieces_is_not_kept(
    tables: TinyTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_tables(tmp_path)) as other:
        keep = moving.Moving.keep

        def kept(self: moving.Moving, at: int, piece: moving.Piece) -> bool:
            if not piece.first:
                self.unkeep()
            return keep(self, at, piece)

        monkeypatch.setattr(moving.Moving, "keep", kept)
        tables.keep(cursor(tables), b"in some pieces")
        assert other._storage._file.rows('SELECT count(*) FROM "+numbers"') == [(0,)]  # pyright: ignore[reportPrivateUsage]


def test_what_was_counted_before_somebody_was_forgotten_is_not_kept(tables: TinyTables) -> None:
    before = cursor(tables)
    tables.keep(before, b"old")
    tables.put("items", "1", {"text": "others write meanwhile"})
    tables.keep(before, b"newer")
    assert tables.kept() == (before, b"newer")
    with tables.commit():
        tables.put("items", "1", {"text": "forgotten"})
        tables.unkeep()
    tables.keep(before, b"names somebody")
    assert tables.kept() is None
    assert tables.moved(before) == (cursor(tables), {"items": {1}})
    tables.keep(cursor(tables), b"names nobody")
    assert tables.kept() == (cursor(tables), b"names nobody")
