"""A feed's XML as small trees, one for each entry, within limits that hold for any input.

Expat reads; nothing recurses with the depth of the input. A document that declares
entities or attributes is refused: they can make little into much. Names that HTML has
for characters are known without being declared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from html.entities import html5
from typing import NoReturn
from xml.parsers import expat

from cxtui.connectors.feed import dates
from cxtui.errors import Unreadable

ITEMS = 2_000
"""So many entries are kept, the newest."""
TEXT = 65_536
"""Characters of one field of an entry."""
LONGEST_TAG = 65_536
DEPTH = 50
"""Elements deeper than this lose their tags and keep their text."""
FIELDS = 500

_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_NODE = 16
"""What an element takes of its field's room besides its text."""

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

_USUAL = {prefix: prefix for prefix in NAMESPACES.values() if prefix}
_PLAIN_ROOTS = {"rss", "feed", "entry"}


@dataclass(slots=True)
class Node:
    """An element: its tag with our prefix, its attributes, its text and elements in order."""

    tag: str
    attributes: dict[str, str]
    parts: list[str | Node] = field(default_factory=list["str | Node"])

    def all(self, tag: str) -> list[Node]:
        """Its child elements of one tag."""
        return [part for part in self.parts if isinstance(part, Node) and part.tag == tag]

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


def parse(text: str, problems: list[str]) -> Document:
    """The trees of a feed. Adds to ``problems`` what was left out. Raises: Unreadable."""
    return _Builder(problems).read(text)


class _Builder:
    """Takes what expat sees and keeps the entries."""

    def __init__(self, problems: list[str]) -> None:
        self._problems = problems
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # unknown entities then reach _entity instead of ending it all
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.SkippedEntityHandler = self._entity
        parser.EntityDeclHandler = self._refuse
        parser.AttlistDeclHandler = self._refuse
        self._uris = dict(NAMESPACES)
        self._scopes: list[tuple[int, dict[str, str]]] = [(0, dict(_USUAL))]
        self._unbound: set[str] = set()
        self._root: Node | None = None
        self._root_uri = ""
        self._head = Node("", {})
        self._items: list[tuple[int, Node]] = []
        self._count = 0
        self._cut = 0
        self._depth = 0
        self._in_channel = False
        self._stack: list[Node] = []
        self._room = 0

    def read(self, text: str) -> Document:
        """Read a whole document."""
        whole = _DECLARATION.sub(_newlines, text, count=1).encode("utf-8", "replace")
        try:
            for start in range(0, len(whole), LONGEST_TAG):
                end = min(start + LONGEST_TAG, len(whole))
                self._parser.Parse(whole[start:end], False)  # noqa: FBT003 - expat takes no names
                if end - self._parser.CurrentByteIndex > 2 * LONGEST_TAG:
                    raise Unreadable("it holds a tag longer than 64 KiB, which is refused")
            self._parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            self._explain(error)
        if self._root is None:
            raise Unreadable("it holds no XML element, so it is not a feed")
        self._thin(ITEMS)
        self._report()
        items = [node for _, node in sorted(self._items, key=lambda item: item[0])]
        return Document(self._root, _format(self._root, self._root_uri), self._head, items)

    def _explain(self, error: expat.ExpatError) -> None:
        codes = expat.errors.codes
        kind = expat.errors.messages[error.code]
        if error.code == codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]:
            self._problems.append(f"goes on after its end (line {error.lineno}), which was left out")
            return
        if kind in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
        ) and self._depth:
            raise Unreadable(f"it is cut off at line {error.lineno}") from error
        raise Unreadable(f"it is not well-formed XML: {kind} in line {error.lineno}") from error

    def _report(self) -> None:
        if self._count > ITEMS:
            self._problems.append(f"holds {self._count} entries; the newest {ITEMS} were read")
        if self._cut:
            self._problems.append(f"{self._cut} texts are longer than 64 KiB and were cut")
        if self._unbound:
            names = ", ".join(sorted(self._unbound)[:5])
            self._problems.append(f"uses prefixes that it does not declare: {names}")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            return
        if any(name.startswith("xmlns") for name in attributes):
            self._declare(attributes)
        if self._root is None:
            self._open_root(tag, attributes)
            return
        node = Node(self._name(tag), {self._attribute(name): value for name, value in attributes.items()})
        if self._stack:
            self._open_inside(node)
        elif node.tag == "channel" and self._depth == 2:
            self._in_channel = True
        else:
            self._room = TEXT
            self._stack.append(node)

    def _open_inside(self, node: Node) -> None:
        if len(self._stack) == 1:
            self._room = TEXT
        parent = self._stack[-1]
        self._stack.append(node)
        if self._room > 0 and not (len(self._stack) == 2 and len(parent.parts) > FIELDS):
            self._room -= _NODE
            parent.parts.append(node)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._depth >= DEPTH:
            return
        while self._scopes[-1][0] > self._depth:
            self._scopes.pop()
        if not self._stack:
            self._in_channel = False
            return
        node = self._stack.pop()
        if self._stack:
            return
        if node.tag in ("item", "entry"):
            self._items.append((self._count, node))
            self._count += 1
            if len(self._items) >= 2 * ITEMS:
                self._thin(ITEMS)
        elif len(self._head.parts) < FIELDS and (self._in_channel or self._depth == 1):
            self._head.parts.append(node)

    def _data(self, text: str) -> None:
        if not self._stack or self._room < 0:
            return
        if len(text) > self._room:
            text = text[: self._room] + "…"
            self._cut += 1
            self._room = 0
        self._room -= len(text)
        self._stack[-1].parts.append(text)

    def _entity(self, name: str, is_parameter: bool) -> None:  # noqa: FBT001 - expat's own signature
        if not is_parameter:
            self._data(html5.get(f"{name};", f"&{name};"))

    def _refuse(self, *_: object) -> NoReturn:
        raise Unreadable("it declares entities or attributes, which is refused")

    def _open_root(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, local = tag.rpartition(":")
        self._root_uri = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        if local in _PLAIN_ROOTS:  # a feed's own namespace goes without a prefix, whichever it is
            self._uris[self._root_uri] = ""
            self._declare(attributes)
        self._root = Node(local, {self._attribute(name): value for name, value in attributes.items()})
        if local == "entry":
            self._stack.append(self._root)
            self._room = TEXT

    def _declare(self, attributes: dict[str, str]) -> None:
        known = dict(self._scopes[-1][1])
        for name, uri in attributes.items():
            if name == "xmlns" or name.startswith("xmlns:"):
                known[name[6:]] = self._uris.get(uri.strip(), "x")
        self._scopes.append((self._depth, known))

    def _name(self, tag: str) -> str:
        """A tag under the prefix that we know its namespace by."""
        prefix, _, local = tag.rpartition(":")
        known = self._scopes[-1][1].get(prefix)
        if known is None:
            known = prefix and "x"
        if prefix and prefix in _USUAL and self._scopes[-1][1][prefix] is _USUAL[prefix] and not self._declared(prefix):
            self._unbound.add(prefix)
        return f"{known}:{local}" if known else local
