"""What numbers count is found again by the ids they give."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.core.item import Arrival, Voice
from cxtui.store import Store, open_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "embedded"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path if request.param == "embedded" else None)
    yield store
    await store.close()


async def test_every_id_is_found_in_the_order_asked_waits_items_and_what_is_no_more(store: Store) -> None:
    heard = [
        Arrival("1", "where is it?", Voice("@mai"), posted=NOW, thread="t"),
        Arrival("2", "still nothing", Voice("@mai"), posted=NOW, thread="t"),
        Arrival("3", "on its way", Voice("desk"), posted=NOW, thread="t", parent="1", own="strong"),
        Arrival("4", "we have new lamps", Voice("desk"), posted=NOW, thread="u", own="strong"),
    ]
    await store.ingest("net", "comment", heard, NOW, feed="f")
    later, gone, first, post = await store.behind(("f:2", "f:none", "f:1", "f:4"))
    assert later.item is not None
    assert (later.item.text, later.waits and later.waits.id) == ("still nothing", "f:1")
    assert (gone.id, gone.item, gone.waits) == ("f:none", None, None)
    assert first.waits is not None
    assert (first.item and first.item.text, first.waits.answered) == ("where is it?", NOW)
    assert post.item is not None
    assert (post.item.role, post.waits) == ("own", None)
