"""One attempt to send a reply: the thread is read again, ``sending`` recorded, then bytes leave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from cxtui.connectors import Connector, Draft, Sent, among
from cxtui.connectors.attaching import unfit
from cxtui.core.item import Arrival, called
from cxtui.engine.enduring import Noting
from cxtui.engine.owner import me
from cxtui.engine.ways import Ways
from cxtui.errors import FeedError, Rejected, SecretError, Throttled, Unreachable
from cxtui.store import Outgoing, Store

REREADS = (2.0, 5.0)
"""Seconds before reading the thread again when it could not be read before sending."""
PATIENCE = timedelta(minutes=10)
"""How long a server may make a reply wait before it is given back as failed."""
MINUTE = timedelta(minutes=1)
"""How long is waited where the server names no time."""
REFUSALS = 10
"""After so many attempts at which a server asked to wait it is given back as failed, too."""

Rest = Callable[[float], Awaitable[None]]
"""Waits some seconds."""


@dataclass(frozen=True, slots=True)
class Reread:
    """How a thread stands right before sending: why the reply must go back to its writer, if it must.

    ``there`` is a reply that was tried before and stands in it after all, ``alike`` what looks like
    the reply and is not, since nothing of it had left yet.
    """

    problem: str | None = None
    there: Sent | None = None
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends what is queued, or unknown and surely not there."""

    ways: Ways
    store: Store
    clock: Callable[[], datetime]
    rest: Rest
    noting: Noting

    async def reread(self, reply: Outgoing) -> Reread:
        """How the thread stands now. Raises: FeedError, SecretError where it could not be read."""
        connector = self.ways.replies(reply.feed)
        alike: tuple[str, ...] = ()
        if connector.capabilities.thread:
            heard = await self._thread(connector, reply)
            if reply.begun is not None:
                there = among(heard, connector, drafted(reply), await others_of(self.store, reply))
                if there is not None:
                    return Reread(there=there)
            else:
                alike = tuple(one.native for one in heard if connector.ours(drafted(reply), one))
            if not any(a.native == reply.native and not a.withdrawn for a in heard):
                return Reread("not sent: the message it answers is no longer there")
            network, kind = connector.capabilities.network, self.ways.feed(reply.feed).kind
            await self.store.ingest(network, kind, heard, self.clock(), feed=reply.feed)
        return Reread(await self.meanwhile(reply), alike=alike)

    async def attempt(self, reply: Outgoing, alike: tuple[str, ...] = ()) -> Outgoing:
        """Send it once; gives it as it is then: sent, failed, unknown, or queued until the server's time.

        ``alike`` are ids of messages that look like it and were there before it.
        Raises: Conflict where another process has taken it, Rejected where nothing can be sent there.
        """
        connector = self.ways.replies(reply.feed)
        move, now = self.store.move, self.clock
        facts = {"attempts": reply.attempts + 1, "owner": me(), "error": None, "begun": reply.begun or now(),
                 "alike": reply.alike or alike}  # fmt: skip
        reply = await move(reply.id, "sending", now(), expected=reply, **facts)
        # whatever went wrong, the row must not stay "sending": what is not known to have failed is unknown
        (answer,) = await asyncio.gather(self._sent(connector, reply), return_exceptions=True)
        return await self.noting.write(lambda: self._noted(reply, answer), self.rest)

    async def _noted(self, reply: Outgoing, answer: object) -> Outgoing:
        """The reply as the network's answer leaves it. Raises: Conflict where another process has it."""
        move, now = partial(self.store.move, reply.id, expected=reply), self.clock
        match answer:
            case Sent():
                return await self.arrived(reply, answer)
            case Throttled():
                until = put_off(answer, reply.attempts, now())
                if until is None:
                    return await move("failed", now(), error=str(answer))
                return await move("queued", now(), until=until, error=str(answer))
            case Unreachable():
                said = f"not known whether it arrived: {answer}"
            case FeedError() | SecretError():
                return await move("failed", now(), error=str(answer))
            case _:
                said = f"not known whether it arrived: a fault in cxtui: {type(answer).__name__}"
        return await move("unknown", now(), error=said, doubted=now())

    async def _sent(self, connector: Connector, reply: Outgoing) -> Sent:
        """Send it with its files, or not at all."""
        if why := unfit(connector.capabilities, reply.files):
            raise Rejected(f"nothing was sent: {why}")
        files = self.store.attached(reply.files)
        return await connector.reply(replace(drafted(reply), files=files))

    async def arrived(self, reply: Outgoing, sent: Sent) -> Outgoing:
        """Record that it stands on the network. Raises: Conflict where somebody said so before."""
        if reply.state == "queued":  # an attempt that a server seemed to have put off
            reply = await self.store.move(reply.id, "sending", self.clock(), expected=reply, owner=me())
        facts = {"remote_id": sent.remote_id, "url": sent.url, "error": sent.held, "at": sent.at}
        return await self.store.move(reply.id, "sent", self.clock(), expected=reply, **facts)

    async def _thread(self, connector: Connector, reply: Outgoing) -> tuple[Arrival, ...]:
        for pause in REREADS:
            try:
                return await connector.thread(reply.native, reply.thread)
            except Unreachable:
                await self.rest(pause)
        return await connector.thread(reply.native, reply.thread)

    async def meanwhile(self, reply: Outgoing) -> str | None:
        """Why a reply must go back to its writer, by what is known here by now; None where it need not."""
        waits = (await self.store.row(reply.item)).interval
        if not waits.open and waits.promised is None:
            done = f"answered by {waits.answered_by or 'somebody'}" if waits.answered else "closed"
            return f"not sent: meanwhile it was {done}"
        if waits.probably:
            return f"not sent: {waits.evidence}. Confirm or reject that first"
        if set(waits.items) - set(reply.basis):
            return f"not sent: {called(waits.author.handle, waits.author.name)} wrote again; read it first"
        return None


def put_off(answer: Throttled, attempts: int, now: datetime) -> datetime | None:
    """When to try again what a server put off so many times, ever later; None where that is too late."""
    if attempts >= REFUSALS:
        return None
    until = max(answer.until or now + MINUTE, now + timedelta(seconds=2**attempts))
    return until if until - now <= PATIENCE else None


def drafted(reply: Outgoing) -> Draft:
    """The reply as a connector takes it."""
    since = reply.begun or reply.made
    return Draft(reply.native, reply.thread, reply.text, reply.id, reply.visibility, sent_after=since)


async def others_of(store: Store, reply: Outgoing) -> frozenset[str]:
    """The network's ids of other replies: those that went out on the feed, and what was there before."""
    gone = [one for one in await store.outbox(everything=True) if one.feed == reply.feed]
    return frozenset({one.remote_id for one in gone if one.remote_id and one.id != reply.id} | {*reply.alike})
