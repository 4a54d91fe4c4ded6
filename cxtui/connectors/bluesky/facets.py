"""Links, mentions and hashtags: a post's text is plain, and what is more than text is told beside it.

Places are told in bytes of UTF-8. Source: the lexicon app.bsky.richtext.facet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from unicodedata import category

from cxtui.connectors.bluesky.wire import part, parts, word

FACET = "app.bsky.richtext.facet"
MOST = 100
"""So many links of a stranger's post are looked at."""
LONGEST_TAG = 64

_LINK = re.compile(r"(?<![\w@/.])https?://[^\s<>\"]+", re.IGNORECASE)
_HANDLE = re.compile(
    r"(?<![\w@/.])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![\w@])",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?:(?<=\s)|^)[#＃]([^\s\xad\u200b-\u200d\u2060\u20e2]+)")
_CLIPPED = ("...", "…")
_BRACKETS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text, in characters, and what it is: an address, a handle or a hashtag."""

    start: int
    end: int
    kind: Literal["link", "mention", "tag"]
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where a part of a text leads that does not say so itself."""

    shown: str
    url: str


def spans(text: str) -> Iterator[Span]:
    """What in a text is more than text, in its order; no part is two things."""
    end = 0
    found = [*_links(text), *_mentions(text), *_tags(text)]
    for span in sorted(found, key=lambda span: (span.start, span.kind)):
        if span.start >= end:
            end = span.end
            yield span


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The parts of our text, as a record tells them.

    ``dids`` are whose the handles in it are; a handle that is not there stays text.
    """
    return [_facet(text, span, dids) for span in spans(text) if span.kind != "mention" or span.value in dids]


def expanded(text: str, told: Any) -> tuple[str, tuple[Link, ...]]:
    """A stranger's text with clipped addresses in full, and the links that stand under other words.

    What is told of places outside the text, or of halves of characters, is left alone.
    """
    raw = text.encode("utf-8", "surrogatepass")
    links: list[Link] = []
    pieces: list[str] = []
    done = 0
    for start, end, url in sorted(_told(told, len(raw))):
        if start < done:
            continue
        try:
            before, shown = raw[done:start].decode(), raw[start:end].decode()
            raw[end:].decode()
        except UnicodeDecodeError:
            continue
        pieces += [before, url if _clipped(shown, url) else shown]
        done = end
        if not _clipped(shown, url) and _bare(shown) != _bare(url):
            links.append(Link(shown, url))
    return "".join(pieces) + raw[done:].decode("utf-8", "replace"), tuple(links)


def mentioned(told: Any) -> frozenset[str]:
    """Whom a post addresses, by DID."""
    features = [f for facet in parts(told)[:MOST] for f in parts(part(facet, "features"))]
    return frozenset(did for feature in features if (did := word(feature, "did")))


def _told(told: Any, size: int) -> Iterator[tuple[int, int, str]]:
    for facet in parts(told)[:MOST]:
        start, end = part(facet, "index", "byteStart"), part(facet, "index", "byteEnd")
        url = next((found for f in parts(part(facet, "features")) if (found := word(f, "uri"))), "")
        places = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= size
        if places and url.lower().startswith(("https://", "http://")):
            yield start, end, url


def _clipped(shown: str, url: str) -> bool:
    kept = next((shown.removesuffix(mark) for mark in _CLIPPED if shown.endswith(mark)), "")
    return bool(kept) and _bare(url).startswith(_bare(kept))


def _bare(url: str) -> str:
    plain = url.casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return plain.rstrip("/")


def _facet(text: str, span: Span, dids: Mapping[str, str]) -> dict[str, Any]:
    start = len(text[: span.start].encode())
    end = start + len(text[span.start : span.end].encode())
    feature: dict[str, Any] = {"$type": f"{FACET}#{span.kind}"}
    match span.kind:
        case "link":
            feature["uri"] = span.value
        case "mention":
            feature["did"] = dids[span.value]
        case "tag":
            feature["tag"] = span.value
    return {"$type": FACET, "index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def _links(text: str) -> Iterator[Span]:
    for found in _LINK.finditer(text):
        url = _without_end(found[0])
        if len(url) > len("https://"):
            yield Span(found.start(), found.start() + len(url), "link", url)


def _without_end(url: str) -> str:
    """An address without the sentence's own marks after it; a bracket that it opened itself is its own."""
    while not _its_own(url, url[-1]):
        url = url[:-1]
    return url


def _its_own(url: str, last: str) -> bool:
    opened = _BRACKETS.get(last)
    if opened:
        return url.count(opened) >= url.count(last)
    return category(last)[0] != "P" or last in "/&=#%_-"


def _mentions(text: str) -> Iterator[Span]:
    for found in _HANDLE.finditer(text):
        yield Span(found.start(), found.end(), "mention", found[1].lower())


def _tags(text: str) -> Iterator[Span]:
    for found in _TAG.finditer(text):
        tag = found[1]
        while tag and category(tag[-1])[0] == "P":
            tag = tag[:-1]
        # a number is no hashtag, nor is the keycap of one
        if 0 < len(tag) <= LONGEST_TAG and not tag.isdigit() and tag[0] != "\ufe0f":
            yield Span(found.start(), found.start() + 1 + len(tag), "tag", tag)
