"""Figures of studies. They stand beside our own, always labelled, never mixed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.span import Span


@dataclass(frozen=True, slots=True)
class Reference:
    """A study's figure (0-1) and the metric, with its class, that it stands beside."""

    id: str
    value: float
    said: str
    by: str
    metric: str
    class_: str | None = None


_UNNAMED = "study quoted without name"

REFERENCES: tuple[Reference, ...] = (
    Reference("expect-5", 0.71, "expect help within 5 minutes", "Jitbit infographic", "answered_within_5m"),
    Reference("expect-30", 0.32, "expect an answer within 30 minutes", _UNNAMED, "answered_within_30m"),
    Reference("expect-60", 0.42, "expect an answer within 60 minutes", _UNNAMED, "answered_within_60m"),
    Reference("firms-ignoring", 0.71, "of firms ignore complaint tweets", _UNNAMED, "ever_ignored"),
    Reference("brands-ignoring", 0.95, "of brands ignore Facebook comments", "AllFacebook", "ever_ignored"),
    Reference("share-bad", 0.45, "share bad service experiences", "Dimensional Research", "share_bad"),
    Reference("recommend-answered", 0.71, "recommend after a quick answer", "NM Incite", "recommend", "fast"),
    Reference("recommend-ignored", 0.19, "recommend after no answer", "NM Incite", "recommend", "never"),
    Reference("trust-reviews", 0.88, "trust reviews like acquaintances", "BrightLocal", "review_mean"),
    Reference("advocates-unknown", 0.5, "do not know their advocates", "Jitbit infographic", "advocates"),
    Reference("ignored-complaint", 0.88, "buy less likely if left waiting", "Conversocial", "money_at_risk"),
)


def beside(metric: str, class_: str | None = None) -> tuple[Reference, ...]:
    """The references that stand beside a metric, or beside one class of it."""
    return tuple(r for r in REFERENCES if r.metric == metric and r.class_ in (None, class_))


def references(span: Span) -> Iterator[Figure]:
    """A row for each reference. Its class is the metric it stands beside; it counts nothing of ours."""
    for found in REFERENCES:
        yield Figure(
            metric=found.id,
            value=found.value,
            n=0,
            unit="rate",
            kind="reference",
            as_of=span.now,
            class_="/".join(filter(None, (found.metric, found.class_))),
            source=found.by,
        )
