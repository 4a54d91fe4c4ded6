"""What the readers of entries see of a feed's XML: elements under the names we know.

Elements are those of the standard library, whose parser and trees are C; their tags are
written ``{uri}name``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from xml.etree.ElementTree import Element

from cxtui.core import moments
from cxtui.core.text import clean, one_line
from cxtui.errors import Unreadable

NAMESPACES = {
    "": "",
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/net/rss1.1#": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://backend.userland.com/RSS2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "http://itunes.apple.com/rss": "im",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""Namespaces we read, and the prefix under which the readers of entries know them."""

XML = "{http://www.w3.org/XML/1998/namespace}"
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
ITEMS = 2_000
"""So many entries are kept, the newest."""
FIELDS = 500
"""So many children of an element are looked at."""
DEPTH = 50
"""Elements deeper than this lose their tags and keep their text."""
CACHED = 1_000

_PLAIN_ROOTS = frozenset({"rss", "feed", "entry"})
_VERSION = re.compile(r"[0-9.]{1,5}")
_ROOTS = _PLAIN_ROOTS | {"RDF", "Channel"}
_TIMES = ("pubDate", "published", "issued", "dc:date", "updated", "modified")


class Names(dict[str, str]):
    """From tags to our names: our prefix, or ``x`` for a namespace that we do not read."""

    def __init__(self, own: str = "") -> None:
        super().__init__()
        self._own = own

    def __missing__(self, tag: str) -> str:
        uri, _, local = tag.rpartition("}")
        uri = uri[1:].strip()
        prefix = "" if uri == self._own else NAMESPACES.get(uri, "x")
        name = f"{prefix}:{local}" if prefix else local
        if prefix != "x" and len(self) < CACHED:
            self[tag] = name
        return name


_SHARED = {uri: Names(uri) for uri in NAMESPACES}


def names(own: str) -> Names:
    """The names in a feed whose own elements are in the namespace ``own``; they go without a prefix."""
    return _SHARED.get(own) or Names(own)


class Node:
    """An element's children by name, each name's in their order."""

    __slots__ = ("names", "tags")

    def __init__(self, children: Iterable[Element], known: Names) -> None:
        self.names = known
        self.tags: dict[str, list[Element]] = {}
        self.sort(children, [])

    def sort(self, children: Iterable[Element], items: list[Element]) -> None:
        """Take more children in; those that are entries go to ``items``."""
        known, tags = self.names, self.tags
        for child in children:
            name = known[child.tag]
            if name in ("item", "entry"):
                items.append(child)
            elif name in tags:
                tags[name].append(child)
            else:
                tags[name] = [child]

    def all(self, tag: str) -> Sequence[Element]:
        """Its child elements of one name."""
        return self.tags.get(tag, ())

    def first(self, *tags: str) -> Element | None:
        """The first child element of the first name that it has."""
        for tag in tags:
            if tag in self.tags:
                return self.tags[tag][0]
        return None

    def inside(self, *tags: str) -> Node | None:
        """The children of such a child."""
        found = self.first(*tags)
        return None if found is None else Node(found[:FIELDS], self.names)

    def value(self, *tags: str) -> str:
        """The text of the first of these child elements that has any."""
        mine = self.tags
        for tag in tags:
            if tag in mine:
                for element in mine[tag]:
                    if found := text(element):
                        return found
        return ""


def text(element: Element) -> str:
    """All text in an element, without the tags, trimmed."""
    return ("".join(element.itertext()) if len(element) else element.text or "").strip()


def get(element: Element, name: str) -> str:
    """An attribute, trimmed, or nothing."""
    found = element.get(name)
    return found.strip() if found else ""


def markup(element: Element, depth: int = 0) -> str:
    """An element's inside as HTML."""
    if depth > DEPTH:
        return escape("".join(element.itertext()), quote=False)
    pieces = [escape(element.text or "", quote=False)]
    for child in element:
        name = child.tag.rpartition("}")[2]
        alt = f' alt="{escape(get(child, "alt"))}"' if name == "img" else ""
        pieces += (
            f"<{name}{alt}>",
            markup(child, depth + 1),
            f"</{name}>",
            escape(child.tail or "", quote=False),
        )
    return "".join(pieces)


@dataclass(slots=True)
class Document:
    """A feed taken apart: what it says of itself, and its entries in their order."""

    root: Element
    names: Names
    format: str
    head: Node
    items: list[Element]

    @property
    def is_atom(self) -> bool:
        """Whether it is Atom, in which a text says of what type it is."""
        return self.format.startswith("Atom")


def recognised(root: Element) -> tuple[Names, str]:
    """The names of a feed's elements and what the feed calls itself. Raises: Unreadable where it is none."""
    return _recognised(root.tag, root.get("version", ""))


@lru_cache(64)
def _recognised(tag: str, version: str) -> tuple[Names, str]:
    uri, _, local = tag.rpartition("}")
    uri = uri[1:]
    if local not in _ROOTS:
        raise Unreadable(f"it is XML, but no feed: it begins with <{one_line(clean(local, limit=40))}>")
    return names(uri.strip() if local in _PLAIN_ROOTS else ""), _format(local, version, uri)


def thin(items: list[Element], ages: Sequence[float], most: int) -> None:
    """Keep the newest in their order; of equal age, those that stand first."""
    if len(items) > most:
        newest = sorted(range(len(items)), key=ages.__getitem__)[:most]
        items[:] = [items[place] for place in sorted(newest)]


def report(count: int, problems: list[str]) -> None:
    """Say that entries were left out, where they were."""
    if count > ITEMS:
        problems.append(f"holds {count} entries; the newest {ITEMS} were read")


def age(item: Element, known: Names) -> float:
    """Seconds from when an entry was written to 1970; a long time where it does not say."""
    times = {name: child for child in item[:FIELDS] if (name := known[child.tag]) in _TIMES}
    for name in _TIMES:
        if name in times and (moment := moments.parse(text(times[name]))):
            return -moment.at.timestamp()
    return 1e11


def _format(local: str, version: str, uri: str) -> str:
    """What the document calls itself."""
    if local == "rss":
        return f"RSS {version}" if _VERSION.fullmatch(version) else "RSS"
    if local in ("feed", "entry"):
        return "Atom 0.3" if version == "0.3" or uri == "http://purl.org/atom/ns#" else "Atom 1.0"
    return "RSS 1.1" if local == "Channel" else "RSS 1.0"
