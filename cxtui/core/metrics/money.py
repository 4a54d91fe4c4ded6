"""What late answers to complaints may cost: a range, never a forecast."""

from __future__ import annotations

from datetime import datetime

from cxtui.core.interval import Interval
from cxtui.core.metrics.facts import View, person, spared
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric

LESS_LIKELY = 0.88
"""Share of customers who are less likely to buy again (benchmark ignored-complaint)."""


def left_waiting(waits: Interval, now: datetime) -> bool:
    """Whether it stayed without an answer past its due time."""
    return waits.answered is None and not waits.probably and not spared(waits) and waits.due < now


@metric("money_at_risk", unit="money", source="benchmark ignored-complaint")
def money_at_risk(view: View) -> Found:
    """Orders that complainers left waiting may not place; the value is the cautious end of the range.

    Low: those known as customers, one order each. High: all of them, their orders of a year,
    times the share of the study.
    """
    if view.orders is None:
        return Found(None, 0, why="set order_value", kind="estimate")
    items = {item.id: item for item in view.items}
    buyers = {person(item) for item in view.items if item.kind == "purchase"}
    late = [
        waits
        for waits in view.asking
        if view.has(waits.start)
        and left_waiting(waits, view.now)
        and any(key in items and items[key].bad for key in waits.items)
    ]
    people = {person(waits.opener) for waits in late}
    low = len(people & buyers) * view.orders.value
    return Found(
        value=low,
        n=len(people),
        ids=tuple(waits.id for waits in late),
        low=low,
        high=len(people) * view.orders.value * view.orders.per_year * LESS_LIKELY,
        kind="estimate",
        unit=view.orders.currency or None,
    )
