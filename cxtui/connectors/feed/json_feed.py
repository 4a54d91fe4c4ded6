"""JSON Feed 1.0 and 1.1, and the App Store's customer reviews in JSON.

Values are decoded one by one, where they are used: what a stranger puts into the rest
takes no memory. Sources: jsonfeed.org/version/1.1; the App Store writes an Atom feed as
JSON in which every value is ``{"label": …}`` and ``entry`` is a list, one object, null or
absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import msgspec
from msgspec import Raw

from cxtui.connectors.feed.entry import Entry, Parsed, Person
from cxtui.connectors.feed.fields import ATTACHMENTS, NOBODY, TEXT, attachment, language, stars, web
from cxtui.connectors.feed.tree import ITEMS
from cxtui.core import moments
from cxtui.core.item import Attachment
from cxtui.core.text import from_html
from cxtui.errors import Unreadable

Object = dict[str, Raw]

VALUES = 150_000
"""A document with more signs that divide values is no feed: each may take 150 bytes."""
ROOM = 12 << 20
"""Bytes of text, as estimated, that all entries may take."""
LONGEST = 6 * TEXT
"""Bytes of a text that are decoded; a character takes up to six."""
ESCAPE = 12

_SIGNS = (b",", b"{", b"[")
_BYTE = re.compile(r"\(byte (\d+)\)")


def parse(document: bytes, source: str, problems: list[str]) -> Parsed:
    """Everything a JSON feed says. Raises: Unreadable."""
    if sum(document.count(sign) for sign in _SIGNS) > VALUES:
        raise Unreadable(f"its JSON holds more than {VALUES:,} values, which is refused")
    feed = _whole(document)
    if inner := _object(feed.get("feed")):
        return _app_store(inner, source, problems)
    version = _text(feed.get("version"))
    if "jsonfeed.org/version/" not in version and not _starts(feed.get("items"), b"["):
        raise Unreadable("it is JSON, but no JSON Feed: it has no version and no items")
    author = _author(feed) or NOBODY
    items = _newest(_list(feed.get("items")), "date_published", problems)
    return Parsed(
        format=f"JSON Feed {'1.1' if version.endswith('1.1') else '1.0'}",
        title=_text(feed.get("title")),
        entries=_fitting((lambda item: _item(item, source, author)), items, problems),
        problems=tuple(problems),
        link=web(source, _text(feed.get("home_page_url"))),
        lang=language(_text(feed.get("language"))),
    )


def _whole(document: bytes) -> Object:
    """The document's names and values. Raises: Unreadable."""
    if document[:1] == b"[":
        raise Unreadable("it is JSON, but no JSON Feed: it is a list")
    try:
        return msgspec.json.decode(document, type=Object)
    except msgspec.DecodeError as error:
        at = _BYTE.search(str(error))
        if at is None:
            line = document.count(b"\n") + 1
            raise Unreadable(f"it is cut off at line {line}") from error
        line = document.count(b"\n", 0, int(at[1])) + 1
        raise Unreadable(f"it is not well-formed JSON in line {line}") from error
    except RecursionError as error:
        raise Unreadable("its JSON is nested too deeply") from error


def _item(item: Object, source: str, author: Person) -> Entry:
    html = _text(item.get("content_html"))
    text = _text(item.get("content_text")) or from_html(html) or _text(item.get("summary"))
    told = (_text(item.get(name)) for name in ("date_published", "date_modified"))
    moment = next(filter(None, map(moments.parse, told)), None)
    return Entry(
        guid=_text(item.get("id")),
        link=web(source, _text(item.get("url"))) or web(source, _text(item.get("external_url"))),
        title=_text(item.get("title")),
        text=text.strip(),
        author=_author(item) or author,
        posted=moment,
        lang=language(_text(item.get("language"))),
        attachments=_attachments(item, source),
    )


def _app_store(feed: Object, source: str, problems: list[str]) -> Parsed:
    entries = feed.get("entry")
    found = _list(entries) or ([entries] if entries is not None else [])
    reviews = [entry for entry in found if "im:rating" in _object(entry)]  # the first may be the app itself
    newest = _newest(reviews, "updated", problems)
    return Parsed(
        format="App Store reviews",
        title=_label(feed, "title"),
        entries=_fitting((lambda review: _review(review, source)), newest, problems),
        problems=tuple(problems),
    )


def _review(review: Object, source: str) -> Entry:
    author = _object(review.get("author"))
    links = review.get("link")
    link = _object(next(iter(_list(links)), links))
    return Entry(
        guid=_label(review, "id"),
        link=web(source, _text(_object(link.get("attributes")).get("href"))),
        title=_label(review, "title"),
        text=_label(review, "content"),
        author=Person(_label(author, "name"), _label(author, "uri")),
        posted=moments.parse(_label(review, "updated")),
        stars=stars(_label(review, "im:rating")),
    )


def _fitting(read: Callable[[Object], Entry], items: Iterable[Raw], problems: list[str]) -> tuple[Entry, ...]:
    """The entries, as many as there is room for."""
    entries: list[Entry] = []
    room = ROOM
    for item in items:
        if fields := _object(item):
            entries.append(read(fields))
            text = entries[-1].text
            room -= len(text) if text.isascii() else 4 * len(text)
        if room < 0:
            problems.append(f"holds more text than can be kept; {len(entries)} entries were read")
            break
    return tuple(entries)


def _author(item: Object) -> Person | None:
    """The first author; 1.0 had one, 1.1 has a list."""
    author = _object(next(iter(_list(item.get("authors"))), item.get("author")))
    name, url = " ".join(_text(author.get("name")).split()), _text(author.get("url"))
    return Person(name, url) if name or url else None


def _attachments(item: Object, source: str) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for part in map(_object, _list(item.get("attachments"))[:ATTACHMENTS]):
        url = web(source, _text(part.get("url")))
        if url:
            found.append(attachment(url, _text(part.get("mime_type")), _text(part.get("title"))))
    if not found and (image := web(source, _text(item.get("image")))):
        found.append(attachment(image, "image"))
    return tuple(found)


def _newest(items: Sequence[Raw], time: str, problems: list[str]) -> Sequence[Raw]:
    """The newest entries in their order; those without a time only where there is room."""
    if len(items) <= ITEMS:
        return items
    problems.append(f"holds {len(items)} entries; the newest {ITEMS} were read")
    ages: list[tuple[float, int]] = []
    for place, item in enumerate(items):
        fields = _object(item)
        moment = moments.parse(_text(fields.get(time)) or _label(fields, time))
        ages.append((-moment.at.timestamp() if moment else 1e11, place))
    return [items[place] for place in sorted(place for _, place in sorted(ages)[:ITEMS])]


def _text(raw: Raw | None) -> str:
    """A text or a number as text, cut where it is too long; anything else is none."""
    if raw is None:
        return ""
    if not _starts(raw, b'"'):
        return _number(raw)
    view = memoryview(raw)
    return _string(bytes(view[:LONGEST]), cut=len(view) > LONGEST)


def _string(quoted: bytes, *, cut: bool) -> str:
    if cut:
        for less in range(ESCAPE):  # not within a character
            with suppress(ValueError):
                return json.loads(quoted[: LONGEST - less] + b'"')[:TEXT].strip() + "…"
        return ""
    try:
        words = str(json.loads(quoted)).strip()
    except ValueError:
        return ""
    return words if len(words) <= TEXT else words[:TEXT] + "…"


def _number(raw: Raw) -> str:
    said = bytes(memoryview(raw)[:100]).decode("ascii", "ignore").strip()
    return said if said[:1] in set("-0123456789") else ""


def _label(item: Object, name: str) -> str:
    return _text(_object(item.get(name)).get("label"))


def _object(raw: Raw | None) -> Object:
    if raw is None or not _starts(raw, b"{"):
        return {}
    try:
        return msgspec.json.decode(raw, type=Object)
    except (msgspec.DecodeError, RecursionError):
        return {}


def _list(raw: Raw | None) -> list[Raw]:
    if raw is None or not _starts(raw, b"["):
        return []
    try:
        return msgspec.json.decode(raw, type=list[Raw])
    except (msgspec.DecodeError, RecursionError):
        return []


def _starts(raw: Raw | None, sign: bytes) -> bool:
    return raw is not None and bytes(memoryview(raw)[:1]) == sign
