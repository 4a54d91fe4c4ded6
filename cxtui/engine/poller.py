"""Asking the feeds, each by its own schedule, none able to stop another."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cxtui.connectors import Connector
from cxtui.core.feed import Feed
from cxtui.engine import hosts, moving, pausing, schedule
from cxtui.engine.asking import Asking, PollResult
from cxtui.engine.hosts import Turns
from cxtui.engine.leading import Term
from cxtui.engine.pushing import Pushed
from cxtui.engine.timetable import Timetable, steady
from cxtui.errors import StoreError
from cxtui.store import FeedState, Store

__all__ = ["PollResult", "Poller"]

LONGEST_SLEEP = 30.0
"""Seconds; the machine may have slept meanwhile, so the schedule is looked at again this often."""
SUSPENDED = 4 * LONGEST_SLEEP
"""Seconds without a look after which the machine has slept."""
JUMP = 30.0
"""Seconds by which the clock on the wall may part from the steady one before it has jumped."""
ONE = timedelta(seconds=1)
"""What a feed that is put in the table by itself is spread over."""
HERD = 33.0
"""Feeds a second: so thin are those spread that are due together at the start."""


class Poller:
    """Polls the feeds of one configuration into one store.

    ``clock`` gives the time that is stored, ``elapsed`` the seconds that are waited by, ``roll``
    the jitter. Where other processes have the store open, ``term`` is the right to poll.
    """

    def __init__(
        self,
        feeds: tuple[Feed, ...],
        connector: Callable[[Feed], Connector],
        store: Store,
        clock: Callable[[], datetime],
        *,
        elapsed: Callable[[], float] = steady,
        roll: Callable[[], float] = random.random,
        term: Term | None = None,
    ) -> None:
        self._feeds: Mapping[str, Feed] = {feed.name: feed for feed in feeds}
        self._asking = Asking(connector, store, clock, roll, term)
        self._store = store
        self._clock = clock
        self._elapsed = elapsed
        self._states: dict[str, FeedState] = {}
        self._turns = Turns(feeds)
        self._table = Timetable()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._eager: set[str] = set()
        self._asked = asyncio.Event()
        self._looked = elapsed()
        self._apart = self._parted()
        self._pushed: Pushed | None = None

    async def states(self) -> tuple[FeedState, ...]:
        """What is known of each configured feed, in the order of the configuration."""
        await self._load()
        return tuple(self._states[name] for name in self._feeds if name in self._states)

    async def once(self) -> list[PollResult]:
        """Ask every feed that may be asked, now. Raises: StoreError."""
        await self._load()
        await self._look()
        results: dict[str, PollResult] = {}
        self._line_up(self._feeds, results)
        with _alone():
            async with asyncio.TaskGroup() as group:
                while len(results) < len(self._feeds):
                    self._asked.clear()
                    self._start(group, results)
                    if len(results) < len(self._feeds):
                        await self._sleep(self._turns.wait(self._elapsed()))
        return [results[name] for name in self._feeds]

    async def heed(self) -> None:
        """Take from the store which feeds were paused or resumed, by whatever process. Raises: StoreError."""
        await self._load()
        stored = await self._store.feed_states()
        now, base = self._clock(), self._elapsed()
        for name, ours in self._states.items():
            theirs = stored.get(name)
            if theirs is None or not pausing.differs(ours, theirs):
                continue
            self._states[name] = moving.known(self._feeds[name], theirs)
            self._table.drop(name)
            self._turns.leave(name)
            self._enter(name, ONE, now, base)
            self._asked.set()
            if self._pushed is not None:
                await self._pushed.leave([name])

    async def change(self, feeds: tuple[Feed, ...]) -> tuple[str, ...]:
        """Poll these feeds from now on; gives the names of those that are new, other ones now, or gone.

        Of a feed that changed, the request under way is broken off; what is stored of it stays.
        Raises: StoreError.
        """
        await self._load()
        before, after = self._feeds, {feed.name: feed for feed in feeds}
        changed = tuple(name for name in {**before, **after} if before.get(name) != after.get(name))
        self._feeds = after
        running = [task for name, task in self._running.items() if name in changed]
        for name in changed:
            self._states.pop(name, None)
            self._table.drop(name)
            self._turns.leave(name)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._pushed is not None:
            await self._pushed.leave(changed)
        for name in changed:
            if self._running.pop(name, None):  # it was broken off before its first step
                self._turns.done(self._turns.host(name))
        try:
            stored = await self._store.feed_states()
        except StoreError:
            self._feeds = before  # or the next time nothing would have changed
            raise
        now, base = self._clock(), self._elapsed()
        for name in changed:
            if name in after:
                self._know(name, stored.get(name))
                self._enter(name, ONE, now, base)
            else:
                self._turns.forget(name)
        self._asked.set()
        return changed

    def hurry(self, name: str | None = None) -> None:
        """One feed, or every one, is asked as soon as there is room, if it may be asked."""
        self._eager.update(self._feeds if name is None else (name,))
        self._asked.set()

    async def run(self) -> None:
        """Poll for ever, each feed at its time. Raises: StoreError; Conflict where the term is over."""
        await self._load()
        self._begin()
        self._pushed = Pushed(self._asking.connector, lambda name: self._states[name].cursor, self.hurry)
        try:
            await self._for_ever()
        finally:
            pushed, self._pushed = self._pushed, None
            await pushed.aclose()

    async def _for_ever(self) -> None:
        with _alone():
            async with asyncio.TaskGroup() as group:
                while True:
                    self._asked.clear()
                    await self._look()
                    eager, self._eager = self._eager, set()
                    self._line_up(sorted(eager))
                    self._line_up(self._table.take(self._elapsed()))
                    self._start(group, {})
                    now = self._elapsed()
                    turn = self._turns.wait(now)
                    due = self._table.wait(now)
                    await self._sleep(due if turn is None else min(due, turn))

    def _begin(self) -> None:
        """Put every feed in the table: at its stored time, those overdue spread thinly."""
        now, base = self._clock(), self._elapsed()
        many = timedelta(seconds=max(1.0, len(self._feeds) / HERD))
        for name in self._feeds:
            self._enter(name, many, now, base)

    def _enter(self, name: str, many: timedelta, now: datetime, base: float) -> None:
        feed, state = self._feeds[name], self._states[name]
        if state.next_try is None and state.state == "new":
            at = schedule.spread(name, many, now)
            self._states[name] = replace(state, next_try=at)
        elif state.next_try is None or state.state in ("gone", "paused"):
            return
        else:
            at = schedule.due(state, now)
            if at <= now:
                at = schedule.spread(name, min(many, state.every or schedule.target(feed)), now)
        self._table.put(name, base + (at - now).total_seconds())

    def _line_up(self, names: Iterable[str], skipped: dict[str, PollResult] | None = None) -> None:
        """Give feeds a place in the line, but those that must be left alone."""
        now, base = self._clock(), self._elapsed()
        for name in tuple(names):
            if name in self._running or name not in self._states:
                continue
            state = self._states[name]
            reason = schedule.why_not(state, now)
            own = (state.held_until - now).total_seconds() if state.held_until else 0.0
            held = max(self._turns.held(name), base + own)
            if held > base and state.state not in ("gone", "paused"):
                reason = schedule.held(now + timedelta(seconds=held - base))
                self._table.put(name, max(held, self._table.at(name)))
            elif reason is None:
                self._table.drop(name)
                self._turns.wish(name)
            if reason is not None and skipped is not None:
                skipped[name] = PollResult(name, ok=True, skipped=reason)

    def _start(self, group: asyncio.TaskGroup, results: dict[str, PollResult]) -> None:
        while (name := self._turns.take(self._elapsed())) is not None:
            self._running[name] = group.create_task(self._turn(name, results))

    async def _turn(self, name: str, results: dict[str, PollResult]) -> None:
        host = self._turns.host(name)
        try:
            feed, state = self._feeds[name], self._states[name]
            rest = hosts.rest(feed, self._turns.others(name))
            self._states[name], results[name] = await self._asking.ask(feed, state, rest, self._turns.strikes)
        finally:
            self._running.pop(name, None)
            self._turns.done(host)
            self._asked.set()
        self._settle(name, host, results)

    def _settle(self, name: str, host: str, results: dict[str, PollResult]) -> None:
        """Put a feed back into the table; where its host asked to wait, all of that host's."""
        state, now, base = self._states[name], self._clock(), self._elapsed()
        if state.held_by is not None and state.held_until is not None:
            until = base + (state.held_until - now).total_seconds()
            dropped = self._turns.hold(hosts.key(state.held_by), until, state.strikes)
            self._line_up(dropped, results)
        elif state.state == "ok":
            self._turns.release(host)
            asked = moving.asked(self._feeds[name], state)
            self._turns.place(asked)
            if self._pushed is not None:
                self._pushed.heard(asked)
        if state.next_try is not None and state.state not in ("gone", "paused"):
            self._table.put(name, base + (state.next_try - now).total_seconds())

    async def _look(self) -> None:
        """See whether the machine slept or somebody set its clock since the last look."""
        now, base, apart = self._clock(), self._elapsed(), self._parted()
        if base - self._looked > SUSPENDED:
            for name in tuple(self._table.take(base)):
                every = self._states[name].every or schedule.target(self._feeds[name])
                self._table.put(name, base + (schedule.spread(name, every, now) - now).total_seconds())
        self._looked = base
        if abs(apart - self._apart) > JUMP:
            by = timedelta(seconds=apart - self._apart)
            for name, state in self._states.items():
                self._states[name] = schedule.shifted(state, by)
                if state.held_until or state.floor:  # so that a restart keeps what the servers asked for
                    term = self._asking.term.number if self._asking.term else None
                    await self._store.put_feed_state(self._states[name], term=term)
            self._apart = apart

    def _parted(self) -> float:
        return self._clock().timestamp() - self._elapsed()

    async def _sleep(self, seconds: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_SLEEP if seconds is None else min(seconds, LONGEST_SLEEP)):
                await self._asked.wait()

    async def _load(self) -> None:
        if self._states:
            return
        stored = await self._store.feed_states()
        for name in self._feeds:
            self._know(name, stored.get(name))
        self._hold(stored.values())

    def _know(self, name: str, stored: FeedState | None) -> None:
        feed = self._feeds[name]
        state = self._states[name] = moving.known(feed, stored)
        self._turns.place(moving.asked(feed, state))
        if state.last_try is not None:
            ago = (self._clock() - state.last_try).total_seconds()
            self._turns.rest(name, self._elapsed() + hosts.spacing(feed) - max(ago, 0.0))

    def _hold(self, stored: Collection[FeedState]) -> None:
        """Leave the hosts alone that asked for it before the program was started."""
        now, base = self._clock(), self._elapsed()
        well: dict[str, datetime] = {}
        for name, state in self._states.items():
            host = self._turns.host(name)
            if state.last_ok is not None:
                well[host] = max(state.last_ok, well.get(host, state.last_ok))
        for state in stored:
            if state.held_by is None or state.held_until is None:
                continue
            host = hosts.key(state.held_by)
            wait = schedule.due(replace(state, next_try=state.held_until), now) - now
            answered = state.last_try is not None and state.last_try < well.get(host, state.last_try)
            if answered and not wait:
                continue
            strikes = max(state.strikes, self._turns.strikes(host))
            self._turns.hold(host, base + wait.total_seconds(), strikes)


@contextlib.contextmanager
def _alone() -> Generator[None]:
    """One feed's polling that must end all of it comes out as it was raised."""
    try:
        yield
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from faults
