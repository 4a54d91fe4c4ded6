"""Mastodon and other software with its API: mentions, replies, direct messages; hashtags and words.

Answers to our posts that call nobody are in no notification; they are found by how often our newest
posts were answered, which comes with the list of them. Notifications that the account's own rules
hold back are read too: by default that is every direct message of somebody it does not follow.
Source: docs.joinmastodon.org (methods/notifications, methods/statuses, methods/search, api/rate-limits).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import msgspec

from cxtui.connectors import Capabilities, Deed, Draft, Identity, Page, Sent
from cxtui.connectors.mastodon.arrivals import Reader, Roots, same
from cxtui.connectors.mastodon.lists import remembered
from cxtui.connectors.mastodon.media import uploaded
from cxtui.connectors.mastodon.reading import Reading
from cxtui.connectors.mastodon.server import FILES, USUAL, Context, House, Server
from cxtui.connectors.mastodon.wire import SEEN_BY, Status, word
from cxtui.core.attached import PICTURES
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.core.lengths import measured
from cxtui.errors import ConfigError, Rejected, Unreadable
from cxtui.http import Client

ONE = (("limit", "1"),)
LAG = timedelta(seconds=2)
"""How long a reply may take until a server shows it to us."""
SHOWN = "the server shows it to more people than it was told to: look at it there, and delete it if need be"
SKEW = timedelta(minutes=2)
"""How far the server's clock may run behind ours."""

CAN = Capabilities(
    network="mastodon",
    code="mst",
    title="Mastodon and others with its API",
    reply=True,
    limit=USUAL,
    counted="statuses",
    thread=True,
    check=True,
    visibility=("public", "direct"),
    deeds=("like",),
    retry=timedelta(minutes=55),
    lag=LAG,
    own_posts=True,
    deletes=True,
    attachments=FILES,
    attachment_bytes=8_000_000,
    attachment_kinds=PICTURES,
    alt_limit=1500,
)
"""A key is kept for an hour, so a reply is the same one for a little less."""


def connect(feed: Feed, http: Client) -> Mastodon:
    """One account. Raises: ConfigError where ``search`` holds what cannot be searched for."""
    wanted = [text.strip() for text in cast("Sequence[str]", feed.options.get("search") or ())]
    bad = [text for text in wanted if not text.strip("#") or (text.startswith("#") and len(text.split()) > 1)]
    if bad:
        raise ConfigError([f"search: {text!r} is neither a #hashtag nor words to look for" for text in bad])
    return Mastodon(feed, Server(feed, http), tuple(wanted))


@dataclass(frozen=True, slots=True)
class Mastodon:
    """One account on one server. With ``wanted`` it hears hashtags and words, not what is sent to us."""

    feed: Feed
    server: Server
    wanted: tuple[str, ...] = ()

    @property
    def capabilities(self) -> Capabilities:
        """The limit is the usual one until the server was asked for its own."""
        if self.feed.token is None:
            return replace(
                CAN, reply=False, why_not=f"the feed {self.feed.name} has no token to sign in with"
            )
        house = self.server.house
        if house is None:
            return CAN
        told = house.pictures
        return replace(
            CAN,
            limit=house.most,
            retry=CAN.retry if house.keeps_keys else None,
            attachments=house.files,
            attachment_bytes=told.largest or CAN.attachment_bytes,
            attachment_kinds=tuple(one for one in told.kinds if one.startswith("image/")) or PICTURES,
            alt_limit=told.described or CAN.alt_limit,
        )

    async def check(self) -> Identity:
        """The account of the token, and what its server is; the lists are tried for missing scopes."""
        reader, house = await self._signed_in()
        reading = Reading(self.server, reader, self.wanted, self.server.http.clock())
        await reading.ours()(ONE)
        for wanted in self.wanted:
            await reading.found(wanted)(ONE)
        if not self.wanted:
            await reading.sent()(ONE)
        handle = reader.handle(reader.me)
        words = f"{handle} on {house.domain}, replies up to {house.most} characters"
        return Identity(handle, words, {"server": house.domain, "version": house.version})

    async def poll(self, cursor: str, now: datetime) -> Page:
        """What was sent to us or found, and what we wrote ourselves, also elsewhere."""
        reader, house = await self._signed_in()
        before = remembered(cursor, f"{word(reader.me.id)}@{house.domain}")
        reading = Reading(self.server, reader, self.wanted, now - self.feed.backfill_after)
        items, after = await reading.poll(before)
        kept = msgspec.json.encode(after).decode()
        return Page(items, kept, not_modified=not items, gap=reading.gap)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        """What stands in the thread now; the message itself as withdrawn where it is gone."""
        reader, _ = await self._signed_in()
        root = thread or native
        heard = await self._around(root, whole=root == native)
        if root != native and native not in {status.name for status in heard}:
            heard += await self._around(native, whole=True)
        roots = Roots()
        roots.learn(heard)
        known = {status.name: status for status in heard}
        stands = tuple(reader.arrival(one, roots.of(one.name)) for one in known.values())
        return stands if native in known else (*stands, Arrival(native, "", withdrawn=True))

    async def reply(self, draft: Draft) -> Sent:
        """Answer where only those see it who saw the question, and call its writer in the text.

        An attempt that may have been made before is looked for first: not all software keeps the key.
        """
        reader, house = await self._signed_in()
        begun = draft.sent_after
        if begun is not None and self.server.http.clock() - begun > LAG:
            there = await self._there(draft)
            if there and same(draft.text, there[0].text):  # other words may be another answer of ours
                return _sent(there[0], draft)
        asked = await self.server.status(draft.native)
        if asked is None:
            raise Rejected(
                f"the message is gone from {self.server.name}, or hidden from us: nothing was sent"
            )
        seen_by = _visibility(draft, asked)
        said: dict[str, object] = {
            "status": self._fitting(reader, house, draft, asked),
            "in_reply_to_id": asked.name,
            "visibility": seen_by,
        }
        if draft.files:
            said["media_ids"] = await uploaded(self.server, draft.files)
        made = await self.server.write(said, draft.token)
        sent = _sent(reader.arrival(made, None), draft)
        return sent if not _wider(made, seen_by) else replace(sent, held=SHOWN)

    async def find(self, draft: Draft) -> Sent | None:
        """The reply among what we wrote last, or below the question."""
        there = await self._there(draft)
        return _sent(there[0], draft) if there else None

    async def _there(self, draft: Draft) -> list[Arrival]:
        """What may be the reply, what says the same first."""
        reader, _ = await self._signed_in()
        wrote, _ = await Reading(self.server, reader, (), self.server.http.clock()).ours()(())
        below = await self.server.context(draft.native)
        messages = [reader.arrival(one, None) for one in (*wrote, *(below.descendants if below else ()))]
        there = [message for message in messages if self.ours(draft, message)]
        there.sort(key=lambda message: not same(draft.text, message.text))
        return there

    async def do(self, deed: Deed, native: str, thread: str) -> None:  # noqa: ARG002 - the contract's
        """Favour a message, in the words of Mastodon."""
        if deed != "like":
            raise Rejected(f"{deed!r} cannot be done on Mastodon, only 'like'")
        await self.server.act(native, "favourite", "write:favourites")

    async def delete(self, native: str, thread: str) -> None:  # noqa: ARG002 - the contract's
        """Delete a status of ours."""
        await self.server.delete(native)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether we wrote it below the question after the draft was begun, or it says the same.

        A question that was deleted is no longer named as what the reply answers.
        """
        if message.own != "strong" or message.withdrawn or message.parent not in (draft.native, None):
            return False
        if draft.sent_after is not None and message.posted is not None:
            if message.posted < draft.sent_after - SKEW:
                return False
            if message.parent and message.posted >= draft.sent_after:
                return True
        return same(draft.text, message.text)

    async def _signed_in(self) -> tuple[Reader, House]:
        me, house = await self.server.who(), await self.server.rules()
        own = frozenset(name.casefold().lstrip("@") for name in self.feed.own)
        return Reader(me, house.domain, own), house

    async def _around(self, native: str, *, whole: bool) -> list[Status]:
        """A status and all that stands above and below it; nothing where it is gone.

        Raises: Unreadable where there is too much of it, if it must be ``whole``.
        """
        status = await self.server.status(native)
        if status is None:
            return []
        try:
            context = await self.server.context(native) or Context([], [])
        except Unreadable:
            if whole:
                raise
            return []
        return [one for one in (*context.ancestors, status, *context.descendants) if one.name]

    def _fitting(self, reader: Reader, house: House, draft: Draft, asked: Status) -> str:
        """The text as it is sent. Raises: Rejected where it is too long, with the numbers."""
        text = reader.addressed(draft.text, asked.account) if asked.account else draft.text
        length = measured(text, "statuses")
        if length <= house.most:
            return text
        added = "" if text == draft.text else f" with {text.split()[0]} before it"
        raise Rejected(f"the reply has {length} characters{added}, {self.server.name} takes {house.most}")


def _visibility(draft: Draft, asked: Status) -> str:
    """Who may see the reply: nobody who could not see the question. Raises: Rejected."""
    if asked.seen_by == "direct" and draft.visibility != "direct":
        raise Rejected("the message was sent to us alone, so it is not answered in public: answer it direct")
    seen_by = "direct" if draft.visibility == "direct" else asked.seen_by
    account = asked.account
    if seen_by == "direct" and not (account and (word(account.acct) or word(account.username))):
        raise Rejected("the server does not say whose the message is: a direct answer would reach nobody")
    return seen_by


def _wider(made: Status, seen_by: str) -> bool:
    """Whether a server shows a status to more people than it was asked to."""
    return SEEN_BY.index(made.seen_by) < SEEN_BY.index(seen_by)


def _sent(message: Arrival, draft: Draft) -> Sent:
    alone = "the server took it, but not as an answer to the message, which may be gone"
    held = alone if message.parent != draft.native else None
    return Sent(message.native, message.url, message.posted, held)
