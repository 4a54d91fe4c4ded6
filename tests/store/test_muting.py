"""A muted customer's words are kept and wait for nobody."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxtui.core.item import Arrival, Voice
from cxtui.core.metrics import figures
from cxtui.core.triage import Act
from cxtui.errors import Unlawful
from cxtui.store import Store, open_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data" if request.param == "embedded" else None)
    yield store
    await store.close()


async def says(store: Store, native: str, thread: str, minutes: float, who: str = "@mai") -> None:
    at = NOW + timedelta(minutes=minutes)
    heard = Arrival(native, "where is it?", Voice(who), thread=thread, posted=at)
    await store.ingest("net", "comment", [heard], at, feed="f")


async def open_ids(store: Store) -> list[str]:
    return [row.id for row in await store.rows()]


async def test_what_they_write_after_it_waits_for_nobody_and_counts_nowhere(store: Store) -> None:
    await says(store, "1", "a", 0)
    await store.act(Act("f:1", "muted", {"reason": "sells pills"}), "nok", NOW + timedelta(minutes=1))
    before = figures(await store.facts(), NOW + timedelta(hours=3))
    await says(store, "2", "b", 2)
    await says(store, "3", "b", 3, who="@tom")
    assert await open_ids(store) == ["f:1", "f:3"], "the row that was there stays, others wait"
    row = await store.row("f:2")
    assert (row.state(NOW), row.interval.closed_reason) == ("closed", "muted")
    await store.act(Act("f:3", "closed", {"reason": "spam"}), "nok", NOW + timedelta(minutes=4))
    after = {f.metric: f for f in figures(await store.facts(), NOW + timedelta(hours=3))}
    assert after["response_rate"].n == next(f.n for f in before if f.metric == "response_rate")


async def test_they_join_what_waits_already(store: Store) -> None:
    await says(store, "1", "a", 0)
    await store.act(Act("f:1", "muted", {"reason": "x"}), "nok", NOW + timedelta(minutes=1))
    await says(store, "2", "a", 2)
    (row,) = await store.rows()
    assert (row.id, row.interval.count) == ("f:1", 2)


async def test_undo_hears_them_again_and_redo_does_not(store: Store) -> None:
    await says(store, "1", "a", 0)
    await store.act(Act("f:1", "muted", {"reason": "x"}), "nok", NOW + timedelta(minutes=1))
    await store.undo("nok", NOW + timedelta(minutes=2))
    await says(store, "2", "b", 3)
    await store.redo("nok", NOW + timedelta(minutes=4))
    await says(store, "3", "c", 5)
    assert await open_ids(store) == ["f:1", "f:2"]


async def test_who_is_muted_already_is_not_muted_twice_so_that_undo_undoes_it(store: Store) -> None:
    await says(store, "1", "a", 0)
    await says(store, "2", "b", 0)
    await store.act(Act("f:1", "muted", {"reason": "x"}), "nok", NOW + timedelta(minutes=1))
    with pytest.raises(Unlawful, match="@mai is muted already"):
        await store.act(Act("f:2", "muted", {"reason": "y"}), "nok", NOW + timedelta(minutes=1))
    await store.undo("nok", NOW + timedelta(minutes=2))
    await says(store, "3", "c", 3)
    assert "f:3" in await open_ids(store)


async def test_another_network_has_other_people_of_that_name(store: Store) -> None:
    await says(store, "1", "a", 0)
    await store.act(Act("f:1", "muted", {"reason": "x"}), "nok", NOW + timedelta(minutes=1))
    heard = Arrival("2", "where is it?", Voice("@mai"), thread="b", posted=NOW)
    await store.ingest("other", "comment", [heard], NOW + timedelta(minutes=2), feed="g")
    assert "g:2" in await open_ids(store)


async def test_an_imported_store_knows_who_is_muted(store: Store) -> None:
    await says(store, "1", "a", 0)
    await store.act(Act("f:1", "muted", {"reason": "x"}), "nok", NOW + timedelta(minutes=1))
    await says(store, "2", "b", 2)
    other = await open_store(None)
    await other.load(list(enumerate(await store.export(), 1)), NOW + timedelta(minutes=3))
    await says(other, "3", "c", 4)
    rows = await other.rows(everything=True)
    assert {row.id: row.state(NOW) for row in rows} == {"f:1": "waiting", "f:2": "closed", "f:3": "closed"}
    await other.close()


async def test_unmuting_long_after_lets_them_wait_again(store: Store) -> None:
    await says(store, "1", "a", 0)
    await store.act(Act("f:1", "muted", {"reason": "x"}), "nok", NOW + timedelta(minutes=1))
    await says(store, "2", "b", 2)
    await store.act(Act("f:2", "unmuted", {}), "tess", NOW + timedelta(minutes=3))
    await says(store, "3", "c", 4)
    assert await open_ids(store) == ["f:1", "f:3"], "what came while they were muted stays closed"
    with pytest.raises(Unlawful, match="@mai is not muted"):
        await store.act(Act("f:1", "unmuted", {}), "nok", NOW + timedelta(minutes=5))
    with pytest.raises(Unlawful, match="was muted when this came"):
        await store.act(Act("f:2", "reopened", {}), "nok", NOW + timedelta(minutes=5))


async def test_unmuting_is_undone_and_redone(store: Store) -> None:
    await says(store, "1", "a", 0)
    await store.act(Act("f:1", "muted", {"reason": "x"}), "nok", NOW)
    await store.act(Act("f:1", "unmuted", {}), "tess", NOW + timedelta(minutes=1))
    await store.undo("tess", NOW + timedelta(minutes=2))
    await says(store, "2", "b", 3)
    await store.redo("tess", NOW + timedelta(minutes=4))
    await says(store, "3", "c", 5)
    assert await open_ids(store) == ["f:1", "f:3"]


async def test_an_import_mutes_only_who_is_muted_at_its_end(store: Store) -> None:
    await says(store, "1", "a", 0)
    await says(store, "9", "z", 0, who="@tom")
    for key in ("f:1", "f:9"):
        await store.act(Act(key, "muted", {"reason": "x"}), "nok", NOW + timedelta(minutes=1))
    await store.act(Act("f:1", "unmuted", {}), "nok", NOW + timedelta(minutes=2))
    other = await open_store(None)
    await other.load(list(enumerate(await store.export(), 1)), NOW)
    await says(other, "2", "b", 3)
    await says(other, "8", "y", 3, who="@tom")
    assert "f:2" in await open_ids(other)
    assert "f:8" not in await open_ids(other)
    await other.close()
