"""A number as it is shown: with its n, its time, what stands beside it, and the items it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from cxtui.core.feed import Gap

FigureKind = Literal["counted", "estimate", "reference"]
Beside = tuple[tuple[str, int], ...]
"""Counts that stand beside a number so that nothing left out is hidden: ``("closed spam", 2)``."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a metric found, before it is labelled. ``why`` is a sentence wherever ``value`` is None."""

    value: float | None
    n: int
    ids: Sequence[str] = ()
    why: str = ""
    low: float | None = None
    high: float | None = None
    class_: str | None = None
    beside: Beside = ()
    kind: FigureKind = "counted"
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. Rates are 0-1, times are seconds, NPS is -100 to 100.

    ``ids`` are the intervals or items that it counts. ``low`` and ``high`` bound it; with
    ``value`` None, ``low`` is what it is known to exceed. ``gaps`` are the times in the window in which a
    feed could not be read. ``source`` names the study of a reference, or the method.
    """

    metric: str
    value: float | None
    n: int
    unit: str
    kind: FigureKind
    as_of: datetime
    low: float | None = None
    high: float | None = None
    class_: str | None = None
    gaps: tuple[Gap, ...] = ()
    why: str = ""
    ids: Sequence[str] = ()
    beside: Beside = ()
    source: str = ""

    def record(self) -> dict[str, Any]:
        """The figure as one object of ``stats --json``; ``why`` only where it says something."""
        found: dict[str, Any] = {
            "metric": self.metric,
            "value": self.value,
            "n": self.n,
            "unit": self.unit,
            "kind": self.kind,
            "low": self.low,
            "high": self.high,
            "class": self.class_,
            "as_of": stamp(self.as_of),
            "gaps": [
                {
                    "feed": gap.feed,
                    "from": stamp(gap.since),
                    "to": None if gap.until is None else stamp(gap.until),
                    "why": gap.why,
                }
                for gap in self.gaps
            ],
        }
        if self.why:
            found["why"] = self.why
        if self.beside:
            found["beside"] = dict(self.beside)
        if self.source:
            found["source"] = self.source
        return found


def stamp(moment: datetime) -> str:
    """A time as RFC 3339 in UTC, ending in ``Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
