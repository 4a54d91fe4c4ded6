"""What a mail is made of, as the server describes it: which part is its text, what is attached.

Attachments are named from the description and never fetched. Source: RFC 9051, 7.5.2 (BODYSTRUCTURE).
"""

from __future__ import annotations

import binascii
import quopri
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import collapse_rfc2231_value, decode_params
from typing import cast

from cxtui.connectors.mail.letters import decoded, read
from cxtui.core.item import Attachment
from cxtui.core.text import from_html

DEEP = 50
"""So many parts may lie in one another; what is deeper is not looked at."""
MOST_PARTS = 100
MOST_BYTES = 128 << 10
"""Bytes of text that are fetched of one mail."""
MOST_TEXTS = 8
"""A mail's text is made of so many parts at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail that holds no others. ``size`` counts bytes as they are sent."""

    section: str
    kind: str
    charset: str | None = None
    encoding: str = ""
    size: int = 0
    name: str = ""
    attached: bool = False

    @property
    def is_text(self) -> bool:
        """Whether a mail program shows it as the text of the mail."""
        return self.kind in ("text/plain", "text/html") and not self.attached


@dataclass(frozen=True, slots=True)
class Shape:
    """A mail: the ``texts`` to fetch, for each the HTML that says the same, and what is attached."""

    texts: tuple[Part, ...] = ()
    instead: Mapping[str, Part] | None = None
    attachments: tuple[Attachment, ...] = ()


def shape_of(told: object) -> Shape:
    """The shape of a mail by the server's description; what makes no sense in it is left out."""
    instead: dict[str, Part] = {}
    leaves = list(_leaves(told, "", 0, instead))[:MOST_PARTS]
    texts: list[Part] = []
    left = MOST_BYTES
    for part in leaves:
        if part.is_text and left > 0 and len(texts) < MOST_TEXTS:
            texts.append(part)
            left -= part.size
    named = [part for part in leaves if not part.is_text]
    return Shape(
        tuple(texts), instead, tuple(Attachment(part.name or part.kind, part.kind) for part in named)
    )


def _leaves(told: object, section: str, depth: int, instead: dict[str, Part]) -> Iterator[Part]:
    """The parts to show or to name; of alternatives one, plain text first."""
    node = _items(told)
    if not node or depth > DEEP:
        return
    inner = cast("list[object]", node[0]) if isinstance(node[0], list) else []
    if inner:
        subtype = _word(node[1]) if len(node) > 1 else ""
        parts = [
            list(_leaves(part, f"{section}.{number}" if section else str(number), depth + 1, instead))
            for number, part in enumerate(inner[:MOST_PARTS], 1)
        ]
        if subtype == "alternative":
            yield from _best(parts, instead)
        else:
            yield from (leaf for leaves in parts for leaf in leaves)
        return
    yield _leaf(node, section or "1")


def _best(parts: Sequence[Sequence[Part]], instead: dict[str, Part]) -> Iterator[Part]:
    """Of several ways to say the same the plain one; what is attached to any of them."""
    plain = [leaf for leaves in parts for leaf in leaves if leaf.is_text and leaf.kind == "text/plain"]
    rich = [leaf for leaves in parts for leaf in leaves if leaf.is_text and leaf.kind == "text/html"]
    yield from plain or rich
    if plain and rich:
        instead[plain[0].section] = rich[0]
    yield from (
        leaf for leaves in parts for leaf in leaves if not leaf.is_text and leaf.kind != "text/calendar"
    )


def _leaf(node: Sequence[object], section: str) -> Part:
    def at(place: int) -> object:
        return node[place] if place < len(node) else None

    main, kind = _word(at(0)), f"{_word(at(0))}/{_word(at(1))}"
    parameters = _parameters(at(2))
    after = {"text": 9, "message": 11}.get(main if kind != "message/delivery-status" else "", 8)
    disposition = _items(at(after))
    how = _word(disposition[0]) if disposition else ""
    given = _parameters(disposition[1]) if len(disposition) > 1 else {}
    name = given.get("filename") or parameters.get("name") or ""
    if kind == "message/rfc822" and not name:
        envelope = _items(at(7))
        name = decoded(_text(envelope[1])) if len(envelope) > 1 else ""
    size = at(6)
    return Part(
        section=section,
        kind=kind if "/" in kind.strip("/") else "application/octet-stream",
        charset=parameters.get("charset"),
        encoding=_word(at(5)),
        size=size if isinstance(size, int) and size > 0 else 0,
        name=name,
        attached=how == "attachment" or (bool(name) and kind != "text/plain" and how != "inline"),
    )


def _items(told: object) -> list[object]:
    return list(cast("Sequence[object]", told)) if isinstance(told, (tuple, list)) else []


def _word(told: object) -> str:
    return _text(told).strip().lower()


def _text(told: object) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told or "")


def _parameters(told: object) -> dict[str, str]:
    """Names and values, those that are cut in pieces or say their charset put together."""
    flat = [_text(one) for one in _items(told)]
    pairs = list(zip(flat[::2], flat[1::2], strict=False))
    try:
        whole = decode_params([("", ""), *((name.lower(), value) for name, value in pairs)])[1:]
        return {name: decoded(collapse_rfc2231_value(value).strip('"')) for name, value in whole}
    except (ValueError, LookupError, TypeError):  # pieces that make no whole
        return {name.lower(): decoded(value) for name, value in pairs}


def unpacked(raw: bytes, encoding: str) -> bytes:
    """The bytes of a part that was packed for sending; of one that was cut as much as there is."""
    if encoding == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        try:
            return b64decode(letters[: len(letters) // 4 * 4] or b"")
        except binascii.Error:
            return b""
    return quopri.decodestring(raw) if encoding == "quoted-printable" else raw


def words(part: Part, raw: bytes) -> str:
    """The text of a part, HTML as the text that it shows."""
    text = read(unpacked(raw, part.encoding), part.charset).replace("\r\n", "\n")
    return from_html(text) if part.kind == "text/html" else text


def unquoted(text: str) -> str:
    """The text without what it quotes at its end, if that is all that stands there and something is left.

    What is quoted begins with a line that says whose words follow and ends with a colon.
    """
    rows = text.strip().split("\n")
    end = len(rows)
    while end and (not rows[end - 1].strip() or rows[end - 1].lstrip().startswith(">")):
        end -= 1
    if end == len(rows) or not rows[end - 1].rstrip().endswith((":", "：")) or end < 2:
        return text.strip()
    return "\n".join(rows[: end - 1]).strip() or text.strip()
