"""How many were answered, and how many never were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from cxtui.core.interval import Interval
from cxtui.core.metrics.facts import View, counts, doubtful
from cxtui.core.metrics.figure import Beside, Found
from cxtui.core.metrics.registry import metric

WEEK = timedelta(days=7)
THANKS = timedelta(hours=48)

Measure = Callable[[Interval], bool | None]


def within(waits: Interval, limit: timedelta, now: datetime) -> bool | None:
    """Whether it was answered within ``limit``; None while it is younger, or where no rate counts it.

    A holding reply is no answer. Snoozed and claimed ones count like any other.
    """
    if waits.start + limit > now or not counts(waits):
        return None
    return waits.answered is not None and waits.answered - waits.start <= limit


def responded(waits: Interval, now: datetime) -> bool | None:
    """Whether it was answered; None while it waits in time. Held and past due is unanswered."""
    if not counts(waits):
        return None
    if waits.answered is not None:
        return True
    return None if waits.open and now <= waits.due else False


def ignored(waits: Interval, now: datetime) -> bool | None:
    """Whether nobody ever said a word to it; None under 7 days, or where no rate counts it.

    A close with a reason is a decision, not neglect; what the customer withdrew after it was
    due was ignored.
    """
    if waits.start + WEEK > now or not counts(waits):
        return None
    spoken = waits.contacted is not None or waits.answered is not None
    decided = waits.closed is not None and waits.closed_reason != "withdrawn"
    return not spoken and not decided


def thanked(waits: Interval, now: datetime) -> bool | None:
    """Whether praise had a thanks or an answer within 48 h; None while younger, closed or in doubt."""
    if waits.start + THANKS > now or waits.closed is not None or doubtful(waits):
        return None
    return waits.answered is not None and waits.answered - waits.start <= THANKS


def rate(chosen: Iterable[Interval], measure: Measure, why: str) -> Found:
    """The share of those measured for which ``measure`` holds, with what was left out beside it."""
    waiting = [(waits, measure(waits)) for waits in chosen]
    measured = [(waits.id, result) for waits, result in waiting if result is not None]
    n = len(measured)
    return Found(
        value=sum(result for _, result in measured) / n if n else None,
        n=n,
        ids=tuple(key for key, _ in measured),
        why="" if n else why,
        beside=beside(waits for waits, _ in waiting),
    )


def beside(chosen: Iterable[Interval]) -> Beside:
    """What a rate would hide: closed without answer by reason, probably answered, marked by hand."""
    tally: Counter[str] = Counter()
    for waits in chosen:
        if waits.closed is not None:
            tally[f"closed {waits.closed_reason}"] += 1
        elif doubtful(waits):
            tally["probably"] += 1
        elif waits.by_hand:
            tally["marked by hand"] += 1
    return tuple(sorted(tally.items()))


def _within(view: View, limit: timedelta, words: str) -> Found:
    return rate(
        (waits for waits in view.asking if view.has(waits.start + limit)),
        lambda waits: within(waits, limit, view.now),
        f"nobody's first {words} ended in this window",
    )


@metric("answered_within_5m", unit="rate", source="benchmark expect-5")
def answered_within_5m(view: View) -> Found:
    """Answered within 5 minutes, of all that are 5 minutes old."""
    return _within(view, timedelta(minutes=5), "5 minutes")


@metric("answered_within_30m", unit="rate", source="benchmark expect-30")
def answered_within_30m(view: View) -> Found:
    """Answered within 30 minutes, of all that are 30 minutes old."""
    return _within(view, timedelta(minutes=30), "30 minutes")


@metric("answered_within_60m", unit="rate", source="benchmark expect-60")
def answered_within_60m(view: View) -> Found:
    """Answered within 60 minutes, of all that are 60 minutes old."""
    return _within(view, timedelta(minutes=60), "60 minutes")


@metric("answered_within_24h", unit="rate")
def answered_within_24h(view: View) -> Found:
    """Answered within 24 hours, of all that are 24 hours old."""
    return _within(view, timedelta(hours=24), "24 hours")


@metric("response_rate", unit="rate")
def response_rate(view: View) -> Found:
    """Answered, of the answered and those unanswered past due; who still waits in time stands beside."""
    chosen = [waits for waits in view.asking if view.has(waits.start)]
    found = rate(chosen, lambda waits: responded(waits, view.now), "nobody was answered or is past due")
    waiting = sum(waits.open and not doubtful(waits) and view.now <= waits.due for waits in chosen)
    return replace(found, beside=(*found.beside, ("waiting", waiting)))


@metric("ever_ignored", unit="rate", source="benchmark firms-ignoring")
def ever_ignored(view: View) -> Found:
    """Without a word from us or a reasoned close, of all that are 7 days old."""
    return rate(
        (waits for waits in view.asking if view.has(waits.start + WEEK)),
        lambda waits: ignored(waits, view.now),
        "nobody's first 7 days ended in this window",
    )


@metric("thanked_within_48h", unit="rate")
def thanked_within_48h(view: View) -> Found:
    """Praise that had a thanks or an answer within 48 hours, of all praise that is 48 hours old."""
    return rate(
        (waits for waits in view.thanking if view.has(waits.start + THANKS)),
        lambda waits: thanked(waits, view.now),
        "no praise became 48 hours old in this window",
    )
