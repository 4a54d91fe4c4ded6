"""How a document becomes text and comes back: the same in every store.

The text is ASCII. Half a surrogate pair survives as it is; two halves side by side become
the one character they spell, as everywhere in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

Doc = dict[str, Any]

_ENCODER: Final = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def pack(document: Mapping[str, Any]) -> str:
    """The one text of a document.

    Raises: ValueError for NaN, infinity and circles, TypeError for what JSON does not know.
    """
    try:
        return _ENCODER.encode(document)
    except ValueError as error:
        raise ValueError(f"a document that holds this cannot be stored: {error}") from error


def unpack(text: str) -> Doc:
    """A fresh document from its text."""
    return cast("Doc", json.loads(text))


def joined(text: str) -> str:
    """The text with split surrogate pairs made whole, as JSON gives it back."""
    if text.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def pack_key(key: str) -> str:
    """A document's id as text that every database takes. Reversed by `unpack_key`."""
    if key.isascii() and not key.startswith("\0"):
        return key
    whole = joined(key)
    if whole.startswith("\0") or any("\ud800" <= mark <= "\udfff" for mark in whole):
        return "\0" + json.dumps(whole)
    return whole


def unpack_key(text: str) -> str:
    """The id behind a text that `pack_key` made."""
    return cast("str", json.loads(text[1:])) if text.startswith("\0") else text
