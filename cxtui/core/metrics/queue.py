"""Who waits now: the open rows of a ledger in the order of their due times, and our pace."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cxtui.core.interval import Interval
from cxtui.core.metrics.codes import GOES_ON
from cxtui.core.metrics.facts import doubtful
from cxtui.core.metrics.timeline import HOUR, micros
from cxtui.core.metrics.waiting import ENOUGH, Breach, waiting

if TYPE_CHECKING:
    from cxtui.core.metrics.ledger import Ledger
    from cxtui.core.metrics.span import Span

AN_HOUR = timedelta(hours=1)


class Queue:
    """The open rows of a ledger; worked out when somebody asks, until one of them changes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.changed()

    def changed(self) -> None:
        """An open row is another, or gone."""
        self._rows: list[Interval] | None = None
        self._due: list[int] = []
        self._doubts: tuple[str, ...] | None = None
        self._starts: dict[tuple[str, int], list[int]] | None = None

    @property
    def rows(self) -> list[Interval]:
        """Who waits for an answer, snoozed included, most urgent first."""
        if self._rows is None:
            self._rows = waiting(tuple(self._ledger.open.values()))
            self._due = [micros(waits.running[1]) for waits in self._rows]
        return self._rows

    def waiting_since(self, figure: str, group: int, span: Span) -> list[int]:
        """How long those of a window have waited whose spell has no end yet, shortest first."""
        if self._starts is None:
            self._starts = self._going_on()
        starts = self._starts.get((figure, group), [])
        first = 0 if span.since is None else bisect_left(starts, span.since)
        return [span.until - start for start in reversed(starts[first : bisect_right(starts, span.until)])]

    def _going_on(self) -> dict[tuple[str, int], list[int]]:
        found: dict[tuple[str, int], list[int]] = {}
        waits = self._ledger.waits
        for place in sorted(waits.place(number) for number in self._ledger.open if number in waits):
            for figure in ("contact_spell", "answer_spell"):
                if waits.figure[figure][place] == GOES_ON:
                    found.setdefault((figure, waits.flag["timed"][place]), []).append(waits.at[place])
        return found

    @property
    def doubts(self) -> tuple[str, ...]:
        """The ids of the probably answered."""
        if self._doubts is None:
            self._doubts = tuple(
                waits.id for _, waits in sorted(self._ledger.open.items()) if doubtful(waits)
            )
        return self._doubts

    def late(self, now: int) -> int:
        """How many of `rows` are past the due time of the clock that runs."""
        return bisect_left(self._due, now) if self.rows else 0

    def pace(self, now: datetime) -> float | None:
        """Replies an hour over the last two hours in which we replied; None with fewer than five."""
        until, replies = micros(now), self._ledger.replies
        hours: dict[int, int] = {}
        for place in range(replies.span(None, until)[1] - 1, -1, -1):
            if replies.flag["stands"][place]:
                hour = (until - replies.at[place]) // HOUR
                if hour not in hours and len(hours) == 2:
                    break
                hours[hour] = hours.get(hour, 0) + 1
        replies = sum(hours.values())
        return replies / 2 if replies >= ENOUGH else None

    def forecast(self, now: datetime, limit: int | None = None) -> tuple[Breach, ...]:
        """The rows that will be due next, first first: the k-th open row is reached at ``now`` + k / pace.

        At most ``limit`` of them.
        """
        an_hour = self.pace(now)
        late = self.late(micros(now))

        def reached(place: int) -> datetime | None:
            return None if an_hour is None else now + place / an_hour * AN_HOUR

        return tuple(
            Breach(waits.id, waits.running[1], place, reached(place))
            for place, waits in enumerate(self.rows[late : None if limit is None else late + limit], late + 1)
        )
