"""Whether people recommend us, by how we answered them. An association, never a cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from cxtui.core.interval import Interval
from cxtui.core.metrics.estimates import wilson
from cxtui.core.metrics.facts import View, doubtful
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.outcomes import Outcome, outcomes
from cxtui.core.metrics.registry import metric

ResponseClass = Literal["fast", "late", "never"]
CLASSES: tuple[ResponseClass, ...] = ("fast", "late", "never")
WEEK = timedelta(days=7)
FOLLOWED = timedelta(days=30)
"""For so long after the class is known an outcome belongs to the contact."""

_NOBODY: dict[ResponseClass, str] = {
    "fast": "nobody answered in time gave an outcome in this window",
    "late": "nobody answered late gave an outcome in this window",
    "never": "nobody left without an answer gave an outcome in this window",
}


@dataclass(slots=True)
class _Tally:
    ids: list[str] = field(default_factory=list[str])
    recommends: int = 0


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


def opening(view: View) -> list[Interval]:
    """The first interval of every contact that is no thanks interval."""
    first: dict[str, Interval] = {}
    for waits in view.asking:
        other = first.get(waits.contact)
        if other is None or (waits.start, waits.id) < (other.start, other.id):
            first[waits.contact] = waits
    return list(first.values())


def classified(view: View) -> Iterator[tuple[ResponseClass, Interval, Outcome]]:
    """Every contact whose class is known and that has an explicit outcome within 30 days after."""
    known = outcomes(view)
    for waits in opening(view):
        how = answered_how(waits, view.now)
        if how is not None:
            until = min(how[1] + FOLLOWED, view.now)
            outcome = known.last(waits.author.handle, waits.contact, how[1], until)
            if outcome is not None:
                yield how[0], waits, outcome


@metric("recommend", unit="rate", source="Wilson 1927")
def recommend(view: View) -> Iterator[Found]:
    """The share that recommends, of all contacts with an explicit outcome, by response class."""
    tallies: dict[ResponseClass, _Tally] = {name: _Tally() for name in CLASSES}
    for name, waits, outcome in classified(view):
        if view.has(outcome.at):
            tallies[name].ids.append(waits.id)
            tallies[name].recommends += outcome.verdict == "recommends"
    for name, tally in tallies.items():
        n = len(tally.ids)
        low, high = wilson(tally.recommends, n) if n else (None, None)
        yield Found(
            value=tally.recommends / n if n else None,
            n=n,
            ids=tuple(tally.ids),
            why="" if n else _NOBODY[name],
            low=low,
            high=high,
            class_=name,
        )
