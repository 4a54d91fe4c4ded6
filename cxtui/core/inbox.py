"""The live queue: immutable rows, kept in order of urgency, never searched."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cxtui.core.clock import Clock, Sign, countdown, sign
from cxtui.core.interval import Interval, State
from cxtui.core.item import Clean

Key = tuple[bool, float, int, str]

_TONES = {"complaint": 0, "question": 1, None: 2, "praise": 3}


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting interval as the list shows it. ``short`` is its short id."""

    interval: Interval
    short: str

    @property
    def id(self) -> str:
        """The interval's id."""
        return self.interval.id

    @property
    def network(self) -> str:
        """Where it was written."""
        return self.interval.opener.network

    @property
    def text(self) -> Clean:
        """What the customer wrote first."""
        return self.interval.opener.text

    @property
    def clock(self) -> Clock:
        """The clock that runs."""
        return self.interval.running[0]

    @property
    def due(self) -> datetime:
        """When it is due."""
        return self.interval.running[1]

    @property
    def key(self) -> Key:
        """Sorts by urgency: response rows by due time, praise behind them all.

        Tone orders equal due times only: complaints first.
        """
        waits = self.interval
        return waits.thanks, self.due.timestamp(), _TONES[waits.opener.tone], waits.id

    def state(self, now: datetime) -> State:
        """The state at ``now``."""
        return self.interval.state(now)

    def sign(self, now: datetime) -> Sign:
        """Late, soon or in time."""
        return sign(self.due, self.interval.length, self.interval.warn, now)

    def timer(self, now: datetime) -> str:
        """The countdown's text; ``?`` while only probably answered, empty once it ended."""
        if not self.interval.open:
            return ""
        return "?" if self.interval.probably else countdown(self.due, now)


class Inbox:
    """All open rows, most urgent first. One thread writes and reads it.

    Snoozed rows are kept apart and come back by `wake`. A change costs one binary search.
    """

    def __init__(self, rows: Iterable[Row] = (), now: datetime = datetime.min.replace(tzinfo=UTC)) -> None:
        self._by_id: dict[str, Row] = {}
        self._asleep: dict[str, Row] = {}
        for row in rows:
            if row.interval.open:
                (self._asleep if row.interval.snoozed(now) else self._by_id)[row.id] = row
        self._keys: list[Key] = sorted(row.key for row in self._by_id.values())

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, place: int) -> Row:
        return self._by_id[self._keys[place][3]]

    def get(self, key: str) -> Row | None:
        """The open row with this id, asleep or not."""
        return self._by_id.get(key) or self._asleep.get(key)

    def place(self, key: str) -> int | None:
        """Where the row with this id stands, or None where it is not shown."""
        row = self._by_id.get(key)
        return None if row is None else bisect_left(self._keys, row.key)

    def put(self, row: Row, now: datetime) -> None:
        """Take a new or changed row; one that has ended or sleeps leaves the list."""
        self.drop(row.id)
        if not row.interval.open:
            return
        if row.interval.snoozed(now):
            self._asleep[row.id] = row
            return
        self._by_id[row.id] = row
        insort(self._keys, row.key)

    def drop(self, key: str) -> None:
        """Forget the row with this id, if it is here."""
        self._asleep.pop(key, None)
        row = self._by_id.pop(key, None)
        if row is not None:
            del self._keys[bisect_left(self._keys, row.key)]

    def wake(self, now: datetime) -> Sequence[Row]:
        """Bring back the rows whose snooze is over and give them."""
        due = [row for row in self._asleep.values() if not row.interval.snoozed(now)]
        for row in due:
            self.put(row, now)
        return due

    @property
    def asleep(self) -> Sequence[Row]:
        """The snoozed rows, the next to wake first; those that wait for a reply last."""
        never = datetime.max.replace(tzinfo=UTC)
        return sorted(self._asleep.values(), key=lambda r: r.interval.snoozed_until or never)

    def due_before(self, now: datetime) -> int:
        """How many response rows are due before ``now``: the late ones. One search, the list is sorted."""
        return bisect_left(self._keys, (False, now.timestamp(), -1, ""))

    def next_breach(self, now: datetime) -> Row | None:
        """The first response row that is not late yet."""
        place = self.due_before(now)
        if place < len(self._keys) and not self._keys[place][0]:
            return self[place]
        return None
