"""What stars and scores say. A review is an item with stars, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import Ids

REICHHELD = "Reichheld 2003"
VOTES = (None, 1, 0, -1)
"""What a vote is in a column: promoter, passive, detractor."""


def promotes(score: int) -> int:
    """A 0-10 answer as promoter 1, passive 0, detractor -1."""
    return 1 if score >= 9 else 0 if score >= 7 else -1


def stars_promote(rating: float) -> int:
    """Stars of five as promoter 1 (all five), passive 0 (above three), detractor -1."""
    return 1 if rating >= 5 else 0 if rating > 3 else -1


def _net(span: Span, flag: str, why: str) -> Found:
    voices = span.ledger.voices
    i, j = span.places(voices)
    votes = [voices.flag[flag].count(VOTES.index(vote), i, j) for vote in (1, 0, -1)]
    n = sum(votes)
    if not n:
        return Found(None, 0, why=why)
    return Found(100 * (votes[0] - votes[2]) / n, n, voices.ids(voices.flag[flag], (1, 2, 3), i, j))


@metric("nps", unit="score", source=REICHHELD)
def nps(span: Span) -> Found:
    """Promoters less detractors among 0-10 answers, -100 to 100."""
    return _net(span, "nps", "nobody gave a 0-10 answer in this window")


@metric("nps_stars", unit="score", source="stars, not the 0-10 question: NPS*")
def nps_stars(span: Span) -> Found:
    """The same made from stars; not comparable with an NPS, so it is shown as NPS*."""
    return _net(span, "nps_stars", "no review with stars in this window")


@metric("review_mean", unit="stars")
def review_mean(span: Span) -> Iterator[Found]:
    """The mean of each feed's reviews in the window, on the scale of the newest; watched ones too."""
    voices = span.ledger.voices
    if not voices.reviews:
        yield Found(None, 0, why="no feed has reviews with stars")
    for feed, reviews in sorted(voices.reviews.items()):
        scale = reviews[-1].scale
        shown = voices.between(feed, span.since, span.until)
        yield Found(
            value=fsum(one.stars * scale / one.scale for one in shown) / len(shown) if shown else None,
            n=len(shown),
            ids=Ids(lambda shown=shown: (one.id for one in shown)),
            why="" if shown else "no review in this window",
            class_=feed,
            unit=f"stars of {scale:g}",
        )
