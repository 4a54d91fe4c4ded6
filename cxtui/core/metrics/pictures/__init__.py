"""Pictures of the numbers: pure functions of a window, every cell a figure with the ids it counts."""

from __future__ import annotations

from datetime import tzinfo

from cxtui.core.metrics.pictures.answering import answer_times
from cxtui.core.metrics.pictures.breaches import breaches
from cxtui.core.metrics.pictures.days import trend
from cxtui.core.metrics.pictures.hours import MEASURES, Measure, load, week
from cxtui.core.metrics.pictures.picture import Picture, Strip
from cxtui.core.metrics.pictures.sources import reviews
from cxtui.core.metrics.span import Span

__all__ = [
    "MEASURES",
    "Measure",
    "Picture",
    "Strip",
    "answer_times",
    "breaches",
    "load",
    "pictures",
    "reviews",
    "trend",
    "week",
]


def pictures(span: Span, zone: tzinfo, measure: Measure = "incoming") -> tuple[Picture, ...]:
    """Every picture of a window, with hours and days as ``zone`` has them."""
    return (
        answer_times(span),
        load(span, zone),
        week(span, zone, measure),
        trend(span, zone),
        breaches(span),
        reviews(span),
    )
