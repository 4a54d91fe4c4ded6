"""The values of a filter's words: numbers, lengths of time, days; with bounds and ranges."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Generic, Literal, TypeVar

from cxtui.core.when import DAYS, duration

T = TypeVar("T")
Sign = Literal["", "<", "<=", ">", ">=", "="]

SIGN: Final = re.compile(r"<=|>=|<|>|=")
_NUMBER = re.compile(r"(-?\d{1,9}(?:\.\d{1,6})?)(k?)", re.ASCII | re.IGNORECASE)
_LENGTH = re.compile(r"(-?)(?:(\d{1,4})w)?([\dhdms]*)", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}(?:-\d{2})?)(?:[ tT](\d{1,2}:\d{2}))?", re.ASCII)
_NAMED = ("today", "yesterday", "tomorrow")


@dataclass(frozen=True, slots=True)
class Day:
    """A day or a month as it was written, or one minute of a day."""

    word: str
    hour: str = ""

    def span(self, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
        """When it begins and when it is over, in UTC."""
        first, after = _days(self.word, now.astimezone(zone).date())
        if self.hour:
            begins = _moment(first, time.fromisoformat(self.hour.zfill(5)), zone)
            return begins, begins + timedelta(minutes=1)
        return _moment(first, time(), zone), _moment(after, time(), zone)


@dataclass(frozen=True, slots=True)
class Ago:
    """A moment by its distance from now."""

    length: timedelta

    def span(self, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
        """That moment, twice."""
        del zone
        try:
            at = now - self.length
        except OverflowError:
            at = datetime.min.replace(tzinfo=UTC)
        return at, at


@dataclass(frozen=True, slots=True)
class Range(Generic[T]):
    """What lies between two values, one of which may be missing. ``closed``: which of them belong to it."""

    low: T | None
    high: T | None
    closed: tuple[bool, bool] = (True, True)


def ranged(text: str, read: Callable[[str], T | None], bare: Sign) -> Range[T] | None:
    """``<=2``, ``>1h``, ``1..2``, ``..2`` as a range; a value without a sign has the sign ``bare``.

    None where the text is no such thing.
    """
    begin, dots, end = text.partition("..")
    if dots:
        first, last = read(begin) if begin else None, read(end) if end else None
        fits = (first is not None) == bool(begin) and (last is not None) == bool(end)
        return Range(first, last) if fits and (begin or end) else None
    found = SIGN.match(text)
    value = read(text[found.end() :] if found else text)
    if value is None:
        return None
    sign = found[0] if found else bare
    high = None if sign.startswith(">") else value
    low = None if sign.startswith("<") else value
    return Range(low, high, (sign != ">", sign != "<"))


def number(text: str) -> float | None:
    """``2``, ``4.5``, ``10k``."""
    found = _NUMBER.fullmatch(text)
    return None if found is None else float(found[1]) * (1000 if found[2] else 1)


def length(text: str) -> timedelta | None:
    """``30m``, ``1h30``, ``2w``, ``-1h``; ``0`` is no time at all."""
    found = _LENGTH.fullmatch(text.lower())
    if found is None or not (found[2] or found[3]):
        return None
    rest = timedelta() if found[3] in ("", "0") else duration(found[3])
    if rest is None:
        return None
    whole = timedelta(weeks=int(found[2] or 0)) + rest
    return -whole if found[1] else whole


def day(text: str) -> Day | Ago | None:
    """``2026-11-01``, ``2026-11``, ``"2026-11-01 9:00"``, ``today``, ``mon``; ``-2w`` is two weeks ago."""
    word = text.strip().lower()
    ago = length(word)
    if ago is not None:
        return Ago(abs(ago))
    found = _DATE.fullmatch(word)
    name, hour = (found[1], found[2] or "") if found else (word, "")
    try:
        _days(name, date(2000, 1, 1))
        time.fromisoformat(hour.zfill(5) if hour else "00:00")
    except (ValueError, OverflowError):
        return None
    return Day(name, hour)


def _days(word: str, today: date) -> tuple[date, date]:
    """The first day of what a word names, and the first one after it. Raises: ValueError, OverflowError."""
    if word in _NAMED:
        first = today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[word])
    elif len(word) == 7 and word[4] == "-":
        first = date.fromisoformat(f"{word}-01")
        return first, (first + timedelta(days=31)).replace(day=1)
    elif len(word) >= 3 and any(name.startswith(word) for name in DAYS):
        weekday = next(n for n, name in enumerate(DAYS) if name.startswith(word))
        first = today - timedelta(days=(today.weekday() - weekday) % 7)
    else:
        first = date.fromisoformat(word)
    return first, first + timedelta(days=1)


def _moment(at: date, hour: time, zone: tzinfo) -> datetime:
    try:
        return datetime.combine(at, hour, zone).astimezone(UTC)
    except OverflowError:  # the first or the last day there is, in a zone beside UTC
        return datetime.combine(at, hour, UTC)
