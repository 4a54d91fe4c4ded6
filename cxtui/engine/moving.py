"""When a feed has moved for good: what permanent redirects must show before they are believed.

The configured address stays what it is; the new one stands beside it in the feed's state.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cxtui.connectors import Page
from cxtui.core.feed import Feed
from cxtui.core.web import secrets_in
from cxtui.store import FeedState

POLLS = 3
SETTLED = timedelta(hours=24)


def source(feed: Feed) -> str:
    """The configured address as a short hash: it may hold a secret."""
    return hashlib.sha256(feed.url.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def followed(state: FeedState, feed: Feed, now: datetime, page: Page) -> FeedState:
    """The state with what a page's redirects say about the feed's address.

    A new address is adopted when the same permanent redirects led there at three polls over a
    day, to a page that shares something with what was known. A feed that signs in never
    moves by itself: its key belongs to the configured address.
    """
    to = page.moved
    if to is None or to == state.stays or not _may(feed, to):
        return replace(state, moved_to=None, moved_since=None, moved_polls=0)
    if not page.overlaps:
        return replace(state, moved_to=to, moved_since=now, moved_polls=0)
    same = to == state.moved_to and state.moved_since is not None
    since = state.moved_since if same and state.moved_since else now
    polls = state.moved_polls + 1 if same else 1
    if polls >= POLLS and now - since >= SETTLED:
        return replace(state, address=to, moved_to=None, moved_since=None, moved_polls=0)
    return replace(state, moved_to=to, moved_since=since, moved_polls=polls)


def back(state: FeedState) -> FeedState:
    """The state with the configured address again; the adopted one is not adopted a second time."""
    return replace(state, address=None, stays=state.address, moved_to=None, moved_since=None, moved_polls=0)


def asked(feed: Feed, state: FeedState) -> Feed:
    """The feed with the address it is to be asked at."""
    return replace(feed, url=state.address) if state.address else feed


def known(feed: Feed, state: FeedState | None) -> FeedState:
    """What is remembered of a feed, or a fresh state where it is another feed now.

    Another address makes another feed: nothing that one server said is told to the next.
    """
    mine = source(feed)
    if state is None or state.connector not in ("", feed.connector):
        return FeedState(feed.name, feed.connector, source=mine)
    if state.source and state.source != mine:
        paused = "paused" if state.state == "paused" else "new"
        return FeedState(feed.name, feed.connector, state=paused, source=mine, items=state.items)
    return replace(state, source=mine)


def _may(feed: Feed, to: str) -> bool:
    """Whether a feed may live there: with no key of its own, and never from https to http."""
    if feed.token is not None or secrets_in(feed.url) or secrets_in(to) or "@" in urlsplit(feed.url).netloc:
        return False
    return to.startswith("https://") or not feed.url.startswith("https://")
