"""Bluesky, or another server of the AT Protocol: mentions, replies and quotes, and what a search finds.

All requests go to the feed's own address, which passes on what another server keeps. A reply is a
record in our own repository under a key that we choose, so that a second attempt is the same reply;
reading it back by that key is sure at once, while threads show it seconds later. Direct messages
are another service and are not read. Source: the lexicons of com.atproto and app.bsky, tried on a
real PDS and a real AppView.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cxtui.connectors import Capabilities, Deed, Draft, Identity, Page, Sent
from cxtui.connectors.bluesky import sending, threads
from cxtui.connectors.bluesky.keys import key_of
from cxtui.connectors.bluesky.reading import Reading
from cxtui.connectors.bluesky.session import Xrpc
from cxtui.connectors.bluesky.wire import POST, named, part, parts, split, word
from cxtui.core.attached import PICTURES
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.errors import ConfigError, Rejected
from cxtui.http import Client

SEARCHES = 10
"""So many texts are searched for; each is a request at every poll."""

CAN = Capabilities(
    network="bluesky",
    code="bsk",
    title="Bluesky",
    reply=True,
    limit=300,
    counted="graphemes",
    most_bytes=3000,
    thread=True,
    check=True,
    deeds=("like",),
    retry=timedelta(days=3650),
    own_posts=True,
    deletes=True,
    attachments=4,
    attachment_bytes=2_000_000,
    attachment_kinds=PICTURES,
    alt_limit=2000,
)
"""Pictures as the lexicon app.bsky.embed.images says, alt texts as Bluesky's own programs allow."""


class Who(msgspec.Struct, frozen=True):
    """The account a session is of. ``didDoc`` tells which server keeps it."""

    did: str
    handle: str = ""
    didDoc: Any = None  # noqa: N815 - the lexicon's name


def connect(feed: Feed, http: Client) -> Bluesky:
    """One account. Raises: ConfigError where too much is searched for."""
    search = tuple(dict.fromkeys(text.strip() for text in feed.options.get("search", ())))
    if len(search) > SEARCHES:
        raise ConfigError([f"the feed {feed.name} searches for {len(search)} texts; {SEARCHES} are the most"])
    return Bluesky(feed, Xrpc(feed, http), search)


@dataclass(frozen=True, slots=True)
class Bluesky:
    """One account, and the texts it searches for. ``xrpc`` keeps its session while the process lives."""

    feed: Feed
    xrpc: Xrpc
    search: tuple[str, ...] = ()

    @property
    def capabilities(self) -> Capabilities:
        """The same for every account."""
        return CAN

    async def check(self) -> Identity:
        """Whose app password it is. A handle can change; the DID is the account."""
        who = await self.xrpc.get("com.atproto.server.getSession", Who)
        services = parts(part(who.didDoc, "service"))
        keeper = next((found for service in services if (found := word(service, "serviceEndpoint"))), "")
        facts = {"did": who.did} | ({"pds": keeper} if keeper else {})
        handle = named(who.handle)
        words = f"signed in as @{handle} ({who.did})" if handle else f"signed in as {who.did}"
        return Identity(handle or who.did, words, facts)

    async def poll(self, cursor: str, now: datetime) -> Page:
        """Mentions, replies and quotes, our own posts and answers, and what the searches find."""
        return await Reading(self.xrpc, self.search).page(cursor, now - self.feed.backfill_after)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        """The thread as it is shown, with what we wrote that is not shown yet."""
        if not split(native):
            raise Rejected(f"Bluesky has no post {native!r}")
        return await threads.thread(self.xrpc, native, thread if split(thread) else native)

    async def reply(self, draft: Draft) -> Sent:
        """Answer a post in its thread; addresses, handles and hashtags in the text work as such."""
        return await sending.reply(self.xrpc, draft, self.xrpc.http.clock())

    async def find(self, draft: Draft) -> Sent | None:
        """The reply by its key in our own repository, where it stands at once or not at all."""
        return await sending.found(self.xrpc, draft)

    async def do(self, deed: Deed, native: str, thread: str) -> None:  # noqa: ARG002 - the contract's
        """Like a post."""
        if deed != "like":
            raise Rejected(f"Bluesky knows no {deed}")
        await sending.like(self.xrpc, native, self.xrpc.http.clock())

    async def delete(self, native: str, thread: str) -> None:  # noqa: ARG002 - the contract's
        """Delete a post of ours."""
        await sending.delete(self.xrpc, native)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether it is our record under the key that this draft has."""
        place = split(message.native)
        named = place is not None and place[1:] == (POST, key_of(draft.token, draft.sent_after))
        return named and message.own == "strong" and not message.withdrawn
