"""Pausing, resuming and changing feeds while a poller runs; the clock is moved by hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine_fakes import START, Clock, FakeNetwork, asks

from cxtui.connectors import Page
from cxtui.core.feed import Feed
from cxtui.engine.poller import Poller
from cxtui.store import Store


@dataclass
class Slow(FakeNetwork):
    """Answers only when it is told to."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def poll(self, cursor: str, now: datetime) -> Page:
        self.begun.set()
        await self.go.wait()
        return await super().poll(cursor, now)


def feed(name: str) -> Feed:
    return Feed(name, "fake", f"https://{name}.example", allow_private=True)


def poller(store: Store, clock: Clock, **networks: FakeNetwork) -> Poller:
    return Poller(
        tuple(map(feed, networks)), lambda one: networks[one.name], store, clock,
        elapsed=lambda: clock.at.timestamp() + time.monotonic(),
    )  # fmt: skip


@asynccontextmanager
async def running(asked: Poller) -> AsyncGenerator[None]:
    task = asyncio.create_task(asked.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_paused_feed_is_left_alone_even_at_a_persons_wish(store: Store, clock: Clock) -> None:
    network = FakeNetwork([asks()])
    asked = poller(store, clock, f=network)
    await asked.once()
    await store.pause_feed("f", clock())
    await asked.heed()
    (result,) = await asked.once()
    assert (result.skipped, len(network.cursors)) == ("paused", 1)
    await store.resume_feed("f", clock())
    await asked.heed()
    (result,) = await asked.once()
    assert (result.skipped, len(network.cursors)) == (None, 2)


async def test_a_pause_during_a_poll_stands_when_the_answer_has_come(store: Store, clock: Clock) -> None:
    slow = Slow([asks()])
    asked = poller(store, clock, f=slow)
    poll = asyncio.create_task(asked.once())
    await slow.begun.wait()
    await store.pause_feed("f", clock())
    slow.go.set()
    await poll
    await asked.heed()
    assert [one.state for one in await asked.states()] == ["paused"]


async def test_a_new_feed_is_asked_and_a_removed_one_is_not(store: Store, clock: Clock) -> None:
    slow, fresh = Slow(), Slow()
    networks = {"old": slow, "new": fresh}
    asked = Poller((feed("old"),), lambda one: networks[one.name], store, clock)
    async with running(asked), asyncio.timeout(10):
        await slow.begun.wait()
        assert set(await asked.change((feed("new"),))) == {"old", "new"}
        await fresh.begun.wait()
    assert [one.feed for one in await asked.states()] == ["new"]
    assert slow.cursors == []


async def test_what_did_not_change_is_not_broken_off(store: Store, clock: Clock) -> None:
    stays, other = Slow(), Slow()
    networks = {"stays": stays, "other": other}
    asked = Poller((feed("stays"),), lambda one: networks[one.name], store, clock)
    async with running(asked), asyncio.timeout(10):
        await stays.begun.wait()
        assert await asked.change((feed("stays"), feed("other"))) == ("other",)
        stays.go.set()
        await other.begun.wait()
    assert len(stays.cursors) == 1


async def test_a_changed_feed_keeps_what_its_server_asked_for(store: Store, clock: Clock) -> None:
    network = FakeNetwork()
    asked = poller(store, clock, f=network)
    await asked.once()
    (before,) = await asked.states()
    await asked.change((replace(feed("f"), own=("us",), every=timedelta(minutes=3)),))
    (after,) = await asked.states()
    assert (after.next_try, after.cursor) == (before.next_try, before.cursor)
    assert before.next_try is not None
    assert before.next_try > START


async def test_the_host_of_a_feed_that_was_broken_off_is_free_again(store: Store, clock: Clock) -> None:
    slow, second = Slow(), Slow()
    networks = {"f": slow, "g": second}
    here = feed("f")
    asked = Poller((here,), lambda one: networks[one.name], store, clock)
    async with running(asked), asyncio.timeout(10):
        await slow.begun.wait()
        await asked.change((replace(feed("g"), url=here.url),))
        await second.begun.wait()
    assert second.begun.is_set(), "the host was never given back"
