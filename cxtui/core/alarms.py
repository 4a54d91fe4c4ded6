"""Warnings that a row is soon or already late: once for each countdown and level, in open hours only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cxtui.core.calendar import Calendar
from cxtui.core.inbox import Row

Level = Literal["soon", "late"]

_AFTER = timedelta(milliseconds=1)
"""A row is late behind its due time, not at it."""


@dataclass(frozen=True, slots=True)
class Warnings:
    """How people are warned. ``osc``: terminals that can show notifications do so (OSC 9).

    ``quiet`` are hours without bell, notification and hook; None has none. ``hook`` is a program and its
    words, started once for each warning.
    """

    bell: bool = True
    osc: bool = True
    title: bool = True
    quiet: Calendar | None = None
    hook: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """A row that has reached a level of its countdown."""

    row: Row
    level: Level

    @property
    def mark(self) -> tuple[str, ...]:
        """What is the same for the same countdown and level only: a holding reply begins another one."""
        waits = self.row.interval
        return waits.id, self.row.clock, str(len(waits.replies)), self.level


def alarm(row: Row, now: datetime) -> Alarm | None:
    """What is to be warned of at ``now``: nothing of praise, of what sleeps or is probably answered."""
    waits = row.interval
    if not waits.open or waits.thanks or waits.probably or waits.snoozed(now):
        return None
    if now > row.due:
        return Alarm(row, "late")
    return Alarm(row, "soon") if now >= row.soon else None


def next_look(row: Row, now: datetime) -> datetime | None:
    """When `alarm` may say something else about the row; None where only a change of it can."""
    waits = row.interval
    if not waits.open or waits.thanks or waits.probably:
        return None
    wakes = waits.snoozed_until if waits.snoozed(now) else None
    if waits.snoozed(now) and wakes is None:
        return None
    if wakes is not None:
        return wakes
    if row.soon > now:
        return row.soon
    return row.due + _AFTER if row.due >= now else None


def told(alarms: Sequence[Alarm]) -> str:
    """How many rows are late and soon, in numbers alone: ``2 late, 1 soon``."""
    counts = {level: sum(one.level == level for one in alarms) for level in ("late", "soon")}
    return ", ".join(f"{count} {level}" for level, count in counts.items() if count)
