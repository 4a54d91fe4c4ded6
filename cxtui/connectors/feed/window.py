"""The window that a feed shows of all it has: how often it moves, and whether something fell out of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cxtui.core.item import Arrival
from cxtui.core.web import retry_after

if TYPE_CHECKING:
    from cxtui.http import Answer

HEAD = 16 * 1024
"""Bytes in which a feed says about itself what it says."""
LONGEST_WISH = timedelta(minutes=60)
"""A server's wish for rest between two readings counts up to this."""
HOUR = timedelta(hours=1)
PERMANENT = frozenset({301, 308})
TELLING = 20
"""Characters that two messages without a time do not share by chance."""
BY_EXPIRY = ("hnrss.org",)
"""Sites that say by ``Expires`` when to come back."""

_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>")
_SKIPPED = re.compile(rb"<skip(?:Hours|Days)>(.{0,2000}?)</skip(?:Hours|Days)>", re.DOTALL)
_NAMED = re.compile(rb"<(?:hour|day)>\s*(\w{1,9})\s*</(?:hour|day)>")
_WORDPRESS = re.compile(rb"<generator[^>]{0,200}?>?[^<>]{0,200}wordpress", re.IGNORECASE)


def next_after(headers: Mapping[str, str], url: str = "") -> timedelta | None:
    """How long a server asks to be left alone after a good answer, at most an hour. None: it does not say."""
    age = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", ""), re.IGNORECASE)
    wishes = [age[1] if age else "", headers.get("retry-after", ""), headers.get("x-poll-interval", "")]
    seconds = max((int(wish) for wish in wishes if re.fullmatch(r"\d{1,9}", wish.strip())), default=0)
    until = _until(headers, "expires") if urlsplit(url).hostname in BY_EXPIRY else timedelta()
    wish = max(timedelta(seconds=seconds), until, _until(headers, "retry-after"))
    return min(wish, LONGEST_WISH) if wish else None


def _until(headers: Mapping[str, str], name: str) -> timedelta:
    """How long until a date in a header by the server's own clock; nothing where it tells none."""
    start = datetime.fromisoformat("2000-01-01T00:00:00Z")
    until = retry_after(headers.get(name), start, headers.get("date"))
    return until - start if until and "date" in headers else timedelta()


def rests(body: bytes, now: datetime) -> timedelta | None:
    """How long an RSS feed itself suggests not to be read: by ``ttl``, and in the hours and days it skips."""
    head = body[:HEAD]
    ttl = _TTL.search(head)
    named = {name for block in _SKIPPED.findall(head) for name in _NAMED.findall(block)}
    asleep = {f"{now.hour}".encode(), f"{now:%H}".encode(), f"{now:%A}".encode()} & named
    wish = max(timedelta(minutes=int(ttl[1])) if ttl else timedelta(), HOUR if asleep else timedelta())
    return wish or None


def has_pages(body: bytes) -> bool:
    """Whether the site gives the entries behind the window as further pages: WordPress does."""
    return _WORDPRESS.search(body[:HEAD]) is not None


def moved(answer: Answer) -> str | None:
    """Where a feed has moved for good: where redirects led that are all permanent."""
    return answer.url if answer.redirects and set(answer.redirects) <= PERMANENT else None


def marks(items: Iterable[Arrival]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Short hashes of the ids of some messages, and of what those say that say enough, in their order."""
    names: list[str] = []
    words: list[str] = []
    for item in items:
        names.append(digest(item.native, 8))
        if item.posted or len(item.text) >= TELLING:
            words.append(digest(f"{item.author.handle}|{item.posted}|{item.title}|{item.text[:4096]}", 8))
    return tuple(names), tuple(words)


def shares(before: Collection[str], after: Collection[str]) -> bool:
    """Whether two windows have something in common, or both nothing in them."""
    return not set(before).isdisjoint(after) or not (before or after)


def digest(text: str, length: int = 16) -> str:
    """A short hash."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:length]
