"""A feed's XML as small trees, one for each entry, within limits that hold for any input.

Expat reads; nothing recurses with the depth of the input. A document that declares
entities or attributes is refused: they can make little into much. Names that HTML has
for characters are known without being declared.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import NoReturn
from xml.parsers import expat

from cxtui.connectors.feed import dates
from cxtui.connectors.feed.tree import NAMESPACES, Document, Node
from cxtui.core.text import clean, one_line
from cxtui.errors import Unreadable

ITEMS = 2_000
"""So many entries are kept, the newest."""
TEXT = 65_536
"""Characters of one field of an entry."""
LONGEST_TAG = 65_536
DEPTH = 50
"""Elements deeper than this lose their tags and keep their text."""
FIELDS = 500
TAGS = 1_000_000

_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_NODE = 16
"""What an element takes of its field's room besides its text."""

_PREFIXES = frozenset(NAMESPACES.values())
_PLAIN_ROOTS = frozenset({"rss", "feed", "entry"})
_ENDS = frozenset(
    {
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    }
)
_ROOTS = _PLAIN_ROOTS | {"RDF", "Channel"}


def parse(text: str, problems: list[str]) -> Document:
    """The trees of a feed. Adds to ``problems`` what was left out. Raises: Unreadable."""
    return _Builder(problems).read(text)


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
        self._uris = dict(NAMESPACES)
        self._scopes: list[tuple[int, dict[str, str]]] = [(0, {"xml": "xml"})]
        self._unbound: set[str] = set()
        self._root: Node | None = None
        self._root_tag = ""
        self._root_uri = ""
        self._head = Node("", {})
        self._items: list[tuple[int, Node]] = []
        self._count = 0
        self._cut = 0
        self._depth = 0
        self._tags = 0
        self._in_channel = False
        self._stack: list[Node] = []
        self._room = 0

    def read(self, text: str) -> Document:
        """Read a whole document."""
        whole = _DECLARATION.sub(_blanked, text, count=1).encode("utf-8", "replace")
        try:
            for start in range(0, len(whole), LONGEST_TAG):
                end = min(start + LONGEST_TAG, len(whole))
                self._parser.Parse(whole[start:end], False)  # noqa: FBT003 - expat takes no names
                if end - self._parser.CurrentByteIndex > 2 * LONGEST_TAG:
                    raise Unreadable("it holds a tag longer than 64 KiB, which is refused")
            self._parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            self._explain(error, complete=f"</{self._root_tag}" in text[-200:])
        if self._root is None:
            raise Unreadable("it holds no XML element, so it is not a feed")
        self._thin(ITEMS)
        self._report()
        items = [node for _, node in sorted(self._items, key=lambda item: item[0])]
        return Document(self._root, _format(self._root, self._root_uri), self._head, items)

    def _explain(self, error: expat.ExpatError, *, complete: bool) -> None:
        codes = expat.errors.codes
        kind = expat.errors.messages[error.code]
        if error.code == codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]:
            self._problems.append(f"goes on after its end (line {error.lineno}), which was left out")
            return
        if kind in _ENDS and self._depth and not complete:
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
        self._tags += 1
        if self._tags > TAGS:
            raise Unreadable("it holds more than a million tags, which is refused")
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
        parent, is_field = self._stack[-1], len(self._stack) == 1
        self._stack.append(node)
        if is_field:
            self._room = TEXT
            if len(parent.parts) < FIELDS:
                parent.parts.append(node)
        elif self._room > 0:
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
        self._root_tag = tag
        prefix, _, local = tag.rpartition(":")
        if local not in _ROOTS:
            raise Unreadable(f"it is XML, but no feed: it begins with <{one_line(clean(local, limit=40))}>")
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
        """A tag under the prefix by which we know its namespace."""
        prefix, _, local = tag.rpartition(":")
        known = self._scopes[-1][1].get(prefix, "")
        if prefix and prefix not in self._scopes[-1][1]:
            self._unbound.add(prefix)
            known = prefix if prefix in _PREFIXES else "x"
        return f"{known}:{local}" if known else local

    def _attribute(self, name: str) -> str:
        return self._name(name) if ":" in name and not name.startswith("xmlns") else name

    def _thin(self, most: int) -> None:
        """Keep the newest: by time, and where there is none, those that stand first."""
        if len(self._items) > most:
            self._items.sort(key=lambda item: (-_time(item[1]), item[0]))
            del self._items[most:]


def _time(item: Node) -> float:
    """When an entry was written, in seconds since 1970; a far past where it does not say."""
    for tag in ("pubDate", "published", "issued", "dc:date", "updated", "modified"):
        moment = dates.parse(item.value(tag))
        if moment:
            return moment.at.timestamp()
    return -1e11


def _format(root: Node, uri: str) -> str:
    """What the document calls itself."""
    version = root.get("version")
    if root.tag == "rss":
        return f"RSS {version}" if re.fullmatch(r"[0-9.]{1,5}", version) else "RSS"
    if root.tag in ("feed", "entry"):
        return "Atom 0.3" if version == "0.3" or uri == "http://purl.org/atom/ns#" else "Atom 1.0"
    return "RSS 1.1" if root.tag == "Channel" else "RSS 1.0"


def _blanked(found: re.Match[str]) -> str:
    """Line breaks only, so that the numbers of lines stay."""
    return "\n" * found[0].count("\n")
