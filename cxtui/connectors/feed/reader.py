"""From the bytes of an answer to a feed. What it is, is seen in it; Content-Type decides nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from cxtui.connectors.feed import fields, json_feed, xml
from cxtui.connectors.feed.decode import decode
from cxtui.connectors.feed.entry import Broken, Parsed
from cxtui.core.text import clean, one_line
from cxtui.errors import Unreadable

VERSION = 2
"""Goes up when the same bytes would be read differently: what was not modified is then asked for anew."""

SNIFFED = 4096
NAMED = 5

_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|RDF|entry)[\s>]")
_START = re.compile(rb"<\?xml\b|" + _ROOT.pattern)
_KIND = re.compile(rb"<((?i:!doctype\s+html|html[\s>]))|" + _ROOT.pattern)
_CHANNEL = re.compile(rb"<CHANNEL[\s>]", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml[^>]*\?>")
_LINK = re.compile(r"<link\b[^>]{1,2000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"type\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s>]+))", re.IGNORECASE)


def read(body: bytes, content_type: str | None, source: str) -> Parsed:
    """The feed in an answer that came from ``source``.

    Raises: Unreadable, which says what it is instead; Broken, where it may be mended.
    """
    problems: list[str] = []
    document = decode(body, content_type, problems)
    if not document:
        raise Unreadable("it is empty")
    parsed = _read(document, source, problems)
    title = parsed.title
    if title.isascii() and title.isprintable() and "  " not in title and len(title) <= 300:
        return parsed
    return replace(parsed, title=_said(title))


def _said(words: str) -> str:
    return one_line(clean(words, limit=300))


def _read(document: bytes, source: str, problems: list[str]) -> Parsed:
    if document[:1] in (b"{", b"["):
        return json_feed.parse(document, source, problems)
    root = _KIND.search(document, 0, SNIFFED)
    if root and root[1]:
        raise Unreadable(f"it is an HTML page, not a feed{_named(document, source)}")
    start = root if document.startswith((b"<?", b"<!")) else _START.search(document, 0, SNIFFED)
    if start is None and not document.startswith(b"<"):
        begins = one_line(clean(_text(document[:800])[:200], limit=40))
        raise Unreadable(f"it is no feed: it begins with “{begins}”")
    if start is None and _CHANNEL.search(document, 0, SNIFFED):
        raise Broken("it is in the channel format of 1997", document, problems, "CDF")
    if start and not document.startswith((b"<?", b"<!", start[0])):
        begins = _said(_text(document[:160])[:40])
        problems.append(f"begins with something else (“{begins}”), which was left out")
        document = document[start.start() :]
    if document.find(b"<?xml", 1, SNIFFED) > 0:
        document = _DECLARATION.sub(_blanked, document, count=1)
    return fields.feed(xml.parse(document, problems), source, problems)


def _text(document: bytes) -> str:
    return document.decode("utf-8", "ignore")


def _blanked(found: re.Match[bytes]) -> bytes:
    """Line breaks only, so that the numbers of lines stay."""
    return b"\n" * found[0].count(b"\n")


def named(document: bytes, source: str) -> tuple[str, ...]:
    """The addresses of the feeds that an HTML page in UTF-8 names, in its order."""
    found: list[str] = []
    for link in _LINK.findall(_text(document[: 64 * SNIFFED])):
        href = _HREF.search(link) if _FEED_TYPE.search(link) else None
        if href:
            address = fields.web(source, unescape(href[1] or href[2] or href[3]))
            if address and address not in found:
                found.append(address)
    return tuple(found)


def _named(document: bytes, source: str) -> str:
    """The feeds that a page names, as the end of a sentence."""
    found = named(document, source)
    return f"; it names {one_line(clean(', '.join(found[:NAMED])))}" if found else ""
