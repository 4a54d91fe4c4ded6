"""Old texts go by themselves where a process polls, once a day, and a failure stops nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cxtui.core.item import Arrival, Voice
from cxtui.engine.retaining import EVERY, SOON, retain, retain_once
from cxtui.errors import StoreFull
from cxtui.store import Store, open_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEPT = timedelta(days=400)


class Over(Exception):
    """The test has seen enough."""


async def old(store: Store) -> None:
    posted = NOW - KEPT - timedelta(days=1)
    heard = [Arrival("1", "the old words", Voice("@mai"), posted=posted), Arrival("2", "new", posted=NOW)]
    await store.ingest("net", "comment", heard, NOW, feed="f", history_before=NOW - timedelta(days=2))


async def test_old_words_go_and_young_ones_stay() -> None:
    store = await open_store(None)
    await old(store)
    assert await retain_once(store, None, NOW) == ()
    assert (await store.item("f:1")).text == "the old words"
    assert await retain_once(store, KEPT, NOW) == ()
    assert (await store.item("f:1")).text == "(erased)"
    assert (await store.item("f:1")).author.handle == "@mai"
    assert (await store.item("f:2")).text == "new"
    await store.close()


async def test_only_where_one_leads_and_a_failure_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    store = await open_store(None)
    await old(store)
    rests: list[float] = []
    told: list[str] = []

    async def full(*_: object) -> int:
        raise StoreFull("no space left")

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 2:
            monkeypatch.setattr(store, "forget_texts", full)
        if len(rests) == 4:
            monkeypatch.undo()
        if len(rests) == 6:
            raise Over

    with pytest.raises(Over):
        await retain(store, lambda: NOW, lambda: KEPT, lambda: len(rests) > 1, told.append, rest)
    assert rests == [SOON, *[EVERY] * 5]
    assert told == ["old texts were not erased: no space left"]
    assert (await store.item("f:1")).text == "(erased)"
    await store.close()
