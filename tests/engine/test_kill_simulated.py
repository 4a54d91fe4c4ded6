"""A process killed at every step, and once more while it recovers: nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from engine_fakes import Clock, FakeNetwork, asks
from operator_desk import DEAD, Desk

from cxtui.connectors import Draft, Sent
from cxtui.core.item import Deed
from cxtui.core.policies import Policies
from cxtui.engine.recovery import Recovery
from cxtui.store import Outgoing
from cxtui.store.book import Book
from cxtui.store.memory import MemoryTables

HOUR = timedelta(hours=1)
FOREVER = timedelta(days=36_500)
KINDS = {
    "key for an hour": (True, HOUR),
    "permanent id": (True, FOREVER),
    "readable without a key": (True, None),
    "unreadable": (False, None),
}
NOBODY_ASKED = {("key for an hour", 10), ("permanent id", 10), ("permanent id", 7200)}
"""Networks, and seconds until the next start, where no reply may stay unknown."""


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Life:
    """A process that ends before its step number ``until``: every call of store or network is two."""

    until: int
    step: int = 0

    def beat(self) -> None:
        self.step += 1
        if self.step > self.until:
            raise Killed


@dataclass
class Server(FakeNetwork):
    """What stands on the network outlives the processes; a key is good for so long."""

    clock: Clock = field(default_factory=Clock)
    first: dict[str, datetime] = field(default_factory=dict[str, datetime])
    life: Life = field(default_factory=lambda: Life(10_000))

    async def reply(self, draft: Draft) -> Sent:
        self.life.beat()
        known = self.first.setdefault(draft.token, self.clock())
        again = self.retry is not None and self.sent and self.clock() - known <= self.retry
        if not again:
            self.sent.append(draft)
        self.life.beat()
        return Sent(draft.token)

    async def do(self, deed: Deed, native: str, thread: str) -> None:
        self.life.beat()
        await super().do(deed, native, thread)
        self.life.beat()


class Mortal(Book):
    """A store whose steps are beats of a life."""

    life = Life(10_000)

    async def move(self, key: str, to: Any, now: datetime, **facts: Any) -> Outgoing:
        self.life.beat()
        moved = await super().move(key, to, now, **facts)
        self.life.beat()
        return moved


@dataclass
class World:
    """One question, its server, and one process after another."""

    desk: Desk
    server: Server
    store: Mortal
    tables: MemoryTables

    async def live(self, until: int, work: Any) -> bool:
        """Let a process do its work until it is killed; says whether it was."""
        self.store.life = self.server.life = life = Life(until)
        with suppress(Killed):
            await work()
        killed = life.step > until
        self.store.life = self.server.life = Life(10_000)
        if killed:
            for doc in self.tables.find("outbox"):
                self.tables.put("outbox", str(doc["id"]), {**doc, "owner": DEAD})
        return killed

    async def send(self) -> None:
        reply = await self.desk.queue()
        await self.desk.outbox.deliver(reply.id)

    async def tell(self) -> None:
        deed = await self.desk.outbox.queue_deed(await self.store.row("f:1"), "spam", timedelta())
        await self.desk.outbox.deliver(deed.id)

    async def recover(self) -> None:
        recovery = Recovery(self.desk.restarted(), self.store, self.desk.clock)
        await recovery.once(5)
        await recovery.aclose()


async def made(kind: str) -> World:
    readable, retry = KINDS[kind]
    clock, tables = Clock(), MemoryTables()
    server = Server([asks()], readable=readable, retry=retry, clock=clock, deeds=("spam",))
    store = Mortal(lambda: tables, Policies())
    await store.open()
    desk = Desk(store, server, clock)
    await desk.hear()
    return World(desk, server, store, tables)


async def ended(kind: str, first: int, second: int, after: int) -> tuple[Outgoing | None, bool, bool]:
    """The reply after a kill at step ``first`` and one at ``second`` of the recovery; which kills came."""
    world = await made(kind)
    killed = await world.live(first, world.send)
    world.desk.clock.forward(seconds=after)
    again = await world.live(second, world.recover)
    world.desk.clock.forward(seconds=after)
    await world.recover()
    (left,) = await world.store.outbox(everything=True) or (None,)
    await world.store.close()
    there = len(world.server.sent)
    assert there <= 1, "it stands there twice"
    if left is not None:
        assert left.text == "on its way"
        assert left.state in {0: ("draft", "unknown"), 1: ("sent", "unknown")}[there]
    return left, killed, again


@pytest.mark.parametrize("after", [10, 7200])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_reply_killed_at_every_step_is_neither_lost_nor_there_twice(kind: str, after: int) -> None:
    states: Counter[str] = Counter()
    first, killed = 0, True
    while killed:
        second, again = 0, True
        while again:
            left, killed, again = await ended(kind, first, second, after)
            states[left.state if left else "never kept"] += 1
            second += 1
        first += 1
    assert first > 6, "there were steps to be killed at"
    assert states.total() > 20
    assert (states["unknown"] == 0) is ((kind, after) in NOBODY_ASKED), states


async def told(first: int, second: int) -> tuple[str, bool, bool]:
    """How a deed ended after kills at two steps, and which of them came."""
    world = await made("unreadable")
    killed = await world.live(first, world.tell)
    again = await world.live(second, world.recover)
    await world.recover()
    (left,) = await world.store.outbox(everything=True) or (None,)
    closed = (await world.store.row("f:1")).interval.closed_reason
    await world.store.close()
    state = left.state if left else "never kept"
    assert (state == "sent") is (closed == "spam")
    assert state in (("sent",) if world.server.done else ("failed", "never kept")), (first, second)
    return state, killed, again


async def test_a_deed_killed_at_every_step_is_done_or_was_never_begun() -> None:
    states: Counter[str] = Counter()
    first, killed = 0, True
    while killed:
        second, again = 0, True
        while again:
            state, killed, again = await told(first, second)
            states[state] += 1
            second += 1
        first += 1
    assert first > 6
    assert states["sent"] > states["failed"] > 0
