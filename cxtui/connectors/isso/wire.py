"""What Isso says and what we remember of it. These shapes stay inside the connector."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import Annotated

import msgspec

from cxtui.core.text import clean, from_html, one_line
from cxtui.errors import Unreadable
from cxtui.http import Answer

WINDOW = 200
"""So many comments are asked for at the first poll."""
SPARE = 100
"""So many top-level comments are asked for beyond all replies."""
MOST = 5_000
DELETED = 4
HELD = 2
SALT = b"Eech7co8Ohloopo9Ol6baimi"
"""Isso's own, used by every server whose settings name no other."""


class Comment(msgspec.Struct, frozen=True):
    """One comment; ``hash`` and ``replies`` only on a page, ``uri`` only in the list of the latest."""

    id: Annotated[int, msgspec.Meta(ge=0)]
    text: str | None = None
    created: float | None = None
    modified: float | None = None
    parent: int | None = None
    author: str | None = None
    website: str | None = None
    mode: int = 1
    uri: str = ""
    hash: str | None = None
    replies: tuple[Comment, ...] = ()


class Thread(msgspec.Struct, frozen=True):
    """A page's comments."""

    replies: tuple[Comment, ...]


class Problem(msgspec.Struct, frozen=True):
    """What Isso says when it refuses, if it says it as data."""

    message: str


class Cursor(msgspec.Struct, frozen=True):
    """What the last poll saw: ids in ranges, the newest edit, how many to ask for, what our hash is there."""

    seen: tuple[tuple[int, int], ...] = ()
    edited: float = 0.0
    want: int = WINDOW
    etag: str = ""
    learnt: tuple[str, ...] = ()


def packed(ids: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Ids as ranges, first and last included: what has no holes stays short however long it grows."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(ids):
        if ranges and number <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return tuple(ranges)


def unpacked(ranges: Iterable[tuple[int, int]]) -> set[int]:
    """The ids that `packed` packed."""
    return {number for first, last in ranges for number in range(first, last + 1)}


def mark_of(address: str, salt: bytes = SALT) -> str:
    """The hash Isso shows for an address. Source: isso/utils/hash.py, ``pbkdf2:1000:6:sha1``."""
    return hashlib.pbkdf2_hmac("sha1", escape(address, quote=False).encode(), salt, 1000, 6).hex()


def remembered(text: str) -> Cursor:
    """What a cursor says; one that is not ours says nothing."""
    try:
        return msgspec.json.decode(text or "{}", type=Cursor)
    except msgspec.MsgspecError:
        return Cursor()


def reaches(heard: Collection[Comment], seen: Collection[int], horizon: datetime | None) -> bool:
    """Whether a list holds a top-level comment that is no news: then no newer one is missing."""
    old = horizon.timestamp() if horizon else 0
    return any(c.parent is None and (c.id in seen or (c.created or old) < old) for c in heard)


def wanted(heard: Collection[Comment]) -> int:
    """How many to ask for next, in hundreds: all replies there are, and some top-level comments."""
    replies = sum(comment.parent is not None for comment in heard)
    return min(max(WINDOW, (replies + SPARE + 99) // 100 * 100), MOST)


def flat(comments: Iterable[Comment]) -> Iterator[Comment]:
    """Comments and the replies that hang on them."""
    for comment in comments:
        yield comment
        yield from flat(comment.replies)


def moment(stamp: float | None) -> datetime | None:
    """A Unix time as aware UTC, None where it is none."""
    try:
        return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def site_of(answer: Answer) -> str:
    """The site the comments belong to: Isso names it in every answer, for browsers."""
    named = answer.headers.get("access-control-allow-origin", "")
    return named.rstrip("/") if named.startswith(("http://", "https://")) else ""


def link(site: str, page: str, comment: int) -> str | None:
    """Where a visitor sees a comment."""
    return f"{site}{page}#isso-{comment}" if site and page.startswith("/") else None


def reason(answer: Answer) -> str:
    """The server's own reason: ``{"message": "403 Forbidden: why"}``, or a page whose last line says it."""
    try:
        said = answer.json(Problem).message.partition(": ")[2]
    except Unreadable:
        said = from_html(answer.body.decode(errors="replace")).strip().rpartition("\n")[2]
    return one_line(clean(said))[:200] or f"it gave no reason ({answer.status})"
