"""When each feed is due next, in seconds of a steady clock that no jump of the wall's clock moves."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator


def steady() -> float:
    """Seconds that passed, those of a suspended machine too, as far as the system knows them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Timetable:
    """The next moment of every feed that has one."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def put(self, name: str, at: float) -> None:
        """A feed is due then, and not at what was said before."""
        self._at[name] = at
        heapq.heappush(self._heap, (at, name))

    def at(self, name: str) -> float:
        """When a feed is due; long ago where it is not in the table."""
        return self._at.get(name, float("-inf"))

    def drop(self, name: str) -> None:
        """A feed is not due until it is put again."""
        self._at.pop(name, None)

    def take(self, now: float) -> Iterator[str]:
        """The feeds that are due, the longest due first; each leaves the table."""
        while self._next() <= now:
            _, name = heapq.heappop(self._heap)
            del self._at[name]
            yield name

    def wait(self, now: float) -> float:
        """Seconds until the next one is due; endless where there is none."""
        return max(self._next() - now, 0.0)

    def _next(self) -> float:
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else float("inf")
