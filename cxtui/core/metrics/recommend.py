"""Whether people recommend us, by how we answered them. An association, never a cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cxtui.core.interval import Interval
from cxtui.core.metrics.estimates import wilson
from cxtui.core.metrics.facts import doubtful
from cxtui.core.metrics.figure import Beside, Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import Ids

if TYPE_CHECKING:
    from cxtui.core.metrics.deeds import Outcome

ResponseClass = Literal["fast", "late", "never"]
CLASSES: tuple[ResponseClass, ...] = ("fast", "late", "never")
WEEK = timedelta(days=7)
FOLLOWED = timedelta(days=30)
"""For so long after the class is known an outcome belongs to the contact."""

ENOUGH = 30
"""Two classes are compared where each has so many outcomes."""
_NOBODY: dict[ResponseClass, str] = {
    "fast": "nobody answered in time gave an outcome in this window",
    "late": "nobody answered late gave an outcome in this window",
    "never": "nobody left without an answer gave an outcome in this window",
}


def answered_how(waits: Interval, now: datetime) -> tuple[ResponseClass, datetime] | None:
    """The class of an interval and when it was known; None while unknown, in doubt, or closed.

    Fast is answered by the due time, late after it, both within 7 days of the start. Never
    is known 7 days after the start; a later answer changes nothing.
    """
    if waits.closed is not None or doubtful(waits):
        return None
    known = waits.start + WEEK
    if waits.answered is not None and waits.answered <= known:
        return "fast" if waits.answered <= waits.due else "late", waits.answered
    return ("never", known) if known <= now else None


@metric("recommend", unit="rate", source="Wilson 1927")
def recommend(span: Span) -> Iterator[Found]:
    """The share that recommends, of all contacts with an explicit outcome, by class: an association."""
    known = span.ledger.deeds.between(span.since, span.until)
    classes: dict[str, list[Outcome]] = {name: [] for name in CLASSES}
    for one in known:
        classes[one.how].append(one)
    shares = {name: _share(found) for name, found in classes.items() if len(found) >= ENOUGH}
    for name in CLASSES:
        found = classes[name]
        n = len(found)
        recommends = sum(one.verdict == "recommends" for one in found)
        low, high = wilson(recommends, n) if n else (None, None)
        yield Found(
            value=recommends / n if n else None,
            n=n,
            ids=Ids(lambda found=found: (one.id for one in found)),
            why="" if n else _NOBODY[name],
            low=low,
            high=high,
            class_=name,
            beside=_compared(shares) if name == "fast" else (),
        )


def _share(found: list[Outcome]) -> float:
    return sum(one.verdict == "recommends" for one in found) / len(found)


def _compared(shares: Mapping[str, float]) -> Beside:
    """By how many points more recommend after a quick answer; where there are enough of both."""
    fast = shares.get("fast")
    if fast is None:
        return ()
    others = [name for name in ("late", "never") if name in shares]
    return tuple((f"points over {name}", round(100 * (fast - shares[name]))) for name in others)
