"""Networks that say by themselves when there is something new, in made-up time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from engine_fakes import START, FakeNetwork

from cxtui.connectors import Capabilities, Page
from cxtui.core.feed import Feed
from cxtui.engine.poller import Poller
from cxtui.errors import Refused, Rejected, SecretError, Throttled, Unreachable
from cxtui.store.memory import MemoryTables
from tests.bench.week import Loop, opened

FEED = Feed("f", "fake", "https://a.example/", every=timedelta(hours=10))


def seconds() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Caller(FakeNetwork):
    """A network with a bell; ``news`` are the seconds at which something new comes."""

    news: list[float] = field(default_factory=list[float])
    can_push: bool = True
    polls: list[float] = field(default_factory=list[float])
    waits: list[str] = field(default_factory=list[str])
    waiting: int = 0
    wait_fault: Exception | None = None

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, push=self.can_push)

    async def poll(self, cursor: str, now: datetime) -> Page:  # noqa: ARG002 - the contract's
        self.polls.append(seconds())
        await asyncio.sleep(0.05)
        if self.fault:
            raise self.fault
        return Page(cursor=str(seconds()))

    async def wait(self, cursor: str) -> None:
        self.waits.append(cursor)
        if self.wait_fault:
            raise self.wait_fault
        self.waiting += 1
        try:
            rings = min((at for at in self.news if at > float(cursor)), default=1e9)
            await asyncio.sleep(max(rings - seconds(), 0))
        finally:
            self.waiting -= 1


def lived(network: Caller, live: Callable[[Poller], Awaitable[None]]) -> None:
    """Live through something with one feed."""
    loop = Loop()

    async def life() -> None:
        store = await opened(MemoryTables())
        poller = Poller(
            (FEED,), lambda _: network, store, lambda: START + timedelta(seconds=seconds()),
            elapsed=seconds, roll=lambda: 0.5,
        )  # fmt: skip
        await live(poller)

    try:
        loop.run_until_complete(life())
    finally:
        loop.close()


def ran(network: Caller, length: float) -> None:
    """Poll for so many seconds, then quit."""

    async def live(poller: Poller) -> None:
        polling = asyncio.create_task(poller.run())
        await asyncio.sleep(length)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

    lived(network, live)


def test_what_a_network_says_is_asked_for_at_once() -> None:
    network = Caller(news=[100.0])
    ran(network, 1000)
    assert len(network.polls) == 2
    assert 100 <= network.polls[1] <= 100.1
    assert network.waits[0], "it is waited for with the cursor of the first poll"


def test_a_network_without_a_bell_is_not_waited_for() -> None:
    network = Caller(news=[100.0], can_push=False)
    ran(network, 1000)
    assert (len(network.polls), network.waits) == (1, [])


def test_a_storm_is_one_poll_a_second() -> None:
    network = Caller(news=[100 + n / 50 for n in range(1000)])
    ran(network, 1000)
    steps = [later - earlier for earlier, later in pairwise(network.polls[1:])]
    assert 15 <= len(steps) <= 21
    assert min(steps) >= 1


def test_the_host_that_asked_to_wait_is_left_alone() -> None:
    network = Caller(news=[100.0, 200.0, 300.0])
    held = Throttled("busy", START + timedelta(seconds=900), "a.example")

    async def live(poller: Poller) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(50, setattr, network, "fault", held)
        loop.call_later(150, setattr, network, "fault", None)
        polling = asyncio.create_task(poller.run())
        await asyncio.sleep(24 * 3600)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

    lived(network, live)
    assert [at for at in network.polls if 101 < at < 900] == []
    assert any(at >= 900 for at in network.polls)


def test_a_feed_that_fails_is_asked_by_its_schedule_and_not_by_the_bell() -> None:
    network = Caller(news=[100 + n for n in range(500)])

    async def live(poller: Poller) -> None:
        asyncio.get_running_loop().call_later(50, setattr, network, "fault", Unreachable("no answer"))
        polling = asyncio.create_task(poller.run())
        await asyncio.sleep(600)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

    lived(network, live)
    assert len(network.polls) == 2


@pytest.mark.parametrize("fault", [Unreachable("cut"), Throttled("busy"), KeyError("id")])
def test_a_wait_that_fails_is_tried_again_ever_less_often(fault: Exception) -> None:
    network = Caller(wait_fault=fault)
    ran(network, 3600)
    assert 8 <= len(network.waits) <= 14
    assert len(network.polls) == 1


@pytest.mark.parametrize("fault", [Refused("revoked"), SecretError("pass said no")])
def test_a_sign_in_that_is_refused_is_not_tried_again_before_a_poll_went_well(fault: Exception) -> None:
    """Servers shut out who knocks with a bad password again and again."""
    network = Caller(wait_fault=fault)
    ran(network, 9 * 3600)
    assert (len(network.waits), len(network.polls)) == (1, 1)
    network = Caller(wait_fault=fault)
    ran(network, 12 * 3600)
    assert (len(network.waits), len(network.polls)) == (2, 2)


def test_a_server_that_cannot_do_it_is_not_waited_for_again() -> None:
    network = Caller(wait_fault=Rejected("no IDLE here"))
    ran(network, 3600 * 24)
    assert len(network.waits) == 1
    assert len(network.polls) >= 2


def test_after_quitting_nobody_waits() -> None:
    network = Caller()
    ran(network, 100)
    assert (len(network.waits), network.waiting) == (1, 0)


def test_once_waits_for_nobody() -> None:
    network = Caller(news=[100.0])

    async def live(poller: Poller) -> None:
        await poller.once()
        await asyncio.sleep(200)

    lived(network, live)
    assert (len(network.polls), network.waits) == (1, [])


def test_a_feed_that_changed_is_waited_for_anew_and_one_that_went_no_more() -> None:
    network = Caller()

    async def live(poller: Poller) -> None:
        polling = asyncio.create_task(poller.run())
        await asyncio.sleep(100)
        await poller.change((replace(FEED, url="https://b.example/"),))
        assert network.waiting == 0
        await asyncio.sleep(100)
        assert (len(network.waits), network.waiting) == (2, 1)
        await poller.change(())
        assert network.waiting == 0
        await asyncio.sleep(100)
        assert len(network.waits) == 2
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

    lived(network, live)


def test_a_paused_feed_is_not_waited_for() -> None:
    network = Caller(news=[150.0])

    async def live(poller: Poller) -> None:
        polling = asyncio.create_task(poller.run())
        await asyncio.sleep(100)
        await poller._store.pause_feed("f", START + timedelta(seconds=100))  # pyright: ignore[reportPrivateUsage]
        await poller.heed()
        assert network.waiting == 0
        await asyncio.sleep(100)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

    lived(network, live)
    assert len(network.polls) == 1
