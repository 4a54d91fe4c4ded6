"""Times as networks write them: RFC 822, ISO 8601, Unix seconds and milliseconds.

What is not understood is None, never now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_LONGEST = 64
_MILLISECONDS = 100_000_000_000
"""A Unix time from here on counts milliseconds: as seconds it would lie after the year 5000."""
_NUMBER = re.compile(r"[+-]?\d{5,19}(\.\d+)?")
_ISO = re.compile(
    r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?"
    r"(?:[T ]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC. ``day_only``: the hour was not given, so that only the day is known."""

    at: datetime
    day_only: bool = False


def parse(text: str) -> Moment | None:
    """The time a feed means, or None. Without a zone it is UTC."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    iso = _ISO.fullmatch(text)
    try:
        return _iso(iso) if iso else _rfc822(text)
    except (ValueError, OverflowError):  # no such day, hour or zone
        return None


def moment(told: str | float | None) -> datetime | None:
    """The time that a network's text or number means, in UTC, or None. Without a zone it is UTC."""
    if isinstance(told, str) and _NUMBER.fullmatch(told.strip()):
        told = float(told)
    if isinstance(told, str):
        found = parse(told)
        return found.at if found else None
    if told is None or isinstance(told, bool):
        return None
    try:
        seconds = told / 1000 if abs(told) >= _MILLISECONDS else told
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _iso(found: re.Match[str]) -> Moment:
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups()[:6])
    at = datetime(year, month or 1, day or 1, hour, minute, min(second, 59), tzinfo=_zone(found[7] or "Z"))
    return Moment(at.astimezone(UTC), day_only=found[4] is None)


def _zone(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _rfc822(text: str) -> Moment | None:
    found = parsedate_tz(text if ":" in text else f"{text} 00:00")
    if found is None:
        return None
    year, month, day, hour, minute, second = found[:6]
    zone = timezone(timedelta(seconds=found[9] or 0))
    at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    return Moment(at.astimezone(UTC), day_only=":" not in text)
