"""What a feed says, whatever its format: strangers' words as plain text, not yet cleaned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxtui.core.item import Attachment
from cxtui.core.moments import Moment
from cxtui.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote something. Nothing here is proved; an address is harder to imitate than a name."""

    name: str = ""
    uri: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``ref`` and ``ref_link`` are id and address of what it answers (RFC 4685).

    ``replies`` is how many it has, as the site counts, never a proof of an answer of ours;
    ``replies_feed`` is the address of the feed of them.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    author: Person = Person()
    posted: Moment | None = None
    ref: str = ""
    ref_link: str = ""
    stars: float | None = None
    lang: str = ""
    attachments: tuple[Attachment, ...] = ()
    replies: int | None = None
    replies_feed: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole feed as it was read. ``problems`` are sentences about what was mended or left out."""

    format: str
    title: str
    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    link: str = ""
    lang: str = ""


class Broken(Unreadable):
    """What the strict reader refuses and a lenient one may read: ``document`` is it, in UTF-8.

    ``format`` is what it seems to be, nothing where that cannot be seen.
    """

    def __init__(self, message: str, document: bytes, problems: Sequence[str] = (), form: str = "") -> None:
        super().__init__(message)
        self.document = document
        self.problems = tuple(problems)
        self.format = form
