"""What stars and scores say. A review is an item with stars, whatever its kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import fmean

from cxtui.core.item import Item
from cxtui.core.metrics.facts import View
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric

REICHHELD = "Reichheld 2003"


def promotes(score: int) -> int:
    """A 0-10 answer as promoter 1, passive 0, detractor -1."""
    return 1 if score >= 9 else 0 if score >= 7 else -1


def stars_promote(rating: float) -> int:
    """Stars of five as promoter 1 (all five), passive 0 (above three), detractor -1."""
    return 1 if rating >= 5 else 0 if rating > 3 else -1


def _net(votes: Sequence[tuple[str, int]], why: str) -> Found:
    n = len(votes)
    if not n:
        return Found(None, 0, why=why)
    return Found(100 * sum(vote for _, vote in votes) / n, n, tuple(key for key, _ in votes))


@metric("nps", unit="score", source=REICHHELD)
def nps(view: View) -> Found:
    """Promoters less detractors among 0-10 answers, -100 to 100."""
    votes = [(i.id, promotes(i.score)) for i in view.customers if i.score is not None and 0 <= i.score <= 10]
    return _net(votes, "nobody gave a 0-10 answer in this window")


@metric("nps_stars", unit="score", source="stars, not the 0-10 question: NPS*")
def nps_stars(view: View) -> Found:
    """The same made from stars; not comparable with an NPS, so it is shown as NPS*."""
    votes = [(i.id, stars_promote(i.rating)) for i in view.customers if i.rating is not None]
    return _net(votes, "no review with stars in this window")


@metric("review_mean", unit="stars")
def review_mean(view: View) -> Iterator[Found]:
    """The mean of each feed's reviews in the window, on the scale of the newest; watched ones too."""
    feeds: dict[str, list[Item]] = defaultdict(list)
    for item in view.items:
        if item.stars is not None and item.role != "own":
            feeds[item.feed].append(item)
    if not feeds:
        yield Found(None, 0, why="no feed has reviews with stars")
    for feed, reviews in sorted(feeds.items()):
        scale = max(reviews, key=lambda i: (i.posted, i.id)).scale
        shown = {
            i.id: i.stars * scale / i.scale for i in reviews if i.stars is not None and view.has(i.posted)
        }
        yield Found(
            value=fmean(shown.values()) if shown else None,
            n=len(shown),
            ids=tuple(shown),
            why="" if shown else "no review in this window",
            class_=feed,
            unit=f"stars of {scale:g}",
        )
