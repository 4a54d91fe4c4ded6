"""One record as a message: its fields, each checked by itself."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast, get_args
from urllib.parse import urljoin

from cxtui.core.identity import LONGEST, canonical_link
from cxtui.core.item import TONES, Arrival, Attachment, Kind, Own, Tone, Visibility, Voice
from cxtui.core.moments import moment
from cxtui.core.text import clean, from_html, one_line
from cxtui.core.wording import account
from cxtui.errors import Unreadable

Record = Mapping[str, object]

AUTHOR = ("handle", "name", "followers", "uri")
FIELDS = (
    "id", "text", "html", "author", *AUTHOR, "posted", "url", "thread", "parent", "title", "stars", "scale",
    "score", "kind", "visibility", "lang", "tone", "role", "own", "attachments", "pending", "withdrawn",
)  # fmt: skip
"""What a record may hold; ``html`` stands in for ``text``. Other fields of an export are left alone."""
MOST_ATTACHMENTS = 20
_HASHED = re.compile(r"h:[0-9a-f]{16}")
LONGEST_TEXT = 100_000
"""Characters of a text that are looked at; far fewer are kept."""


class Ours:
    """Who we are, as the feed's ``own`` says it."""

    def __init__(self, own: Sequence[str]) -> None:
        self._marks = {_spelled(name) for name in own} - {""}
        self._accounts = {account(name) for name in own} - {""}
        self._names = {_name(name) for name in own} - {""}

    def sign(self, author: Voice) -> Own | None:
        """How sure it is that an author is we: by id or address, by handle, or by a bare name."""
        address = author.handle if "@" in author.handle.strip("@") else ""
        if {_spelled(said) for said in (author.uri or "", address)} & self._marks:
            return "strong"
        if account(author.handle) in self._accounts:
            return "medium"
        return "weak" if _name(author.name) in self._names else None


def native(told: object, key: str) -> str:
    """A native id as text. One that could not be kept as it stands is replaced by its hash.

    Raises: Unreadable.
    """
    if isinstance(told, float) and told.is_integer() and abs(told) < 1 << 53:
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, str | int):
        raise Unreadable(f"{key} must be a text or a whole number, is {called(told)}")
    text = str(told).strip()
    if not text:
        raise Unreadable(f"{key} is empty")
    if len(text) > LONGEST or one_line(clean(text)) != text:
        return f"h:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:16]}"
    return text


def unsendable(name: str) -> bool:
    """Whether a native id is a hash that stands for one which could not be kept."""
    return _HASHED.fullmatch(name) is not None


def called(value: object) -> str:
    """What a value of JSON is, in words."""
    kinds: dict[type, str] = {
        str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list",
        dict: "an object", type(None): "null",
    }  # fmt: skip
    return kinds.get(type(value), "something else")


@dataclass(frozen=True, slots=True)
class Reading:
    """One record being read; relative addresses start from ``base``.

    What is wrong with a lesser field lands in ``doubts``.
    """

    record: Record
    ours: Ours
    base: str
    doubts: list[str] = field(default_factory=list[str])

    def arrival(self) -> Arrival:
        """The message. Raises: Unreadable."""
        kind, role = self.record.get("type", "item"), self._one_of("role", ("customer", "own", "competitor"))
        if kind != "item":
            raise Unreadable(f"is of type {str(kind)[:40]!r}; only items are read")
        if role == "competitor":
            raise Unreadable("is a competitor's; such words need a feed with the key competitor")
        name = self._id("id")
        if name is None:
            raise Unreadable("has no id")
        author = self._author()
        own = self._own(author, role)
        # without a name two people must not become one: each message is a customer of its own
        handle = author.handle or author.name or author.uri or f"anonymous#{name}"
        thread, parent = self._id("thread"), self._id("parent")
        said = self._one_of("kind", get_args(Kind))
        posts = own == "strong" and parent is None and thread in (None, name)
        found = Arrival(
            native=name,
            text=self._text(),
            author=replace(author, handle=handle),
            kind=cast("Kind | None", said or ("post" if posts else None)),
            thread=thread,
            parent=None if parent == name else parent,
            title=self.words("title"),
            attachments=self._attachments(),
            visibility=cast("Visibility", self._one_of("visibility", get_args(Visibility)) or "public"),
            posted=self._moment(),
            url=self._address("url"),
            stars=self._number("stars", 0, 1000),
            scale=self._number("scale", 1, 1000) or 5,
            score=self._whole("score", 10),
            tone=cast("Tone | None", self._one_of("tone", TONES)),
            lang=self.words("lang"),
            own=own,
            pending=self._flag("pending"),
            withdrawn=self._flag("withdrawn"),
        )
        if not (found.text.strip() or found.attachments or found.stars is not None or found.withdrawn):
            if found.title is None and found.score is None:
                raise Unreadable(f"{name} says nothing: it has no text")
            return replace(found, text=found.title or f"{found.score} of 10", title=None)
        return found

    def _text(self) -> str:
        for key in ("text", "html"):
            told = self.record.get(key)
            if told is None:
                continue
            if isinstance(told, bool) or not isinstance(told, str | int | float):
                raise Unreadable(f"{key} must be a text, is {called(told)}")
            words = str(told)[:LONGEST_TEXT]
            return from_html(words) if key == "html" else words
        return ""

    def _author(self) -> Voice:
        told = self.record.get("author")
        if isinstance(told, dict):
            of = cast("Record", told)
        else:
            of = {key: self.record.get(key) for key in AUTHOR}
            of = {**of, **({} if told is None else {"name": told})}
        inner = replace(self, record=of)
        handle, named, uri = (inner.words_or_number(key) for key in ("handle", "name", "uri"))
        return Voice(handle or "", named or "", inner.followers(), uri)

    def _own(self, author: Voice, role: str | None) -> Own | None:
        told = self.record.get("own")
        if isinstance(told, str) and told in get_args(Own):
            return cast("Own", told)
        return "strong" if role == "own" or self._flag("own") else self.ours.sign(author)

    def _id(self, key: str) -> str | None:
        told = self.record.get(key)
        feed = self.record.get("feed")
        if isinstance(told, str) and isinstance(feed, str) and feed:
            told = told.removeprefix(f"{feed}:")  # an export writes its feed's name before every id
        if told is None:
            return None
        if key == "id":
            return native(told, key)
        try:
            return native(told, key)
        except Unreadable as wrong:
            self.doubts.append(str(wrong))
            return None

    def words_or_number(self, key: str) -> str | None:
        """A name, which some networks have as a number."""
        told = self.record.get(key)
        return str(told) if isinstance(told, int) and not isinstance(told, bool) else self.words(key)

    def followers(self) -> int | None:
        """How many follow."""
        return self._whole("followers", 1 << 40)

    def words(self, key: str) -> str | None:
        """A text, None where there is none or an empty one."""
        told = self.record.get(key)
        if told is not None and not isinstance(told, str):
            self._doubt(key, "a text", told)
        return told.strip()[:LONGEST_TEXT] or None if isinstance(told, str) else None

    def _one_of(self, key: str, known: Sequence[str]) -> str | None:
        told = self.words(key)
        if told is not None and told not in known:
            self.doubts.append(f"{key} must be one of {', '.join(known)}, is {told[:40]!r}")
            return None
        return told

    def _flag(self, key: str) -> bool:
        told = self.record.get(key)
        if isinstance(told, bool | int) and told in (0, 1):
            return bool(told)
        if told is not None and not (isinstance(told, str) and (told in get_args(Own) or not told)):
            self._doubt(key, "true or false", told)
        return False

    def _number(self, key: str, least: float, most: float) -> float | None:
        told = self.record.get(key)
        number: float | None = None
        if isinstance(told, str | int | float) and not isinstance(told, bool):
            try:
                number = float(told)
            except (ValueError, OverflowError):
                number = None
        fits = number is not None and math.isfinite(number) and least <= number <= most
        if told is not None and not fits:
            self._doubt(key, f"a number from {least:g} to {most:g}", told)
        return number if fits else None

    def _whole(self, key: str, most: int) -> int | None:
        number = self._number(key, 0, most)
        return None if number is None else int(number)

    def _moment(self) -> datetime | None:
        told = self.record.get("posted")
        found = moment(told) if isinstance(told, str | int | float) else None
        if told is not None and found is None:
            self._doubt("posted", "a time such as 2026-11-22T09:00:00Z", told)
        return found

    def _address(self, key: str) -> str | None:
        return self._web(self.words(key), key)

    def _web(self, told: str | None, key: str) -> str | None:
        if told is None:
            return None
        try:
            found = urljoin(self.base, told)
        except ValueError:
            found = told
        if found.startswith(("http://", "https://")):
            return found
        self.doubts.append(f"{key} must be an address (https://), is {told[:40]!r}")
        return None

    def _attachments(self) -> tuple[Attachment, ...]:
        told = self.record.get("attachments")
        if told is None:
            return ()
        if not isinstance(told, list):
            self._doubt("attachments", "a list", told)
            return ()
        parts = cast("list[object]", told)[:MOST_ATTACHMENTS]
        return tuple(found for part in parts if (found := self._attachment(part)))

    def _attachment(self, part: object) -> Attachment | None:
        of = cast("Record", part) if isinstance(part, dict) else {"name": part}
        inner = replace(self, record=of)
        name, kind, url = (inner.words(key) for key in ("name", "kind", "url"))
        if name and "://" in name and url is None:
            name, url = name.partition("?")[0].rstrip("/").rpartition("/")[2], name
        name = name or kind
        return Attachment(name, kind or "", self._web(url, "attachments.url")) if name else None

    def _doubt(self, key: str, must_be: str, told: object) -> None:
        is_what = repr(told[:40]) if isinstance(told, str) else called(told)
        self.doubts.append(f"{key} must be {must_be}, is {is_what}")


def _spelled(text: str) -> str:
    """An id or address in one spelling."""
    text = text.strip()
    return canonical_link(text) if "://" in text else text.casefold().removeprefix("mailto:")


def _name(text: str) -> str:
    return " ".join(text.casefold().split()).removeprefix("@")
