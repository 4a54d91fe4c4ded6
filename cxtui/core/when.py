"""WHEN and how long, as a person types them: ``2h``, ``1h30``, ``tomorrow 9:00``, ``fri``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from difflib import get_close_matches
from typing import Literal

from cxtui.core.calendar import ALWAYS_OPEN, Calendar
from cxtui.errors import UsageError

Event = Literal["reply", "promise"]

OPENING = time(9)
"""The hour of a day that is named without one."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXAMPLES = '15m, 2h, 1h30, 1d, tomorrow, "tomorrow 9:00", fri, "mon 14:30", 2026-12-01, reply, promise'

_DURATION = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?", re.ASCII)
_HOURS_AND_MINUTES = re.compile(r"(\d{1,6})h(\d{1,2})", re.ASCII)
_HOUR = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def duration(text: str) -> timedelta | None:
    """``90s``, ``15m``, ``2h``, ``1h30``, ``1d``, ``1d12h``; None where it is no length of time.

    A day is 24 hours.
    """
    short = _HOURS_AND_MINUTES.fullmatch(text)
    if short:
        return timedelta(hours=int(short[1]), minutes=int(short[2]))
    found = _DURATION.fullmatch(text)
    if found is None or not text:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def when(text: str, now: datetime, zone: tzinfo, calendar: Calendar = ALWAYS_OPEN) -> datetime | Event:
    """The moment that ``text`` names, in UTC and after ``now``, or the event it waits for.

    A day without an hour is that day's opening by ``calendar``; 09:00 in ``zone`` where it never
    closes, or not open that day. An hour that summer time leaves out moves
    forward by what is left out. Raises: UsageError where it names no time, or one that is past.
    """
    words = text.strip().lower().split()
    if words == ["reply"]:
        return "reply"
    if words == ["promise"]:
        return "promise"
    try:
        found = _moment(words, now, zone, calendar)
    except OverflowError:
        found = None
    if found is None:
        raise UsageError(f"{text!r} is no time{_nearest(words)}; it may be {EXAMPLES}")
    if found <= now:
        raise UsageError(f"{text!r} is past: it names {found.astimezone(zone):%Y-%m-%d %H:%M}")
    return found


def _moment(words: list[str], now: datetime, zone: tzinfo, calendar: Calendar) -> datetime | None:
    if len(words) == 1 and (length := duration(words[0])) is not None:
        return now + length
    hour = _hour(words[1]) if len(words) == 2 else None
    if hour is None and len(words) != 1:
        return None

    def on(day: date) -> datetime:
        opening = None if hour is not None or calendar.always else calendar.opening(day)
        return opening or _later(day, OPENING if hour is None else hour, now, zone)

    today = now.astimezone(zone).date()
    weekday = _weekday(words[0])
    if weekday is not None:
        first = today + timedelta(days=(weekday - today.weekday()) % 7)
        found = on(first)
        return found if found > now else on(first + timedelta(days=7))
    day = _day(words[0], today)
    return None if day is None else on(day)


def _later(day: date, hour: time, now: datetime, zone: tzinfo) -> datetime:
    """That hour of that day; where the clocks go back and show it twice, the first one not past."""
    local = datetime.combine(day, hour, zone)
    first = local.astimezone(UTC)
    return first if first > now else local.replace(fold=1).astimezone(UTC)


def _hour(word: str) -> time | None:
    found = _HOUR.fullmatch(word)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def _weekday(word: str) -> int | None:
    if len(word) < 3:
        return None
    return next((n for n, day in enumerate(DAYS) if day.startswith(word)), None)


def _day(word: str, today: date) -> date | None:
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if not _DATE.fullmatch(word):
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _nearest(words: list[str]) -> str:
    known = ["today", "tomorrow", "reply", "promise", *DAYS]
    if not words or words[0] in known or _weekday(words[0]) is not None:
        return ""
    near = get_close_matches(words[0], known, n=1)
    return f", did you mean {near[0]!r}?" if near else ""
