"""The ``[calendars.NAME]`` tables: opening hours by day of the week, and the days off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from cxtui.config.holidays import days_off
from cxtui.config.table import Table, as_list, called
from cxtui.config.zones import zone
from cxtui.core.calendar import ALWAYS, ALWAYS_OPEN, DAY, SEARCH, WEEKDAYS, Calendar, Hours, clock

_EXAMPLE = '["09:00-12:00", "13:00-18:00"]'
_WEEK = 7 * DAY
_NIGHT = 12 * 60
"""Hours that cross midnight are at most so long: longer ones are taken for reversed."""
_FROM_TO = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*", re.ASCII)
_OTHER_KEYS = ("timezone", "holidays")


@dataclass(frozen=True, slots=True)
class _Open:
    """Hours of one day, in minutes of the week, and the key that says so."""

    start: int
    end: int
    key: str

    @property
    def words(self) -> str:
        day = WEEKDAYS[self.start // DAY % 7]
        start = self.start % DAY
        return f"{day} {clock(start)}-{clock(start + self.end - self.start)}"


def calendars(table: Table, local: ZoneInfo, folder: Path, now: datetime | None) -> dict[str, Calendar]:
    """Every calendar by its name; what is wrong is noted. A wrong one is there too, open always.

    ``folder`` is where paths begin; without ``now`` nobody looks whether holidays leave a day open.
    """
    found: dict[str, Calendar] = {}
    for name in table.values:
        one = table.table(name)
        if name == ALWAYS or not name.strip() or any(not char.isprintable() for char in name):
            table.problems.note(one.place, f"{name!r} cannot be a calendar's name: {ALWAYS} is never closed")
        found[name] = _calendar(one, name, local, folder, now) or ALWAYS_OPEN
    return found


def _calendar(
    table: Table, name: str, local: ZoneInfo, folder: Path, now: datetime | None
) -> Calendar | None:
    before = len(table.problems.all)
    in_zone = _zone(table, local)
    off = days_off(table, folder, in_zone)
    opened = [one for key in table.values for one in _opened(table, key)]
    for key in ("mon-fri", *WEEKDAYS):
        table.has(key)
    table.end()
    _apart(table, opened)
    if len(table.problems.all) > before:
        return None
    if not opened:
        table.problems.note(table.place, f"has no hours, for instance mon-fri = {_EXAMPLE}")
        return None
    found = Calendar(name, in_zone, _week(opened), off)
    if now is not None and not _opens(found, now):
        why = f"is never open within {SEARCH.days} days: its holidays take every day that has hours"
        table.problems.note(table.place, why)
    return found


def _zone(table: Table, local: ZoneInfo) -> ZoneInfo:
    named = table.text("timezone", '"Asia/Vientiane"')
    if named is None:
        return local
    found = zone(named)
    if isinstance(found, ZoneInfo):
        return found
    table.note("timezone", found)
    return local


def _opened(table: Table, key: str) -> list[_Open]:
    """The hours that one key gives to its days; nothing for a key that names no days."""
    if key in _OTHER_KEYS:
        return []
    days = _days(key)
    if days is None:
        return []
    value = table.raw(key)
    listed = [value] if isinstance(value, str) else as_list(value)
    if listed is None or not all(isinstance(one, str) for one in listed):
        table.note(key, f"must be a list of hours such as {_EXAMPLE}, is {called(value)}")
        return []
    hours = [found for one in listed if (found := hours_between(table, key, str(one)))]
    return [_Open(day * DAY + start, day * DAY + end, key) for day in days for start, end in hours]


def _days(key: str) -> list[int] | None:
    """The days of ``mon``, ``monday``, ``mon-fri`` or ``sat-mon``, from Monday as 0."""
    ends = [_day(word) for word in key.lower().split("-")]
    if len(ends) > 2 or None in ends:
        return None
    first, last = ends[0] or 0, ends[-1] or 0
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]


def _day(word: str) -> int | None:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    found = [n for n, name in enumerate(names) if len(word) >= 3 and name.startswith(word)]
    return found[0] if found else None


def hours_between(table: Table, key: str, text: str) -> Hours | None:
    """The hours of a text such as ``22:00-07:00``; None where it is none, which is noted."""
    found = _FROM_TO.fullmatch(text)
    start, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
    if found is None or int(found[2]) > 59 or int(found[4]) > 59 or start >= DAY or end > DAY:
        table.note(key, f'{text!r} are no hours; they are written "09:00-17:00", "24:00" is the end of a day')
        return None
    if start == end:
        table.note(key, f'{text!r} is no time at all; a whole day is "00:00-24:00"')
        return None
    if end > start:
        return start, end
    if end + DAY - start > _NIGHT:
        table.note(
            key,
            f"{text!r} ends before it begins: write the earlier hour first; hours past midnight "
            f"may be {_NIGHT // 60} hours at most",
        )
        return None
    return start, end + DAY


def _apart(table: Table, opened: list[_Open]) -> None:
    """Note hours that overlap; those of Sunday night meet Monday's."""
    ordered = sorted(opened, key=lambda one: (one.start, one.end))
    if not ordered:
        return
    first = ordered[0]
    again = _Open(first.start + _WEEK, first.end + _WEEK, first.key)
    for one, other in pairwise([*ordered, again]):
        if other.start < one.end:
            line = table.problems.line((*table.place, one.key))
            table.note(other.key, f"{other.words} overlaps {one.words} of line {line}")
            return


def _week(opened: list[_Open]) -> tuple[tuple[Hours, ...], ...]:
    week: list[list[Hours]] = [[] for _ in WEEKDAYS]
    for one in sorted(opened, key=lambda one: one.start):
        day = one.start // DAY
        week[day].append((one.start - day * DAY, one.end - day * DAY))
    return tuple(tuple(hours) for hours in week)


def _opens(calendar: Calendar, now: datetime) -> bool:
    today = now.astimezone(calendar.zone).date()
    return any(calendar.spans(today + timedelta(days=n)) for n in range(SEARCH.days + 1))
