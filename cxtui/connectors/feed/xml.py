"""A feed's XML as small trees, one for each entry.

What is well-formed and not large is read whole by the standard library's parser; all else
goes piece by piece, within the limits of `bounded`, which also finds the words for what is
wrong. A document that declares entities or attributes is refused: they can make little
into much.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, XMLParser

from cxtui.connectors.feed import bounded
from cxtui.connectors.feed.tree import FIELDS, ITEMS, Document, Node, recognised, report, thin

WHOLE = 512 * 1024
"""Bytes of a document that may become one tree: some 16 MB, whatever is in it."""


def parse(document: bytes, problems: list[str]) -> Document:
    """The trees of a feed in UTF-8. Adds to ``problems`` what was left out. Raises: Broken, Unreadable."""
    if len(document) <= WHOLE and b"<!ENTITY" not in document and b"<!ATTLIST" not in document:
        parser = XMLParser(encoding="utf-8")  # noqa: S314 - nothing is declared in it, and its size is known
        try:
            parser.feed(document)
            return _taken_apart(parser.close(), problems)
        except ParseError:
            pass  # the other way is patient, and can say what is wrong
    return bounded.parse(document, problems)


def _taken_apart(root: Element, problems: list[str]) -> Document:
    known, form = recognised(root)
    heads: list[Element] = []
    items: list[Element] = []
    for child in root:
        inside = child if known[child.tag] == "channel" else (child,)
        for element in inside:
            (items if known[element.tag] in ("item", "entry") else heads).append(element)
    count = len(items)
    thin(items, known, ITEMS)
    report(count, problems)
    return Document(Node(root, known, ()), known, form, Node(root, known, heads[:FIELDS]), items)
