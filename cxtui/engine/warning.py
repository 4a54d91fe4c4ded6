"""Warning people of rows that are soon due or late, as the store changes and time passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from cxtui.core.alarms import Alarm, Warnings, alarm, next_look
from cxtui.core.calendar import Calendar
from cxtui.core.policies import Policies
from cxtui.engine.hook import HookFailed, start
from cxtui.errors import StoreDamaged, StoreError

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.store import Store

LONGEST: Final = 20.0
"""Seconds after which the clock is looked at anyhow: it may be set, and machines sleep."""
LONGEST_TEXT: Final = 2000
"""So many characters of a message a program is told."""
HOOKS: Final = 5
"""So many programs are started for one look; more warnings than that come as one."""

Ring = Callable[[Sequence[Alarm]], None]


class Warner:
    """Holds the open rows and says, once for each, when one is soon due and when it is late.

    ``by`` is who is warned, since two people's terminals both ring. ``ring`` gets the warnings, ``tell`` why
    the hook failed.
    """

    def __init__(
        self,
        store: Store,
        warnings: Warnings,
        policies: Policies,
        by: str,
        *,
        clock: Callable[[], datetime],
        ring: Ring,
        tell: Callable[[str], None],
    ) -> None:
        self._warnings = warnings
        self._policies = policies
        self._store = store
        self._by = by
        self._clock = clock
        self._ring = ring
        self._tell = tell
        self._rows: dict[str, Row] = {}
        self._looks: list[tuple[datetime, str]] = []
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._said: set[tuple[str, ...]] = set()
        self._moved = asyncio.Event()
        self._hooks: set[asyncio.Task[None]] = set()
        self._failed = ""

    def take(self, warnings: Warnings, policies: Policies) -> None:
        """Go on with another configuration."""
        self._warnings, self._policies = warnings, policies

    def heed(self, rows: Iterable[Row], gone: Iterable[str] = ()) -> None:
        """Rows are there, or others than before."""
        now = self._clock()
        for row in rows:
            if row.interval.open and not row.interval.thanks:
                self._rows[row.id] = row
                heappush(self._looks, (now, row.id))
            else:
                self._rows.pop(row.id, None)
        for key in gone:
            self._rows.pop(key, None)
        self._moved.set()

    async def run(self) -> None:
        """For ever. Raises: StoreDamaged."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                rest = await self.look()
                timer = loop.call_later(rest, self._moved.set)
                try:
                    await self._moved.wait()
                finally:
                    timer.cancel()
                self._moved.clear()
        finally:
            for hook in self._hooks:
                hook.cancel()
            await asyncio.gather(*self._hooks, return_exceptions=True)

    async def look(self) -> float:
        """Warn of what is due by now; gives the seconds until something may be next. Raises: StoreDamaged."""
        now = self._clock()
        if now < self._looked:  # the clock was set back: what is to come was looked at as past
            self._looks = [(now, key) for key in sorted(self._rows)]
        self._looked = now
        found = self._due(now)
        fresh = await self._new(found, now) if found else []
        if fresh:
            self._ring(fresh)
            self._start_hook(fresh)
        if not self._looks:
            return LONGEST
        return min(max((self._looks[0][0] - self._clock()).total_seconds(), 0.05), LONGEST)

    def _due(self, now: datetime) -> list[Alarm]:
        keys: dict[str, None] = {}
        while self._looks and self._looks[0][0] <= now:
            keys[heappop(self._looks)[1]] = None
        found: list[Alarm] = []
        for key in keys:
            row = self._rows.get(key)
            if row is None:
                continue
            one = alarm(row, now)
            silent = self._silent(row, now) if one and one.mark not in self._said else None
            if one and silent is None and one.mark not in self._said:
                found.append(one)
            later = silent or next_look(row, now)
            if later is not None:
                heappush(self._looks, (later, key))
        return found

    def _silent(self, row: Row, now: datetime) -> datetime | None:
        """Until when nobody is warned of it: its calendar is closed, or hours are quiet."""
        waits, quiet = row.interval, self._warnings.quiet
        hours = self._policies.hours(waits.policy, waits.calendar)
        if not hours.is_open(now):
            return hours.next_opening(now)
        if quiet is not None and quiet.is_open(now):
            return min(_end(quiet, now), now + timedelta(days=1))
        return None

    async def _new(self, found: Sequence[Alarm], now: datetime) -> list[Alarm]:
        self._said |= {one.mark for one in found}
        try:
            new = await self._store.warn(self._by, [one.mark for one in found], now)
        except StoreDamaged:
            raise
        except StoreError:
            return list(found)  # a warning twice after a restart is better than none
        return [one for one, fresh in zip(found, new, strict=True) if fresh]

    def _start_hook(self, alarms: Sequence[Alarm]) -> None:
        """Start the program beside everything else: it may take its time."""
        if self._warnings.hook:
            task = asyncio.get_running_loop().create_task(self._hook(alarms))
            self._hooks.add(task)
            task.add_done_callback(self._hooks.discard)

    async def _hook(self, alarms: Sequence[Alarm]) -> None:
        each = [facts(one) for one in alarms] if len(alarms) <= HOOKS else [many(alarms)]
        for one in each:
            try:
                await start(self._warnings.hook, one)
            except HookFailed as failed:
                if str(failed) != self._failed:
                    self._failed = str(failed)
                    self._tell(self._failed)
                return
        self._failed = ""


def facts(one: Alarm) -> Mapping[str, str]:
    """What a hook is told of one row, by the names of its environment."""
    return {"CXTUI_LEVEL": one.level, "CXTUI_COUNT": "1", **of_row(one.row)}


def of_row(row: Row) -> Mapping[str, str]:
    """What a program is told of a row: its first message, and the clock that runs."""
    waits = row.interval
    return {
        "CXTUI_ID": waits.id,
        "CXTUI_FEED": waits.opener.feed,
        "CXTUI_HANDLE": waits.author.handle,
        "CXTUI_TEXT": waits.opener.text[:LONGEST_TEXT],
        "CXTUI_URL": waits.opener.url or "",
        "CXTUI_CLOCK": row.clock,
        "CXTUI_DUE": row.due.isoformat().replace("+00:00", "Z"),
        "CXTUI_POLICY": waits.policy,
    }


def many(alarms: Sequence[Alarm]) -> Mapping[str, str]:
    """What a hook is told of many rows at once."""
    late = sum(one.level == "late" for one in alarms)
    level = "late" if late else "soon"
    return {"CXTUI_LEVEL": level, "CXTUI_COUNT": str(len(alarms)), "CXTUI_LATE": str(late)}


def _end(quiet: Calendar, now: datetime) -> datetime:
    """When the quiet hours of ``now`` are over."""
    return next(end for start, end in quiet.onward(now) if start <= now < end)
