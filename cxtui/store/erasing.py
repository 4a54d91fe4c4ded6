"""Taking words out of documents, so that every number that was made of them stays.

An erased message keeps its times, its stars and its tone, and a question mark where it asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from cxtui.core.item import ASKS
from cxtui.store.query import where
from cxtui.store.tables import Doc, Tables

ERASED: Final = "(erased)"
"""Stands where words were."""
SHORTEST: Final = 3
"""A shorter name would be found inside other words."""
_SAID: Final = {
    "noted": ("text",), "promised": ("text",), "promise_released": ("reason",), "overrode": ("reason",),
}  # fmt: skip
"""The words in the detail of an act."""
LINE: Final = 12
"""A shorter line is said by many."""


class Blot:
    """Makes names and whole lines of somebody unreadable wherever they are quoted."""

    def __init__(self, names: Iterable[str], texts: Iterable[str] = ()) -> None:
        self.names = sorted({name for name in names if len(name) >= SHORTEST}, key=len, reverse=True)
        lines = {line.strip() for text in texts for line in text.split("\n")}
        self._lines = sorted((line for line in lines if len(line) >= LINE), key=len, reverse=True)
        words = "|".join(re.escape(name) for name in self.names)
        self._names = re.compile(rf"@?(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None

    def names_in(self, text: str) -> bool:
        """Whether one of the names is in a text, if only as a part of a word."""
        return any(name.casefold() in text.casefold() for name in self.names)

    def over(self, text: str) -> str:
        """The text without them."""
        for line in self._lines:
            text = text.replace(line, ERASED)
        return self._names.sub(ERASED, text) if self._names else text


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A value with ``change`` made to every text in it, but for the names of fields."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [mapped(one, change) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: mapped(one, change) for name, one in cast("dict[str, Any]", value).items()}
    return value


def item(doc: Doc) -> Doc:
    """A message without what it said."""
    asked = any(mark in doc["text"] for mark in ASKS)
    said = bool(doc["text"] or doc.get("title"))
    text = f"{ERASED} ?" if asked else ERASED if said else ""
    gone: Doc = {"text": text, "title": None, "attachments": [], "url": None, "tone_why": None}
    return {**{name: doc[name] for name in doc if name not in ("guid", "sole", "told")}, **gone}


def reply(doc: Doc) -> Doc:
    """A reply without what it said; a like stays one."""
    return {**doc, "text": ERASED if doc["text"] else "", "url": None}


def event(doc: Doc) -> Doc:
    """An act without the words of a note or a promise."""
    said = [name for name in _SAID.get(doc["verb"], ()) if name in doc["detail"]]
    return {**doc, "detail": {**doc["detail"], **dict.fromkeys(said, ERASED)}} if said else doc


def promise(doc: Doc) -> Doc:
    """A promise without its words."""
    reason = ERASED if doc.get("reason") else None
    return {**doc, "text": ERASED, "proof": None, "reply": None, "reason": reason}


def interval(doc: Doc) -> Doc:
    """A row without the words of the message that opened it."""
    return {**doc, "opener": item(doc["opener"])}


def around(tables: Tables, key: str) -> None:
    """Erase what was said and noted about a message, and its former wordings."""
    about = where("item") == key
    for name, doc in tables.entries("replies", about):
        tables.put("replies", name, reply(doc))
    for name, doc in tables.entries("events", about):
        tables.put("events", name, event(doc))
    for name, doc in tables.entries("promises", about):
        tables.put("promises", name, promise(doc))
    for name, _ in tables.entries("revisions", about):
        tables.drop("revisions", name)
