"""Reviews by source: what they say, and whether the bad ones are answered like the good ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import compress
from math import fsum

from cxtui.core.metrics import masks
from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.pictures.picture import Picture, Strip, cell, share
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import Ids, at, length
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
    good = [one.id for one in shown if one.stars * 5 / one.scale >= 4]
    waits = span.once("reviewed", voices.reviewed)
    answered = span.once("reviews answered", lambda: _answered(span, set(waits.values())))
    left = [one for one in bad if _goes_on(span, waits[one.id])]
    ids = [one.id for one in bad]
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
        _share(span, f"{feed}/answered <=2", ids, [answered.get(waits[key]) for key in ids]),
        _share(span, f"{feed}/answered >=4", good, [answered.get(waits[key]) for key in good]),
    )


def _mean(span: Span, class_: str, found: Sequence[Review], scale: float, why: str) -> Figure:
    return cell(
        span,
        REVIEWS,
        class_,
        fsum([one.stars * scale / one.scale for one in found]) / len(found) if found else None,
        n=len(found),
        unit=f"stars of {scale:g}",
        ids=Ids(lambda: (one.id for one in found)),
        why="" if found else why,
    )


def _share(span: Span, class_: str, found: Sequence[str], answers: Sequence[bool | None]) -> Figure:
    ids = tuple(key for key, answered in zip(found, answers, strict=True) if answered is not None)
    counts = answers.count(True), len(ids)
    return share(span, REVIEWS, class_, counts, ids, "no such review in this window")


def _answered(span: Span, waits: Collection[int]) -> dict[int, bool | None]:
    """Whether waits were answered, by number; None where no rate counts one."""
    ledger = span.ledger
    unsure = {code for code, word in enumerate(ledger.left) if word == "probably"}
    found: dict[int, bool | None] = {}
    for line in (ledger.waits, ledger.praise):
        mask = masks.chosen(line.numbers, waits)
        figures = (line.figure[name] for name in ("closed", "due", "answered"))
        columns = (compress(column, mask) for column in (line.numbers, *figures, line.flag["left"]))
        for number, closed, due, answered, left in zip(*columns, strict=True):
            out = 0 < closed <= due or left in unsure
            found[number] = None if out else answered != 0
    return found


def _goes_on(span: Span, number: int) -> bool:
    waits = span.ledger.open.get(number)
    return waits is not None and waits.probably is None
