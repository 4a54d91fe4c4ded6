"""Whether we are still there: our own posts."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from itertools import pairwise
from operator import itemgetter
from statistics import median

from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import SECOND, length

LATELY = timedelta(days=90)


@metric("consistency_gap", unit="seconds")
def consistency_gap(span: Span) -> Found:
    """The silence since our last own post, with the usual and the longest one, in seconds, beside it."""
    posted = span.ledger.voices.posts
    posted = posted[: bisect_right(posted, span.until, key=itemgetter(0))]
    posts = [moment for moment, _ in posted]
    if not posts:
        return Found(None, 0, why="no feed has posts of our own")
    gaps = [((later - earlier) / SECOND, later) for earlier, later in pairwise(posts)]
    usual = round(median(gap for gap, _ in gaps)) if gaps else 0
    lately = [gap for gap, end in gaps if end > span.until - length(LATELY)]
    return Found(
        value=(span.until - posts[-1]) / SECOND,
        n=len(posts),
        ids=tuple(key for _, key in posted),
        beside=(("median gap", usual), ("longest gap in 90 d", round(max(lately, default=0))))
        if gaps
        else (),
    )
