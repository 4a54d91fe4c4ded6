"""Days off that come once, or every year."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Yearly:
    """A repetition every so many years: on days of months, or on their n-th weekdays (Monday is 0)."""

    every: int = 1
    count: int | None = None
    until: date | None = None
    months: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()

    def begins(self, start: date, year: int) -> list[date]:
        """The days of a year on which it begins, if ``start`` was its first."""
        if year < start.year or (year - start.year) % self.every:
            return []
        found = [day for day in self._in(start, year) if self.until is None or day <= self.until]
        if self.count is not None:
            gone = sum(len(self._in(start, one)) for one in range(start.year, year, self.every))
            found = found[: max(self.count - gone, 0)]
        return found

    def _in(self, start: date, year: int) -> list[date]:
        found: set[date] = set()
        for month in self.months or (start.month,):
            length = monthrange(year, month)[1]
            numbers = [day if day > 0 else length + 1 + day for day in self.days or (start.day,)]
            if self.weekdays:
                numbers = [_nth(year, month, which, weekday) for which, weekday in self.weekdays]
            found |= {date(year, month, number) for number in numbers if 1 <= number <= length}
        return sorted(day for day in found if day >= start)


@dataclass(frozen=True, slots=True)
class Event:
    """A day off, or ``length`` of them: from ``start`` on and from ``more``, never from ``never``."""

    name: str
    start: date
    length: int = 1
    repeats: Yearly | None = None
    more: frozenset[date] = frozenset()
    never: frozenset[date] = frozenset()

    def days(self, year: int) -> Iterator[date]:
        """Its days in a year."""
        begins = {self.start, *self.more}
        if self.repeats is not None:
            for one in (year - 1, year):
                begins |= set(self.repeats.begins(self.start, one))
        for begin in begins - self.never:
            if year - 2 <= begin.year <= year:
                days = (begin + timedelta(days=n) for n in range(self.length))
                yield from (day for day in days if day.year == year)


def _nth(year: int, month: int, which: int, weekday: int) -> int:
    """The day of a month of its n-th such weekday, from the end where negative; maybe outside it."""
    length = monthrange(year, month)[1]
    if which > 0:
        return 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (which - 1)
    return length - (date(year, month, length).weekday() - weekday) % 7 + 7 * (which + 1)
