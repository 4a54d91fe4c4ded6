"""Sending replies: exactly once, or shown as unknown.

A reply is durable before its undo window begins. When the window is over the thread is
read again; only then is ``sending`` recorded, and only then does a byte leave. Whatever ends
the program after that leaves ``sending`` behind, which the next start takes for "not known":
the reply is looked for, and sent again only where it surely is not there and the network
takes a second attempt for the first.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from cxtui.connectors import Capabilities, Connector, Sent
from cxtui.core.attached import File
from cxtui.core.feed import Feed
from cxtui.core.inbox import Row
from cxtui.core.item import Deed, ReplyKind, Visibility, called
from cxtui.core.lengths import measured
from cxtui.core.promises import Pledged
from cxtui.core.text import clean
from cxtui.engine.attaching import Attached, attached, unfit_there
from cxtui.engine.deeds import Deeds
from cxtui.engine.enduring import Noting
from cxtui.engine.looking import Looking
from cxtui.engine.owner import alive, me
from cxtui.engine.sending import Reread, Rest, Sending
from cxtui.engine.ways import Ways
from cxtui.errors import Conflict, FeedError, Rejected, SecretError, UsageError
from cxtui.store import Outgoing, Store

LONGEST = 100_000
SHORT, SELDOM = 30.0, 2.0
"""Seconds: what is further away than the first is looked at as often as the second says."""
LEFT = "left to the program that polls"
"""Said of what was past its window as its program ended."""
TRIES = 5
"""A reply is sent so many times in all; then a person is asked."""


class Outbox:
    """The replies of one process. ``rest`` waits some seconds; ``tell`` gets what is not written down yet."""

    def __init__(
        self,
        feeds: tuple[Feed, ...],
        connector: Callable[[Feed], Connector],
        store: Store,
        clock: Callable[[], datetime],
        operator: str,
        *,
        rest: Rest = asyncio.sleep,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.noting = Noting(tell)
        self._ways = Ways(feeds, connector)
        self._sending = Sending(self._ways, store, clock, rest, self.noting)
        self._looking = Looking(self._ways, store, clock, rest)
        self._deeds = Deeds(self._ways, store, clock, rest, self.noting)
        self._store = store
        self._clock = clock
        self._operator = operator
        self._rest = rest
        self._order: dict[str, asyncio.Lock] = {}

    def change(self, feeds: tuple[Feed, ...]) -> None:
        """Send on these feeds from now on."""
        self._ways.change(feeds)

    def takes(self, feed: str) -> Connector:
        """The connector that answers on a feed. Raises: Rejected where none does, saying why."""
        return self._ways.replies(feed)

    async def room(self, feed: str, text: str) -> None:
        """Ask the server what it takes where a text is over what is usual. Raises: Rejected."""
        connector = self.takes(feed)
        with suppress(Rejected):
            await _room(connector, text)

    def does(self, feed: str, deed: Deed) -> None:
        """Raise Rejected, saying why, where a deed is not known on a feed."""
        self._ways.does(feed, deed)

    async def attach(self, feed: str, path: str, alt: str = "", beside: Sequence[File] = ()) -> Attached:
        """Copy a file that is to go out on a feed, ``beside`` others of the reply.

        Raises: Rejected where the network does not take it, UsageError where it cannot be read, StoreError.
        """
        return await attached(self.takes(feed), self._store, path, alt, beside)

    async def draft(
        self, row: Row, text: str, kind: ReplyKind = "answer", visibility: Visibility | None = None,
        files: Sequence[File] | None = None,
    ) -> Outgoing:  # fmt: skip
        """Keep a text for a row without sending it; takes the place of an earlier draft.

        Its files stay unless others are given. Raises: Rejected.
        """
        now = self._clock()
        made = await self.kept(row.id) or self._made(row, row.interval.items[-1], now)
        tidy = clean(text, limit=LONGEST, lines=LONGEST)
        seen_by = _seen_by(row, visibility)
        kept = made.files if files is None else tuple(files)
        return await self._store.put_outgoing(
            replace(made, text=tidy, kind=kind, visibility=seen_by, state="draft", changed=now, files=kept)
        )

    async def kept(self, row: str) -> Outgoing | None:
        """This operator's draft or failed reply for a row."""
        for reply in await self._store.outbox():
            mine = reply.interval == row and reply.by == self._operator and reply.deed is None
            if mine and reply.state in ("draft", "failed"):
                return reply
        return None

    async def queue(
        self, row: Row, text: str, kind: ReplyKind, hold: timedelta, basis: Sequence[str] | None = None,
        item: str | None = None, visibility: Visibility | None = None,
        promised: Sequence[Pledged] = (), at: datetime | None = None, files: Sequence[File] = (),
    ) -> Outgoing:  # fmt: skip
        """Make a reply durable and begin its window. ``basis`` are the items the writer saw.

        ``item`` is the message answered, the interval's last by default; ``visibility`` that of the
        question; ``at`` when it is to go out, at the end of the window by default; ``files`` go with it.
        Raises: Rejected (cannot be sent there, empty, too long, to too many), Conflict, UsageError.
        """
        connector = self.takes(row.interval.opener.feed)
        seen_by = _seen_by(row, visibility, connector.capabilities)
        tidy = clean(text, limit=LONGEST, lines=LONGEST).strip()
        await _room(connector, tidy)
        if files and (why := await unfit_there(connector, files)):
            raise Rejected(why)
        now = self._clock()
        draft = await self.kept(row.id)
        seen = tuple(basis if basis is not None else row.interval.items)
        made = self._made(row, item or seen[-1], now)
        if draft is not None:
            made = replace(made, id=draft.id, made=draft.made)
        made = replace(made, text=tidy, kind=kind, visibility=seen_by, basis=seen, pledged=tuple(promised))
        made = replace(made, files=tuple(files))
        if at is not None and at <= now + hold:
            raise UsageError("a reply is planned for a time to come, after the time to take it back")
        until = at or now + hold
        return await self._store.put_outgoing(
            replace(made, state="queued", until=until, planned=at, owner=me())
        )

    async def release(self, key: str) -> Outgoing:
        """Leave a planned reply to whichever process runs at its time. Raises: Conflict."""
        reply = await self._queued(key)
        return await self._store.move(key, "queued", self._clock(), expected=reply, owner="")

    async def adopt(self, reply: Outgoing) -> Outgoing:
        """Send at its time what another process planned, and give it as it ends. Raises: Conflict."""
        mine = await self._store.move(reply.id, "queued", self._clock(), expected=reply, owner=me())
        return await self.noting.sent(lambda: self.deliver(mine.id), self._rest)

    async def queue_deed(self, row: Row, deed: Deed, hold: timedelta, item: str | None = None) -> Outgoing:
        """Make a deed durable and begin its window; it is done to ``item``, or to all in the row it fits.

        Raises: Rejected (not known there, nothing waits for a moderator), Conflict.
        """
        self._ways.does(row.interval.opener.feed, deed)
        items = (item,) if item else row.interval.items if deed != "like" else row.interval.items[-1:]
        if deed == "approve":
            items = tuple([key for key in items if (await self._store.item(key)).pending])
        if not items:
            author = row.interval.author
            raise Rejected(f"nothing of {called(author.handle, author.name)} waits for a moderator")
        now = self._clock()
        made = self._made(row, items[-1], now)
        for known in await self._store.outbox():
            if (known.interval, known.deed, known.state) == (row.id, deed, "failed"):
                made = replace(made, id=known.id, made=known.made)
        kind: ReplyKind = "thanks" if deed == "like" else "answer"
        return await self._store.put_outgoing(
            replace(made, kind=kind, state="queued", basis=items, until=now + hold, owner=me(), deed=deed)
        )

    async def reread(self, row: Row, basis: Sequence[str]) -> str | None:
        """A sentence where a row's thread is not what the writer saw, read anew now; None where it is.

        Raises: FeedError, SecretError where it cannot be read.
        """
        looked = replace(self._made(row, basis[-1], self._clock()), basis=tuple(basis))
        problem = (await self._sending.reread(looked)).problem
        return problem.removeprefix("not sent: ") if problem else None

    async def recall(self, key: str) -> Outgoing:
        """Back to a draft; a deed is dropped. Raises: Conflict when it is on its way already."""
        to = "draft" if (await self._queued(key)).deed is None else "dropped"
        return await self._store.move(key, to, self._clock(), error=None)

    async def leave(self, key: str) -> Outgoing:
        """Let go of what is queued, as the process ends: a draft again, or another program's to send.

        What is planned goes out at its time; what is past its window at once where a program polls.
        Raises: Conflict when it is on its way already, StoreError.
        """
        reply, lead = await self._store.outgoing(key), await self._store.leader()
        if reply.planned is None and reply.deed is None and lead.owner != me() and alive(lead.owner):
            past = reply.begun is not None or (reply.until is not None and reply.until <= self._clock())
            if reply.state == "queued" and past:
                facts = {"planned": reply.until, "owner": "", "error": LEFT}
                return await self._store.move(key, "queued", self._clock(), expected=reply, **facts)
        return await (self.release(key) if reply.planned else self.recall(key))

    async def deliver(self, key: str) -> Outgoing:
        """Wait out the window, read the thread again and send. Gives the reply as it is then.

        A reply that was recalled meanwhile, or whose thread changed, comes back as a draft; one
        whose outcome is not known is unknown until `look`.
        """
        reply = await self._window(key)
        while reply.state == "queued" and _mine(reply):
            async with self._turn(reply):
                reply = await self._step(await self._store.outgoing(key))
            reply = await self._window(key)  # what one customer's server puts off holds up nobody else
        return reply

    async def look(self, key: str) -> Outgoing:
        """Look whether an unknown reply arrived after all; gives it as it is then.

        It is sent again where it surely did not and the network allows that; otherwise it stays unknown.
        """
        reply = await self._store.outgoing(key)
        attempts = reply.attempts
        try:
            while reply.state == "unknown":
                before, reply = reply, await self._round(reply, again=reply.attempts == attempts)
                if reply.attempts == before.attempts:
                    break
        except Conflict:  # a person, or another process, was faster
            reply = await self._store.outgoing(key)
        return reply

    async def resume(self, deed: Outgoing) -> Outgoing:
        """Do a deed again that a dead process was doing. Raises: Conflict where another process does."""
        if deed.state == "sending":
            async with self._turn(deed):
                deed = await self._deeds.attempt(deed)
        return await self.noting.sent(lambda: self.deliver(deed.id), self._rest)

    async def settle(self, key: str, *, sent: bool) -> Outgoing:
        """A person's word on an unknown reply. Raises: Conflict where it is not unknown."""
        to, said = ("sent", None) if sent else ("draft", "not there, said " + self._operator)
        return await self._store.move(key, to, self._clock(), error=said)

    async def _queued(self, key: str) -> Outgoing:
        """What waits for its time. Raises: Conflict where it is too late."""
        reply = await self._store.outgoing(key)
        if reply.state != "queued":
            raise Conflict(f"too late: the {reply.what} is {reply.state}")
        return reply

    async def _step(self, reply: Outgoing) -> Outgoing:
        """One attempt of what is queued still."""
        if reply.state != "queued":
            return reply
        if reply.deed is not None:
            return await self._deeds.attempt(reply)
        fresh = await self._reread(reply)
        reply = await self._store.outgoing(reply.id)
        if reply.state != "queued":
            return reply
        if fresh.there is not None:
            return await self._sending.arrived(reply, fresh.there)
        if fresh.problem:
            return await self._store.move(reply.id, "draft", self._clock(), error=fresh.problem)
        return await self._sending.attempt(reply, fresh.alike)

    async def _round(self, reply: Outgoing, *, again: bool) -> Outgoing:
        seen = await self._looking.round(reply)
        if isinstance(seen, Sent):
            return await self._sending.arrived(reply, seen)
        if isinstance(seen, str):
            return await self._doubt(reply, seen)
        why = self._why_not_again(reply, again=again)
        return await self._doubt(reply, why) if why else await self._again(reply)

    async def _again(self, reply: Outgoing) -> Outgoing:
        """Send a reply again that surely is not there, under the token it had."""
        async with self._turn(reply):
            try:
                fresh = await self._sending.reread(reply)
            except (FeedError, SecretError) as error:
                return await self._doubt(reply, f"the thread could not be read to send it again: {error}")
            if fresh.there is not None:
                return await self._sending.arrived(reply, fresh.there)
            if fresh.problem:
                now = self._clock()
                return await self._store.move(reply.id, "draft", now, expected=reply, error=fresh.problem)
            reply = await self._sending.attempt(reply)
        return await self.deliver(reply.id)  # the server may have asked to wait

    def _why_not_again(self, reply: Outgoing, *, again: bool) -> str | None:
        """Why a reply that is surely not there is left to a person, or None where it may be sent again."""
        try:
            can = self._ways.replies(reply.feed).capabilities
        except (FeedError, SecretError) as error:
            return f"it is not there, and cannot be sent again: {error}"
        name = can.title or can.network
        if can.retry is None:
            return f"it was looked for and not found, but a second attempt could stand on {name} twice"
        if self._clock() - (reply.begun or reply.made) > can.retry:
            return f"it was looked for and not found, but it is too long ago to send it to {name} once more"
        if not again or reply.attempts >= TRIES:
            return f"it did not arrive, {reply.attempts} times"
        return None

    async def _doubt(self, reply: Outgoing, why: str) -> Outgoing:
        said = f"not known whether it arrived: {why}"
        if reply.error == said:
            return reply
        return await self._store.move(reply.id, "unknown", self._clock(), expected=reply, error=said)

    async def _reread(self, reply: Outgoing) -> Reread:
        try:
            return await self._sending.reread(reply)
        except (FeedError, SecretError) as error:
            return Reread(f"not sent: the thread could not be read before sending: {error}")

    def _turn(self, reply: Outgoing) -> asyncio.Lock:
        return self._order.setdefault(reply.feed, asyncio.Lock())

    async def _window(self, key: str) -> Outgoing:
        reply, waited = await self._store.outgoing(key), 0.0
        begun = self._clock()
        while reply.state == "queued" and reply.until is not None and _mine(reply):
            left = (reply.until - self._clock()).total_seconds()
            if reply.planned is None:  # a clock that is set back makes no window longer
                left = min(left, (reply.until - begun).total_seconds() - waited)
            if left <= 0:
                break
            if reply.planned is not None and (why := await self._sending.meanwhile(reply)):
                return await self._store.move(key, "draft", self._clock(), expected=reply, error=why)
            pause = min(left, 0.2 if left < SHORT else SELDOM)
            await self._rest(pause)
            waited += pause
            reply = await self._store.outgoing(key)
        return reply

    def _made(self, row: Row, item: str, now: datetime) -> Outgoing:
        """An empty draft that answers ``item``."""
        opener = row.interval.opener
        return Outgoing(
            id=secrets.token_hex(16), item=item, interval=row.id, feed=opener.feed,
            native=item.removeprefix(f"{opener.feed}:"),
            thread=opener.thread.removeprefix(f"{opener.feed}:"), text="", kind="answer",
            visibility=row.interval.visibility, state="draft", by=self._operator, made=now, changed=now,
        )  # fmt: skip


def _mine(reply: Outgoing) -> bool:
    """Whether this process sends it; one that is planned may be left to another."""
    return reply.planned is None or reply.owner == me()


def _seen_by(row: Row, asked: Visibility | None, can: Capabilities | None = None) -> Visibility:
    """Who may see a reply. Raises: Rejected where more would than saw the question, or it cannot be done."""
    of_row = row.interval.visibility
    if asked is None or asked == of_row:
        return of_row
    if asked == "public":
        raise Rejected("what was written to us alone is not answered in public")
    if can is not None and asked not in can.visibility:
        raise Rejected(f"{can.title or can.network} takes no direct replies from here")
    return asked


async def _room(connector: Connector, text: str) -> None:
    """Raise Rejected where a text does not fit. A server may take more than is usual: then it is asked."""
    before = connector.capabilities
    try:
        _fits(before, text)
    except Rejected:
        if not (text and before.check):
            raise
        with suppress(FeedError):
            await connector.check()
        if connector.capabilities == before:
            raise
        _fits(connector.capabilities, text)


def _fits(can: Capabilities, text: str) -> None:
    if not text:
        raise Rejected("the reply is empty")
    name = can.title or can.network
    length, size = measured(text, can.counted), len(text.encode())
    if can.limit is not None and length > can.limit:
        unit = "characters" if can.counted == "statuses" else can.counted
        raise Rejected(f"the reply has {length} {unit}, {name} takes {can.limit}")
    if can.most_bytes is not None and size > can.most_bytes:
        raise Rejected(f"the reply has {size} bytes, {name} takes {can.most_bytes}")
