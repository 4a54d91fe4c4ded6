"""Words about time: when a wait began, how long it is, when it is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cxtui.core.filters.facts import PRAISE_LAST, micro, micros
from cxtui.core.filters.states import RUNS, Question, Sight
from cxtui.core.filters.tree import All, Between, Is, Node, Not, Some
from cxtui.core.filters.values import SIGN, Ago, Day, Range, day, length, ranged

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _plus(now: datetime, more: timedelta) -> datetime:
    try:
        return now + more
    except OverflowError:
        return _LAST if more > timedelta() else _FIRST


def _moments(found: Range[Day | Ago], sight: Sight) -> Range[datetime]:
    """The moments that days bound: what is after a day begins when the day is over."""
    low = found.low and found.low.span(sight.now, sight.zone)
    high = found.high and found.high.span(sight.now, sight.zone)
    from_day, to_day = isinstance(found.low, Day), isinstance(found.high, Day)
    return Range(
        low and low[0 if found.closed[0] else 1],
        high and high[1 if found.closed[1] else 0],
        (found.closed[0] or from_day, found.closed[1] and not to_day),
    )


def _posted(at: Range[datetime]) -> Node:
    low, high = at.low and micro(at.low), at.high and micro(at.high)
    return Between("start", low, high, at.closed)


def _runs_out(at: Range[datetime]) -> Node:
    """When the clock that runs is due; praise stands behind all else there."""

    def between(more: float) -> Node:
        low, high = at.low and at.low.timestamp() + more, at.high and at.high.timestamp() + more
        return Between("order", low, high, at.closed)

    thanks = Is("thanks")
    return All((RUNS, Some((All((Not(thanks), between(0))), All((thanks, between(PRAISE_LAST)))))))


def due(value: str) -> Question | None:
    """How much time the clock that runs has left, or on which day it ends; a bare length is the most."""
    left = ranged(value, length, "<=")
    if left is not None:
        spans = left
        return lambda s: _runs_out(
            Range(
                None if spans.low is None else _plus(s.now, spans.low),
                None if spans.high is None else _plus(s.now, spans.high),
                spans.closed,
            )
        )
    found = ranged(value, day, "=")
    return None if found is None else lambda s: _runs_out(_moments(found, s))


def waited(value: str) -> Question | None:
    """How long it waits, or did until it ended; a bare length is the least."""
    found = ranged(value, length, ">=")
    if found is None:
        return None
    low, high, closed = found.low, found.high, found.closed
    took = Between(
        "took", None if low is None else micros(low), None if high is None else micros(high), closed
    )

    def ask(sight: Sight) -> Node:
        begun = Range(
            None if high is None else _plus(sight.now, -high),
            None if low is None else _plus(sight.now, -low),
            (closed[1], closed[0]),
        )
        return Some((All((Is("open"), _posted(begun))), All((Not(Is("open")), Not(Is("history")), took))))

    return ask


def days(sign: str) -> Callable[[str], Question | None]:
    """A day or how long ago; ``sign`` is what stands before one that has none. A bare one takes no other."""

    def read(value: str) -> Question | None:
        if sign != "=" and (SIGN.match(value) or ".." in value):
            return None
        since = sign == "=" and length(value) is not None
        found = ranged(value, day, ">=" if since else "<=" if sign == "<=" else ">=" if sign == ">=" else "=")
        return None if found is None else lambda s: _posted(_moments(found, s))

    return read
