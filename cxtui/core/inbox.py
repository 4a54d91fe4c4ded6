"""The live queue: immutable rows, kept in order of urgency, never searched."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cxtui.core.clock import Clock, Sign, countdown, sign
from cxtui.core.interval import Interval, State
from cxtui.core.item import Clean

Key = tuple[int, float, int, str]

LONG_AGO = datetime.min.replace(tzinfo=UTC)

_RESPONSE, _PROBABLY, _THANKS = range(3)

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
    def soon(self) -> datetime:
        """From when on it is soon."""
        return self.interval.soon

    @property
    def key(self) -> Key:
        """Sorts by urgency: what waits by due time, then what is probably answered, praise last.

        Tone orders equal due times only: complaints first.
        """
        waits = self.interval
        rank = _THANKS if waits.thanks else _PROBABLY if waits.probably else _RESPONSE
        return rank, self.due.timestamp(), _TONES[waits.opener.tone], waits.id

    def state(self, now: datetime) -> State:
        """The state at ``now``."""
        return self.interval.state(now)

    def sign(self, now: datetime) -> Sign:
        """Late, soon or in time."""
        return sign(self.due, self.soon, now)

    def timer(self, now: datetime) -> str:
        """The countdown's text; ``?`` while only probably answered, empty once it ended."""
        if not self.interval.open:
            return ""
        return "?" if self.interval.probably else countdown(self.due, now)


class Inbox:
    """All open rows, most urgent first. One thread writes and reads it.

    Snoozed rows are kept apart and come back by `wake`. A change costs one binary search.
    """

    def __init__(self, rows: Iterable[Row] = (), now: datetime = LONG_AGO) -> None:
        self._awake: dict[str, tuple[Key, Row]] = {}
        self._asleep: dict[str, Row] = {}
        for row in rows:
            if row.interval.snoozed(now):
                self._asleep[row.id] = row
            elif row.interval.open:
                self._awake[row.id] = (row.key, row)
        self._keys: list[Key] = sorted(key for key, _ in self._awake.values())

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Row]:
        return (self._awake[key[3]][1] for key in self._keys)

    def __getitem__(self, place: int) -> Row:
        return self._awake[self._keys[place][3]][1]

    def narrowed(self, test: Callable[[Row], bool]) -> Inbox:
        """Those of the rows that are awake which pass a test, in the same order."""
        found = Inbox()
        awake = ((key, self._awake[key[3]]) for key in self._keys)
        kept = [(key, one) for key, one in awake if test(one[1])]
        found._keys = [key for key, _ in kept]
        found._awake = {key[3]: one for key, one in kept}
        return found

    def get(self, key: str) -> Row | None:
        """The open row with this id, asleep or not."""
        awake = self._awake.get(key)
        return awake[1] if awake else self._asleep.get(key)

    def place(self, key: str) -> int | None:
        """Where the row with this id stands, or None where it is not shown."""
        awake = self._awake.get(key)
        return None if awake is None else bisect_left(self._keys, awake[0])

    def put(self, row: Row, now: datetime) -> None:
        """Take a new or changed row; one that has ended or sleeps leaves the list."""
        self.drop(row.id)
        if row.interval.snoozed(now):
            self._asleep[row.id] = row
        elif row.interval.open:
            key = row.key
            self._awake[row.id] = (key, row)
            insort(self._keys, key)

    def drop(self, key: str) -> None:
        """Forget the row with this id, if it is here."""
        self._asleep.pop(key, None)
        awake = self._awake.pop(key, None)
        if awake is not None:
            del self._keys[bisect_left(self._keys, awake[0])]

    def wake(self, now: datetime) -> Sequence[Row]:
        """Bring back the rows whose snooze is over and give them."""
        due = [row for row in self._asleep.values() if not row.interval.snoozed(now)]
        for row in due:
            self.put(row, now)
        return due

    def doze(self, now: datetime) -> Sequence[Row]:
        """Put back to sleep what is snoozed at ``now`` after all, and give it: the clock was set back."""
        early = [row for _, row in self._awake.values() if row.interval.snoozed(now)]
        for row in early:
            self.put(row, now)
        return early

    @property
    def asleep(self) -> Sequence[Row]:
        """The snoozed rows, the next to wake first; those that wait for a reply last."""
        never = datetime.max.replace(tzinfo=UTC)
        return sorted(self._asleep.values(), key=lambda r: r.interval.snoozed_until or never)

    def due_before(self, now: datetime) -> int:
        """How many response rows are due before ``now``: the late ones. One search, the list is sorted."""
        return bisect_left(self._keys, (_RESPONSE, now.timestamp(), -1, ""))

    def next_breach(self, now: datetime) -> Row | None:
        """The first response row that is not late yet."""
        place = self.due_before(now)
        if place < len(self._keys) and self._keys[place][0] == _RESPONSE:
            return self[place]
        return None
