"""A feed's XML as small trees, one for each entry.

What is well-formed and not large is read whole by the standard library's parser; all else
goes piece by piece, within the limits of `bounded`, which also finds the words for what is
wrong. A document that declares entities or attributes is refused: they can make little
into much.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, XMLParser

from cxtui.connectors.feed import bounded
from cxtui.connectors.feed.tree import ITEMS, Document, Node, age, recognised, report, thin

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
    head, items = Node((), known), list[Element]()
    for child in root:
        if known[child.tag] == "channel":
            head.sort(child, items)
        else:
            head.sort((child,), items)
    if len(items) > ITEMS:
        report(len(items), problems)
        thin(items, [age(item, known) for item in items], ITEMS)
    return Document(root, known, form, head, items)
