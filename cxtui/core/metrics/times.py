"""How long customers waited for a word and for an answer, and how late cxtui saw them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from cxtui.core.clock import span as in_words
from cxtui.core.interval import Interval
from cxtui.core.metrics.codes import CUSTOMER, EXCLUDED, GOES_ON
from cxtui.core.metrics.estimates import quantile
from cxtui.core.metrics.facts import doubtful
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.rates import beside
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import SECOND, length, tally_of

Mark = Literal["contacted", "answered"]
KM = "Kaplan & Meier 1958"


def spell(waits: Interval, mark: Mark) -> int:
    """The wait until ``mark`` in microseconds; `GOES_ON` while it has no end, else `EXCLUDED`."""
    if waits.closed is not None or waits.by_hand or doubtful(waits):
        return EXCLUDED
    end = waits.contacted if mark == "contacted" else waits.answered
    return GOES_ON if end is None else length(end - waits.start)


def _time(span: Span, mark: Mark, q: float, *, first: bool) -> Found:
    waits, group = span.ledger.waits, 1 if first else 2
    figure = "contact_spell" if mark == "contacted" else "answer_spell"
    ended = span.ledger.spells[figure, group].within(span.window, span.since, span.until)
    cut = span.ledger.queue.waiting_since(figure, group, span)
    reached = quantile(ended, cut, q)
    n = len(ended) + len(cut)
    i, j = span.places(waits)
    why = ""
    if not n:
        why = f"nobody {'began' if first else 'came back to'} a conversation in this window"
    elif reached is None:
        why = f"> {in_words(timedelta(microseconds=max((*ended[-1:], *cut[-1:]))))}: too many still wait"
    begun = waits.flag["first"]
    left = span.once(("left", first), lambda: tally_of(waits.flag["left"], begun, int(first), i, j))
    return Found(
        value=None if reached is None else reached / SECOND,
        n=n,
        ids=waits.ids(waits.flag["timed"], (group,), i, j),
        why=why,
        low=max((*ended[-1:], *cut[-1:])) / SECOND if n and reached is None else None,
        beside=beside(span, left),
    )


@metric("first_response_median", unit="seconds", source=KM)
def first_response_median(span: Span) -> Found:
    """Half of all contacts had heard from us, if only a holding reply, after this long."""
    return _time(span, "contacted", 0.5, first=True)


@metric("first_response_p90", unit="seconds", source=KM)
def first_response_p90(span: Span) -> Found:
    """Nine of ten contacts had heard from us after this long."""
    return _time(span, "contacted", 0.9, first=True)


@metric("first_answer_median", unit="seconds", source=KM)
def first_answer_median(span: Span) -> Found:
    """Half of all contacts had an answer after this long."""
    return _time(span, "answered", 0.5, first=True)


@metric("first_answer_p90", unit="seconds", source=KM)
def first_answer_p90(span: Span) -> Found:
    """Nine of ten contacts had an answer after this long."""
    return _time(span, "answered", 0.9, first=True)


@metric("next_response_median", unit="seconds", source=KM)
def next_response_median(span: Span) -> Found:
    """Half of those who came back had heard from us after this long."""
    return _time(span, "contacted", 0.5, first=False)


@metric("next_response_p90", unit="seconds", source=KM)
def next_response_p90(span: Span) -> Found:
    """Nine of ten of those who came back had heard from us after this long."""
    return _time(span, "contacted", 0.9, first=False)


@metric("pickup_delay_median", unit="seconds")
def pickup_delay_median(span: Span) -> Found:
    """Half of what customers wrote was seen after this long."""
    voices = span.ledger.voices
    delays = voices.delays.within(span.window, span.since, span.until)
    hidden = sum(
        line.flag["hidden"].count(1, *span.places(line)) for line in (span.ledger.waits, span.ledger.praise)
    )
    i, j = span.places(voices)
    n = len(delays)
    return Found(
        value=(delays[(n - 1) // 2] / SECOND + delays[n // 2] / SECOND) / 2 if n else None,
        n=n,
        ids=voices.ids(voices.flag["role"], (CUSTOMER,), i, j),
        why="" if n else "nobody wrote in this window",
        beside=(("during an outage", hidden),) if hidden else (),
    )
