"""One question in a store, the outbox to answer it with, and another start after a crash."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine_fakes import FEED, Clock, FakeNetwork

from cxtui.core.item import ReplyKind
from cxtui.engine.outbox import Outbox
from cxtui.engine.owner import me
from cxtui.engine.recovery import Recovery
from cxtui.store import OutboxState, Outgoing, Store

NOW = timedelta()
DEAD = me().rpartition(":")[0] + ":0"
"""A process of this machine that is no more."""


class Desk:
    """An operator at a network; waiting moves the clock."""

    def __init__(self, store: Store, network: FakeNetwork, clock: Clock) -> None:
        self.store, self.network, self.clock = store, network, clock
        self.configured = True
        self.outbox = self.restarted()

    def restarted(self) -> Outbox:
        feeds = (FEED,) if self.configured else ()
        return Outbox(feeds, lambda _: self.network, self.store, self.clock, "nok", rest=self.clock.rest)

    async def hear(self) -> None:
        await self.store.ingest("net", "comment", self.network.said, self.clock(), feed="f")

    async def queue(
        self, text: str = "on its way", kind: ReplyKind = "answer", hold: timedelta = NOW
    ) -> Outgoing:
        return await self.outbox.queue(await self.store.row("f:1"), text, kind, hold)

    async def state(self) -> str:
        return (await self.store.row("f:1")).state(self.clock())

    async def sent(self, **words: Any) -> Outgoing:
        """Queue, deliver and look; gives the reply as it ended."""
        reply = await self.outbox.deliver((await self.queue(**words)).id)
        return await self.outbox.look(reply.id)

    async def left(self, state: OutboxState, begun: timedelta = NOW) -> Outgoing:
        """A reply that a process, dead since, left in a state; it began to send so long ago."""
        reply = await self.queue()
        began = self.clock() - begun
        facts: dict[str, Any] = {"owner": DEAD, "begun": began, "attempts": 1}
        reply = await self.store.move(reply.id, "sending", began, **facts)
        if state == "unknown":
            reply = await self.store.move(reply.id, "unknown", began, doubted=began)
        return reply

    async def recovered(self) -> Outgoing:
        """The only reply, after another start."""
        recovery = Recovery(self.restarted(), self.store, self.clock)
        await recovery.once(5)
        await recovery.aclose()
        (reply,) = await self.store.outbox(everything=True)
        return reply
