"""Entries of RSS and Atom: which element says what.

Sources: RSS 2.0; RDF Site Summary 1.0; RFC 4287 (Atom), RFC 4685 (threads); Dublin Core;
Media RSS; what WordPress, Discourse, Google Alerts and the App Store write (tests hold
examples of each).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from cxtui.connectors.feed.entry import Entry, Parsed, Person
from cxtui.connectors.feed.tree import ABOUT, FIELDS, XML, Document, Names, Node, get, markup, text
from cxtui.core import moments
from cxtui.core.item import Attachment
from cxtui.core.moments import Moment
from cxtui.core.text import from_html

SCALE = 5
ATTACHMENTS = 20
TEXT = 65_536

NOBODY = Person()

_TITLES = ("title", "atom:title", "dc:title", "media:title")
_TEXTS = (
    "content:encoded", "content", "atom:content", "xhtml:body", "xhtml:div", "description", "summary",
    "atom:summary", "dc:description", "itunes:summary", "media:description",
)  # fmt: skip
_TIMES = (
    "published", "pubDate", "atom:published", "issued", "dcterms:issued", "dc:date", "dcterms:created",
    "created", "atom:updated", "updated", "modified", "dcterms:modified",
)  # fmt: skip
FEEDS = frozenset({"application/atom+xml", "application/rss+xml"})
_AUTHORS = frozenset({"author", "atom:author", "dc:creator", "itunes:author", "source"})
_MEDIA = frozenset({"enclosure", "media:content", "media:group"})
_COUNTS = frozenset({"slash:comments", "thr:total", "thr:count"})
_MAIL_AND_NAME = re.compile(r"(\S+@\S+)\s*\((.*)\)")
_NAME_AND_MAIL = re.compile(r"(.*?)\s*<\s*(\S+@[^\s>]+)\s*>")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")


def feed(document: Document, source: str, problems: list[str]) -> Parsed:
    """Everything a feed says. ``source`` is the address it came from, to which links may be relative.

    Takes the entries out of ``document`` one by one, so that not all is there twice.
    """
    root, head, items = document.root, document.head, document.items
    base = _based(source, root)
    reading = _Reading(document.names, atom=document.is_atom)
    if reading.atom:
        reading.author = _person(head, "author", "atom:author")
    if root.tag.endswith("entry"):
        items = [root]
    items.reverse()
    entries: list[Entry] = []
    store = "/customerreviews/" in source or "/customerreviews/" in head.value("id")
    while items:
        entry = reading.entry(items.pop(), base)
        if not store or entry.stars is not None:  # the App Store: the first may be the app itself
            entries.append(entry)
    if reading.cut:
        problems.append(f"{reading.cut} texts are longer than 64 KiB and were cut")
    return Parsed(
        format=document.format,
        title=reading.title(head),
        entries=tuple(entries),
        problems=tuple(problems),
        link=_link(_links(head), base),
        lang=language(root.get(f"{XML}lang", "") or head.value("language", "dc:language")),
    )


def language(said: str) -> str:
    """The language part of a language tag, or nothing."""
    found = _LANGUAGE.fullmatch(said) if said else None
    return found[1].lower() if found else ""


def web(base: str, address: str) -> str:
    """An address as an absolute http one; nothing where it is none."""
    address = "".join(address.split())
    if not address:
        return ""
    if address.startswith(("https://", "http://")) and "[" not in address:
        return address
    try:
        whole = urljoin(base, address)
    except ValueError:
        return ""
    return whole if whole[:8].lower().startswith(("http://", "https://")) else ""


@dataclass(slots=True)
class _Reading:
    """One feed being read. ``author`` is who wrote what names nobody; ``cut`` counts what was too long."""

    names: Names
    atom: bool
    author: Person = NOBODY
    cut: int = 0

    def entry(self, element: Element, base: str) -> Entry:
        node = Node(element[:FIELDS], self.names)
        base = _based(base, element)
        guid = node.value("guid", "id", "atom:id", "dc:identifier") or element.get(ABOUT, "")
        answers = node.first("thr:in-reply-to")
        links, rating = _links(node), stars(node.value("im:rating"))
        link = _link(links, base) or (web(base, guid) if _guid_link(node) else "")
        if not link and rating is not None:
            link = _link(links, base, "related")  # the App Store's reviews have no page of their own
        return Entry(
            guid=guid,
            link=link,
            title=self.title(node),
            text=self._text(node),
            author=_author(node) or self.author,
            posted=_posted(node),
            ref="" if answers is None else get(answers, "ref"),
            ref_link="" if answers is None else web(base, get(answers, "href")),
            stars=rating,
            lang=language(element.get(f"{XML}lang", "") or node.value("dc:language", "language")),
            attachments=_attachments(node, links, base),
            replies=count(node.value(*_COUNTS)) if not _COUNTS.isdisjoint(node.tags) else None,
            replies_feed=web(base, node.value("wfw:commentRss", "wfw:commentRSS"))
            or _replies_feed(links, base),
        )

    def title(self, node: Node) -> str:
        for tag in _TITLES:
            for found in node.tags.get(tag, ()):
                if words := self._words(tag, found):
                    return words
        return ""

    def _text(self, node: Node) -> str:
        """The fullest of its texts. Where one is there as plain text and as HTML, the plain one."""
        tags, group = node.tags, node.inside("media:group")
        for tag in _TEXTS:
            if found := tags.get(tag) or (group.all(tag) if group else None):
                for part in sorted(found, key=_not_plain) if len(found) > 1 else found:
                    if words := self._words(tag, part):
                        return words
        return ""

    def _words(self, tag: str, part: Element) -> str:
        """The plain text of an element, by its type; without one RSS means HTML and Atom means text."""
        said = part.get("type")
        kind = said.strip().lower() if said else "text" if self.atom and ":" not in tag else "html"
        if (len(part) and part.get("mode") != "escaped") or tag.startswith("xhtml:"):
            return from_html(self._short(markup(part))).strip()
        if kind == "text" or kind.startswith("text/plain"):
            return self._short(text(part))
        if "html" in kind or "xml" in kind or ("/" not in kind and part.get("mode") != "base64"):
            words = self._short(text(part))
            return from_html(words).strip() if "<" in words or "&" in words else words
        return ""

    def _short(self, words: str) -> str:
        if len(words) <= TEXT:
            return words
        self.cut += 1
        return words[:TEXT] + "…"


def _not_plain(part: Element) -> bool:
    return part.get("type") != "text"


def _links(node: Node) -> Sequence[Element]:
    tags = node.tags
    if "atom:link" in tags:
        return (*tags.get("link", ()), *tags["atom:link"])
    return tags.get("link", ())


def _link(links: Sequence[Element], base: str, kind: str = "alternate") -> str:
    """Where it can be read: the page it is an alternate of, a web page before other kinds."""
    best = ""
    for link in links:
        href = get(link, "href")
        if not href:
            if address := web(base, text(link)):
                return address
        elif (get(link, "rel").lower() or "alternate") == kind and (address := web(_based(base, link), href)):
            if get(link, "type").lower() in ("", "text/html"):
                return address
            best = best or address
    return best


def _replies_feed(links: Sequence[Element], base: str) -> str:
    """Where the replies can be read as a feed (RFC 4685)."""
    for link in links:
        if get(link, "rel").lower() == "replies" and get(link, "type").lower() in FEEDS:
            return web(_based(base, link), get(link, "href"))
    return ""


def count(said: str) -> int | None:
    """A number of things, where it is one."""
    return int(said) if said.isdecimal() and len(said) < 10 else None


def _based(base: str, element: Element) -> str:
    own = element.get(f"{XML}base")
    try:
        return urljoin(base, own.strip()) if own else base
    except ValueError:
        return base


def _guid_link(node: Node) -> bool:
    """Whether the guid is said to be an address."""
    guid = node.first("guid")
    return guid is not None and get(guid, "isPermaLink").lower() != "false"


def _author(node: Node) -> Person | None:
    if not _AUTHORS & node.tags.keys():
        return None
    atom = _person(node, "author", "atom:author")
    creator = " ".join(node.value("dc:creator", "itunes:author").split())
    if creator:
        return Person(creator, atom.uri, atom.email)
    if atom == NOBODY:
        source = node.inside("source")
        atom = _person(source, "author") if source else NOBODY
    return None if atom == NOBODY else atom


def _person(of: Node, *tags: str) -> Person:
    """An Atom person, or a line of RSS: ``mail (Name)``, ``Name <mail>``, a mail or a name."""
    element = of.first(*tags)
    if element is None:
        return NOBODY
    if len(element):
        node = Node(element[:FIELDS], of.names)
        name = node.value("name", "atom:name")
        uri = node.value("uri", "atom:uri", "url", "homepage")
        return Person(" ".join(name.split()), uri, node.value("email", "atom:email"))
    return person(text(element))


def person(line: str) -> Person:
    """Who is meant by one line."""
    line = " ".join(line.split())[:500]
    if "@" not in line:
        return Person(line) if line else NOBODY
    if found := _MAIL_AND_NAME.fullmatch(line):
        return Person(found[2].strip(), "", found[1])
    if found := _NAME_AND_MAIL.fullmatch(line):
        return Person(found[1], "", found[2])
    return Person("", "", line) if "@" in line[1:] and " " not in line else Person(line)


def _posted(node: Node) -> Moment | None:
    tags = node.tags
    for tag in _TIMES:
        for found in tags.get(tag, ()):
            if moment := moments.parse(text(found)):
                return moment
    return None


def stars(said: str) -> float | None:
    """A rating that lies on the scale."""
    if not said:
        return None
    try:
        number = float(said)
    except ValueError:
        return None
    return number if 0 <= number <= SCALE else None


def _attachments(node: Node, links: Sequence[Element], base: str) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    if _MEDIA & node.tags.keys():
        group = node.inside("media:group")
        media = (*node.all("media:content"), *(group.all("media:content") if group else ()))
        for part in (*node.all("enclosure"), *media):
            _attach(found, web(base, get(part, "url")), get(part, "type") or get(part, "medium"))
    for link in links:
        if get(link, "rel").lower() == "enclosure":
            _attach(found, web(_based(base, link), get(link, "href")), get(link, "type"), get(link, "title"))
    return tuple(found.values())[:ATTACHMENTS]


def _attach(found: dict[str, Attachment], url: str, kind: str, name: str = "") -> None:
    if url:
        found.setdefault(url, attachment(url, kind, name))


def attachment(url: str, kind: str, name: str = "") -> Attachment:
    """Something hung on an entry, named by the last part of its address where it has no name."""
    return Attachment(name or url.partition("?")[0].rstrip("/").rpartition("/")[2] or url, kind, url)
