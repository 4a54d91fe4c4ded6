"""What a Mastodon server says. These shapes stay inside the connector.

Other software speaks the same API and leaves much out, so that nothing but an id is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar, cast, get_args, get_type_hints
from urllib.parse import parse_qsl, urlsplit

import msgspec

from cxtui.core.text import clean, from_html, one_line
from cxtui.errors import Unreadable
from cxtui.http import Answer

Word = str | int | None
"""What the API calls a text, and some software writes as a number."""
SEEN_BY = ("public", "unlisted", "private", "direct")
"""Who may see a status, from all to those it calls."""
Pairs = tuple[tuple[str, str], ...]
"""A query: names may come more than once."""

LONGEST_REASON = 200
LONGEST_NUMBER = 15
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^,;<>]+)*)")
_REL = re.compile(r';\s*rel\s*=\s*"?([^";]*)', re.IGNORECASE)


def word(value: Word) -> str:
    """The same as text, empty where there is none."""
    return "" if value is None else str(value)


def number(value: Word) -> int | None:
    """A number that may be written as text, None where it is none."""
    told = word(value) if not isinstance(value, int) or abs(value) < 10**LONGEST_NUMBER else ""
    return int(told) if told.isdecimal() and len(told) <= LONGEST_NUMBER else None


class Account(msgspec.Struct, frozen=True):
    """Somebody. ``acct`` has the server's name behind it where that is another one."""

    id: Word = None
    acct: Word = None
    username: Word = None
    display_name: Word = None
    url: str | None = None
    uri: str | None = None
    followers_count: Word = None


class Media(msgspec.Struct, frozen=True):
    """Something attached; without an ``url`` while a server is still at work on it."""

    id: Word = None
    type: Word = None
    url: str | None = None
    remote_url: str | None = None
    preview_url: str | None = None
    description: Word = None


class Entry(msgspec.Struct, frozen=True):
    """One row of a list."""

    id: Word = None
    created_at: Word = None


class Status(Entry, frozen=True):
    """What somebody wrote. Without a ``visibility`` that we know it counts as told to us alone."""

    uri: str | None = None
    url: str | None = None
    account: Account | None = None
    content: str | None = None
    text: str | None = None
    spoiler_text: str | None = None
    visibility: Word = None
    in_reply_to_id: Word = None
    in_reply_to_account_id: Word = None
    replies_count: Word = None
    language: Word = None
    media_attachments: tuple[Media, ...] | None = None
    reblog: Entry | None = None

    @property
    def name(self) -> str:
        """Its id."""
        return word(self.id)

    @property
    def parent(self) -> str:
        """The id of what it answers, empty where it answers nothing."""
        return word(self.in_reply_to_id)

    @property
    def seen_by(self) -> str:
        """Its visibility as the network calls it; some software has circles and lists of its own beside."""
        told = word(self.visibility)
        return told if told in SEEN_BY else "direct"

    @property
    def answers(self) -> int:
        """How many answer it directly, as far as this server knows."""
        return number(self.replies_count) or 0


E = TypeVar("E", bound=Entry)
S = TypeVar("S", bound=msgspec.Struct)


class Notification(Entry, frozen=True):
    """Something that concerns us."""

    type: Word = None
    status: Status | None = None


class Around(msgspec.Struct, frozen=True):
    """What stands above and below a status, row by row."""

    ancestors: tuple[msgspec.Raw, ...]
    descendants: tuple[msgspec.Raw, ...]


class Found(msgspec.Struct, frozen=True):
    """What a search gave, row by row."""

    statuses: tuple[msgspec.Raw, ...]


class _Counts(msgspec.Struct, frozen=True):
    max_characters: Word = None
    max_media_attachments: Word = None


class _Files(msgspec.Struct, frozen=True):
    supported_mime_types: tuple[Word, ...] | None = None
    image_size_limit: Word = None
    description_limit: Word = None


class _Configuration(msgspec.Struct, frozen=True):
    statuses: _Counts | None = None
    media_attachments: _Files | None = None


class Pictures(NamedTuple):
    """Kinds, bytes of a picture and characters of its description that a server takes; 0 where not said."""

    kinds: tuple[str, ...] = ()
    largest: int = 0
    described: int = 0


class Instance(msgspec.Struct, frozen=True):
    """A server's own description, of either version of the API."""

    account_domain: Word = None
    domain: Word = None
    uri: Word = None
    version: Word = None
    configuration: _Configuration | None = None
    max_toot_chars: Word = None

    @property
    def most(self) -> int | None:
        """Characters of a status, None where it does not say."""
        counts = self.configuration.statuses if self.configuration else None
        return number(counts.max_characters if counts else None) or number(self.max_toot_chars) or None

    @property
    def files(self) -> int | None:
        """How many files a status may have, None where it does not say."""
        counts = self.configuration.statuses if self.configuration else None
        return number(counts.max_media_attachments) if counts else None

    @property
    def pictures(self) -> Pictures:
        """What it says of pictures."""
        told = self.configuration.media_attachments if self.configuration else None
        if told is None:
            return Pictures()
        kinds = tuple(word(one) for one in told.supported_mime_types or ())
        return Pictures(kinds, number(told.image_size_limit) or 0, number(told.description_limit) or 0)

    @property
    def server(self) -> str:
        """The part behind the @ of its people, empty where it does not say."""
        told = word(self.account_domain) or word(self.domain) or word(self.uri)
        return told.rpartition("://")[2].strip("/")

    @property
    def keeps_keys(self) -> bool:
        """Whether it is software that knows a status again by its Idempotency-Key.

        Source: Mastodon's PostStatusService, Pleroma's IdempotencyPlug; Pixelfed has none.
        """
        version = word(self.version)
        if "compatible" in version:
            return "Pleroma" in version or "Akkoma" in version
        return not version.startswith("0.")


def rows(raw: Iterable[msgspec.Raw], kind: type[E]) -> list[E]:
    """The rows of a list that have an id. What is odd in one costs a field of it, and no other row.

    Raises: Unreadable where a row is none, or has something for an id that is none.
    """
    found: list[E] = []
    for row in raw:
        try:
            found.append(msgspec.json.decode(row, type=kind))
        except msgspec.ValidationError as wrong:
            told: object = msgspec.json.decode(row)
            saved = _salvaged(cast("Mapping[str, object]", told), kind) if isinstance(told, Mapping) else None
            if saved is None or (
                saved.id is None and cast("Mapping[str, object]", told).get("id") is not None
            ):
                raise Unreadable(f"the server sent something that is no message: {wrong}") from wrong
            found.append(saved)
    return [one for one in found if word(one.id)]


def _salvaged(told: Mapping[str, object], kind: type[S]) -> S:
    """What of a row has the shape it should have."""
    fits: dict[str, object] = {}
    for name, shape in get_type_hints(kind).items():
        value = told.get(name)
        inner = next((one for one in get_args(shape) if one in (Status, Account)), None)
        try:
            fits[name] = msgspec.convert(value, shape)
        except msgspec.ValidationError:
            if inner and isinstance(value, Mapping):
                fits[name] = _salvaged(cast("Mapping[str, object]", value), inner)
    return kind(**fits)


class _Problem(msgspec.Struct, frozen=True):
    error: str | None = None
    error_description: str | None = None


def reason(answer: Answer) -> str:
    """The server's own words about a refusal, empty where it says none as data."""
    try:
        said = answer.json(_Problem)
    except Unreadable:
        return ""
    return one_line(clean(from_html(said.error or said.error_description or "")))[:LONGEST_REASON]


def links(answer: Answer) -> Mapping[str, Pairs]:
    """The queries that lead to the page before (``prev``, newer) and behind (``next``, older).

    Only the query of such an address is used, so that no answer sends our token anywhere else.
    Source: RFC 8288, 3; docs.joinmastodon.org/api/guidelines.
    """
    found: dict[str, Pairs] = {}
    for link in _LINK.finditer(answer.headers.get("link", "")):
        rel = _REL.search(link[2])
        try:
            query = urlsplit(link[1]).query
        except ValueError:
            continue
        for name in rel[1].split() if rel else ():
            found.setdefault(name.lower(), tuple(parse_qsl(query)))
    return found
