"""Asking the feeds, each by its own schedule, none able to stop another."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cxtui.connectors import Connector, Page
from cxtui.core.feed import Feed, Gap
from cxtui.engine import schedule
from cxtui.errors import CxtuiError, FeedError, Refused, Unreachable
from cxtui.store import FeedState, Store

AT_ONCE = 8
SPACING = 1.0
"""Seconds between the starts of two requests to one host that is not our own."""
LONGEST_SLEEP = 30.0
"""Seconds; the wall clock may jump, so the schedule is looked at again this often."""


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
    """Polls the feeds of one configuration into one store."""

    def __init__(
        self,
        feeds: tuple[Feed, ...],
        connector: Callable[[Feed], Connector],
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        self._feeds: Mapping[str, Feed] = {feed.name: feed for feed in feeds}
        self._connector = connector
        self._store = store
        self._clock = clock
        self._states: dict[str, FeedState] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._hosts: dict[str, _Host] = {}
        self._asked = asyncio.Event()
        self._eager: set[str] = set()

    async def states(self) -> tuple[FeedState, ...]:
        """What is known of each configured feed, in the order of the configuration."""
        await self._load()
        return tuple(self._states[name] for name in self._feeds)

    async def once(self) -> list[PollResult]:
        """Ask every feed that may be asked, now."""
        await self._load()
        return list(await asyncio.gather(*(self._poll(feed) for feed in self._feeds.values())))

    def hurry(self) -> None:
        """A person's wish: every feed that may be asked is asked as soon as there is room."""
        self._eager.update(self._feeds)
        self._asked.set()

    async def run(self) -> None:
        """Poll for ever, each feed at its time. Raises: StoreError."""
        await self._load()
        running: dict[str, asyncio.Task[PollResult]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                self._asked.clear()
                now = self._clock()
                running = {name: task for name, task in running.items() if not task.done()}
                for name in self._due(now):
                    if name not in running:
                        running[name] = group.create_task(self._poll(self._feeds[name]))
                        running[name].add_done_callback(lambda _: self._asked.set())
                await self._sleep(now, running)

    def _due(self, now: datetime) -> list[str]:
        due = [
            name
            for name, feed in self._feeds.items()
            if name in self._eager or (self._next(feed, now) or now + timedelta(1)) <= now
        ]
        self._eager.clear()
        return due

    def _next(self, feed: Feed, now: datetime) -> datetime | None:
        state = self._states[feed.name]
        if state.state == "new" and state.next_try is None:
            state = self._states[feed.name] = replace(state, next_try=schedule.first(feed, now))
        return None if state.state in ("gone", "paused") else state.next_try

    async def _sleep(self, now: datetime, running: Mapping[str, object]) -> None:
        waits = [
            (at - now).total_seconds()
            for name, feed in self._feeds.items()
            if name not in running and (at := self._next(feed, now)) is not None
        ]
        seconds = min(max(min(waits, default=LONGEST_SLEEP), 0.05), LONGEST_SLEEP)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._asked.wait()

    async def _load(self) -> None:
        if self._states:
            return
        known = await self._store.feed_states()
        for name, feed in self._feeds.items():
            state = known.get(name)
            if state is None or state.connector not in ("", feed.connector):
                state = FeedState(name, feed.connector)
            self._states[name] = state

    async def _poll(self, feed: Feed) -> PollResult:
        state = self._states[feed.name]
        reason = schedule.why_not(state, self._clock())
        if reason:
            return PollResult(feed.name, ok=True, skipped=reason)
        async with self._slots, self._host(feed):
            (answer,) = await asyncio.gather(self._ask(feed, state), return_exceptions=True)
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

    async def _ask(self, feed: Feed, state: FeedState) -> Page:
        return await self._connector(feed).poll(state.cursor, self._clock())

    async def _keep(self, feed: Feed, state: FeedState, page: Page) -> PollResult:
        now = self._clock()
        network = self._connector(feed).capabilities.network
        new = replace(
            schedule.succeeded(state, feed, now, page.next_after, random.random()),  # noqa: S311 - jitter
            cursor=page.cursor or state.cursor,
            title=page.title or state.title,
        )
        kept = await self._store.ingest(
            network,
            feed.kind,
            page.items,
            now,
            feed=feed.name,
            state=new,
            history_before=now - feed.backfill_after if state.first_ok is None else None,
            competitor=feed.competitor is not None,
        )
        self._states[feed.name] = replace(new, items=state.items + kept.new)
        if state.failing_since is not None:
            gap = Gap(feed.name, state.failing_since, now, state.error or "")
            await self._store.put_feed_state(self._states[feed.name], gap)
        elif page.gap:
            gap = Gap(feed.name, state.last_ok or now, now, page.gap)
            await self._store.put_feed_state(self._states[feed.name], gap)
        return PollResult(feed.name, True, kept.new, kept.updated, page.not_modified)  # noqa: FBT003

    async def _note(self, feed: Feed, state: FeedState, error: FeedError) -> PollResult:
        new = schedule.failed(state, feed, error, self._clock(), random.random())  # noqa: S311 - jitter
        self._states[feed.name] = new
        gap = Gap(feed.name, new.failing_since or self._clock(), None, str(error))
        await self._store.put_feed_state(new, gap)
        return PollResult(feed.name, ok=False, error=str(error), refused=isinstance(error, Refused))

    def _host(self, feed: Feed) -> _Host:
        name = urlsplit(feed.url).hostname or feed.name
        spacing = 0.0 if feed.allow_private else SPACING
        return self._hosts.setdefault(name, _Host(spacing))


class _Host:
    """One request in flight and a pause between two starts, for one host."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._lock = asyncio.Lock()
        self._free_at = 0.0

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        loop = asyncio.get_running_loop()
        try:
            await asyncio.sleep(max(0.0, self._free_at - loop.time()))
        except asyncio.CancelledError:
            self._lock.release()
            raise
        self._free_at = loop.time() + self._spacing

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()
