"""What a poll hears: notifications, our own records, and what a search finds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import msgspec

from cxtui.connectors import Page
from cxtui.connectors.bluesky.keys import time_of
from cxtui.connectors.bluesky.posts import arrival, own_arrival
from cxtui.connectors.bluesky.session import Xrpc
from cxtui.connectors.bluesky.window import Entry, Known, News, news
from cxtui.connectors.bluesky.wire import (
    POST,
    Author,
    Kept,
    Notifications,
    Post,
    Posts,
    Records,
    readable,
    split,
)  # fmt: skip
from cxtui.core.item import Arrival, Kind
from cxtui.core.moments import moment
from cxtui.errors import Refused, Unreadable

REASONS = ("mention", "reply", "quote")
WINDOW = 100
AT_ONCE = 25
"""So many posts may be asked for by address in one request."""
NO_REPOSITORY = ("InvalidRequest", "RepoNotFound", "RepoTakendown", "RepoSuspended", "RepoDeactivated")
LOOKED_AT = 100
"""So many new posts are asked for again, to learn where their pictures are."""


class Cursor(msgspec.Struct, frozen=True):
    """What the last poll knew: of the notifications, of our own records, and of each search."""

    said: Known | None = None
    own: Known | None = None
    found: dict[str, Known] = {}


def remembered(text: str) -> Cursor:
    """What a cursor says; one that is not ours says nothing."""
    try:
        return msgspec.json.decode(text or "{}", type=Cursor)
    except msgspec.MsgspecError:
        return Cursor()


@dataclass(frozen=True, slots=True)
class Reading:
    """One poll of one account. ``replies`` are the posts that answer us, as far as they were met."""

    xrpc: Xrpc
    search: Sequence[str]
    replies: set[str] = field(default_factory=set[str])

    async def page(self, cursor: str, horizon: datetime) -> Page:
        """What is new since ``cursor``; at the first poll at least what is newer than ``horizon``."""
        before = remembered(cursor)
        session = await self.xrpc.signed_in()
        me = Author(session.did, session.handle)
        said = await news(self._notifications, before.said, horizon)
        own = await news(partial(records, self.xrpc, me.did), before.own, horizon)
        await sure(self.xrpc, own.gone, left=bool(own.known.names))
        found: dict[str, News[Post]] = {}
        for text in self.search:
            found[text] = await news(partial(self._found, text), before.found.get(text), horizon)
        posts = {entry.name: entry.said for heard in (*found.values(), said) for entry in heard.new}
        strangers = await self._whole([post for post in posts.values() if post.author.did != me.did])
        gone = [name for heard in (said, *found.values()) for name in heard.gone if name not in posts]
        items = [
            *(arrival(post, me.did, self._kind(post)) for post in strangers),
            *(own_arrival(entry.said, me) for entry in own.new),
            *(Arrival(uri, "", key=uri, withdrawn=True) for uri in await self._deleted(gone)),
            *(Arrival(uri, "", key=uri, own="strong", withdrawn=True) for uri in own.gone),
        ]
        after = Cursor(said.known, own.known, {text: heard.known for text, heard in found.items()})
        return Page(
            items=tuple(sorted(items, key=lambda item: item.posted.timestamp() if item.posted else 0.0)),
            cursor=msgspec.json.encode(after).decode(),
            not_modified=not items,
            gap=_gap(said, own, found),
        )

    async def _notifications(self, after: str) -> tuple[list[Entry[Post]], str]:
        params = [("limit", WINDOW), *(("reasons", reason) for reason in REASONS), *_after(after)]
        page = await self.xrpc.get("app.bsky.notification.listNotifications", Notifications, params)
        posts = [post for post in _read(page.notifications) if post.reason in REASONS]
        self.replies.update(post.uri for post in posts if post.reason == "reply")
        return list(map(_entry, posts)), page.cursor or ""

    async def _found(self, text: str, after: str) -> tuple[list[Entry[Post]], str]:
        params = [("q", text), ("sort", "latest"), ("limit", WINDOW), *_after(after)]
        page = await self.xrpc.get("app.bsky.feed.searchPosts", Posts, params)
        return list(map(_entry, _read(page.posts))), page.cursor or ""

    def _kind(self, post: Post) -> Kind:
        return "reply" if post.uri in self.replies else "mention"

    async def _whole(self, heard: Sequence[Post]) -> list[Post]:
        """The posts, those with something hung on them as the server shows them: it knows the addresses."""
        bare = [post.uri for post in heard if post.record.embed is not None and post.embed is None]
        try:
            shown = await self.posts(bare[:LOOKED_AT])
        except Unreadable:  # then without addresses
            return list(heard)
        return [msgspec.structs.replace(post, embed=shown[post.uri].embed) if post.uri in shown else post
                for post in heard]  # fmt: skip

    async def _deleted(self, gone: Collection[str]) -> list[str]:
        """Which of the posts that are no longer listed are no longer there at all."""
        asked = list(dict.fromkeys(gone))[:AT_ONCE]
        there = await self.posts(asked)
        return [uri for uri in asked if uri not in there]

    async def posts(self, uris: Sequence[str]) -> dict[str, Post]:
        """Posts by their address; one that is gone, or blocked for us, is not among them."""
        found: dict[str, Post] = {}
        for start in range(0, len(uris), AT_ONCE):
            params = [("uris", uri) for uri in uris[start : start + AT_ONCE]]
            page = await self.xrpc.get("app.bsky.feed.getPosts", Posts, params)
            found |= {post.uri: post for post in _read(page.posts)}
        return found


async def records(xrpc: Xrpc, did: str, after: str) -> tuple[list[Entry[Kept]], str]:
    """A page of our own posts, straight from the repository: what we have written is there at once.

    Raises: Refused where there is no such repository; Unreachable, Throttled.
    """
    params = [("repo", did), ("collection", POST), ("limit", WINDOW), *_after(after)]
    page = await xrpc.look("com.atproto.repo.listRecords", Records, params, NO_REPOSITORY)
    if page is None:  # an access token still opens the other doors of an account that was taken down
        raise Refused(f"{xrpc.place} does not show our own posts; was the account suspended or deactivated?")
    kept = [found for raw in page.records if (found := readable(raw, Kept))]
    return [Entry(one.uri, written(one), one) for one in kept], page.cursor or ""


async def sure(xrpc: Xrpc, gone: Sequence[str], *, left: bool) -> None:
    """Raise Unreadable where a repository shows none of our posts any more and still has one."""
    place = split(gone[0]) if gone and not left else None
    if place is None:
        return
    params = [("repo", place[0]), ("collection", place[1]), ("rkey", place[2])]
    if await xrpc.look("com.atproto.repo.getRecord", Kept, params, ("RecordNotFound",)) is not None:
        raise Unreadable(f"{xrpc.place} shows none of our own posts, although they are there")


def written(kept: Kept) -> datetime | None:
    """When a record was written: by its key, which is what the repository sorts by."""
    place = split(kept.uri)
    return (time_of(place[2]) if place else None) or moment(kept.value.createdAt)


def _after(cursor: str) -> list[tuple[str, str]]:
    return [("cursor", cursor)] if cursor else []


def _read(posts: Iterable[msgspec.Raw]) -> Iterator[Post]:
    return (post for raw in posts if (post := readable(raw, Post)) and split(post.uri))


def _entry(post: Post) -> Entry[Post]:
    return Entry(post.uri, moment(post.indexedAt), post)


def _gap(said: News[Post], own: News[Kept], found: dict[str, News[Post]]) -> str | None:
    short = [f"the search for {text!r}" for text, heard in found.items() if not heard.whole]
    short += [] if said.whole else ["the notifications"]
    short += [] if own.whole else ["our own posts"]
    return f"more is new than was read of {', '.join(short)}; some may be missing" if short else None
