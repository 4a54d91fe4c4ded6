"""What the servers say, as far as we use it. These shapes stay inside the connector.

A post holds what its author's program wrote; nothing in it is certain to be there or to have the
shape that its lexicon names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from urllib.parse import quote

import msgspec

from cxtui.core.text import clean, one_line
from cxtui.errors import Unreadable
from cxtui.http import Answer

POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"
NO_HANDLE = "handle.invalid"
"""What a server calls somebody whose handle does not lead back to them."""

T = TypeVar("T")
_ADDRESS = re.compile(r"at://(did:[a-z]+:[\w.:%-]+)/([\w.-]+)/([\w.~:-]+)")


class Viewer(msgspec.Struct, frozen=True):
    """What stands between us and an author or a post."""

    like: str | None = None
    replyDisabled: bool | None = None  # noqa: N815 - the lexicon's name
    blockedBy: bool | None = None  # noqa: N815 - the lexicon's name
    blocking: str | None = None


class Author(msgspec.Struct, frozen=True):
    """Somebody with an account. Only the ``did`` stays the same for ever."""

    did: str = ""
    handle: str | None = None
    displayName: str | None = None  # noqa: N815 - the lexicon's name
    viewer: Viewer | None = None


class Ref(msgspec.Struct, frozen=True):
    """A post as another one names it: where it is and what it said."""

    uri: str = ""
    cid: str = ""


class Place(msgspec.Struct, frozen=True):
    """Where a reply hangs."""

    root: Ref | None = None
    parent: Ref | None = None


class Record(msgspec.Struct, frozen=True):
    """What an author's program wrote. ``createdAt`` is its claim."""

    text: str | None = None
    createdAt: str | float | None = None  # noqa: N815 - the lexicon's name
    reply: Place | None = None
    langs: tuple[str, ...] | None = None
    facets: Any = None
    embed: Any = None


class Post(msgspec.Struct, frozen=True):
    """A post, or a notification of one with its ``reason``. ``embed`` is as the server shows the record's."""

    uri: str
    cid: str = ""
    author: Author = Author()
    record: Record = Record()
    embed: Any = None
    indexedAt: str | float | None = None  # noqa: N815 - the lexicon's name
    reason: str = ""
    viewer: Viewer | None = None


class Notifications(msgspec.Struct, frozen=True):
    """A page of what concerns us, the newest first."""

    notifications: tuple[msgspec.Raw, ...]
    cursor: str | None = None


class Posts(msgspec.Struct, frozen=True):
    """Posts asked for by address, or found."""

    posts: tuple[msgspec.Raw, ...]
    cursor: str | None = None


class Kept(msgspec.Struct, frozen=True):
    """A record in somebody's repository."""

    uri: str
    value: Record = Record()
    cid: str = ""


class Records(msgspec.Struct, frozen=True):
    """A page of a repository, the highest keys first."""

    records: tuple[msgspec.Raw, ...]
    cursor: str | None = None


class Node(msgspec.Struct, frozen=True):
    """A post of a thread with what is around it; without ``post`` it is gone, or blocked for us."""

    post: msgspec.Raw = msgspec.Raw()
    parent: Node | None = None
    replies: tuple[Node, ...] | None = None


class Thread(msgspec.Struct, frozen=True):
    """What a thread is around one post."""

    thread: Node


class Made(msgspec.Struct, frozen=True):
    """A record that a server has taken."""

    uri: str
    cid: str = ""


class Resolved(msgspec.Struct, frozen=True):
    """Whose a handle is."""

    did: str


class Problem(msgspec.Struct, frozen=True):
    """Why a server does not do it: a name for programs and a sentence for people."""

    error: str = ""
    message: str | None = None


def problem(answer: Answer) -> Problem:
    """Why an answer is a refusal, as far as it says so."""
    try:
        said = answer.json(Problem)
    except Unreadable:
        return Problem("", f"it gave no reason ({answer.status})")
    words = one_line(clean(said.message or ""))[:200]
    return Problem(said.error, words or one_line(clean(said.error))[:80] or f"no reason ({answer.status})")


def readable(raw: msgspec.Raw, kind: type[T]) -> T | None:
    """One entry of a list, None where it is none: one that is odd must not hide the others."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def split(uri: str) -> tuple[str, str, str] | None:
    """Whose record an address names, of which collection and under which key; None where it names none."""
    found = _ADDRESS.fullmatch(uri)
    return (found[1], found[2], found[3]) if found else None


def named(handle: str | None) -> str:
    """A handle that leads to whose it is, empty where there is none."""
    return handle if handle and handle != NO_HANDLE else ""


def page_of(uri: str, handle: str | None = None) -> str | None:
    """Where people read a post in a browser."""
    found = split(uri)
    if not found or found[1] != POST:
        return None
    who = quote(named(handle) or found[0], safe=":.-_~%")
    return f"https://bsky.app/profile/{who}/post/{quote(found[2], safe='~:.-_')}"


def part(value: Any, *path: str) -> Any:
    """What lies at a path of names in data of any shape, None where nothing does."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = cast("Mapping[str, Any]", value).get(name)
    return value


def parts(value: Any) -> list[Any]:
    """The entries of a list; none where it is no list."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def word(value: Any, *path: str) -> str:
    """The text at a path of names, empty where there is none."""
    found = part(value, *path)
    return found if isinstance(found, str) else ""
