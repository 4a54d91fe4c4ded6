"""What names us on a competitor's feed is known when it is heard, and after an import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.core.item import Arrival, Voice
from cxtui.core.metrics import figures
from cxtui.store import Store, open_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data" if request.param == "embedded" else None)
    yield store
    await store.close()


async def voice(store: Store) -> tuple[float | None, int, str]:
    counted = await store.count(lambda ledger: ledger.figures(NOW, "all"))
    (row,) = [one for one in counted if one.metric == "share_of_voice"]
    (slow,) = [one for one in figures(await store.facts(), NOW) if one.metric == "share_of_voice"]
    assert (row.value, row.n, row.beside) == (slow.value, slow.n, slow.beside)
    return row.value, row.n, row.why


def said(key: str, text: str, title: str | None = None) -> Arrival:
    return Arrival(key, text, Voice(f"@{key}"), thread=key, posted=NOW, title=title)


async def test_it_counts_on_either_side_and_nobody_waits_with_it(store: Store) -> None:
    await store.ingest("net", "comment", [said("a", "hello LampCo")], NOW, feed="ours", brand=("lampco",))
    assert await voice(store) == (None, 0, "name a competitor feed")
    theirs = [
        said("b", "nice lamps"),
        said("c", "is it better than @LampCo?"),
        said("d", "well?", "LampCo or you"),
    ]
    await store.ingest("net", "comment", theirs, NOW, feed="theirs", competitor=True, brand=("lampco",))
    assert await voice(store) == (0.5, 6, "")
    assert [row.id for row in await store.rows(everything=True)] == ["ours:a"]
    records = await store.export()
    assert [one["id"] for one in records if one.get("names_us")] == ["theirs:c", "theirs:d"]
    other = await open_store(None)
    await other.load(list(enumerate(records, 1)), NOW)
    assert await voice(other) == (0.5, 6, "")
    assert await other.export() == records
    await other.close()


async def test_without_own_names_all_of_it_is_theirs(store: Store) -> None:
    await store.ingest("net", "comment", [said("a", "hello")], NOW, feed="ours")
    await store.ingest("net", "comment", [said("b", "LampCo?")], NOW, feed="theirs", competitor=True)
    assert await voice(store) == (0.5, 2, "")
