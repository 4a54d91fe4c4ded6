"""Mail: a mailbox read by IMAP, answered by SMTP.

A mail is known by its Message-ID. A reply has one that is made from the draft's token, and a copy
of it goes to ourselves in the same envelope: where that copy is, the reply has gone out. Machines,
lists and bounces are not heard; a bounce of an answer of ours takes that back. Each errand has a
connection of its own, in a thread of its own.
Source: RFC 9051 and RFC 3501, RFC 6409, RFC 5322, RFC 3834; tried on Dovecot 2.3.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.attaching import contents
from cxtui.connectors.mail.account import Account, Server, account
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.errors import FeedError, Refused, Rejected, SecretError
from cxtui.http import Client, Wire
from cxtui.http.wire import over

if TYPE_CHECKING:
    from cxtui.connectors.mail.box import Box
    from cxtui.connectors.mail.submission import Envelope

T = TypeVar("T")

FOREVER = timedelta(days=3650)
LAG = timedelta(seconds=40)
"""How long our own copy of a reply may take to reach us."""
COPY_WITHIN = 6.0
"""Seconds that a reply waits for its copy before it is put into Sent by hand."""
LOOK_EVERY = 0.5
PATIENCE = 120.0
"""Seconds for one errand."""
WATCH = 540.0
"""Seconds after which a server is asked again to tell news; many hang up at a longer silence."""
SIZE = 15_000_000
"""Bytes of all files of a mail: with what a mail adds to them, what most servers take."""
MOST = 50_000_000
"""Bytes of files that are held in memory while a mail is made."""
PACKED = 1.4
"""A file in a mail has so many times its bytes."""
AROUND = 100_000
"""Bytes of a mail beside its files."""
WATCHED = 4
"""So many folders are watched at once."""

CAN = Capabilities(
    no_delete="a mail that left cannot be taken back",
    network="mail", code="mail", title="Mail", reply=True, thread=True, check=True, visibility=("direct",),
    retry=FOREVER, lag=LAG, push=True, own_posts=True, attachments=10, attachment_bytes=SIZE,
    attachment_sum=SIZE,
)  # fmt: skip


def connect(feed: Feed, http: Client) -> Mail:
    """One mailbox. Raises: ConfigError."""
    return Mail(feed, http, account(feed))


@dataclass(frozen=True, slots=True)
class Mail:
    """One mailbox, and who writes from it."""

    feed: Feed
    http: Client
    account: Account
    sizes: list[int] = field(default_factory=list[int])
    """What the submission server said last of how large a mail may be, if it did."""

    @property
    def capabilities(self) -> Capabilities:
        """Replies need a submission server and an address; without a copy to ourselves none is sent twice."""
        found = CAN if self.account.copy_to else replace(CAN, retry=None, lag=timedelta())
        for size in self.sizes:
            most = min(max(int((size - AROUND) / PACKED), 0), MOST)
            found = replace(found, attachment_bytes=most, attachment_sum=most, attachments=10 if most else 0)
        if self.account.smtp is None:
            why = f"the feed {self.feed.name} has no smtp server to send by"
        elif self.account.sender is None:
            why = f"the feed {self.feed.name} has no address to write from; set from or email"
        else:
            return found
        return replace(found, reply=False, why_not=why)

    async def check(self) -> Identity:
        """Sign in to both servers."""
        account = self.account

        def looked(box: Box) -> dict[str, str]:
            for folder in (*account.folders, *filter(None, [account.sent])):
                box.open(folder)
            return {
                "folders": ", ".join(account.folders),
                "sent": account.sent or box.special("sent") or "no folder for sent mail was found",
                "push": "yes" if box.can("IDLE") else "no",
            }

        facts = await self._read(looked)
        words = f"reads as {account.user} on {account.imap.host}"
        if account.smtp and account.sender:
            from cxtui.connectors.mail.submission import tried

            size = await self._send(account.smtp, tried)
            self.sizes[:] = [size] if size else []
            words += f", writes as {account.sender.address} by {account.smtp.host}"
        else:
            words += f", writes nothing: {self.capabilities.why_not}"
        return Identity(account.sender.address if account.sender else account.user, words, facts)

    async def poll(self, cursor: str, now: datetime) -> Page:
        """Mails of people that are new in the folders, and ours in Sent."""
        from cxtui.connectors.mail.polling import polled

        return await self._read(lambda box: polled(box, self.account, cursor, now, self.feed.backfill_after))

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        """The mails of a conversation that lie in the folders, in Sent or in an archive."""
        from cxtui.connectors.mail.filing import everywhere
        from cxtui.connectors.mail.polling import thread_of

        def read(box: Box) -> tuple[Arrival, ...]:
            sent = self.account.sent or box.special("sent")
            folders = everywhere(box, self.account)
            return thread_of(box, self.account, folders, sent, (native, thread), self.http.clock())

        return await self._read(read)

    async def reply(self, draft: Draft) -> Sent:
        """Send an answer to whoever wrote the mail, file our copy, and mark the mail as answered."""
        account = self.account
        if account.smtp is None or account.sender is None:
            raise Rejected(self.capabilities.why_not)
        if draft.visibility != "direct":
            raise Rejected("a mail is answered by mail only, never in public")
        from cxtui.connectors.mail.answering import outgoing
        from cxtui.connectors.mail.filing import found

        at, native = self.http.clock(), self._id(draft)
        files = await contents(draft.files)
        there, mail = await self._read(
            lambda box: (found(box, account, native), outgoing(box, account, draft, native, at, files))
        )
        if there is None:
            from cxtui.connectors.mail.submission import SLOWEST, submitted

            more = len(mail.raw) / SLOWEST
            await self._send(
                account.smtp, lambda wire, who, server: submitted(wire, who, server, mail), PATIENCE + more
            )
        await self._finish(draft, mail)
        return there or Sent(native, at=at)

    async def find(self, draft: Draft) -> Sent | None:
        """The reply, wherever in the mailbox its copy is. What was left undone with it is done."""
        from cxtui.connectors.mail.filing import found

        there = await self._read(lambda box: found(box, self.account, self._id(draft)))
        if there:
            await self._finish(draft, None)
        return there

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether it has the id that was made for the draft."""
        return message.native == self._id(draft)

    async def wait(self, cursor: str) -> None:
        """Return when one of the folders has news, or had some since ``cursor``."""
        from cxtui.connectors.mail.watching import watched

        watching = [
            asyncio.ensure_future(
                self._read(lambda box, folder=folder: watched(box, folder, cursor, WATCH), endless=True)
            )
            for folder in self.account.folders[:WATCHED]
        ]
        try:
            done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            for one in watching:
                one.cancel()
            await asyncio.gather(*watching, return_exceptions=True)

    def _id(self, draft: Draft) -> str:
        from cxtui.connectors.mail.writing import id_for

        sender = self.account.sender
        return id_for(draft.token, sender.address if sender else "")

    async def _finish(self, draft: Draft, mail: Envelope | None) -> None:
        """File the reply; it has gone out, so that nothing that fails here may look like a failure of it."""
        from cxtui.connectors.mail.filing import filed, marked, tidied

        account, native = self.account, self._id(draft)
        end = time.monotonic() + (COPY_WITHIN if mail else 0)

        def waits() -> bool:
            left = time.monotonic() < end
            time.sleep(LOOK_EVERY if left else 0)
            return left

        def finish(box: Box) -> None:
            with suppress(FeedError):
                marked(box, account, draft.native)
            filed(box, account, native, mail.raw if mail else b"", waits)
            tidied(box, account)

        (problem,) = await asyncio.gather(self._read(finish), return_exceptions=True)
        if problem is not None and not isinstance(problem, FeedError | SecretError):
            raise problem

    async def _read(self, work: Callable[[Box], T], *, endless: bool = False) -> T:
        """What ``work`` finds in the mailbox, in a thread, signed in on a connection of its own."""
        from cxtui.connectors.mail.box import signed_in

        server, account = self.account.imap, self.account

        def talk(wire: Wire) -> T:
            box = signed_in(wire, account)
            try:
                return work(box)
            finally:
                box.close()

        return await self._signing_in(server, talk, None if endless else PATIENCE)

    async def _send(
        self, server: Server, work: Callable[[Wire, Account, Server], T], seconds: float = PATIENCE
    ) -> T:
        return await self._signing_in(server, lambda wire: work(wire, self.account, server), seconds)

    async def _signing_in(self, server: Server, talk: Callable[[Wire], T], seconds: float | None) -> T:
        """What ``talk`` gives. What was refused is asked for anew, a bearer token, which expires, at once."""
        try:
            wire = await self.http.wire(server.host, server.port)
            return await over(wire, lambda: talk(wire), seconds)
        except Refused:
            self.account.token.forget()
            if not self.account.bearer:
                raise
        wire = await self.http.wire(server.host, server.port)
        return await over(wire, lambda: talk(wire), seconds)
