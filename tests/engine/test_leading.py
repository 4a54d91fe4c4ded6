"""One of several processes polls, another takes over when it dies, and who was stopped changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from engine_fakes import START, Clock, FakeNetwork, asks
from operator_desk import DEAD

from cxtui.connectors import Page
from cxtui.core.calendar import Calendar
from cxtui.core.clock import Policy, Target
from cxtui.core.feed import Feed, Secret
from cxtui.core.filters import parse
from cxtui.core.policies import Policies
from cxtui.engine.leading import LEASE, Leader, Leading, Term, fingerprint
from cxtui.engine.owner import me
from cxtui.engine.poller import Poller
from cxtui.errors import Conflict
from cxtui.store import Store
from cxtui.store.leases import Lead

ELSEWHERE = "elsewhere:7:1"
"""A process of another machine: nobody here can see whether it lives."""
FEED = Feed("f", "fake", allow_private=True)


@dataclass
class Steady:
    """Seconds that a test lets pass; nobody can set this clock."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    """A store and its processes."""

    store: Store
    clock: Clock
    seconds: Steady = field(default_factory=Steady)
    polled: list[str] = field(default_factory=list[str])

    def process(self, owner: str = ELSEWHERE, config: str = "c", *, stopped: bool = False) -> Leading:
        """A process; one that is ``stopped`` gives no sign of life."""
        rest = for_ever if stopped else self.rest
        return Leading(self.store, self.clock, owner, config, owner=owner, elapsed=self.seconds, rest=rest)

    async def rest(self, seconds: float) -> None:
        self.seconds.now += seconds
        self.clock.forward(seconds=seconds)
        await asyncio.sleep(0)

    def passes(self, seconds: float) -> None:
        self.seconds.now += seconds
        self.clock.forward(seconds=seconds)


async def for_ever(_: float) -> None:
    await asyncio.Event().wait()


@dataclass
class Slow(FakeNetwork):
    """While it is asked, the asker is stopped and another takes over."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def poll(self, cursor: str, now: datetime) -> Page:
        page = await super().poll(cursor, now)
        if self.meanwhile:
            await self.meanwhile()
        return page


@pytest.fixture
def world(store: Store, clock: Clock) -> World:
    return World(store, clock)


async def test_the_first_leads_and_the_second_waits(world: World) -> None:
    first, second = world.process(), world.process("other:1:1")
    assert await first.take()
    assert not await second.take()
    assert (first.here, second.here) == (True, False)


async def test_a_leader_that_gives_signs_of_life_is_never_replaced(world: World) -> None:
    first, second = world.process(), world.process("other:1:1")
    await first.take()
    for _ in range(10):
        world.passes(LEASE - 1)
        await world.store.renew(await world.store.leader(), "c", world.clock())
        assert not await second.take()


async def test_after_a_lease_without_a_sign_of_life_another_leads(world: World) -> None:
    first, second = world.process(), world.process("other:1:1")
    await first.take()
    assert not await second.take()
    world.passes(LEASE - 0.1)
    assert not await second.take()
    world.passes(0.1)
    assert await second.take()
    assert (await world.store.leader()).owner == "other:1:1"


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
async def test_a_clock_that_somebody_set_neither_keeps_nor_ends_a_lease(
    world: World, jump: timedelta
) -> None:
    first, second = world.process(), world.process("other:1:1")
    await first.take()
    assert not await second.take()
    world.clock.at += jump
    world.passes(LEASE - 0.1)
    assert not await second.take()
    world.passes(0.1)
    assert await second.take()


async def test_a_process_of_this_machine_that_is_no_more_is_replaced_at_once(world: World) -> None:
    await world.process(DEAD).take()
    assert await world.process().take()


async def test_who_ends_well_is_replaced_at_once(world: World) -> None:
    first, second = world.process(), world.process("other:1:1")
    await first.take()

    async def poll(term: Term) -> None:
        world.polled.append(str(term.number))

    await first.led(poll)
    assert not first.here
    assert await second.take()


async def test_the_work_of_a_leader_ends_when_another_took_over(world: World) -> None:
    """The lease is over while it is stopped; the next sign of life says so."""
    first, second = world.process(), world.process("other:1:1")
    await first.take()
    ended: list[str] = []

    async def poll(_: Term) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("first")

    assert not await second.take()
    world.passes(LEASE)
    assert await second.take()
    with pytest.raises(Conflict):
        await first.led(poll)
    assert ended == ["first"]
    assert (await world.store.leader()).owner == "other:1:1", "it ended nobody else's term"


async def test_who_was_stopped_asks_nobody_when_it_goes_on(world: World) -> None:
    """Not even the first request that was due, though nobody took over yet."""
    first = world.process(stopped=True)
    network = FakeNetwork([asks()])
    await first.take()

    async def poll(term: Term) -> None:
        poller = Poller((FEED,), lambda _: network, world.store, world.clock, term=term)
        world.passes(LEASE)
        await poller.once()

    with pytest.raises(Conflict):
        await first.led(poll)
    assert network.cursors == []


async def test_what_a_stopped_leader_had_asked_is_not_kept(world: World) -> None:
    first, second = world.process(stopped=True), world.process("other:1:1")
    taken: list[bool] = []

    async def meanwhile() -> None:
        world.passes(LEASE)
        taken.append(await second.take())

    network = Slow([asks()], meanwhile=meanwhile)
    await first.take()
    assert not await second.take()

    async def poll(term: Term) -> None:
        await Poller((FEED,), lambda _: network, world.store, world.clock, term=term).once()

    with pytest.raises(Conflict):
        await first.led(poll)
    assert (taken, len(network.cursors)) == ([True], 1)
    assert (await world.store.rows(), await world.store.feed_states()) == ((), {})


async def test_who_takes_over_goes_on_where_the_other_was(world: World) -> None:
    first, second = world.process(), world.process("other:1:1")
    network = FakeNetwork([asks()])

    async def poll(term: Term) -> None:
        await Poller((FEED,), lambda _: network, world.store, world.clock, term=term).once()

    for one in (first, second):
        assert await one.take()
        await one.led(poll)
    assert network.cursors == ["", f"after 1 at {START:%H:%M}"]


async def test_a_process_with_other_feeds_never_takes_over_and_says_so(world: World) -> None:
    first, other = world.process(), world.process("other:1:1", config="d")
    heard: list[Leader] = []
    other.heard = heard.append
    await first.take()
    for _ in range(3):
        assert not await other.take()
        world.passes(LEASE)
    assert heard[0].differs
    assert "other feeds, policies or rules" in heard[0].words
    assert "nobody polls" in heard[-1].words
    other.config = "c"
    assert await other.take(), "after its configuration was made the same"


async def test_a_process_begun_when_nobody_polls_leads_with_what_it_has(world: World) -> None:
    """Else nobody could change a configuration after a crash."""
    await world.process(DEAD).take()
    assert await world.process(config="d").take()


async def test_a_changed_configuration_of_the_leader_is_told_to_all(world: World) -> None:
    first = world.process()
    await first.take()
    first.config = "d"

    async def poll(term: Term) -> None:
        for _ in range(100 * term.number):
            told.append((await world.store.leader()).config)
            await asyncio.sleep(0)

    told: list[str] = []
    await first.led(poll)
    assert (told[0], told[-1]) == ("c", "d")


async def test_one_round_beside_a_leader_asks_nobody_and_says_who_leads(world: World) -> None:
    await world.process().take()

    async def poll(_: Term) -> None:
        world.polled.append("twice")

    leader = await world.process("other:1:1").once(poll)
    assert leader is not None
    assert leader.words == f"{ELSEWHERE} (process 7 on elsewhere) polls"
    assert world.polled == []


async def test_one_round_where_nobody_leads_is_a_term_of_its_own(world: World) -> None:
    async def poll(term: Term) -> None:
        world.polled.append((await world.store.leader()).owner)
        await world.store.renew(await world.store.leader(), "c", world.clock())
        term.check()

    assert await world.process().once(poll) is None
    assert world.polled == [ELSEWHERE]
    assert (await world.store.leader()).owner == ""


async def test_one_round_waits_out_a_leader_that_is_stopped(world: World) -> None:
    stopped = world.process()
    await stopped.take()
    world.passes(LEASE + 1)

    async def poll(_: Term) -> None:
        world.polled.append("once")

    assert await world.process("other:1:1").once(poll) is None
    assert world.polled == ["once"]


async def test_a_leader_cancelled_as_it_begins_leaves_nobody_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, goes_on, lead = asyncio.Event(), asyncio.Event(), world.store.lead

    async def slow(*facts: Any) -> Lead:
        held = await lead(*facts)
        begun.set()
        await goes_on.wait()
        return held

    monkeypatch.setattr(world.store, "lead", slow)
    taking = asyncio.ensure_future(world.process(me()).take())
    await begun.wait()
    assert (await world.store.leader()).owner == me()
    taking.cancel()
    goes_on.set()
    await asyncio.gather(taking, return_exceptions=True)
    assert (await world.store.leader()).owner == ""


def test_a_fingerprint_tells_feeds_apart_and_not_their_tokens_or_order() -> None:
    one, two = Feed("a", "feed", "https://a.example"), Feed("b", "feed", "https://b.example")
    signed = Feed("a", "feed", "https://a.example", token=Secret(lambda: "x"), ca_file="/here")
    assert fingerprint((one, two)) == fingerprint((two, signed))
    options = Feed("a", "feed", "https://a.example", options={"folders": ("x",)})
    slower = Feed("a", "feed", "https://a.example", every=timedelta(minutes=1))
    assert len({fingerprint((feed,)) for feed in (one, two, options, slower)}) == 4


def test_a_fingerprint_tells_policies_and_their_hours_apart() -> None:
    office = Calendar("office", UTC, (((9 * 60, 17 * 60),),) * 7)
    longer = Calendar("office", UTC, (((9 * 60, 18 * 60),),) * 7)
    half = Target(worked=timedelta(minutes=30))
    policies = [
        Policy("a"), Policy("b"), Policy("a", half), Policy("a", half, calendar=office),
        Policy("a", half, calendar=longer), Policy("a", warn=0.5), Policy("a", match=parse("kind:review")),
    ]  # fmt: skip
    assert len({fingerprint((), Policies((policy,))) for policy in policies}) == len(policies)
    assert fingerprint((), Policies((Policy("a", half),))) == fingerprint((), Policies((Policy("a", half),)))
