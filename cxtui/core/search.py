"""What is searched, and how a search reads it: the same on every store.

A message is found by its words, its title and its author's names, whatever their case, width
and joiners, and however a Lao vowel was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, cast
from zlib import crc32

from cxtui.core.text import search_form

SEARCHED: Final = ("items", "replies")
"""The tables whose documents are found by their words."""
GRAM: Final = 3
"""So many letters are the shortest that an index finds."""
SPREAD: Final = 2**30
"""Places within a second, so that messages of one second hardly ever want the same one."""
_UNFIT = re.compile("[\0\ud800-\udfff]")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class Said(NamedTuple):
    """What a document is found by; ``place`` grows with the time it was written."""

    place: int
    form: str


def form(text: str) -> str:
    """A text as it is compared, in one line; what fits no database is left out."""
    return " ".join(search_form(_UNFIT.sub("", text)).split())


def said(table: str, key: str, doc: Mapping[str, Any]) -> Said | None:
    """What a stored document is found by; None where nobody wrote it or nothing was said."""
    found = spoken(table, doc) if table in SEARCHED else ""
    return Said(_place(table, key, doc), found) if found else None


def spoken(table: str, doc: Mapping[str, Any]) -> str:
    """The words of a document of a table that is searched, as they are compared."""
    parts = [form(text) for text in _texts(table, doc)]
    return "\n".join(part for part in parts if part)


def _texts(table: str, doc: Mapping[str, Any]) -> list[str]:
    author = doc.get("author") if table == "items" else None
    names = cast("dict[str, Any]", author) if isinstance(author, dict) else {}
    told = (doc.get("title"), doc.get("text"), names.get("handle"), names.get("name"))
    return [text for text in told if isinstance(text, str)]


def _place(table: str, key: str, doc: Mapping[str, Any]) -> int:
    told = doc.get("posted" if table == "items" else "at")
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else _BEGINNING
    except ValueError:
        at = _BEGINNING
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    seconds = max((at - _BEGINNING) // _SECOND, 0) % 2**32
    return seconds * SPREAD + crc32(f"{table} {key}".encode("utf-8", "surrogatepass")) % SPREAD
