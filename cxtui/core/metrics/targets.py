"""What was promised by the policies, and kept: one result per interval and clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from cxtui.core.clock import Clock
from cxtui.core.interval import Interval, Promise
from cxtui.core.metrics import rates
from cxtui.core.metrics.codes import LEFT, MISSED_IN_OUTAGE, NO, YES
from cxtui.core.metrics.facts import counts, doubtful
from cxtui.core.metrics.figure import Beside, Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import Ids, Timeline, tally

CLOCKS: tuple[Clock, ...] = ("first_response", "next_response", "update", "thanks")
UPDATE = CLOCKS.index("update")

DECIDED = tuple(code for code in range(256) if code // LEFT in (YES, NO, MISSED_IN_OUTAGE))
"""What a clock's column holds where it was met or missed."""


def responded(waits: Interval, now: datetime) -> bool | None:
    """Whether the customer heard from us by the due time; None while open in time, or not counted.

    A mark by hand ends the clock like a reply; a close after the due time does not.
    """
    if not counts(waits):
        return None
    end = waits.contacted or waits.answered
    if end is not None:
        return end <= waits.due
    return None if waits.open and now <= waits.due else False


def updating(waits: Interval, promises: Iterable[Promise] = ()) -> tuple[bool | None, datetime | None]:
    """Whether a held customer heard from us again in time, every time; and when the wait that goes on is due.

    Missed if any wait after a holding reply ran past its due time: that reply plus the
    policy's update time, or an earlier promise that was not kept. A close stops the clock:
    what it left undecided has no result. None also where nothing was held.
    """
    held = [said.at for said in waits.replies if said.kind == "holding"]
    if not held or doubtful(waits):
        return None, None
    heard = [said.at for said in waits.replies[1:]]
    if waits.answered is not None:
        heard.append(waits.answered)
    owed = [p.due for p in promises if p.state != "kept" and not _bound_nobody(p)]
    due: datetime | None = None
    for place, start in enumerate(held):
        due = min([waits.follow(place), *(moment for moment in owed if moment >= start)])
        end = heard[place] if place < len(heard) else waits.closed
        if end is not None and end > due:
            return False, None
    if len(heard) >= len(held):
        return True, None
    return (True if heard else None, None) if waits.closed is not None else (None, due)


def _bound_nobody(promise: Promise) -> bool:
    """Whether it was released before it was broken."""
    return promise.state == "released" and (promise.released is None or promise.released <= promise.due)


def updated(waits: Interval, now: datetime, promises: Iterable[Promise] = ()) -> bool | None:
    """How the update clock stands at ``now``; None while undecided, or where it counts nowhere."""
    met, due = updating(waits, promises)
    return met if due is None or now <= due else False


def thanked(waits: Interval, now: datetime) -> bool | None:
    """Whether praise was thanked or answered by its due time; None while in time, closed or in doubt."""
    if waits.closed is not None or doubtful(waits):
        return None
    if waits.answered is not None:
        return waits.answered <= waits.due
    return None if now <= waits.due else False


@metric("in_target", unit="rate")
def in_target(span: Span) -> Iterator[Found]:
    """Met, of met and missed: the response clocks together, then each policy and clock.

    A word that only holds meets a response clock: what became of the next words stands beside.
    """
    waits, praise = span.ledger.waits, span.ledger.praise
    classes = [
        _Clock(policy, CLOCKS.index(clock), line, name, tally(line.flag[name], *span.places(line)))
        for line in (waits, praise)
        for name in line.flag
        for policy, slash, clock in [name.rpartition("/")]
        if slash and clock in CLOCKS
    ]
    answers = _share(span, [one for one in classes if one.clock < 2], None)
    yield replace(answers, beside=(*answers.beside, *_updates(one for one in classes if one.clock == UPDATE)))
    for one in sorted(classes, key=lambda one: (one.policy, one.clock)):
        if any(one.codes):
            yield _share(span, [one], one.column)


def _updates(clocks: Iterable[_Clock]) -> Beside:
    """How often held customers heard again in time, and how often they did not."""
    results: Counter[int] = Counter()
    for one in clocks:
        for code, count in one.codes.items():
            results[code // LEFT] += count
    missed = results[NO] + results[MISSED_IN_OUTAGE]
    return (("updates met", results[YES]), ("updates missed", missed)) if results[YES] + missed else ()


class _Clock(NamedTuple):
    """One policy's clock in a window: how often each code stands in its column."""

    policy: str
    clock: int
    line: Timeline
    column: str
    codes: Mapping[int, int]


def _share(span: Span, clocks: Sequence[_Clock], class_: str | None) -> Found:
    results: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for code, count in ((code, count) for one in clocks for code, count in one.codes.items() if code):
        results[code // LEFT] += count
        left[code % LEFT] += count
    met, hidden = results[YES], results[MISSED_IN_OUTAGE]
    n = met + results[NO] + hidden
    beside = rates.beside(span, left)
    return Found(
        value=met / n if n else None,
        n=n,
        ids=_ids(span, clocks),
        why="" if n else "no clock of this window was met or missed yet",
        class_=class_,
        beside=(*beside, ("missed in an outage", hidden)) if hidden else beside,
    )


def _ids(span: Span, clocks: Sequence[_Clock]) -> Ids:
    found = [one.line.ids(one.line.flag[one.column], DECIDED, *span.places(one.line)) for one in clocks]
    return found[0] if len(found) == 1 else Ids(lambda: (one for ids in found for one in ids))
