"""Policies, due times and the words of a countdown. Times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cxtui.core.calendar import ALWAYS_OPEN, Calendar, biz_add

if TYPE_CHECKING:
    from cxtui.core.filters import Filter

Clock = Literal["first_response", "next_response", "update", "thanks"]
Sign = Literal["late", "soon", "in time"]
Warn = float | timedelta
"""When a row is soon: the share of its target, or the working time, that is left then."""


@dataclass(frozen=True, slots=True)
class Target:
    """How long a customer may wait: calendar days, and behind them working time."""

    days: int = 0
    worked: timedelta = timedelta()

    @property
    def total(self) -> timedelta:
        """Both together, a day as 24 hours."""
        return timedelta(days=self.days) + self.worked if self.days else self.worked

    @property
    def words(self) -> str:
        """``2d``, ``4h``, ``1d12h``; working time is never said in days."""
        days = f"{self.days}d" if self.days else ""
        if not self.worked and days:
            return days
        minutes, seconds = divmod(int(self.worked.total_seconds()), 60)
        hours, minute = divmod(minutes, 60)
        if not hours:
            return days + (f"{minute}m" if minute else f"{seconds}s")
        return f"{days}{hours}h{minute:02}" if minute else f"{days}{hours}h"

    def due(self, start: datetime, calendar: Calendar) -> datetime:
        """When so long has passed since ``start``; a day ends at the hour at which it began."""
        if self.days:
            start = (start.astimezone(calendar.zone) + timedelta(days=self.days)).astimezone(UTC)
        return biz_add(start, self.worked, calendar)


HOUR = Target(worked=timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Policy:
    """How long whom may wait. Without ``match`` it is for everybody."""

    name: str = "default"
    first_response: Target = HOUR
    next_response: Target = HOUR
    update: Target = Target(worked=timedelta(hours=4))
    thanks: Target = Target(days=2)
    warn: Warn = 0.25
    calendar: Calendar = ALWAYS_OPEN
    match: Filter | None = None

    def target(self, clock: Clock) -> Target:
        """How long the given clock allows."""
        found: Target = getattr(self, clock)
        return found


DEFAULT = Policy()


@dataclass(frozen=True, slots=True)
class Frozen:
    """The promise made when an interval began, or by an event in it (``cause``).

    Later edits of the configuration leave it alone. ``calendar`` is the calendar's hash. ``thanks``
    says whether it is a thanks clock's; None fits either. ``target``, ``update`` and ``warn`` are
    None where only the due time is known; what was marked until ``covers`` is in it already.
    ``follows`` are replies and when the word after each was due, ``soon`` a due time and when it was soon.
    """

    policy: str
    calendar: str
    due: datetime
    thanks: bool | None = None
    target: Target | None = None
    update: Target | None = None
    warn: Warn | None = None
    cause: str = ""
    covers: datetime | None = None
    follows: tuple[tuple[datetime, datetime], ...] = ()
    soon: tuple[datetime, datetime] | None = None


def sign(due: datetime, soon: datetime, now: datetime) -> Sign:
    """How a row stands: late strictly after ``due``, soon from ``soon`` on."""
    if now > due:
        return "late"
    return "soon" if now >= soon else "in time"


def ahead(target: timedelta, warn: Warn) -> timedelta:
    """How long before its due time a row is soon."""
    return warn if isinstance(warn, timedelta) else target * warn


def countdown(due: datetime, now: datetime) -> str:
    """Time left in at most six columns: ``04:12``, ``18m``, ``1h05``, ``2d``; late ones begin with ``-``.

    Seconds are shown under ten minutes only. Whole units are cut, never rounded up, so
    that a row never shows more time than is left.
    """
    seconds = (due - now).total_seconds()
    minus = "-" if seconds < 0 else ""
    whole = int(abs(seconds))
    if whole == 0:
        return "00:00"
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    if minutes < 10:
        return f"{minus}{minutes:02}:{second:02}"
    if minutes < 60:
        return f"{minus}{minutes}m"
    if hours < 24:
        return f"{minus}{hours}h{minute:02}"
    return f"{minus}{min(hours // 24, 9999)}d"


def next_change(due: datetime, now: datetime) -> timedelta:
    """How long `countdown` keeps its present text.

    The screen sleeps this long: coarse labels change once a minute, hour or day only.
    """
    seconds = (due - now).total_seconds()
    whole = int(abs(seconds))
    unit = 1 if whole < 600 else 60 if whole < 86_400 else 86_400
    if seconds > 0:
        # counting down: the text holds until the unit's own boundary is passed
        past = seconds - (whole // unit) * unit
        return timedelta(seconds=past + 0.001)
    return timedelta(seconds=(whole // unit + 1) * unit - abs(seconds) + 0.001)


def span(length: timedelta) -> str:
    """A duration in two units at most: ``45s``, ``4m``, ``1h05``, ``2d``."""
    whole = int(length.total_seconds())
    if whole < 60:
        return f"{whole}s"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes}m"
    hours, minute = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h{minute:02}"
    days, hour = divmod(hours, 24)
    return f"{days}d{hour}h" if hour else f"{days}d"
