"""Reading XML piece by piece, within limits of memory and time that hold for any input.

Expat reads; nothing recurses with the depth of the input, nothing grows with its size but
the entries that are kept. Names that HTML has for characters are known without being
declared, and so are the usual prefixes.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from cxtui.connectors.feed.entry import Broken
from cxtui.connectors.feed.tree import (
    DEPTH,
    FIELDS,
    ITEMS,
    NAMESPACES,
    Document,
    Names,
    Node,
    age,
    recognised,
    report,
    thin,
)
from cxtui.core.text import clean, one_line
from cxtui.errors import Unreadable

TEXT = 65_536
"""Characters of one field of an entry that are kept."""
LONGEST_TAG = 65_536
TAGS = 500_000
NESTED = 120_000
NAMES = 50_000
"""Levels, and names of tags and attributes, of each of which expat keeps a piece to the end."""
ROOM = 16 << 20
"""Bytes, as estimated, that all entries may take before the oldest go."""
LARGEST_ENTRY = 4 << 20
PREFIXES = 100

_ELEMENT, _ATTRIBUTE = 160, 120
"""What one takes besides its text, in bytes."""

_LONG_TAG = re.compile(rb"<[A-Za-z_:][^<>]{%d,}+>?" % LONGEST_TAG)
_NAME = re.compile(rb"<[^\s/>]*")
_URIS = {prefix: uri for uri, prefix in reversed(NAMESPACES.items())}
_SUDDEN = frozenset(
    {
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    }
)


class _LongTag(Exception):
    """A tag is longer than is good for expat, which begins it anew with each piece."""


def parse(document: bytes, problems: list[str]) -> Document:
    """The trees of a feed. Adds to ``problems`` what was left out. Raises: Broken, Unreadable."""
    try:
        return _Builder(problems).read(document)
    except _LongTag:
        shorter = _LONG_TAG.sub(_shortened, document)
    problems.append("holds a tag longer than 64 KiB, of which the name was read")
    try:
        return _Builder(problems).read(shorter)
    except _LongTag as long:
        raise Unreadable("it holds a tag or comment longer than 64 KiB, which is refused") from long


def _shortened(found: re.Match[bytes]) -> bytes:
    name = _NAME.match(found[0])
    return (name[0] if name else b"<x") + (b"/>" if found[0].endswith(b"/>") else b">")


class _Builder:
    """Takes what expat sees and keeps the entries."""

    def __init__(self, problems: list[str]) -> None:
        self._problems = problems
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # noqa: FBT003 - unknown entities then reach _entity instead of ending it all
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.SkippedEntityHandler = self._entity
        parser.EntityDeclHandler = self._refuse
        parser.AttlistDeclHandler = self._refuse
        self._scopes: list[tuple[int, dict[str, str]]] = [(0, {"xml": _URIS["xml"]})]
        self._unbound: set[str] = set()
        self._root: Element | None = None
        self._root_tag = ""
        self._names = Names()
        self._form = ""
        self._heads: list[Element] = []
        self._items: list[Element] = []
        self._ages: dict[int, float] = {}
        self._costs: dict[int, int] = {}
        self._count = self._cut = self._depth = self._tags = 0
        self._in_channel = False
        self._tree: TreeBuilder | None = None
        self._open: list[str] = []
        self._fields = self._room = self._cost = self._kept = 0

    def read(self, document: bytes) -> Document:
        """Read a whole document."""
        try:
            for start in range(0, len(document), LONGEST_TAG):
                end = min(start + LONGEST_TAG, len(document))
                self._parser.Parse(document[start:end], False)  # noqa: FBT003 - expat takes no names
                if len(self._parser.intern) > NAMES:
                    raise Unreadable("it holds more names than any feed has, which is refused")
                if end - self._parser.CurrentByteIndex > 2 * LONGEST_TAG:
                    raise _LongTag
            self._parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            self._explain(error, document)
        if self._root is None:
            raise Unreadable("it holds no XML element, so it is not a feed")
        self._thin(ITEMS)
        self._report()
        head = Node(self._heads, self._names)
        return Document(self._root, self._names, self._form, head, self._items)

    def _explain(self, error: expat.ExpatError, document: bytes) -> None:
        """Say what is wrong, where nothing is missing. Raises: Broken, Unreadable.

        What is cut off is not mended: half an entry would be kept under a wrong text.
        """
        kind, line = expat.errors.messages[error.code], error.lineno
        if kind == expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
            self._problems.append(f"goes on after its end (line {line}), which was left out")
            return
        ends = f"</{self._root_tag}".encode() in document[-200:]
        if kind in _SUDDEN and ends and not self._tree:
            self._problems.append(f"breaks off in its last tag (line {line})")
            return
        if kind in _SUDDEN and self._depth and not ends:
            raise Unreadable(f"it is cut off at line {line}") from error
        told = f"it is not well-formed XML: {kind} in line {line}"
        if b"<!ENTITY" in document:
            raise Unreadable(told) from error
        raise Broken(told, document, self._problems, self._form) from error

    def _report(self) -> None:
        report(self._count, self._problems)
        if self._cut:
            self._problems.append("holds more text than can be kept; the oldest or the rest was cut")
        if self._unbound:
            names = ", ".join(sorted(self._unbound)[:5])
            self._problems.append(
                one_line(clean(f"uses prefixes that it does not declare: {names}", limit=300))
            )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._tags += 1
        if self._tags > TAGS:
            raise Unreadable("it holds more than half a million tags, which is refused")
        if self._depth > NESTED:
            raise Unreadable("it is nested deeper than any feed, which is refused")
        if self._depth > DEPTH:
            return
        if any(name.startswith("xmlns") for name in attributes):
            self._declare(attributes)
        full = self._full(tag, "")
        kept = {self._full(name, name): value for name, value in attributes.items() if name[:5] != "xmlns"}
        if self._root is None:
            self._open_root(tag, Element(full, kept))
        elif self._tree is not None:
            self._open_inside(self._tree, full, kept)
        elif self._names[full] == "channel" and self._depth == 2:
            self._in_channel = True
        else:
            self._begin(full, kept)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._tree = TreeBuilder()
        self._tree.start(tag, attributes)
        self._open = [tag]
        self._fields, self._room, self._cost = 0, TEXT, _cost(attributes)

    def _open_inside(self, tree: TreeBuilder, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) == 1:
            self._room = TEXT
            self._fields += 1
        cost = _cost(attributes)
        if self._fields > FIELDS or self._room <= 0 or self._cost + cost > LARGEST_ENTRY:
            self._open.append("")  # kept by nobody
            self._room = -1
            return
        self._cost += cost
        tree.start(tag, attributes)
        self._open.append(tag)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._depth >= DEPTH:
            return
        while self._scopes[-1][0] > self._depth:
            self._scopes.pop()
        if self._tree is None:
            self._in_channel = False
            return
        tag = self._open.pop()
        if tag:
            self._tree.end(tag)
        if self._open:
            return
        element, self._tree = self._tree.close(), None
        if self._names[element.tag] in ("item", "entry"):
            self._keep(element)
        elif len(self._heads) < FIELDS and (self._in_channel or self._depth == 1):
            self._heads.append(element)

    def _keep(self, item: Element) -> None:
        self._count += 1
        self._items.append(item)
        self._ages[id(item)] = age(item, self._names)
        self._costs[id(item)] = self._cost
        self._kept += self._cost
        if self._kept > ROOM or len(self._items) >= 2 * ITEMS:
            self._cut += self._kept > ROOM
            self._thin(ITEMS if self._kept <= ROOM else min(ITEMS, len(self._items) // 2))

    def _thin(self, most: int) -> None:
        thin(self._items, [self._ages[id(item)] for item in self._items], most)
        self._ages = {id(item): self._ages[id(item)] for item in self._items}
        self._costs = {id(item): self._costs[id(item)] for item in self._items}
        self._kept = sum(self._costs.values())

    def _data(self, text: str) -> None:
        if self._tree is None or self._room < 0:
            return
        if self._cost > LARGEST_ENTRY:
            self._room, self._cut = -1, self._cut + 1
            return
        if len(text) > self._room:
            text = text[: self._room + 1]  # one more than may be read, so that the cut is seen
            self._room = 0
        self._room -= len(text)
        self._cost += len(text) if text.isascii() else 4 * len(text)
        self._tree.data(text)

    def _entity(self, name: str, is_parameter: bool) -> None:  # noqa: FBT001 - expat's own signature
        if not is_parameter:
            self._data(html5.get(f"{name};", f"&{name};"))

    def _refuse(self, *_: object) -> NoReturn:
        raise Unreadable("it declares entities or attributes, which is refused")

    def _open_root(self, tag: str, root: Element) -> None:
        self._root, self._root_tag = root, tag
        self._names, self._form = recognised(root)
        if root.tag.rpartition("}")[2] == "entry":
            self._begin(root.tag, root.attrib)

    def _declare(self, attributes: dict[str, str]) -> None:
        known = dict(self._scopes[-1][1])
        for name, uri in attributes.items():
            if (name == "xmlns" or name.startswith("xmlns:")) and len(known) < PREFIXES:
                known[name[6:]] = uri.strip()
        self._scopes.append((self._depth, known))

    def _full(self, name: str, bare: str) -> str:
        """A name with its namespace; ``bare`` is what a name without a prefix becomes, else the default's."""
        prefix, _, local = name.rpartition(":")
        if not prefix and bare:
            return bare
        uri = self._scopes[-1][1].get(prefix)
        if uri is None and prefix:
            self._unbound.add(prefix)
            uri = _URIS.get(prefix, "?")
        return f"{{{uri}}}{local}" if uri else local


def _cost(attributes: dict[str, str]) -> int:
    """Bytes of an element, as estimated, without its text."""
    return _ELEMENT + sum(_ATTRIBUTE + 4 * len(value) for value in attributes.values())
