"""From a day, an hour or a length of time as people say it to the moment it means.

A day without an hour ends when the calendar closes on it; at 18:00 where no calendar says
when, or where it never closes. Working days are those the calendar is open on, Monday to
Friday without one. An hour that summer time leaves out moves forward by what is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import ceil

from cxtui.core.calendar import Calendar, biz_add

END = time(18)
"""When a day is over for whom it is promised, without a calendar."""
LAST = time(23, 59)
"""The end of today, once its closing hour has passed."""
DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEARS = 5
_MONTHS = 13
_FAR = 400
"""So many days a working day is looked for."""
_LONGEST = 400
"""So many of any unit may be promised; more is a slip."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one moment: at most one of day, length and period, and an hour with it.

    ``day`` is a weekday's name, ``+1``, ``24.12.`` with or without a year, or ``5.`` of a month.
    ``next``: strictly after today. ``before``: the day itself is too late.
    """

    day: str | None = None
    length: tuple[float, str] | None = None
    period: str | None = None
    clock: time | None = None
    part: str | None = None
    next: bool = False
    before: bool = False
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Dates:
    """Reads what was said at ``now`` in a zone. Times come out in UTC."""

    now: datetime
    zone: tzinfo
    calendar: Calendar | None

    def moment(self, said: Said) -> datetime | None:
        """The moment that is meant, after now; None where there is none."""
        try:
            found = self._moment(said)
        except (ValueError, OverflowError):  # no such day
            return None
        return found if found is not None and found > self.now else None

    def _moment(self, said: Said) -> datetime | None:
        if said.length is not None:
            return self._after(*said.length, said)
        if said.period is not None and said.day not in WEEKDAYS:
            return self._period(said.period)
        if said.day is not None:
            return self._named(said, said.day)
        return self._hour(said)

    def _after(self, many: float, unit: str, said: Said) -> datetime | None:
        if not 0 < many <= _LONGEST:
            return None
        if unit in ("min", "h"):
            return self.now + timedelta(minutes=many if unit == "min" else many * 60)
        if unit == "workhour":
            length = timedelta(hours=many)
            return biz_add(self.now, length, self._hours) if self._hours else self.now + length
        return self._on(self._ahead(many, unit), said)

    @property
    def _today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def end(self, day: date) -> datetime:
        """When a day is over."""
        closing = self._hours.closing(day) if self._hours else None
        return closing or self._at(day, END)

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() < 5 if self._hours is None else self._hours.opening(day) is not None

    @property
    def _hours(self) -> Calendar | None:
        return None if self.calendar is None or self.calendar.always else self.calendar

    def _ahead(self, many: float, unit: str) -> date:
        if unit == "workday":
            days = (day for day in self._days(self._today + DAY) if self.works(day))
            return next(day for count, day in enumerate(days, 1) if count >= many)
        if unit == "month":
            first = _month(self._today, ceil(many))
            return min(first.replace(day=28) + timedelta(days=4), first + (self._today.day - 1) * DAY)
        return self._today + ceil(many * (7 if unit == "week" else 1)) * DAY

    def _named(self, said: Said, day: str) -> datetime | None:
        if day in WEEKDAYS:
            return self._weekday(said, WEEKDAYS.index(day))
        if day.startswith("+"):
            return self._on(self._today + int(day) * DAY, said)
        return next((at for one in self._dates(day) if (at := self._on(one, said)) > self.now), None)

    def _weekday(self, said: Said, weekday: int) -> datetime:
        if said.period is not None and said.period.startswith("week+"):
            monday = self._today - self._today.weekday() * DAY + int(said.period[5:]) * 7 * DAY
            return self._on(monday + weekday * DAY, said)
        first = self._today + (weekday - self._today.weekday()) % 7 * DAY
        if said.next and first == self._today:
            first += 7 * DAY
        on = self._on(first, said, closes=True)
        return on if on > self.now else self._on(first + 7 * DAY, said)

    def _dates(self, day: str) -> Iterator[date]:
        """The next days that bear this name, the nearest first."""
        numbers = [int(part) for part in day.split(".") if part]
        today = self._today
        if len(numbers) == 3:
            yield date(numbers[2], numbers[1], numbers[0])
        elif len(numbers) == 2:
            yield from _real((today.year + n, numbers[1], numbers[0]) for n in range(_YEARS))
        else:
            months = (_month(today, n) for n in range(_MONTHS))
            yield from _real((first.year, first.month, numbers[0]) for first in months)

    def _on(self, day: date, said: Said, *, closes: bool = False) -> datetime:
        """That day, at the hour that was said, else when it is over; ``closes``: its closing is the end."""
        at = self._time(said)
        if at is not None:
            return self._at(day, at)
        if said.before and said.part is None and day > self._today:
            return self._eve(day)
        ends = self.end(day)
        return self._at(day, LAST) if ends <= self.now and day == self._today and not closes else ends

    def _eve(self, day: date) -> datetime:
        """The end of the last working day before, or midnight where that is past."""
        days = (day - n * DAY for n in range(1, 8))
        ends = (self.end(one) for one in days if self.works(one))
        return next((at for at in ends if at > self.now), self._at(day, time()))

    def _hour(self, said: Said) -> datetime | None:
        at, today = self._time(said), self._today
        if at is None:
            return None if said.part is None else self._on(today, said)
        for moment in (self._at(today, at), self._at(today, _later(at))):
            if moment > self.now and (moment == self._at(today, at) or not said.exact):
                return moment
        return self._at(today + DAY, at)

    def _time(self, said: Said) -> time | None:
        part = None if said.part in (None, "close") else time.fromisoformat(said.part or "")
        if said.clock is None:
            return part
        if said.exact and (part is None or part <= time(12)):
            return said.clock
        early = range(1, 7) if part is None else range(1, 4) if part == time(12) else ()
        afternoon = (part is not None and part > time(12)) or said.clock.hour in early
        return _later(said.clock) if afternoon else said.clock

    def _period(self, period: str) -> datetime:
        today = self._today
        if period == "weekend":
            return self.end(today + (6 - today.weekday()) * DAY)
        unit, _, count = period.partition("+")
        if unit == "week":
            last = today + (6 - today.weekday() + 7 * int(count)) * DAY
            first = last - 6 * DAY
        else:
            first = _month(today, int(count))
            last = _month(today, int(count) + 1) - DAY
        days = (last - n * DAY for n in range((last - first).days + 1))
        working = next((day for day in days if self.works(day)), last)
        ends = self.end(working)
        return ends if ends > self.now else self._at(last, LAST)

    @staticmethod
    def _days(first: date) -> Iterator[date]:
        return (first + n * DAY for n in range(_FAR))

    def _at(self, day: date, at: time) -> datetime:
        local = datetime.combine(day, at, self.zone)
        first = local.astimezone(UTC)
        return first if first > self.now else local.replace(fold=1).astimezone(UTC)


def _later(at: time) -> time:
    """The same hour after noon."""
    return at.replace(hour=at.hour + 12) if at.hour < 12 else at


def _month(day: date, ahead: int) -> date:
    """The first day of a month so many ahead."""
    year, month = divmod(day.year * 12 + day.month - 1 + ahead, 12)
    return date(year, month + 1, 1)


def _real(days: Iterator[tuple[int, int, int]]) -> Iterator[date]:
    """Those that there are: no 30 February."""
    for year, month, day in days:
        if 1 <= day <= _length(year, month):
            yield date(year, month, day)


def _length(year: int, month: int) -> int:
    return (_month(date(year, month, 1), 1) - date(year, month, 1)).days
