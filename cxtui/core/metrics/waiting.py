"""Who waits now, who is late, and who will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cxtui.core.history import lawful
from cxtui.core.interval import Interval
from cxtui.core.metrics.facts import Facts, View, doubtful, standing
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric

HOUR = timedelta(hours=1)
ENOUGH = 5
"""So many replies in the last two active hours make a pace."""


@dataclass(frozen=True, slots=True)
class Breach:
    """An open row that is not late yet. ``expected`` is when our pace reaches it, None without a pace."""

    interval: str
    due: datetime
    place: int
    expected: datetime | None

    @property
    def sure(self) -> bool:
        """Whether it will be late at our present pace."""
        return self.expected is not None and self.expected > self.due


def waiting(intervals: Sequence[Interval]) -> list[Interval]:
    """Who waits for an answer, snoozed included, most urgent first."""
    rows = [waits for waits in intervals if waits.open and not waits.thanks and not doubtful(waits)]
    return sorted(rows, key=lambda waits: (waits.running[1], waits.id))


def late(waits: Interval, now: datetime) -> bool:
    """Whether the due time of the clock that runs has passed; at the due time itself it has not."""
    return now > waits.running[1]


def pace(facts: Facts, now: datetime) -> float | None:
    """Replies an hour over the last two hours in which we replied, counted back from ``now``.

    None with fewer than five replies in them: that is no pace.
    """
    replied = standing(facts.replies, lawful(facts.events))
    hours = [(now - reply.at) // HOUR for reply in replied if reply.at <= now]
    active = sorted(set(hours))[:2]
    replies = sum(hour in active for hour in hours)
    return replies / 2 if replies >= ENOUGH else None


def forecast(facts: Facts, now: datetime) -> tuple[Breach, ...]:
    """The rows that will be due next, first first: the k-th open row is reached at ``now`` + k / pace."""
    an_hour = pace(facts, now)
    return tuple(
        Breach(waits.id, waits.running[1], place, None if an_hour is None else now + place / an_hour * HOUR)
        for place, waits in enumerate(waiting(facts.intervals), 1)
        if not late(waits, now)
    )


@metric("late_now", unit="intervals")
def late_now(view: View) -> Found:
    """Past the due time of the clock that runs, of all that wait."""
    rows = waiting(view.asking)
    ids = tuple(waits.id for waits in rows if late(waits, view.now))
    return Found(len(ids), len(rows), ids)


@metric("waiting_now", unit="intervals")
def waiting_now(view: View) -> Found:
    """Who waits for an answer, snoozed included; praise and the probably answered are not in it."""
    ids = tuple(waits.id for waits in waiting(view.asking))
    return Found(len(ids), len(ids), ids)


@metric("probably_now", unit="intervals")
def probably_now(view: View) -> Found:
    """Probably answered: each needs one key to confirm or reject."""
    ids = tuple(waits.id for waits in (*view.asking, *view.thanking) if doubtful(waits))
    return Found(len(ids), len(ids), ids)
