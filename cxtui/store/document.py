"""How a document becomes text and comes back: the same in every store.

The text is ASCII. Half a surrogate pair survives as it is; two halves side by side become
the one character they spell, as everywhere in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, cast

import msgspec

Doc = dict[str, Any]

_ENCODER: Final = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_QUICK: Final = msgspec.json.Encoder()
_READER: Final = msgspec.json.Decoder()
_OTHERWISE: Final = tuple(bytes([one]) for one in (0x7F, 0xC2, 0xC3, *range(0xF0, 0xF5)))
"""What characters below 256 and above 65535 begin with in UTF-8: Python's escapes spell them otherwise."""


class Plain(dict[str, Any]):
    """A document whose numbers are written by everybody alike; see `usual`."""

    __slots__ = ()


def usual(*numbers: float | None) -> bool:
    """Whether all numbers are written by everybody alike: no NaN, no exponent."""
    for number in numbers:
        if number is not None and not (number == 0 or 1e-4 <= number < 1e16):
            return False
    return True


def pack(document: Mapping[str, Any]) -> str:
    """The one text of a document.

    Raises: ValueError for NaN, infinity and circles, TypeError for what JSON does not know.
    """
    if type(document) is Plain and (text := _quick(document)):
        return text
    try:
        return _ENCODER.encode(document)
    except ValueError as error:
        raise ValueError(f"a document that holds this cannot be stored: {error}") from error


def _quick(document: Plain) -> str | None:
    """The same text, found in less time; None where it might be another one."""
    with suppress(UnicodeEncodeError):  # half a surrogate pair
        raw = _QUICK.encode(document)
        for odd in _OTHERWISE:
            if odd in raw:
                return None
        return raw.decode().encode("ascii", "backslashreplace").decode("ascii")
    return None


def unpack(text: str) -> Doc:
    """A fresh document from its text."""
    with suppress(msgspec.DecodeError):  # half a surrogate pair, or a number beyond all numbers
        return cast("Doc", _READER.decode(text))
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
