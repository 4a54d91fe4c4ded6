"""What was promised by the policies, and kept: one result per interval and clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cxtui.core.clock import Clock
from cxtui.core.interval import Interval, Promise
from cxtui.core.metrics.facts import View, counts, doubtful, outage
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.rates import beside
from cxtui.core.metrics.registry import metric

CLOCKS: tuple[Clock, ...] = ("first_response", "next_response", "update", "thanks")


@dataclass(frozen=True, slots=True)
class Result:
    """How one clock of one interval came out; ``met`` None: not decided, or not counted."""

    waits: Interval
    clock: Clock
    met: bool | None


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


def updated(waits: Interval, now: datetime, promises: Iterable[Promise] = ()) -> bool | None:
    """Whether a held customer heard from us again in time, every time.

    Missed if any wait after a holding reply ran past its due time: that reply plus the
    policy's update time, or an earlier promise that was not kept. A close stops the clock:
    what it left undecided has no result. None also where nothing was held.
    """
    held = [said.at for said in waits.replies if said.kind == "holding"]
    if not held or doubtful(waits):
        return None
    heard = [said.at for said in waits.replies[1:]]
    if waits.answered is not None:
        heard.append(waits.answered)
    ends = [*heard, waits.closed or now][: len(held)]
    owed = [p.due for p in promises if p.state not in ("kept", "released")]
    for start, end in zip(held, ends, strict=True):
        due = min([start + waits.update, *(moment for moment in owed if moment >= start)])
        if end > due:
            return False
    return True if len(heard) >= len(held) or (waits.closed is not None and heard) else None


def thanked(waits: Interval, now: datetime) -> bool | None:
    """Whether praise was thanked or answered by its due time; None while in time, closed or in doubt."""
    if waits.closed is not None or doubtful(waits):
        return None
    if waits.answered is not None:
        return waits.answered <= waits.due
    return None if now <= waits.due else False


def results(view: View) -> Iterator[Result]:
    """Every clock of every interval that began in the window."""
    promised: dict[str, list[Promise]] = defaultdict(list)
    for promise in view.facts.promises:
        promised[promise.item].append(promise)
    for waits in view.asking:
        if view.has(waits.start):
            clock = "first_response" if waits.first else "next_response"
            yield Result(waits, clock, responded(waits, view.now))
            if any(said.kind == "holding" for said in waits.replies):
                owed = [p for item in waits.items for p in promised.get(item, ())]
                yield Result(waits, "update", updated(waits, view.now, owed))
    for waits in view.thanking:
        if view.has(waits.start):
            yield Result(waits, "thanks", thanked(waits, view.now))


@metric("in_target", unit="rate")
def in_target(view: View) -> Iterator[Found]:
    """Met, of met and missed: the response clocks together, then each policy and clock."""
    classes: dict[tuple[str, int], list[Result]] = defaultdict(list)
    for result in results(view):
        classes[result.waits.policy, CLOCKS.index(result.clock)].append(result)
    together = [r for (_, clock), found in classes.items() if clock < 2 for r in found]
    yield _share(view, together, None)
    for policy, clock in sorted(classes):
        yield _share(view, classes[policy, clock], f"{policy}/{CLOCKS[clock]}")


def _share(view: View, found: Sequence[Result], class_: str | None) -> Found:
    decided = [result for result in found if result.met is not None]
    missed = [result.waits for result in decided if not result.met]
    hidden = sum(bool(outage(waits, view.down.get(waits.opener.feed, ()))) for waits in missed)
    left = beside(result.waits for result in found)
    return Found(
        value=1 - len(missed) / len(decided) if decided else None,
        n=len(decided),
        ids=tuple(result.waits.id for result in decided),
        why="" if decided else "no clock of this window was met or missed yet",
        class_=class_,
        beside=(*left, ("missed in an outage", hidden)) if hidden else left,
    )
