"""Reviews by source: what they say, and whether the bad ones are answered like the good ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import fmean

from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.pictures.picture import Picture, Strip, cell, share
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import at, length
from cxtui.core.metrics.voices import Review

REVIEWS = "reviews"
LATELY = length(timedelta(days=90))


def reviews(span: Span) -> Picture:
    """A strip for each feed with reviews: five cells, their ids those of the reviews.

    The mean over the window and over the last 90 days on the feed's own scale; of the reviews in
    the window those of two stars of five or fewer without an answer, and the share answered of
    the bad and of the good ones. What was closed in time or is only probably answered is in no share.
    """
    strips: list[Strip] = []
    for feed, known in sorted(span.ledger.voices.reviews.items()):
        if known[0].at <= span.until:
            strips.append(Strip(feed, _cells(span, feed)))
    return Picture(REVIEWS, tuple(strips))


def _cells(span: Span, feed: str) -> tuple[Figure, ...]:
    voices = span.ledger.voices
    everything = voices.between(feed, None, span.until)
    scale = everything[-1].scale
    shown = voices.between(feed, span.since, span.until)
    lately = voices.between(feed, span.until - LATELY, span.until)
    bad = [one for one in shown if one.stars * 5 / one.scale <= 2]
    good = [one for one in shown if one.stars * 5 / one.scale >= 4]
    left = [one for one in bad if _open(span, one)]
    oldest = f"the oldest is of {at(left[0].at):%Y-%m-%d}" if left else ""
    return (
        _mean(span, f"{feed}/mean", shown, scale, "no review in this window"),
        _mean(span, f"{feed}/mean 90 d", lately, scale, "no review in the last 90 days"),
        cell(
            span,
            REVIEWS,
            f"{feed}/unanswered <=2",
            float(len(left)),
            n=len(bad),
            unit="reviews",
            ids=tuple(one.id for one in left),
            why=oldest,
        ),
        _share(span, f"{feed}/answered <=2", bad),
        _share(span, f"{feed}/answered >=4", good),
    )


def _mean(span: Span, class_: str, found: Sequence[Review], scale: float, why: str) -> Figure:
    return cell(
        span,
        REVIEWS,
        class_,
        fmean(one.stars * scale / one.scale for one in found) if found else None,
        n=len(found),
        unit=f"stars of {scale:g}",
        ids=tuple(one.id for one in found),
        why="" if found else why,
    )


def _share(span: Span, class_: str, found: Iterable[Review]) -> Figure:
    asked = [(one.id, answered) for one in found if (answered := _answered(span, one)) is not None]
    counts = sum(answered for _, answered in asked), len(asked)
    ids = tuple(key for key, _ in asked)
    return share(span, REVIEWS, class_, counts, ids, "no such review in this window")


def _answered(span: Span, review: Review) -> bool | None:
    """Whether the wait of a review was answered; None where no rate counts it, or it is in none."""
    ledger = span.ledger
    number = ledger.voices.wait_of(review.id)
    for line in (ledger.waits, ledger.praise):
        if number in line:
            place = line.place(number)
            closed, due = line.figure["closed"][place], line.figure["due"][place]
            if (closed and closed <= due) or ledger.left[line.flag["left"][place]] == "probably":
                return None
            return line.figure["answered"][place] != 0
    return None


def _open(span: Span, review: Review) -> bool:
    waits = span.ledger.open.get(span.ledger.voices.wait_of(review.id))
    return waits is not None and waits.probably is None
