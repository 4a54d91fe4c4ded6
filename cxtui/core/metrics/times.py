"""How long customers waited for a word and for an answer, and how late cxtui saw them."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from cxtui.core.clock import span
from cxtui.core.interval import Interval
from cxtui.core.item import Item
from cxtui.core.metrics.estimates import Spell, quantile
from cxtui.core.metrics.facts import View, doubtful, outage
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.rates import beside
from cxtui.core.metrics.registry import metric

Mark = Literal["contacted", "answered"]
KM = "Kaplan & Meier 1958"


def waited(waits: Interval, mark: Mark, now: datetime) -> Spell | None:
    """The wait until ``mark``, cut off at ``now`` where it goes on.

    None where it says nothing about our speed: closed, withdrawn, marked by hand, in doubt.
    """
    if waits.closed is not None or waits.by_hand or doubtful(waits):
        return None
    end = waits.contacted if mark == "contacted" else waits.answered
    return Spell(((end or now) - waits.start).total_seconds(), ended=end is not None)


def pickup(item: Item) -> float:
    """Seconds from the customer's writing to our seeing it."""
    return max((item.seen - item.posted).total_seconds(), 0.0)


def _time(view: View, mark: Mark, q: float, *, first: bool) -> Found:
    chosen = [waits for waits in view.asking if waits.first is first and view.has(waits.start)]
    spells = {waits.id: spell for waits in chosen if (spell := waited(waits, mark, view.now)) is not None}
    value = quantile(spells.values(), q)
    known = max((spell.seconds for spell in spells.values()), default=None)
    why = ""
    if known is None:
        why = f"nobody {'began' if first else 'came back to'} a conversation in this window"
    elif value is None:
        why = f"> {span(timedelta(seconds=known))}: too many still wait"
    return Found(
        value=value,
        n=len(spells),
        ids=tuple(spells),
        why=why,
        low=known if value is None else None,
        beside=beside(chosen),
    )


@metric("first_response_median", unit="seconds", source=KM)
def first_response_median(view: View) -> Found:
    """Half of all contacts had heard from us, if only a holding reply, after this long."""
    return _time(view, "contacted", 0.5, first=True)


@metric("first_response_p90", unit="seconds", source=KM)
def first_response_p90(view: View) -> Found:
    """Nine of ten contacts had heard from us after this long."""
    return _time(view, "contacted", 0.9, first=True)


@metric("first_answer_median", unit="seconds", source=KM)
def first_answer_median(view: View) -> Found:
    """Half of all contacts had an answer after this long."""
    return _time(view, "answered", 0.5, first=True)


@metric("first_answer_p90", unit="seconds", source=KM)
def first_answer_p90(view: View) -> Found:
    """Nine of ten contacts had an answer after this long."""
    return _time(view, "answered", 0.9, first=True)


@metric("next_response_median", unit="seconds", source=KM)
def next_response_median(view: View) -> Found:
    """Half of those who came back had heard from us after this long."""
    return _time(view, "contacted", 0.5, first=False)


@metric("next_response_p90", unit="seconds", source=KM)
def next_response_p90(view: View) -> Found:
    """Nine of ten of those who came back had heard from us after this long."""
    return _time(view, "contacted", 0.9, first=False)


@metric("pickup_delay_median", unit="seconds")
def pickup_delay_median(view: View) -> Found:
    """Half of what customers wrote was seen after this long."""
    delays = {item.id: pickup(item) for item in view.customers}
    waits = (w for w in (*view.asking, *view.thanking) if w.seen > w.start and view.has(w.start))
    hidden = sum(bool(outage(w, view.down.get(w.opener.feed, ()))) for w in waits)
    return Found(
        value=median(delays.values()) if delays else None,
        n=len(delays),
        ids=tuple(delays),
        why="" if delays else "nobody wrote in this window",
        beside=(("during an outage", hidden),) if hidden else (),
    )
