"""Polling for ever, in made-up time: who is asked when, and who holds up whom."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from engine_fakes import START, FakeNetwork

from cxtui.connectors import Page
from cxtui.core.feed import Feed
from cxtui.engine.poller import Poller
from cxtui.errors import Throttled
from cxtui.store.book import Book
from cxtui.store.memory import MemoryTables
from tests.bench.week import Loop, opened

HOUR = 3600.0


@dataclass
class Slow(FakeNetwork):
    """A network that takes its time and notes when it was asked."""

    takes: float = 0.1
    at: list[float] = field(default_factory=list[float])
    page: Page = field(default_factory=Page)

    async def poll(self, cursor: str, now: datetime) -> Page:  # noqa: ARG002 - the contract's
        self.at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.takes)
        if self.fault:
            raise self.fault
        return self.page


@dataclass
class Life:
    """Feeds over one store, the seconds that the machine slept, and what its clock is off by."""

    networks: dict[str, Slow]
    urls: dict[str, str]
    store: Book
    loop: Loop
    asleep: float = 0.0
    off: float = 0.0

    def true(self) -> float:
        return self.loop.time() + self.asleep

    def poller(self) -> Poller:
        feeds = tuple(Feed(name, "fake", self.urls[name]) for name in self.networks)
        return Poller(
            feeds,
            lambda feed: self.networks[feed.name],
            self.store,
            lambda: START + timedelta(seconds=self.true() + self.off),
            elapsed=self.true,
            roll=lambda: 0.5,
        )

    async def run(self, poller: Poller, seconds: float) -> None:
        polling = asyncio.create_task(poller.run())
        await asyncio.sleep(seconds)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


def lived(live: Callable[[Life], Awaitable[None]], *hosts: str) -> Life:
    """Live through something with one feed for each host."""
    loop = Loop()

    async def life() -> Life:
        names = [f"f{n}" for n in range(len(hosts))]
        urls = {name: f"https://{host}/{name}" for name, host in zip(names, hosts, strict=True)}
        made = Life({name: Slow() for name in names}, urls, await opened(MemoryTables()), loop)
        await live(made)
        return made

    try:
        return loop.run_until_complete(life())
    finally:
        loop.close()


def test_a_feed_is_asked_soon_and_then_at_its_interval() -> None:
    async def live(life: Life) -> None:
        await life.run(life.poller(), 6 * HOUR)

    at = lived(live, "a.example").networks["f0"].at
    assert at[0] <= 1
    steps = [later - earlier for earlier, later in pairwise(at[1:])]
    assert 0.5 * 720 <= at[1] - at[0] <= 1.5 * 720 + 1
    assert all(abs(step - 720) < 1 for step in steps)


def test_a_persons_wish_asks_at_once() -> None:
    async def live(life: Life) -> None:
        poller = life.poller()
        asyncio.get_running_loop().call_later(100, poller.hurry)
        await life.run(poller, 110)

    assert lived(live, "a.example").networks["f0"].at[1:] == [100.0]


def test_after_a_restart_no_feed_is_asked_earlier_than_stored() -> None:
    async def live(life: Life) -> None:
        life.networks["f0"].page = Page(next_after=timedelta(minutes=50))
        await life.run(life.poller(), 60)
        await life.run(life.poller(), 2 * HOUR)

    at = lived(live, "a.example").networks["f0"].at
    assert at[1] - at[0] >= 50 * 60


def test_after_a_sleep_the_overdue_spread_over_an_interval() -> None:
    async def live(life: Life) -> None:
        asyncio.get_running_loop().call_later(1000, lambda: setattr(life, "asleep", 5 * HOUR))
        await life.run(life.poller(), 1000 + 800)

    networks = lived(live, *(f"h{n}.example" for n in range(100))).networks
    woken = sorted(min(t for t in network.at if t > 1000) - 1000 for network in networks.values())
    assert woken[-1] <= 720 + 31
    assert woken[49] > 200
    assert max(sum(t <= u < t + 30 for u in woken) for t in woken) < 20


def test_a_clock_set_forward_or_back_moves_no_poll() -> None:
    def at(*jumps: float) -> list[float]:
        async def live(life: Life) -> None:
            for n, jump in enumerate(jumps):
                asyncio.get_running_loop().call_later(
                    900 + 100 * n, lambda jump=jump: setattr(life, "off", jump)
                )
            await life.run(life.poller(), HOUR / 2)

        return lived(live, "a.example").networks["f0"].at

    assert at(86_400, 0) == at(-86_400, 0) == at()


def test_a_host_that_hangs_holds_up_nobody_else() -> None:
    async def live(life: Life) -> None:
        for n in range(20):
            life.networks[f"f{n}"].takes = 30
        await life.run(life.poller(), 20)

    networks = lived(live, *["slow.example"] * 20, "quick.example").networks
    assert sum(bool(network.at) for network in networks.values()) == 2
    assert networks["f20"].at[0] <= 2


def test_two_thousand_new_feeds_are_no_herd() -> None:
    async def live(life: Life) -> None:
        await life.run(life.poller(), 400)

    networks = lived(live, *(f"h{n}.example" for n in range(2_000))).networks
    first = sorted(network.at[0] for network in networks.values())
    busiest = max(sum(t <= u < t + 1 for u in first[i : i + 60]) for i, t in enumerate(first))
    assert busiest <= 50


def test_a_persons_wish_brings_no_feed_of_a_waiting_host_forward() -> None:
    """Held back now, it is asked at its own time, not as soon as the host's wait is over."""

    async def live(life: Life) -> None:
        life.networks["f1"].page = Page(next_after=timedelta(minutes=50))
        poller = life.poller()
        loop = asyncio.get_running_loop()
        busy = Throttled("busy", START + timedelta(minutes=20), "a.example")
        loop.call_later(100, lambda: setattr(life.networks["f0"], "fault", busy))
        loop.call_later(1000, poller.hurry)
        loop.call_later(1010, lambda: setattr(life.networks["f0"], "fault", None))
        await life.run(poller, 4 * HOUR)

    networks = lived(live, "a.example", "a.example").networks
    assert networks["f1"].at[1] - networks["f1"].at[0] >= 50 * 60
    assert len(networks["f0"].at) > 5
    assert not [at for at in networks["f0"].at if 1000 <= at < 1200]


def test_a_wait_in_fractions_of_a_second_loses_no_feed() -> None:
    async def live(life: Life) -> None:
        until = START + timedelta(minutes=20, microseconds=1)
        life.networks["f0"].fault = Throttled("busy", until, "other.example")
        asyncio.get_running_loop().call_later(600, lambda: setattr(life.networks["f0"], "fault", None))
        await life.run(life.poller(), 2 * HOUR)

    at = lived(live, "a.example").networks["f0"].at
    assert at[1] >= 1200
    assert len(at) > 5
