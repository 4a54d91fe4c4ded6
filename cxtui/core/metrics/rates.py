"""How many were answered, and how many never were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cxtui.core.interval import Interval
from cxtui.core.metrics.codes import LIMITS, NO, WAITS, YES
from cxtui.core.metrics.facts import counts, doubtful
from cxtui.core.metrics.figure import Beside, Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import Timeline, length, tally

WEEK = timedelta(days=7)
THANKS = timedelta(hours=48)


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


def rate(span: Span, line: Timeline, flag: str, why: str, older: timedelta = timedelta()) -> Found:
    """The share of those measured for which a flag says yes, with what was left out beside it.

    ``older``: the window shows those that became so old in it.
    """
    i, j = span.places(line, length(older))
    column = line.flag[flag]
    yes, no = column.count(YES, i, j), column.count(NO, i, j)
    n = yes + no
    return Found(
        value=yes / n if n else None,
        n=n,
        ids=line.ids(column, (YES, NO), i, j),
        why="" if n else why,
        beside=beside(span, tally(line.flag["left"], i, j)),
    )


def beside(span: Span, left: Mapping[int, int]) -> Beside:
    """What a rate would hide: closed without answer by reason, probably answered, marked by hand.

    ``left`` are counts by code.
    """
    words = span.ledger.left
    return tuple(sorted((words[code], count) for code, count in left.items() if code and count))


def _within(span: Span, name: str, words: str) -> Found:
    why = f"nobody's first {words} ended in this window"
    return rate(span, span.ledger.waits, name, why, LIMITS[name])


@metric("answered_within_5m", unit="rate", source="benchmark expect-5")
def answered_within_5m(span: Span) -> Found:
    """Answered within 5 minutes, of all that are 5 minutes old."""
    return _within(span, "5m", "5 minutes")


@metric("answered_within_30m", unit="rate", source="benchmark expect-30")
def answered_within_30m(span: Span) -> Found:
    """Answered within 30 minutes, of all that are 30 minutes old."""
    return _within(span, "30m", "30 minutes")


@metric("answered_within_60m", unit="rate", source="benchmark expect-60")
def answered_within_60m(span: Span) -> Found:
    """Answered within 60 minutes, of all that are 60 minutes old."""
    return _within(span, "60m", "60 minutes")


@metric("answered_within_24h", unit="rate")
def answered_within_24h(span: Span) -> Found:
    """Answered within 24 hours, of all that are 24 hours old."""
    return _within(span, "24h", "24 hours")


@metric("response_rate", unit="rate")
def response_rate(span: Span) -> Found:
    """Answered, of the answered and those unanswered past due; who still waits in time stands beside."""
    waits = span.ledger.waits
    found = rate(span, waits, "responded", "nobody was answered or is past due")
    waiting = waits.flag["responded"].count(WAITS, *span.places(waits))
    return replace(found, beside=(*found.beside, ("waiting", waiting)))


@metric("ever_ignored", unit="rate", source="benchmark firms-ignoring")
def ever_ignored(span: Span) -> Found:
    """Without a word from us or a reasoned close, of all that are 7 days old."""
    why = "nobody's first 7 days ended in this window"
    return rate(span, span.ledger.waits, "ignored", why, WEEK)


@metric("thanked_within_48h", unit="rate")
def thanked_within_48h(span: Span) -> Found:
    """Praise that had a thanks or an answer within 48 hours, of all praise that is 48 hours old."""
    why = "no praise became 48 hours old in this window"
    return rate(span, span.ledger.praise, "thanked", why, THANKS)
