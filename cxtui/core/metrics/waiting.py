"""Who waits now, who is late, and who will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cxtui.core.interval import Interval
from cxtui.core.metrics.facts import doubtful
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import Ids

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


@metric("late_now", unit="intervals")
def late_now(span: Span) -> Found:
    """Past the due time of the clock that runs, of all that wait."""
    rows, late = span.ledger.queue.rows, span.ledger.queue.late(span.until)
    return Found(late, len(rows), Ids(lambda: (waits.id for waits in rows[:late])))


@metric("waiting_now", unit="intervals")
def waiting_now(span: Span) -> Found:
    """Who waits for an answer, snoozed included; praise and the probably answered are not in it."""
    rows = span.ledger.queue.rows
    return Found(len(rows), len(rows), Ids(lambda: (waits.id for waits in rows)))


@metric("probably_now", unit="intervals")
def probably_now(span: Span) -> Found:
    """Probably answered: each needs one key to confirm or reject."""
    ids = span.ledger.queue.doubts
    return Found(len(ids), len(ids), ids)
