"""The store is looked through and copied beside the polling, which trouble with that does not stop."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from cxtui.engine.keeping import keep
from cxtui.errors import StoreDamaged, StoreError, StoreFull
from cxtui.store import Store, open_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Rounds:
    """Lets so many waits pass, then ends."""

    def __init__(self, number: int) -> None:
        self.left = number

    async def __call__(self, _: float) -> None:
        self.left -= 1
        if self.left < 0:
            raise asyncio.CancelledError


async def rounds(
    number: int, monkeypatch: pytest.MonkeyPatch, error: StoreError | None = None, *, leads: bool = True
) -> tuple[list[str], list[str]]:
    """What is done and what is told in so many rounds."""
    store: Store = await open_store(None)
    done: list[str] = []
    told: list[str] = []

    async def check() -> None:
        done.append("check")

    async def backup(now: datetime, *, due: bool) -> None:
        assert (now, due) == (NOW, True)
        done.append("backup")
        if error is not None:
            raise error

    monkeypatch.setattr(store, "check", check)
    monkeypatch.setattr(store, "backup", backup)
    try:
        await keep(store, lambda: NOW, lambda: leads, told.append, Rounds(number))
    except asyncio.CancelledError:
        pass
    finally:
        await store.close()
    return done, told


async def test_it_is_looked_through_once_and_copied_when_due(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await rounds(3, monkeypatch) == (["check", "backup", "backup", "backup"], [])


async def test_only_the_process_that_polls_makes_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await rounds(2, monkeypatch, leads=False) == (["check"], [])


async def test_trouble_is_told_once_and_the_next_try_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    done, told = await rounds(3, monkeypatch, StoreFull("no room"))
    assert done.count("backup") == 3
    assert told == ["no backup was made: no room"]


async def test_damage_ends_the_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreDamaged, match="broken"):
        await rounds(3, monkeypatch, StoreDamaged("broken"))
