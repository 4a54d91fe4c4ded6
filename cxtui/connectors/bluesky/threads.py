"""A thread as it stands: what the servers show of it, and what we wrote that they do not show yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cxtui.connectors.bluesky.facets import mentioned
from cxtui.connectors.bluesky.keys import time_of
from cxtui.connectors.bluesky.posts import arrival, own_arrival
from cxtui.connectors.bluesky.reading import records, sure
from cxtui.connectors.bluesky.session import Xrpc
from cxtui.connectors.bluesky.wire import Author, Kept, Node, Post, Thread, readable, split
from cxtui.core.item import Arrival
from cxtui.core.moments import moment
from cxtui.errors import Unreadable

DEPTH = 20
"""So many replies upon replies are read."""
HEIGHT = 80
PAGES = 5
"""So many pages of our own posts are read, as far back as the question."""
SKEW = timedelta(minutes=10)


async def thread(xrpc: Xrpc, native: str, root: str) -> tuple[Arrival, ...]:
    """What concerns us of the thread around ``native``, which is withdrawn where it is gone.

    Raises: Unreachable, Unreadable, Throttled, Refused.
    """
    session = await xrpc.signed_in()
    me = Author(session.did, session.handle)
    posts = await _around(xrpc, root, 0) or {}
    gone = False
    if native not in posts:
        branch = await _around(xrpc, native, HEIGHT)
        posts |= branch or {}
        gone = branch is None
    asked = posts.get(native)
    own, reached = await _written(xrpc, session.did, _since(native, asked))
    mine = {kept.uri: kept for kept in own}
    deleted = [uri for uri in posts if uri not in mine and _key(uri, session.did) > reached]
    await sure(xrpc, deleted, left=bool(own))
    author = asked.author.did if asked else ""
    heard = {
        uri: arrival(post, me.did, "reply" if _answers(post, me.did) else "mention")
        for uri, post in posts.items()
        if uri not in deleted and (uri == native or _concerns(post, me.did, author))
    }
    for uri, kept in mine.items():
        if uri not in heard and _belongs(kept, root, native):
            heard[uri] = own_arrival(kept, me)
    if gone and native not in heard:
        heard[native] = Arrival(native, "", key=native, thread=root, withdrawn=True)
    return *heard.values(), *(Arrival(uri, "", key=uri, own="strong", withdrawn=True) for uri in deleted)


async def _around(xrpc: Xrpc, uri: str, height: int) -> dict[str, Post] | None:
    """What is shown below a post and ``height`` above it; None where it is gone."""
    params = [("uri", uri), ("depth", DEPTH), ("parentHeight", height)]
    try:
        found = await xrpc.look("app.bsky.feed.getPostThread", Thread, params, ("NotFound",))
    except Unreadable:
        if height:
            raise
        return {}  # more than an answer may hold: what is around the question must do
    return None if found is None else {post.uri: post for post in _flat(found.thread)}


def _flat(top: Node) -> Iterator[Post]:
    """The posts of a thread; what is gone or blocked is passed over."""
    left = [top]
    while left:
        node = left.pop()
        post = readable(node.post, Post)
        if post and split(post.uri):
            yield post
        left += [*([node.parent] if node.parent else ()), *(node.replies or ())]


async def _written(xrpc: Xrpc, did: str, since: datetime | None) -> tuple[list[Kept], str]:
    """Our own posts back to a time, and the lowest key read; empty where all there are were read."""
    found: list[Kept] = []
    cursor = ""
    for _ in range(PAGES):
        entries, cursor = await records(xrpc, did, cursor)
        found += [entry.said for entry in entries]
        if not cursor:
            return found, ""
        times = [entry.at for entry in entries if entry.at]
        if since is None or (times and min(times) < since):
            break
    return found, min((_key(kept.uri, did) for kept in found), default="~")


def _since(native: str, asked: Post | None) -> datetime | None:
    """No answer can have been written before this, our clock and theirs differing a little."""
    place = split(native)
    times = [moment(asked.indexedAt) if asked else None, time_of(place[2]) if place else None]
    known = [at for at in times if at]
    return min(known) - SKEW if known else None


def _concerns(post: Post, me: str, author: str) -> bool:
    """Whether it is ours, to us, or of who asked: the others in a stranger's thread are not our matter."""
    return post.author.did in (me, author) or _answers(post, me) or me in mentioned(post.record.facets)


def _answers(post: Post, me: str) -> bool:
    """Whether it hangs under a post of ours, or in a thread that we began."""
    reply = post.record.reply
    above = (reply.root, reply.parent) if reply else ()
    return any(ref is not None and ref.uri.startswith(f"at://{me}/") for ref in above)


def _key(uri: str, did: str) -> str:
    """The key of a post of ours, empty for others'."""
    place = split(uri)
    return place[2] if place and place[0] == did else ""


def _belongs(kept: Kept, root: str, native: str) -> bool:
    reply = kept.value.reply
    refs = (reply.root, reply.parent) if reply else ()
    return kept.uri in (root, native) or any(ref is not None and ref.uri in (root, native) for ref in refs)
