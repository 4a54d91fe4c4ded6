"""What late answers to complaints may cost: a range, never a forecast."""

from __future__ import annotations

from datetime import datetime
from itertools import compress

from cxtui.core.interval import Interval
from cxtui.core.metrics.codes import BAD, having
from cxtui.core.metrics.facts import spared
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import picking

LESS_LIKELY = 0.88
"""Share of customers who are less likely to buy again (benchmark ignored-complaint)."""


def left_waiting(waits: Interval, now: datetime) -> bool:
    """Whether it stayed without an answer past its due time."""
    return waits.answered is None and not waits.probably and not spared(waits) and waits.due < now


@metric("money_at_risk", unit="money", source="benchmark ignored-complaint")
def money_at_risk(span: Span) -> Found:
    """Orders that complainers left waiting may not place; the value is the cautious end of the range.

    Low: those known as customers, one order each. High: all of them, their orders of a year,
    times the share of the study, and never under the low end.
    """
    orders = span.orders
    if orders is None:
        return Found(None, 0, why="set order_value", kind="estimate")
    waits, voices = span.ledger.waits, span.ledger.voices
    told = voices.flag["told"].translate(picking(having(BAD)))
    complained = set(compress(voices.figure["wait"], told))
    one = span.ledger.merged.one
    buyers = set(map(one, compress(voices.figure["who"], voices.flag["purchase"])))
    late = [
        place
        for place in compress(range(len(waits)), waits.flag["unanswered"])
        if waits.figure["due"][place] < span.until
        and span.has(waits.at[place])
        and waits.numbers[place] in complained
    ]
    people = {one(waits.figure["who"][place]) for place in late}
    low = len(people & buyers) * orders.value
    return Found(
        value=low,
        n=len(people),
        ids=tuple(waits.names[place] for place in late),
        low=low,
        high=max(low, len(people) * orders.value * orders.per_year * LESS_LIKELY),
        kind="estimate",
        unit=orders.currency or None,
    )
