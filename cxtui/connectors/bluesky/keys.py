"""Record keys: a time and a little chance in thirteen letters, chosen by whoever writes the record.

Source: the AT Protocol's specification of timestamp identifiers (TID), atproto.com/specs/tid.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_KEY = re.compile(r"[2-7a-j][2-7a-z]{12}")
_CLOCKS = 1 << 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNTIMED = 1_700_000_000_000_000
"""Where the keys of words begin that have no time: microseconds since 1970."""


def key_at(micros: int, clock: int = 0) -> str:
    """The key of a time in microseconds since 1970 and a number under 1024 that tells equal times apart."""
    number = (micros % (1 << 53)) * _CLOCKS + clock % _CLOCKS
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))


def key_of(words: str, begun: datetime | None) -> str:
    """The key that ``words``, unlike any other's, have since ``begun``: the same whenever it is asked."""
    chance = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big")
    if begun is None:
        return key_at(_UNTIMED + chance // _CLOCKS % 10**13, chance)
    return key_at((begun - _EPOCH) // _MICROSECOND // 1000 * 1000 + chance // _CLOCKS % 1000, chance)


def time_of(key: str) -> datetime | None:
    """The time in a key, None where it is a key of another kind."""
    if not _KEY.fullmatch(key):
        return None
    number = 0
    for letter in key:
        number = number << 5 | _LETTERS.index(letter)
    return _EPOCH + (number // _CLOCKS) * _MICROSECOND
