"""Working time counted minute by minute from the clock on the wall; shares nothing with the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo

MINUTE = timedelta(minutes=1)
Week = tuple[tuple[tuple[int, int], ...], ...]


class Walls:
    """Hours as they are written, asked one minute after the other."""

    def __init__(self, zone: tzinfo, week: Week, off: Callable[[date], bool]) -> None:
        self._zone = zone
        self._week = week
        self._off = off

    def is_open(self, at: datetime) -> bool:
        """What the wall shows is within hours, today's or those of last night."""
        local = at.astimezone(self._zone)
        minute = local.hour * 60 + local.minute
        today = local.date()
        return self._within(today, minute) or self._within(today - timedelta(days=1), minute + 24 * 60)

    def worked(self, start: datetime, end: datetime) -> int:
        """Whole minutes that were open."""
        count, at = 0, start
        while at < end:
            count += self.is_open(at)
            at += MINUTE
        return count

    def after(self, start: datetime, minutes: int) -> datetime:
        """When so many open minutes have passed."""
        at = start
        while minutes:
            minutes -= self.is_open(at)
            at += MINUTE
        return at

    def _within(self, day: date, minute: int) -> bool:
        return not self._off(day) and any(a <= minute < b for a, b in self._week[day.weekday()])
