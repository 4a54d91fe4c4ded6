"""Who will be late next, and whether our pace reaches them before."""

from __future__ import annotations

from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.pictures.picture import Picture, Strip
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.waiting import ENOUGH

BREACHES = "next_breach"


def breaches(span: Span, limit: int | None = None) -> Picture:
    """A cell for everybody who is not late yet, the next to be due first; its value is seconds to that.

    ``low`` and ``high`` are the seconds after which our pace reaches them, a forecast; n is
    their place in the queue. Without a pace ``why`` says so.
    """
    an_hour = span.ledger.queue.pace(span.now)
    no_pace = "" if an_hour is not None else f"no pace: fewer than {ENOUGH} replies in two active hours"
    cells: list[Figure] = []
    for found in span.ledger.queue.forecast(span.now, limit):
        reached = None if found.expected is None else (found.expected - span.now).total_seconds()
        cells.append(
            Figure(
                BREACHES,
                (found.due - span.now).total_seconds(),
                found.place,
                "seconds",
                "estimate",
                span.now,
                low=reached,
                high=reached,
                class_=found.interval,
                why=no_pace or _said(an_hour or 0.0, late=found.sure),
                ids=(found.interval,),
            )
        )
    return Picture(BREACHES, (Strip(BREACHES, tuple(cells)),))


def _said(an_hour: float, *, late: bool) -> str:
    return f"{'late' if late else 'in time'} at our pace of {an_hour:g}/h"
