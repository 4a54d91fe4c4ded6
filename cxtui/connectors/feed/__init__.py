"""RSS, Atom and JSON Feed: what customers say on any site that has a feed of it. Reading only.

What a feed says is read in `reader` or, where it is broken, in `fallback`, and made
messages in `arrivals`; here it is asked for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.feed import reader
from cxtui.connectors.feed.arrivals import arrivals
from cxtui.connectors.feed.entry import Parsed
from cxtui.connectors.feed.fallback import LENIENT, Lenient, read_soon
from cxtui.connectors.feed.window import digest, has_pages, marks, moved, next_after, rests, shares
from cxtui.core.item import Arrival
from cxtui.core.text import clean, one_line
from cxtui.core.web import place
from cxtui.errors import FeedError, Missing, Rejected, Unreadable

if TYPE_CHECKING:
    from cxtui.core.feed import Feed
    from cxtui.http import Answer, Client

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/rdf+xml;q=0.8, "
    "application/xml;q=0.7, application/json;q=0.7, text/xml;q=0.6, */*;q=0.1"
)
REMEMBERED = 100
"""Entries of one reading that are known again at the next; of a longer one both ends."""
PAGES = 5
"""So many pages behind the window are read where something fell out of it."""
BREATH = 1.0
"""Seconds between two such pages of somebody else's server."""

GAP = "all its entries changed since it was last read: some may have come and gone in between"

CAN = Capabilities(
    network="feed",
    code="rss",
    title="RSS, Atom, RDF, JSON Feed",
    own_posts=True,
    why_not="a feed can only be read: press o to answer on the page, then d and 'answered elsewhere'",
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What one reading leaves for the next. ``source`` is a hash: addresses may hold secrets.

    ``etag`` and ``modified`` are the server's words, byte for byte; ``seen`` are short hashes of
    the entries read and ``said`` of their words, by which it shows whether some came and went unseen.
    """

    source: str
    etag: str | None = None
    modified: str | None = None
    seen: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    def dump(self) -> str:
        """As text."""
        words = {"reader": reader.VERSION, "source": self.source, "etag": self.etag}
        return json.dumps({**words, "modified": self.modified, "seen": self.seen, "said": self.said})

    def knows(self, items: Sequence[Arrival]) -> bool:
        """Whether some messages have one that was read before, by its id or its words; or nothing was."""
        seen, said = marks(items)
        return shares(self.seen, seen) or shares(self.said or ("",), said)

    @staticmethod
    def load(text: str, url: str) -> Cursor:
        """A cursor for ``url``; of another address or reader nothing is kept."""
        fresh = Cursor(digest(url))
        try:
            kept = json.loads(text)
        except ValueError:
            return fresh
        if not isinstance(kept, dict):
            return fresh
        words = cast("dict[str, Any]", kept)
        if words.get("reader") != reader.VERSION or words.get("source") != fresh.source:
            return fresh
        seen, said = (tuple(words.get(name) or ()) for name in ("seen", "said"))
        return Cursor(fresh.source, words.get("etag"), words.get("modified"), seen, said)


@dataclass(frozen=True, slots=True)
class Reading:
    """One feed address."""

    feed: Feed
    http: Client
    lenient: Lenient = LENIENT

    @property
    def capabilities(self) -> Capabilities:
        """Reading only."""
        return CAN

    async def check(self) -> Identity:
        """Nobody: a feed is read without signing in."""
        return Identity("", "a feed is read without signing in")

    async def poll(self, cursor: str, now: datetime) -> Page:
        """All entries of the feed; what is known already is for the store to see."""
        kept = Cursor.load(cursor, self.feed.url)
        asked = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified}
        headers = {name: value for name, value in asked.items() if value}
        answer = await self.http.request("GET", self.feed.url, headers=headers, accept=ACCEPT)
        wish = next_after(answer.headers, self.feed.url)
        if answer.status == 304:
            newer = Cursor(kept.source, _newer(answer, "etag", kept.etag),
                           _newer(answer, "last-modified", kept.modified), kept.seen, kept.said)  # fmt: skip
            return Page(cursor=newer.dump(), next_after=wish, not_modified=True, moved=moved(answer))
        parsed = await self._read(answer)
        items = arrivals(parsed, self.feed.own, now)
        etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        seen, said = marks(items)
        newer = Cursor(kept.source, etag, modified, _ends(seen), _ends(said))
        overlaps = kept.knows(items)
        gap = GAP if kept.seen and items and not overlaps else None
        if gap and has_pages(answer.body):
            items, gap = await self._behind(items, kept, now)
        return Page(
            items,
            newer.dump(),
            wish,
            gap=gap,
            title=parsed.title or None,
            rests=rests(answer.body, now),
            conditional=bool(etag or modified),
            moved=moved(answer),
            overlaps=overlaps,
        )

    async def _behind(
        self, items: tuple[Arrival, ...], kept: Cursor, now: datetime
    ) -> tuple[tuple[Arrival, ...], str | None]:
        """The messages with those of the pages behind the window, until something is known again."""
        for number in range(2, PAGES + 1):
            await asyncio.sleep(0 if self.feed.allow_private else BREATH)
            try:
                answer = await self.http.request(
                    "GET", self.feed.url, params={"paged": number}, accept=ACCEPT
                )
                older = arrivals(await self._read(answer), self.feed.own, now)
            except Missing:
                return items, None
            except FeedError:
                break
            items += older
            if not older or kept.knows(older):
                return items, None
        return items, GAP

    async def _read(self, answer: Answer) -> Parsed:
        try:
            return await read_soon(answer.body, answer.headers.get("content-type"), answer.url, self.lenient)
        except Unreadable as wrong:
            raise Unreadable(f"{place(answer.url)}: {wrong}") from wrong

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:  # noqa: ARG002 - the contract
        """Not possible. Raises: Rejected."""
        raise Rejected("a feed cannot be asked for one conversation")

    async def reply(self, draft: Draft) -> Sent:  # noqa: ARG002
        """Not possible. Raises: Rejected."""
        raise Rejected(CAN.why_not)

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


def _newer(answer: Answer, header: str, kept: str | None) -> str | None:
    return answer.headers.get(header, kept)


def _ends(marks: tuple[str, ...]) -> tuple[str, ...]:
    return marks if len(marks) <= REMEMBERED else marks[: REMEMBERED // 2] + marks[-REMEMBERED // 2 :]


def _line(text: str) -> str:
    return one_line(clean(text))
