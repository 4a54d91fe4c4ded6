"""What a window shows of a ledger, and the sorted durations that stay sorted while the window moves."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from typing import TYPE_CHECKING, TypeVar, cast

from cxtui.core.metrics.codes import GOES_ON
from cxtui.core.metrics.facts import Orders
from cxtui.core.metrics.timeline import FEW, picking

if TYPE_CHECKING:
    from cxtui.core.feed import Gap
    from cxtui.core.metrics.ledger import Ledger
    from cxtui.core.metrics.timeline import Timeline

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """A ledger from ``since`` to ``until`` (microseconds, both included; None: from the beginning).

    ``until`` is ``now``. ``gaps`` touch the window.
    """

    ledger: Ledger
    now: datetime
    window: str
    since: int | None
    until: int
    gaps: tuple[Gap, ...]
    orders: Orders | None = None
    known: dict[Hashable, object] = field(default_factory=dict[Hashable, object], compare=False, repr=False)

    def once(self, key: Hashable, work: Callable[[], T]) -> T:
        """What several numbers of the window need, worked out by the first of them."""
        if key not in self.known:
            self.known[key] = work()
        return cast("T", self.known[key])

    def places(self, line: Timeline, older: int = 0) -> tuple[int, int]:
        """The places of the records of the window; with ``older`` of those that became so old in it."""
        since = None if self.since is None else self.since - older
        return line.span(since, self.until - older)

    def has(self, moment: int) -> bool:
        """Whether a moment lies in the window."""
        return moment <= self.until and (self.since is None or moment >= self.since)


class Ordered:
    """A figure of the records that have ``value`` in a flag, sorted, for every window that was asked for."""

    def __init__(self, line: Timeline, figure: str, flag: str, value: int) -> None:
        self._line, self._figure, self._flag, self._value = line, figure, flag, value
        self._kept: dict[str, tuple[int | None, int, list[float]]] = {}

    def within(self, window: str, since: int | None, until: int) -> list[float]:
        """The durations of a window, shortest first; not to be changed.

        They are whole microseconds, as floats, which sort in half the time and are exact for 285 years.
        """
        kept = self._kept.get(window)
        found = self._moved(kept, since, until) if kept else None
        if found is None:
            found = sorted(map(float, self._read(*self._line.span(since, until))))
        self._kept[window] = since, until, found
        return found

    def put(self, moment: int, duration: int, flag: int) -> None:
        """A record has come."""
        for found in self._holding(moment, duration, flag):
            insort(found, duration)

    def drop(self, moment: int, duration: int, flag: int) -> None:
        """A record has gone."""
        for found in self._holding(moment, duration, flag):
            del found[bisect_left(found, duration)]

    def _holding(self, moment: int, duration: int, flag: int) -> list[list[float]]:
        if flag != self._value or duration <= GOES_ON:
            return []
        return [
            found
            for since, until, found in self._kept.values()
            if moment <= until and (since is None or moment >= since)
        ]

    def _read(self, i: int, j: int) -> list[int]:
        known, flags = self._line.figure[self._figure][i:j], self._line.flag[self._flag][i:j]
        return list(filter(GOES_ON.__lt__, compress(known, flags.translate(picking((self._value,))))))

    def _moved(
        self, kept: tuple[int | None, int, list[float]], since: int | None, until: int
    ) -> list[float] | None:
        """The list of a window that has moved on a little; None where it must be made anew."""
        before, then, found = kept
        if until < then or (since is None) is not (before is None):
            return None
        if since is not None and before is not None and (since < before or since > then):
            return None
        first = 0 if since is None or before is None else self._line.span(before, before - 1)[0]
        gone = (0, 0) if since is None or before is None else (first, self._line.span(since, since)[0])
        come = self._line.span(then + 1, until)
        if gone[1] - gone[0] + come[1] - come[0] > FEW:
            return None
        for one in self._read(*gone):
            del found[bisect_left(found, one)]
        for one in self._read(*come):
            insort(found, one)
        return found
