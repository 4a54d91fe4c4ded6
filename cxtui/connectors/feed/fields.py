"""Entries of RSS and Atom: which element says what.

Sources: RSS 2.0; RDF Site Summary 1.0; RFC 4287 (Atom), RFC 4685 (threads); Dublin Core;
Media RSS; what WordPress, Discourse, Google Alerts and the App Store write (tests hold
examples of each).
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from cxtui.connectors.feed import dates
from cxtui.connectors.feed.dates import Moment
from cxtui.connectors.feed.entry import Entry, Parsed, Person
from cxtui.connectors.feed.tree import Document, Node
from cxtui.core.item import Attachment
from cxtui.core.text import from_html

SCALE = 5
ATTACHMENTS = 20
TEXT = 65_536

_TITLES = ("title", "atom:title", "dc:title", "media:title")
_TEXTS = (
    "content:encoded", "content", "atom:content", "xhtml:body", "xhtml:div", "description", "summary",
    "atom:summary", "dc:description", "itunes:summary", "media:description",
)  # fmt: skip
_TIMES = (
    "published", "pubDate", "atom:published", "issued", "dcterms:issued", "dc:date", "dcterms:created",
    "created", "atom:updated", "updated", "modified", "dcterms:modified",
)  # fmt: skip
_MAIL_AND_NAME = re.compile(r"(\S+@\S+)\s*\((.*)\)")
_NAME_AND_MAIL = re.compile(r"(.*?)\s*<\s*(\S+@[^\s>]+)\s*>")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")


def feed(document: Document, source: str, problems: list[str]) -> Parsed:
    """Everything a feed says. ``source`` is the address it came from, to which links may be relative."""
    root, head = document.root, document.head
    base = urljoin(source, root.get("xml:base"))
    author = _person(head.first("author", "atom:author")) if document.is_atom else Person()
    nodes = [root] if root.tag == "entry" else document.items
    entries = tuple(_entry(node, base, author, atom=document.is_atom) for node in nodes)
    if (
        "/customerreviews/" in f"{source} {head.value('id')}"
    ):  # the App Store: the first may be the app itself
        entries = tuple(entry for entry in entries if entry.stars is not None)
    return Parsed(
        format=document.format,
        title=_title(head, atom=document.is_atom),
        entries=entries,
        problems=tuple(problems),
        link=_link(head, base),
        lang=language(root.get("xml:lang") or head.value("language", "dc:language")),
    )


def language(said: str) -> str:
    """The language part of a language tag, or nothing."""
    found = _LANGUAGE.fullmatch(said)
    return found[1].lower() if found else ""


def web(base: str, address: str) -> str:
    """An address as an absolute http one; nothing where it is none."""
    address = "".join(address.split())
    try:
        whole = urljoin(base, address) if address else ""
    except ValueError:
        return ""
    return whole if whole[:8].lower().startswith(("http://", "https://")) else ""


def _entry(node: Node, base: str, author: Person, *, atom: bool) -> Entry:
    base = urljoin(base, node.get("xml:base"))
    guid = node.value("guid", "id", "atom:id", "dc:identifier") or node.get("rdf:about")
    answers = node.first("thr:in-reply-to")
    return Entry(
        guid=guid,
        link=_link(node, base) or (web(base, guid) if _guid_link(node) else ""),
        title=_title(node, atom=atom),
        text=_text(node, atom=atom),
        author=_author(node) or author,
        posted=_posted(node),
        ref=answers.get("ref") if answers else "",
        ref_link=web(base, answers.get("href")) if answers else "",
        stars=_stars(node.value("im:rating")),
        lang=language(node.get("xml:lang") or node.value("dc:language", "language")),
        attachments=_attachments(node, base),
    )


def _title(node: Node, *, atom: bool) -> str:
    return next(
        (words for tag in _TITLES for found in node.all(tag) if (words := _words(found, atom=atom))), ""
    )


def _text(node: Node, *, atom: bool) -> str:
    """The fullest of its texts. Where one is there as plain text and as HTML, the plain one."""
    group = node.first("media:group")
    for tag in _TEXTS:
        found = node.all(tag) or (group.all(tag) if group else [])
        for part in sorted(found, key=lambda part: part.get("type") != "text"):
            words = _words(part, atom=atom)
            if words:
                return words
    return ""


def _words(node: Node, *, atom: bool) -> str:
    """The plain text of an element, by its type; without one RSS means HTML and Atom means text."""
    kind = node.get("type").lower() or ("text" if atom and ":" not in node.tag else "html")
    mode = node.get("mode")
    if node.tag.startswith("xhtml:") or (
        any(isinstance(part, Node) for part in node.parts) and mode != "escaped"
    ):
        return from_html(node.markup()).strip()
    if kind.startswith("text/plain") or kind == "text":
        return node.text()
    if kind in ("html", "xhtml") or "html" in kind or "xml" in kind:
        return from_html(node.text()).strip()
    return "" if mode == "base64" or "/" in kind else from_html(node.text()).strip()


def _link(node: Node, base: str) -> str:
    """Where it can be read: the page it is an alternate of, a web page before other kinds."""
    best = ""
    for link in (*node.all("link"), *node.all("atom:link")):
        href = link.get("href")
        if not href:
            if address := web(base, link.text()):
                return address
        elif link.get("rel").lower() in ("", "alternate") and (address := web(_based(base, link), href)):
            if link.get("type").lower() in ("", "text/html"):
                return address
            best = best or address
    return best


def _based(base: str, node: Node) -> str:
    return urljoin(base, node.get("xml:base"))


def _guid_link(node: Node) -> bool:
    """Whether the guid is said to be an address."""
    guid = node.first("guid")
    return bool(guid and guid.get("isPermaLink").lower() != "false")


def _author(node: Node) -> Person | None:
    atom = _person(node.first("author", "atom:author") or None)
    creator = " ".join(node.value("dc:creator", "itunes:author").split())
    if creator:
        return Person(creator, atom.uri, atom.email)
    if atom == Person():
        source = node.first("source")
        atom = _person(source.first("author") if source else None)
    return atom if atom != Person() else None


def _person(node: Node | None) -> Person:
    """An Atom person, or a line of RSS: ``mail (Name)``, ``Name <mail>``, a mail or a name."""
    if node is None:
        return Person()
    if any(isinstance(part, Node) for part in node.parts):
        name = node.value("name", "atom:name")
        uri = node.value("uri", "atom:uri", "url", "homepage")
        return Person(" ".join(name.split()), uri, node.value("email", "atom:email"))
    return person(node.text())


def person(line: str) -> Person:
    """Who is meant by one line."""
    line = " ".join(line.split())[:500]
    if found := _MAIL_AND_NAME.fullmatch(line):
        return Person(found[2].strip(), "", found[1])
    if found := _NAME_AND_MAIL.fullmatch(line):
        return Person(found[1], "", found[2])
    return Person("", "", line) if "@" in line[1:] and " " not in line else Person(line)


def _posted(node: Node) -> Moment | None:
    return next(
        (moment for tag in _TIMES for found in node.all(tag) if (moment := dates.parse(found.text()))), None
    )


def _stars(said: str) -> float | None:
    try:
        stars = float(said)
    except ValueError:
        return None
    return stars if 0 <= stars <= SCALE else None


def _attachments(node: Node, base: str) -> tuple[Attachment, ...]:
    group = node.first("media:group")
    media = [*node.all("media:content"), *(group.all("media:content") if group else [])]
    found: dict[str, Attachment] = {}
    for part in [*node.all("enclosure"), *media]:
        _attach(found, web(base, part.get("url")), part.get("type") or part.get("medium"))
    for link in (*node.all("link"), *node.all("atom:link")):
        if link.get("rel").lower() == "enclosure":
            _attach(found, web(_based(base, link), link.get("href")), link.get("type"), link.get("title"))
    return tuple(found.values())[:ATTACHMENTS]


def _attach(found: dict[str, Attachment], url: str, kind: str, name: str = "") -> None:
    if url:
        found.setdefault(url, attachment(url, kind, name))


def attachment(url: str, kind: str, name: str = "") -> Attachment:
    """Something hung on an entry, named by the last part of its address where it has no name."""
    return Attachment(name or url.partition("?")[0].rstrip("/").rpartition("/")[2] or url, kind, url)
