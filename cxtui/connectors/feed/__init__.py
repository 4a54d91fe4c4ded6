"""RSS, Atom and JSON Feed: what customers say on any site that has a feed of it. Reading only.

What a feed says is read in `reader`, made messages in `arrivals`; here it is asked for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.feed import reader
from cxtui.connectors.feed.arrivals import arrivals
from cxtui.connectors.feed.entry import Parsed
from cxtui.core.item import Arrival
from cxtui.core.text import clean, one_line
from cxtui.core.web import place
from cxtui.errors import Rejected, Unreadable

if TYPE_CHECKING:
    from cxtui.core.feed import Feed
    from cxtui.http import Answer, Client

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/rdf+xml;q=0.8, "
    "application/xml;q=0.7, application/json;q=0.7, text/xml;q=0.6, */*;q=0.1"
)
LONGEST_WISH = timedelta(minutes=60)
"""A server's wish for rest between two readings counts up to this."""
REMEMBERED = 100

CAPABILITIES = Capabilities(
    network="feed",
    code="rss",
    reply=False,
    why_not="a feed can only be read: press o to answer on the page, then d and 'answered elsewhere'",
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What one reading leaves for the next. ``source`` is a hash: addresses may hold secrets.

    ``etag`` and ``modified`` are the server's words, byte for byte; ``seen`` are short hashes of
    the entries read, by which it shows whether some came and went unseen.
    """

    source: str
    etag: str | None = None
    modified: str | None = None
    seen: tuple[str, ...] = ()

    def dump(self) -> str:
        """As text."""
        words = {"reader": reader.VERSION, "source": self.source, "etag": self.etag}
        return json.dumps({**words, "modified": self.modified, "seen": self.seen})

    @staticmethod
    def load(text: str, url: str) -> Cursor:
        """A cursor for ``url``; of another address or reader nothing is kept."""
        fresh = Cursor(_digest(url))
        try:
            kept = json.loads(text)
        except ValueError:
            return fresh
        if not isinstance(kept, dict):
            return fresh
        words = cast("dict[str, Any]", kept)
        if words.get("reader") != reader.VERSION or words.get("source") != fresh.source:
            return fresh
        return Cursor(fresh.source, words.get("etag"), words.get("modified"), tuple(words.get("seen") or ()))


@dataclass(frozen=True, slots=True)
class Reading:
    """One feed address."""

    feed: Feed
    http: Client

    @property
    def capabilities(self) -> Capabilities:
        """Reading only."""
        return CAPABILITIES

    async def check(self) -> Identity:
        """Nobody: a feed is read without signing in."""
        return Identity("", "a feed is read without signing in")

    async def poll(self, cursor: str, now: datetime) -> Page:
        """All entries of the feed; what is known already is for the store to see."""
        kept = Cursor.load(cursor, self.feed.url)
        asked = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified}
        headers = {name: value for name, value in asked.items() if value}
        answer = await self.http.request("GET", self.feed.url, headers=headers, accept=ACCEPT)
        wish = next_after(answer.headers)
        if answer.status == 304:
            newer = Cursor(kept.source, _newer(answer, "etag", kept.etag),
                           _newer(answer, "last-modified", kept.modified), kept.seen)  # fmt: skip
            return Page(cursor=newer.dump(), next_after=wish, not_modified=True)
        parsed = _read(answer)
        items = arrivals(parsed, self.feed.own, now)
        seen = tuple(_digest(item.native, 8) for item in items)
        newer = Cursor(
            kept.source, answer.headers.get("etag"), answer.headers.get("last-modified"), seen[:REMEMBERED]
        )
        return Page(items, newer.dump(), wish, gap=_gap(kept.seen, seen), title=parsed.title or None)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:  # noqa: ARG002 - the contract
        """Not possible. Raises: Rejected."""
        raise Rejected("a feed cannot be asked for one conversation")

    async def reply(self, draft: Draft) -> Sent:  # noqa: ARG002
        """Not possible. Raises: Rejected."""
        raise Rejected(CAPABILITIES.why_not)

    def ours(self, draft: Draft, message: Arrival) -> bool:  # noqa: ARG002
        """Nothing goes out through a feed, so nothing of it comes back."""
        return False


def connect(feed: Feed, http: Client) -> Reading:
    """The connector of one feed address."""
    return Reading(feed, http)


def describe(parsed: Parsed, source: str) -> dict[str, Any]:
    """What cxtui would make of a feed, with the fields that ``feeds check`` promises."""
    items = [
        {
            "id": _line(item.native),
            "author": _line(item.author.handle) or None,
            "posted": item.posted.astimezone(UTC).isoformat().replace("+00:00", "Z") if item.posted else None,
            "url": _line(item.url or "") or None,
            "thread": _line(item.thread or item.native),
            "text": clean(item.text),
        }
        for item in arrivals(parsed)
    ]
    return {
        "source": source,
        "format": parsed.format,
        "title": parsed.title or None,
        "entries": len(parsed.entries),
        "problems": list(parsed.problems),
        "items": items,
    }


def next_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long a server asks to be left alone after a good answer, at most an hour. None: it does not say."""
    age = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", ""), re.IGNORECASE)
    wishes = [age[1] if age else "", headers.get("retry-after", ""), headers.get("x-poll-interval", "")]
    seconds = max((int(wish) for wish in wishes if re.fullmatch(r"\d{1,9}", wish.strip())), default=0)
    return min(timedelta(seconds=seconds), LONGEST_WISH) if seconds else None


def _read(answer: Answer) -> Parsed:
    try:
        return reader.read(answer.body, answer.headers.get("content-type"), answer.url)
    except Unreadable as wrong:
        raise Unreadable(f"{place(answer.url)}: {wrong}") from wrong


def _newer(answer: Answer, header: str, kept: str | None) -> str | None:
    return answer.headers.get(header, kept)


def _gap(before: Sequence[str], after: Sequence[str]) -> str | None:
    """A sentence where nothing of the last reading is in this one: what lay between was never seen."""
    if before and after and not set(before) & set(after):
        return "all its entries changed since it was last read: some may have come and gone in between"
    return None


def _digest(text: str, length: int = 16) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:length]


def _line(text: str) -> str:
    return one_line(clean(text))
