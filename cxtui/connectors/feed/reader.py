"""From the bytes of an answer to a feed. What it is, is seen in it; Content-Type decides nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from cxtui.connectors.feed import fields, json_feed, xml
from cxtui.connectors.feed.decode import decode
from cxtui.connectors.feed.entry import Parsed
from cxtui.core.text import clean, one_line
from cxtui.errors import Unreadable

VERSION = 1
"""Goes up when the same bytes would be read differently: what was not modified is then asked for anew."""

SNIFFED = 4096
NAMED = 5

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|RDF|entry)[\s>]")
_START = re.compile(rf"<\?xml\b|{_ROOT.pattern}")
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_LINK = re.compile(r"<link\b[^>]{1,2000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"type\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s>]+))", re.IGNORECASE)


def read(body: bytes, content_type: str | None, source: str) -> Parsed:
    """The feed in an answer that came from ``source``. Raises: Unreadable, which says what it is instead."""
    problems: list[str] = []
    text = decode(body, content_type, problems)
    if not text:
        raise Unreadable("it is empty")
    parsed = _read(text, source, problems)
    told = tuple(one_line(clean(problem, limit=300)) for problem in parsed.problems)
    return replace(parsed, title=one_line(clean(parsed.title, limit=300)), problems=told)


def _read(text: str, source: str, problems: list[str]) -> Parsed:
    if text[0] in "{[":
        return json_feed.parse(text, source, problems)
    head = text[:SNIFFED]
    root, page = _ROOT.search(head), _PAGE.search(head)
    if page and not (root and root.start() < page.start()):
        raise Unreadable(f"it is an HTML page, not a feed{_named(text, source)}")
    start = _START.search(head)
    if start is None and not text.startswith("<"):
        raise Unreadable(f"it is no feed: it begins with “{one_line(clean(text[:200], limit=40))}”")
    if start and not text.startswith(("<?", "<!", start[0])):
        problems.append(f"begins with something else (“{text[:40]}”), which was left out")
        text = text[start.start() :]
    return fields.feed(xml.parse(text, problems), source, problems)


def _named(text: str, source: str) -> str:
    """The feeds that a page names, as the end of a sentence."""
    found: list[str] = []
    for link in _LINK.findall(text[: 64 * SNIFFED]):
        href = _HREF.search(link) if _FEED_TYPE.search(link) else None
        if href:
            address = fields.web(source, unescape(href[1] or href[2] or href[3]))
            if address and address not in found:
                found.append(address)
    return f"; it names {one_line(clean(', '.join(found[:NAMED])))}" if found else ""
