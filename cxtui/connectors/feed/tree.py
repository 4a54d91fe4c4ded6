"""What the readers of entries see of a feed's XML: small trees with tags they know."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

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
    "http://itunes.apple.com/rss": "im",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""Namespaces we read, and the prefix under which the readers of entries know them."""


@dataclass(slots=True)
class Node:
    """An element: its tag with our prefix, its attributes, its text and elements in order."""

    tag: str
    attributes: dict[str, str]
    parts: list[str | Node] = field(default_factory=list["str | Node"])
    _children: dict[str, list[Node]] | None = None

    def all(self, tag: str) -> list[Node]:
        """Its child elements of one tag. Asked only once everything is in it."""
        if self._children is None:
            self._children = {}
            for part in self.parts:
                if isinstance(part, Node):
                    self._children.setdefault(part.tag, []).append(part)
        return self._children.get(tag, [])

    def first(self, *tags: str) -> Node | None:
        """The first child element of the first tag that it has."""
        return next((found[0] for tag in tags if (found := self.all(tag))), None)

    def text(self) -> str:
        """All text in it, without the tags, trimmed."""
        return "".join(part if isinstance(part, str) else part.text() for part in self.parts).strip()

    def value(self, *tags: str) -> str:
        """The text of the first of these child elements that has any."""
        return next((text for tag in tags for node in self.all(tag) if (text := node.text())), "")

    def get(self, name: str) -> str:
        """An attribute, trimmed, or nothing."""
        return self.attributes.get(name, "").strip()

    def markup(self) -> str:
        """Its inside as HTML."""
        pieces: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                pieces.append(escape(part, quote=False))
                continue
            name = part.tag.rpartition(":")[2]
            alt = f' alt="{escape(part.get("alt"))}"' if name == "img" else ""
            pieces.append(f"<{name}{alt}>{part.markup()}</{name}>")
        return "".join(pieces)


@dataclass(slots=True)
class Document:
    """A feed taken apart: what it says of itself, and its entries in their order."""

    root: Node
    format: str
    head: Node
    items: list[Node]

    @property
    def is_atom(self) -> bool:
        """Whether it is Atom, in which a text says of what type it is."""
        return self.format.startswith("Atom")
