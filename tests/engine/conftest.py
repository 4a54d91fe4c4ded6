"""A network in memory, a clock that a test moves, and an empty store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from engine_fakes import Clock, FakeNetwork, asks

from cxtui.store import Store, open_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork([asks()])


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    store = await open_store(None)
    yield store
    await store.close()
