"""Working time: when it is open, how much of it lies between two moments, when so much has passed.

Hours are what a clock on the wall shows in the calendar's zone and half-open: at the closing it is
closed. An hour that summer time leaves out begins with the one behind it, one that it shows twice is
the first. Hours past midnight belong to the day on which they begin, and so do holidays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import Protocol

ALWAYS = "24/7"
"""The calendar that never closes; stored with an interval in place of a calendar's hash."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
SEARCH = timedelta(days=366)
"""So long is looked for an opening. A configuration with none in that time is refused."""
_KNOWN_DAYS = 20_000
_ONE = timedelta(days=1)
_NOTHING = timedelta()

Hours = tuple[int, int]
"""From and until, in minutes from midnight; until is past 24 * 60 where midnight is crossed."""
WHOLE_DAY: tuple[Hours, ...] = ((0, DAY),)
Span = tuple[datetime, datetime]
"""From and until, in UTC."""


class Holidays(Protocol):
    """The days of a year that are closed all day, with their names. ``text`` tells such sets apart."""

    @property
    def text(self) -> str: ...

    def __call__(self, year: int) -> Mapping[date, str]: ...


@dataclass(frozen=True, slots=True)
class NoHolidays:
    """No day is one."""

    text: str = ""

    def __call__(self, year: int) -> Mapping[date, str]:
        del year
        return {}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours. ``week`` has the hours of each day from Monday on, in order and apart.

    ``hash`` is a stable text of what they mean; the name takes no part in it.
    """

    name: str
    zone: tzinfo
    week: tuple[tuple[Hours, ...], ...]
    holidays: Holidays = field(default_factory=NoHolidays)
    hash: str = field(init=False, default="")
    _days: dict[date, tuple[Span, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict[date, tuple[Span, ...]]
    )
    _years: dict[int, Mapping[date, str]] = field(
        init=False, repr=False, compare=False, default_factory=dict[int, Mapping[date, str]]
    )

    def __post_init__(self) -> None:
        if all(hours == WHOLE_DAY for hours in self.week) and not self.holidays.text:
            meaning = ALWAYS
        else:
            said = repr((str(self.zone), self.week, self.holidays.text))
            meaning = hashlib.sha256(said.encode()).hexdigest()[:16]
        object.__setattr__(self, "hash", meaning)

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        return self.hash == ALWAYS

    @property
    def words(self) -> str:
        """The hours for people: ``mon-fri 09:00-12:00, 13:00-18:00; sat 09:00-12:00 (Asia/Vientiane)``."""
        if self.always:
            return "around the clock"
        runs = groupby(enumerate(self.week), key=lambda day: day[1])
        said: list[str] = []
        for hours, days in runs:
            numbers = [number for number, _ in days]
            named = WEEKDAYS[numbers[0]] + (f"-{WEEKDAYS[numbers[-1]]}" if len(numbers) > 1 else "")
            if hours:
                said.append(f"{named} {', '.join(f'{clock(one)}-{clock(end)}' for one, end in hours)}")
        return f"{'; '.join(said)} ({self.zone})"

    def holiday(self, day: date) -> str | None:
        """The name of the holiday, or None where the day is none."""
        known = self._years.get(day.year)
        if known is None:
            known = self._years[day.year] = self.holidays(day.year)
        return known.get(day)

    def spans(self, day: date) -> tuple[Span, ...]:
        """When it is open, of the hours that begin on that local day."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) > _KNOWN_DAYS:
                self._days.clear()
            found = self._days[day] = self._worked_out(day)
        return found

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at a moment."""
        if self.always:
            return True
        day = at.astimezone(self.zone).date()
        return any(start <= at < end for one in (day - _ONE, day) for start, end in self.spans(one))

    def opening(self, day: date) -> datetime | None:
        """When it opens first on that local day; None where it stays closed."""
        spans = self.spans(day)
        return spans[0][0] if spans else None

    def closing(self, day: date) -> datetime | None:
        """When the last hours that begin on that local day end; None where it stays closed."""
        spans = self.spans(day)
        return spans[-1][1] if spans else None

    def next_opening(self, at: datetime) -> datetime:
        """``at`` itself while open, else when it opens next; after a year of nothing, then."""
        if self.always:
            return at
        for start, end in self.onward(at):
            if end > at:
                return max(start, at)
        return at + SEARCH

    def onward(self, at: datetime) -> Iterator[Span]:
        """The open spans from the one before ``at`` on; ends where none begins for a year."""
        day = at.astimezone(self.zone).date() - _ONE
        last = day
        while day - last <= SEARCH:
            spans = self.spans(day)
            if spans:
                last = day
                yield from spans
            if day == date.max:
                return
            day += _ONE

    def _worked_out(self, day: date) -> tuple[Span, ...]:
        hours = self.week[day.weekday()]
        if not hours or self.holiday(day) is not None:
            return ()
        spans = ((self._moment(day, start), self._moment(day, end)) for start, end in hours)
        return tuple(span for span in spans if span[0] < span[1])

    def _moment(self, day: date, minute: int) -> datetime:
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
        found = local.replace(tzinfo=self.zone).astimezone(UTC)
        if found.astimezone(self.zone).replace(tzinfo=None, fold=0) == local:
            return found
        return _after_gap(local, self.zone)


ALWAYS_OPEN = Calendar(ALWAYS, UTC, (WHOLE_DAY,) * 7)


def biz(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The working time between two moments; negative where ``end`` is before ``start``."""
    if calendar.always:
        return end - start
    if end < start:
        return -biz(end, start, calendar)
    found = _NOTHING
    day, last = start.astimezone(calendar.zone).date() - _ONE, end.astimezone(calendar.zone).date()
    while day <= last:
        for opens, closes in calendar.spans(day):
            if opens < end and closes > start:
                found += min(closes, end) - max(opens, start)
        day += _ONE
    return found


def biz_add(start: datetime, length: timedelta, calendar: Calendar) -> datetime:
    """The first moment at which so much working time has passed since ``start``.

    Friday 16:45 and 30 minutes are Monday 09:15 in hours from nine to five.
    """
    if calendar.always or length <= _NOTHING:
        return start + max(length, _NOTHING)
    left, reached = length, start
    for opens, closes in calendar.onward(start):
        open_from = max(opens, start)
        if closes <= open_from:
            continue
        if closes - open_from >= left:
            return open_from + left
        left -= closes - open_from
        reached = closes
    return reached + SEARCH


@dataclass(frozen=True, slots=True)
class Closed:
    """A stretch that is not counted; ``holidays`` are those in it."""

    start: datetime
    end: datetime
    holidays: tuple[str, ...] = ()


def closed(start: datetime, end: datetime, calendar: Calendar) -> tuple[Closed, ...]:
    """What lies between two moments and is not counted, in order."""
    if calendar.always:
        return ()
    found: list[Closed] = []
    reached = start
    day, last = start.astimezone(calendar.zone).date() - _ONE, end.astimezone(calendar.zone).date()
    while day <= last:
        for opens, closes in calendar.spans(day):
            if opens > reached and reached < end:
                found.append(_closed(reached, min(opens, end), calendar))
            reached = max(reached, closes)
        day += _ONE
    if reached < end:
        found.append(_closed(reached, end, calendar))
    return tuple(found)


def clock(minute: int) -> str:
    """``09:00``; what is past midnight as the clock shows it, the midnight at the end of a day as 24:00."""
    hour, rest = divmod(minute if minute <= DAY else minute - DAY, 60)
    return f"{hour:02}:{rest:02}"


def _closed(start: datetime, end: datetime, calendar: Calendar) -> Closed:
    day, last = start.astimezone(calendar.zone).date(), (end - timedelta.resolution).astimezone(calendar.zone)
    names: dict[str, None] = {}
    while day <= last.date():
        name = calendar.holiday(day)
        if name is not None and calendar.week[day.weekday()]:
            names[name] = None
        day += _ONE
    return Closed(start, end, tuple(names))


def _after_gap(local: datetime, zone: tzinfo) -> datetime:
    """The moment at which the clock jumps over ``local``."""
    before, after = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    offset: Callable[[datetime], timedelta | None] = lambda at: at.astimezone(zone).utcoffset()  # noqa: E731 - one line says it
    old, step = offset(before), timedelta(seconds=1)
    while after - before > step:
        middle = before + (after - before) // 2
        before, after = (middle, after) if offset(middle) == old else (before, middle)
    return after.replace(microsecond=0)
