"""Policies, due times and the words of a countdown. Times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Clock = Literal["first_response", "next_response", "update", "thanks"]
Sign = Literal["late", "soon", "in time"]

ALWAYS = "24/7"
"""The calendar that never closes; stored with an interval in place of a calendar's hash."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a customer may wait. ``warn`` is the share of the target left at which a row is soon."""

    name: str = "default"
    first_response: timedelta = timedelta(minutes=60)
    next_response: timedelta = timedelta(minutes=60)
    update: timedelta = timedelta(hours=4)
    thanks: timedelta = timedelta(days=2)
    warn: float = 0.25
    calendar: str = ALWAYS

    def target(self, clock: Clock) -> timedelta:
        """How long the given clock allows."""
        targets = {
            "first_response": self.first_response,
            "next_response": self.next_response,
            "update": self.update,
            "thanks": self.thanks,
        }
        return targets[clock]


DEFAULT = Policy()


@dataclass(frozen=True, slots=True)
class Frozen:
    """The promise made when an interval began; later edits of the configuration leave it alone.

    ``thanks`` says whether it is a thanks clock's; None fits either.
    """

    policy: str
    calendar: str
    due: datetime
    thanks: bool | None = None


def due_at(start: datetime, target: timedelta) -> datetime:
    """When ``target`` has passed since ``start``."""
    return start + target


def sign(due: datetime, target: timedelta, warn: float, now: datetime) -> Sign:
    """How a row stands: late strictly after ``due``, soon in the last ``warn`` share of ``target``."""
    left = due - now
    if left < timedelta():
        return "late"
    return "soon" if left <= target * warn else "in time"


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
