"""Whether we are still there: our own posts."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from statistics import median

from cxtui.core.metrics.facts import View
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric

LATELY = timedelta(days=90)


@metric("consistency_gap", unit="seconds")
def consistency_gap(view: View) -> Found:
    """The silence since our last own post, with the usual and the longest one, in seconds, beside it."""
    posts = sorted((i.posted, i.id) for i in view.items if i.role == "own" and i.posted <= view.now)
    if not posts:
        return Found(None, 0, why="no feed has posts of our own")
    gaps = [((later - earlier).total_seconds(), later) for (earlier, _), (later, _) in pairwise(posts)]
    usual = round(median(gap for gap, _ in gaps)) if gaps else 0
    lately = [gap for gap, end in gaps if end > view.now - LATELY]
    return Found(
        value=(view.now - posts[-1][0]).total_seconds(),
        n=len(posts),
        ids=tuple(key for _, key in posts),
        beside=(("median gap", usual), ("longest gap in 90 d", round(max(lately, default=0))))
        if gaps
        else (),
    )
