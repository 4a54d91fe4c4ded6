"""Fourteen days side by side."""

from __future__ import annotations

from datetime import tzinfo
from itertools import pairwise

from cxtui.core.metrics.codes import NO, YES
from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.pictures.local import DAY, days_before, midnight
from cxtui.core.metrics.pictures.picture import Picture, Strip, flagged, median, named, share, tally
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import HOUR, micros

DAYS = 14
TREND = "trend"
INCOMING, WITHIN, MEDIAN = "trend_incoming", "trend_answered_within_60m", "trend_first_answer_median"


def trend(span: Span, zone: tzinfo) -> Picture:
    """The last 14 local days, today last: who came, answered within 60 min, median of the first answer.

    As everywhere, the share belongs to the day on which the 60 minutes ended, the rest to the
    day of the start. A day on which clocks change is an hour shorter or longer.
    """
    days = days_before(span.now, zone, DAYS)
    bounds = [micros(midnight(day, zone)) for day in (*days, days[-1] + DAY)]
    came: list[Figure] = []
    within: list[Figure] = []
    medians: list[Figure] = []
    waits = span.ledger.waits
    for day, (since, end) in zip(days, pairwise(bounds), strict=True):
        name = day.isoformat()
        found = waits.span(since, min(end - 1, span.until))
        ids = named(waits, (found,))
        came.append(tally(span, INCOMING, name, ids, found[1] - found[0], during=(since, end)))
        within.append(_within(span, name, since, end))
        why = "nobody began a conversation on this day"
        medians.append(median(span, MEDIAN, name, (found,), (1,), why, during=(since, end)))
    strips = (Strip(INCOMING, tuple(came)), Strip(WITHIN, tuple(within)), Strip(MEDIAN, tuple(medians)))
    return Picture(TREND, strips)


def _within(span: Span, name: str, since: int, end: int) -> Figure:
    waits = span.ledger.waits
    flag = waits.flag["60m"]
    i, j = waits.span(since - HOUR, min(end - 1, span.until) - HOUR)
    part = flag[i:j]
    counts = part.count(YES), part.count(YES) + part.count(NO)
    ids = flagged(waits, flag, (YES, NO), ((i, j),))
    why = "nobody's first 60 minutes ended on this day"
    return share(span, WITHIN, name, counts, ids, why, during=(since, end))
