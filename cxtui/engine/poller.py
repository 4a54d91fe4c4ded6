"""Asking the feeds, each by its own schedule, none able to stop another."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cxtui.connectors import Connector, Page
from cxtui.core.feed import Feed, Gap
from cxtui.core.item import Arrival
from cxtui.engine import hosts, moving, schedule
from cxtui.engine.hosts import Turns
from cxtui.engine.timetable import Timetable, steady
from cxtui.errors import CxtuiError, FeedError, Refused, Throttled, Unreachable
from cxtui.store import FeedState, Kept, Store

LONGEST_SLEEP = 30.0
"""Seconds; the machine may have slept meanwhile, so the schedule is looked at again this often."""
SUSPENDED = 4 * LONGEST_SLEEP
"""Seconds without a look after which the machine has slept."""
JUMP = 30.0
"""Seconds by which the clock on the wall may part from the steady one before it has jumped."""
HERD = 33.0
"""Feeds a second: so thin are those spread that are due together at the start."""


@dataclass(frozen=True, slots=True)
class PollResult:
    """How asking one feed went. ``skipped`` says until when and why it was not asked."""

    feed: str
    ok: bool
    new: int = 0
    updated: int = 0
    not_modified: bool = False
    skipped: str | None = None
    error: str | None = None
    refused: bool = False


class Poller:
    """Polls the feeds of one configuration into one store.

    ``clock`` gives the time that is stored, ``elapsed`` the seconds that are waited by, ``roll``
    the jitter.
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
    ) -> None:
        self._feeds: Mapping[str, Feed] = {feed.name: feed for feed in feeds}
        self._connector = connector
        self._store = store
        self._clock = clock
        self._elapsed = elapsed
        self._roll = roll
        self._states: dict[str, FeedState] = {}
        self._turns = Turns(feeds)
        self._table = Timetable()
        self._running: set[str] = set()
        self._eager: set[str] = set()
        self._asked = asyncio.Event()
        self._looked = elapsed()
        self._apart = self._parted()

    async def states(self) -> tuple[FeedState, ...]:
        """What is known of each configured feed, in the order of the configuration."""
        await self._load()
        return tuple(self._states[name] for name in self._feeds)

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

    def hurry(self) -> None:
        """A person's wish: every feed that may be asked is asked as soon as there is room."""
        self._eager.update(self._feeds)
        self._asked.set()

    async def run(self) -> None:
        """Poll for ever, each feed at its time. Raises: StoreError."""
        await self._load()
        self._begin()
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
        for name, feed in self._feeds.items():
            state = self._states[name]
            if state.next_try is None and state.state == "new":
                at = schedule.spread(name, many, now)
                self._states[name] = replace(state, next_try=at)
            elif state.next_try is None or state.state in ("gone", "paused"):
                continue
            else:
                at = schedule.due(state, now)
                if at <= now:
                    at = schedule.spread(name, min(many, state.every or schedule.target(feed)), now)
            self._table.put(name, base + (at - now).total_seconds())

    def _line_up(self, names: Iterable[str], skipped: dict[str, PollResult] | None = None) -> None:
        """Give feeds a place in the line, but those that must be left alone."""
        now, base = self._clock(), self._elapsed()
        for name in tuple(names):
            if name in self._running:
                continue
            reason = schedule.why_not(self._states[name], now)
            held = self._turns.held(name)
            if reason is None and held > base:
                reason = schedule.held(now + timedelta(seconds=held - base))
                self._table.put(name, held)
            elif reason is None:
                self._table.drop(name)
                self._turns.wish(name)
            if reason is not None and skipped is not None:
                skipped[name] = PollResult(name, ok=True, skipped=reason)

    def _start(self, group: asyncio.TaskGroup, results: dict[str, PollResult]) -> None:
        while (name := self._turns.take(self._elapsed())) is not None:
            self._running.add(name)
            group.create_task(self._turn(name, results))

    async def _turn(self, name: str, results: dict[str, PollResult]) -> None:
        host = self._turns.host(name)
        try:
            results[name] = await self._poll(self._feeds[name])
        finally:
            self._running.discard(name)
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
            self._turns.place(moving.asked(self._feeds[name], state))
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
                    await self._store.put_feed_state(self._states[name])
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
        for name, feed in self._feeds.items():
            state = self._states[name] = moving.known(feed, stored.get(name))
            self._turns.place(moving.asked(feed, state))
            if state.last_try is not None:
                ago = (self._clock() - state.last_try).total_seconds()
                self._turns.rest(name, self._elapsed() + hosts.spacing(feed) - max(ago, 0.0))
        self._hold(stored.values())

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
            if state.last_try is not None and state.last_try < well.get(host, state.last_try):
                continue
            wait = schedule.due(replace(state, next_try=state.held_until), now) - now
            strikes = max(state.strikes, self._turns.strikes(host))
            self._turns.hold(host, base + wait.total_seconds(), strikes)

    async def _poll(self, feed: Feed) -> PollResult:
        state = self._states[feed.name]
        (answer,) = await asyncio.gather(
            self._ask(moving.asked(feed, state), state.cursor), return_exceptions=True
        )
        if isinstance(answer, Page):
            return await self._keep(feed, state, answer)
        if isinstance(answer, CxtuiError) and not isinstance(answer, FeedError):
            answer = Refused(str(answer)) if answer.exit_code == 4 else answer
        if isinstance(answer, FeedError):
            return await self._note(feed, state, answer)
        if isinstance(answer, CxtuiError) or not isinstance(answer, Exception):
            raise answer
        # a fault in one connector is told like any other failure and stops no other feed
        fault = f"a fault in cxtui's {feed.connector} connector: {type(answer).__name__}"
        return await self._note(feed, state, Unreachable(fault))

    async def _ask(self, feed: Feed, cursor: str) -> Page:
        return await self._connector(feed).poll(cursor, self._clock())

    async def _keep(self, feed: Feed, state: FeedState, page: Page) -> PollResult:
        now = self._clock()
        rest = hosts.rest(feed, self._turns.others(feed.name))
        slow = schedule.adapt(state, now) > 1 or not page.conditional
        waits = slow and await self._store.waits(feed.name)
        heard = replace(state, cursor=page.cursor or state.cursor, title=page.title or state.title)
        new = schedule.succeeded(heard, feed, now, page, host=rest, waits=waits)
        kept = await self._store.ingest(
            self._connector(feed).capabilities.network,
            feed.kind,
            page.items,
            now,
            feed=feed.name,
            state=new,
            history_before=now - feed.backfill_after if state.first_ok is None else None,
            competitor=feed.competitor is not None,
        )
        gap = _gap(feed, state, page, kept, now)
        overflowed = gap is not None and page.gap is not None
        if kept.new:
            heard = replace(heard, items=state.items + kept.new, last_new=now)
        if overflowed or (kept.new and slow):
            waits = waits or bool(kept.new)
            new = schedule.succeeded(heard, feed, now, page, host=rest, waits=waits, overflowed=overflowed)
        else:
            new = replace(new, items=heard.items, last_new=heard.last_new)
        self._states[feed.name] = new
        if gap is not None or (kept.new and slow):
            await self._store.put_feed_state(new, gap)
        return PollResult(feed.name, True, kept.new, kept.updated, page.not_modified)  # noqa: FBT003

    async def _note(self, feed: Feed, state: FeedState, error: FeedError) -> PollResult:
        now = self._clock()
        host = hosts.key(error.host or "") if isinstance(error, Throttled) else ""
        new = schedule.failed(state, feed, error, now, self._roll(), strikes=self._turns.strikes(host))
        self._states[feed.name] = new
        gap = Gap(feed.name, new.failing_since or now, None, str(error))
        await self._store.put_feed_state(new, gap)
        return PollResult(feed.name, ok=False, error=str(error), refused=isinstance(error, Refused))


def _gap(feed: Feed, state: FeedState, page: Page, kept: Kept, now: datetime) -> Gap | None:
    """The time that was not heard: while the feed failed, or where its window overflowed.

    A page of which the store knows something, such as yesterday's shown again, has no gap before it.
    """
    if state.failing_since is not None:
        return Gap(feed.name, state.failing_since, now, state.error or "")
    if page.gap is None or state.last_ok is None:
        return None
    if feed.competitor is None and kept.new < len([one for one in page.items if _asks(one)]):
        return None
    return Gap(feed.name, state.last_ok, now, page.gap)


def _asks(heard: Arrival) -> bool:
    return heard.own is None and not heard.withdrawn


@contextlib.contextmanager
def _alone() -> Generator[None]:
    """One feed's polling that must end all of it comes out as it was raised."""
    try:
        yield
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from faults
