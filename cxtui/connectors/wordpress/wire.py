"""What WordPress says and what we remember of it. These shapes stay inside the connector.

Nearly every field may be missing, since a site's plugins may filter any of them out, and PHP
writes an empty table as an empty list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any

import msgspec

from cxtui.core.moments import moment
from cxtui.core.text import clean, from_html, one_line
from cxtui.errors import Unreadable
from cxtui.http import Answer

LONGEST = 65_525
"""Bytes of a comment as it is stored. Source: wp_get_comment_fields_max_lengths."""
FIELDS = "id,post,parent,author,author_name,date_gmt,content,link,status"
"""All that is asked of a comment; addresses and e-mail of visitors are left where they are."""
TRACES = ("author_ip", "author_user_agent")
"""Where a visitor wrote from: WordPress overwrites it with our own unless it is sent back."""
SHOWN = ("approved", "hold")
"""What a comment can be without having been taken away; else it is spam, trash or post-trashed."""

Number = int | str | None


def number(told: Number) -> int:
    """An id that came as number or text; 0 where it is none, which is WordPress's own way to say so."""
    if isinstance(told, str):
        return int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else 0
    return max(told or 0, 0)


class Rendered(msgspec.Struct, frozen=True):
    """A text as HTML, and as it is stored where we may edit it."""

    rendered: str | None = None
    raw: str | None = None


class Post(msgspec.Struct, frozen=True):
    """One post."""

    id: Number = 0
    date_gmt: str | float | None = None
    link: str | None = None
    title: Rendered | None = None
    excerpt: Rendered | None = None


class Embedded(msgspec.Struct, frozen=True):
    """What was asked for to come along: the post that a comment is on, or why it may not be read."""

    up: tuple[Post, ...] = ()


class Comment(msgspec.Struct, frozen=True):
    """One comment. ``parent`` 0 answers the post itself, ``author`` 0 is a visitor without an account."""

    id: Number = 0
    post: Number = None
    parent: Number = None
    author: Number = None
    author_name: str | None = None
    author_email: str | None = None
    date_gmt: str | float | None = None
    content: Rendered | str | None = None
    link: str | None = None
    status: str | None = None
    author_ip: str | None = None
    author_user_agent: str | None = None
    embedded: Embedded | list[Any] | None = msgspec.field(name="_embedded", default=None)

    @property
    def number(self) -> int:
        return number(self.id)

    @property
    def above(self) -> int:
        """The comment that it answers, 0 where it answers none."""
        return number(self.parent)

    @property
    def held(self) -> bool:
        """Whether it waits for a moderator. Who is shown no status is shown approved comments only."""
        return self.status == "hold"

    @property
    def gone(self) -> bool:
        """Whether it was called spam, or thrown away."""
        return self.status is not None and self.status not in SHOWN

    @property
    def posted(self) -> datetime | None:
        """When it was written; WordPress names no zone and means UTC."""
        return moment(self.date_gmt)

    @property
    def html(self) -> str:
        if isinstance(self.content, Rendered):
            return self.content.rendered or ""
        return self.content or ""

    @property
    def mark(self) -> str:
        """A short hash of what can change: WordPress keeps no time of an edit or an approval."""
        stored = self.content.raw if isinstance(self.content, Rendered) else None
        told = (stored or from_html(self.html), self.status, str(self.above))
        return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:8]

    @property
    def title(self) -> str | None:
        """The title of its post, where that came along and may be read."""
        for post in self.embedded.up if isinstance(self.embedded, Embedded) else ():
            if post.title:
                return line(post.title.rendered) or None
        return None


class Me(msgspec.Struct, frozen=True):
    """Who we are there; ``capabilities`` are what we may do."""

    id: int | str
    name: str | None = None
    username: str | None = None
    slug: str | None = None
    capabilities: dict[str, Any] | list[Any] | None = None

    def may(self, what: str) -> bool:
        """Whether we may do this, in WordPress's words for it."""
        return isinstance(self.capabilities, dict) and bool(self.capabilities.get(what))

    @property
    def moderates(self) -> bool:
        """Whether we are shown comments that wait, and may let them through."""
        return self.may("moderate_comments")

    @property
    def number(self) -> int:
        return number(self.id)

    @property
    def called(self) -> str:
        """Our name as readers see it."""
        return one_line(clean(self.name or "")) or self.handle

    @property
    def handle(self) -> str:
        """The name that we sign in with, or its form in addresses."""
        return one_line(clean(self.username or self.slug or self.name or "")) or str(self.number)


class Problem(msgspec.Struct, frozen=True):
    """What WordPress says when it refuses: ``code`` for programs, ``message`` in the site's language."""

    code: str | int | None = None
    message: str | None = None

    @property
    def words(self) -> str:
        return line(self.message)[:200]


def problem(answer: Answer) -> Problem:
    """Why a request was refused, as far as the answer says it."""
    try:
        return answer.json(Problem)
    except Unreadable:
        return Problem()


class Cursor(msgspec.Struct, frozen=True):
    """What the last poll knew.

    ``seen`` are the ids of comments that stood there, in ranges, none below ``floor``; ``below``
    is how many more there were, None where that is not known. ``marks`` are hashes of the newest
    comments and of those that wait for a moderator (``held``). ``posts`` are our newest posts.
    ``read`` is when all that is remembered was read, ``asked`` when our posts were: Unix times.
    """

    begun: bool = False
    seen: tuple[tuple[int, int], ...] = ()
    floor: int = 0
    below: int | None = None
    marks: dict[int, str] = {}
    held: tuple[int, ...] = ()
    posts: tuple[int, ...] = ()
    read: float = 0.0
    asked: float = 0.0


def remembered(text: str) -> Cursor:
    """What a cursor says; one that is not ours says nothing."""
    try:
        return msgspec.json.decode(text or "{}", type=Cursor)
    except msgspec.MsgspecError:
        return Cursor()


def written(cursor: Cursor) -> str:
    """A cursor as text."""
    return msgspec.json.encode(cursor).decode()


def packed(ids: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Ids as ranges, first and last included."""
    ranges: list[tuple[int, int]] = []
    for one in sorted(ids):
        if ranges and one <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], one)
        else:
            ranges.append((one, one))
    return tuple(ranges)


def unpacked(ranges: Iterable[tuple[int, int]], most: int) -> set[int]:
    """The ids that `packed` packed, the highest ``most`` of them."""
    found: set[int] = set()
    for first, last in sorted(ranges, reverse=True):
        found.update(range(max(first, last + 1 - most + len(found)), last + 1))
    return found


def top(parents: Mapping[int, int], one: int) -> int:
    """The comment on which a conversation began, as far as ``parents`` lead; of a circle the lowest."""
    walked: dict[int, int] = {}
    while parents.get(one) and one not in walked:
        walked[one] = len(walked)
        one = parents[one]
    circle = [other for other, step in walked.items() if one in walked and step >= walked[one]]
    return min(circle, default=one)


def line(said: str | None) -> str:
    """A name or title that came as HTML, in one line."""
    return one_line(clean(from_html(said or "")))


def stored(text: str) -> str:
    """A plain text as a comment holds it.

    A comment is HTML, so that what would be markup is escaped. WordPress strips backslashes before
    it looks for a duplicate, but not before it stores: written as a reference, in the spelling that
    its filters leave alone, the same text is always known again.
    """
    return escape(text.strip(), quote=False).replace("\\", "&#092;")
