"""The rows of a list in order: the live ones, and the finished ones dimmed where they stood."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Protocol

from cxtui.core.inbox import Key, Row

_NEVER = datetime.max.replace(tzinfo=UTC).timestamp()


class Live(Protocol):
    """Rows that are kept in order elsewhere."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> Row: ...

    def place(self, key: str) -> int | None:
        """Where the row with this id stands."""
        ...


def urgency(row: Row) -> Key:
    """The order of the queue."""
    return row.key


def waking(row: Row) -> Key:
    """The order of snoozed rows: the next to wake first, those that wait for the customer last."""
    until = row.interval.snoozed_until
    return False, until.timestamp() if until else _NEVER, 0, row.id


class Asleep:
    """The snoozed rows as they are now."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = sorted(rows, key=waking)
        self._places = {row.id: n for n, row in enumerate(self._rows)}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int, /) -> Row:
        return self._rows[place]

    def place(self, key: str) -> int | None:
        """Where the row with this id stands."""
        return self._places.get(key)


class Listing:
    """A list as it is shown now. Good until the rows change; making one costs little.

    ``finished`` are rows that left ``live``, with the key of the place where they stood.
    """

    def __init__(
        self, live: Live, finished: Mapping[str, tuple[Key, Row]], order: Callable[[Row], Key] = urgency
    ) -> None:
        self._live = live
        ghosts = sorted(finished.values(), key=lambda ghost: ghost[0])
        self._ghosts = [row for _, row in ghosts]
        before = [bisect_left(live, key, key=order) for key, _ in ghosts]
        self._at = [place + n for n, place in enumerate(before)]
        self._ghost_at = {row.id: at for row, at in zip(self._ghosts, self._at, strict=True)}
        self._before = before

    def __len__(self) -> int:
        return len(self._live) + len(self._ghosts)

    def __getitem__(self, place: int, /) -> Row:
        passed = bisect_right(self._at, place)
        if passed and self._at[passed - 1] == place:
            return self._ghosts[passed - 1]
        return self._live[place - passed]

    def place(self, key: str) -> int | None:
        """Where the row with this id stands, or None where it is not shown."""
        if key in self._ghost_at:
            return self._ghost_at[key]
        place = self._live.place(key)
        return None if place is None else place + bisect_right(self._before, place)

    def finished(self, key: str) -> bool:
        """Whether the row with this id is only shown where it stood."""
        return key in self._ghost_at

    def live_near(self, place: int) -> int | None:
        """The next live row from ``place`` on, else the last before it, else None."""
        places = chain(range(max(place, 0), len(self)), range(min(place, len(self)) - 1, -1, -1))
        return next((n for n in places if not self._is_ghost(n)), None)

    def _is_ghost(self, place: int) -> bool:
        passed = bisect_right(self._at, place)
        return bool(passed) and self._at[passed - 1] == place
