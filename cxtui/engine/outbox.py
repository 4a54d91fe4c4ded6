"""Sending replies: exactly once, or shown as unknown.

A reply is durable before its undo window begins. When the window is over the thread is
read again; only then is ``sending`` recorded, and only then does a byte leave. Whatever ends
the program after that leaves ``sending`` behind, which the next start takes for "not known".
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cxtui.connectors import Connector, Draft, Sent
from cxtui.core.feed import Feed
from cxtui.core.inbox import Row
from cxtui.core.item import Arrival, ReplyKind, called
from cxtui.core.lengths import measured
from cxtui.core.text import clean
from cxtui.errors import Conflict, FeedError, Rejected, SecretError, Throttled, Unreachable
from cxtui.store import Outgoing, Store

LOOKS = (1.0, 4.0, 15.0)
"""Seconds before each look for a reply whose outcome is not known."""
REREADS = (2.0, 5.0)
"""Seconds before reading the thread again when it could not be read before sending."""
PATIENCE = timedelta(minutes=10)
"""How long a server may make a reply wait before it is given back as failed."""
LONGEST = 100_000


class Outbox:
    """The replies of one process."""

    def __init__(
        self,
        feeds: tuple[Feed, ...],
        connector: Callable[[Feed], Connector],
        store: Store,
        clock: Callable[[], datetime],
        operator: str,
    ) -> None:
        self._feeds = {feed.name: feed for feed in feeds}
        self._connector = connector
        self._store = store
        self._clock = clock
        self._operator = operator
        self._order: dict[str, asyncio.Lock] = {}

    def change(self, feeds: tuple[Feed, ...]) -> None:
        """Send on these feeds from now on."""
        self._feeds = {feed.name: feed for feed in feeds}

    def takes(self, feed: str) -> Connector:
        """The connector that answers on a feed. Raises: Rejected where none does, saying why."""
        configured = self._feeds.get(feed)
        if configured is None:
            raise Rejected(f"the feed {feed!r} is not configured any more, so nothing can be sent there")
        connector = self._connector(configured)
        if not connector.capabilities.reply:
            raise Rejected(connector.capabilities.why_not or f"{feed} takes no replies from here")
        return connector

    async def draft(self, row: Row, text: str, kind: ReplyKind = "answer") -> Outgoing:
        """Keep a text for a row without sending it; takes the place of an earlier draft."""
        now = self._clock()
        known = await self.kept(row.id)
        waits = row.interval
        feed = waits.opener.feed
        made = known or Outgoing(
            id=secrets.token_hex(16), item=waits.items[-1], interval=row.id, feed=feed,
            native=waits.items[-1].removeprefix(f"{feed}:"),
            thread=waits.opener.thread.removeprefix(f"{feed}:"), text="", kind=kind,
            visibility=waits.visibility, state="draft", by=self._operator, made=now, changed=now,
        )  # fmt: skip
        return await self._store.put_outgoing(
            replace(
                made, text=clean(text, limit=LONGEST, lines=LONGEST), kind=kind, state="draft", changed=now
            )
        )

    async def kept(self, row: str) -> Outgoing | None:
        """This operator's draft or failed reply for a row."""
        for reply in await self._store.outbox():
            if reply.interval == row and reply.by == self._operator and reply.state in ("draft", "failed"):
                return reply
        return None

    async def queue(
        self, row: Row, text: str, kind: ReplyKind, hold: timedelta, basis: Sequence[str] | None = None,
        item: str | None = None,
    ) -> Outgoing:  # fmt: skip
        """Make a reply durable and begin its window. ``basis`` are the items the writer saw.

        ``item`` is the message answered, the interval's last by default.
        Raises: Rejected (cannot be sent there, empty, too long), Conflict.
        """
        connector = self.takes(row.interval.opener.feed)
        tidy = clean(text, limit=LONGEST, lines=LONGEST).strip()
        self._fits(connector, tidy)
        now = self._clock()
        draft = await self.kept(row.id)
        seen = tuple(basis if basis is not None else row.interval.items)
        answers = item or seen[-1]
        feed = row.interval.opener.feed
        reply = Outgoing(
            id=draft.id if draft else secrets.token_hex(16), item=answers, interval=row.id, feed=feed,
            native=answers.removeprefix(f"{feed}:"),
            thread=row.interval.opener.thread.removeprefix(f"{feed}:"), text=tidy, kind=kind,
            visibility=row.interval.visibility, state="queued", by=self._operator,
            made=draft.made if draft else now, changed=now, basis=seen, until=now + hold, owner=me(),
        )  # fmt: skip
        return await self._store.put_outgoing(reply)

    async def recall(self, key: str) -> Outgoing:
        """Back to a draft. Raises: Conflict when it is on its way already."""
        reply = await self._store.outgoing(key)
        if reply.state != "queued":
            raise Conflict(f"too late: the reply is {reply.state}")
        return await self._store.move(key, "draft", self._clock(), error=None)

    async def deliver(self, key: str) -> Outgoing:
        """Wait out the window, read the thread again and send. Gives the reply as it ended.

        A reply that was recalled meanwhile, or whose thread changed, comes back as a draft.
        """
        reply = await self._window(key)
        if reply.state != "queued":
            return reply
        async with self._order.setdefault(reply.feed, asyncio.Lock()):
            while reply.state == "queued":
                reply = await self._window(key)
                if reply.state != "queued":
                    return reply
                problem = await self._reread(reply)
                if problem:
                    reply = await self._store.outgoing(key)
                    if reply.state != "queued":
                        return reply
                    return await self._store.move(key, "draft", self._clock(), error=problem)
                reply = await self._store.outgoing(key)
                if reply.state == "queued":
                    reply = await self._send(reply)
        return reply

    async def recover(self) -> list[Outgoing]:
        """After a start: what dead processes left. Gives the replies whose outcome is not known."""
        unknown: list[Outgoing] = []
        for reply in await self._store.outbox():
            if reply.state == "queued" and not alive(reply.owner):
                said = "not sent: cxtui ended before it went out. Send it or edit it"
                await self._store.move(reply.id, "draft", self._clock(), error=said)
            elif reply.state == "sending" and not alive(reply.owner):
                said = "cxtui ended while it was being sent"
                unknown.append(await self._store.move(reply.id, "unknown", self._clock(), error=said))
            elif reply.state == "unknown":
                unknown.append(reply)
        return unknown

    async def look(self, key: str) -> Outgoing:
        """Look in the thread whether an unknown reply arrived after all."""
        reply = await self._store.outgoing(key)
        for pause in LOOKS:
            if reply.state != "unknown":
                return reply
            await asyncio.sleep(pause)
            found = await self._found(reply)
            if found is not None:
                return await self._store.move(
                    key, "sent", self._clock(), remote_id=found.native, url=found.url, error=None,
                    at=found.posted,
                )  # fmt: skip
            reply = await self._store.outgoing(key)
        return reply

    async def settle(self, key: str, *, sent: bool) -> Outgoing:
        """A person's word on an unknown reply. Raises: Conflict where it is not unknown."""
        to, said = ("sent", None) if sent else ("draft", "not there, said " + self._operator)
        return await self._store.move(key, to, self._clock(), error=said)

    async def _window(self, key: str) -> Outgoing:
        reply = await self._store.outgoing(key)
        while reply.state == "queued" and reply.until is not None:
            left = (reply.until - self._clock()).total_seconds()
            if left <= 0:
                break
            await asyncio.sleep(min(left, 0.2))
            reply = await self._store.outgoing(key)
        return reply

    async def _reread(self, reply: Outgoing) -> str | None:
        """Why a reply must go back to its writer, or None where nothing has changed."""
        connector = self.takes(reply.feed)
        if connector.capabilities.thread:
            try:
                heard = await self._thread(connector, reply)
            except FeedError as error:
                return f"not sent: the thread could not be read before sending: {error}"
            if not any(a.native == reply.native and not a.withdrawn for a in heard):
                return "not sent: the message it answers is no longer there"
            feed = self._feeds[reply.feed]
            await self._store.ingest(
                connector.capabilities.network, feed.kind, heard, self._clock(), feed=reply.feed
            )
        row = await self._store.row(reply.item)
        if not row.interval.open:
            who = row.interval.answered_by or "somebody"
            done = f"answered by {who}" if row.interval.answered else "closed"
            return f"not sent: meanwhile it was {done}"
        if row.interval.probably:
            return f"not sent: {row.interval.evidence}. Confirm or reject that first"
        if set(row.interval.items) - set(reply.basis):
            author = row.interval.author
            return f"not sent: {called(author.handle, author.name)} wrote again; read it first"
        return None

    async def _thread(self, connector: Connector, reply: Outgoing) -> tuple[Arrival, ...]:
        for pause in REREADS:
            try:
                return await connector.thread(reply.native, reply.thread)
            except Unreachable:
                await asyncio.sleep(pause)
        return await connector.thread(reply.native, reply.thread)

    async def _send(self, reply: Outgoing) -> Outgoing:
        connector = self.takes(reply.feed)
        move, now = self._store.move, self._clock
        facts = {"attempts": reply.attempts + 1, "owner": me(), "error": None, "begun": reply.begun or now()}
        reply = await move(reply.id, "sending", now(), **facts)
        # whatever went wrong, the row must not stay "sending": what is not known to have failed is unknown
        (answer,) = await asyncio.gather(connector.reply(_draft(reply)), return_exceptions=True)
        match answer:
            case Sent():
                facts = {
                    "remote_id": answer.remote_id,
                    "url": answer.url,
                    "error": answer.held,
                    "at": answer.at,
                }
                return await move(reply.id, "sent", now(), **facts)
            case Throttled():
                until = answer.until or now() + timedelta(minutes=1)
                if until - now() > PATIENCE:
                    return await move(reply.id, "failed", now(), error=str(answer))
                return await move(reply.id, "queued", now(), until=until, error=str(answer))
            case Unreachable():
                said = f"not known whether it arrived: {answer}"
            case FeedError() | SecretError():
                return await move(reply.id, "failed", now(), error=str(answer))
            case _:
                said = f"not known whether it arrived: a fault in cxtui: {type(answer).__name__}"
        await move(reply.id, "unknown", now(), error=said)
        return await self.look(reply.id)

    async def _found(self, reply: Outgoing) -> Arrival | None:
        try:
            connector = self.takes(reply.feed)
            if not connector.capabilities.thread:
                return None
            heard = await connector.thread(reply.native, reply.thread)
        except FeedError:
            return None
        return next((message for message in heard if connector.ours(_draft(reply), message)), None)

    @staticmethod
    def _fits(connector: Connector, text: str) -> None:
        if not text:
            raise Rejected("the reply is empty")
        limit = connector.capabilities.limit
        length = measured(text, connector.capabilities.counted)
        if limit is not None and length > limit:
            raise Rejected(
                f"the reply has {length} {connector.capabilities.counted}, "
                f"{connector.capabilities.network} takes {limit}"
            )


def me() -> str:
    """This process: host, process id and when it started, so that a reused id is not taken for it."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def alive(owner: str) -> bool:
    """Whether the process that `me` named still lives. One on another machine counts as alive."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if not rest.isdigit():
        return False
    if host != socket.gethostname():
        return True
    pid = int(rest)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _started(pid) == owner.rpartition(":")[2]


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def _draft(reply: Outgoing) -> Draft:
    since = reply.begun or reply.made
    return Draft(reply.native, reply.thread, reply.text, reply.id, reply.visibility, sent_after=since)
