"""The desk over a running engine: an engine thread with its own loop, and the way there and back."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cxtui.connectors import Capabilities
from cxtui.core.metrics import Figure, figures
from cxtui.core.triage import Act
from cxtui.engine.bulletin import Bulletin
from cxtui.engine.desk import News
from cxtui.engine.engine import NO_SIGN_IN, Engine
from cxtui.engine.owner import me
from cxtui.engine.reload import EVERY, ConfigFile
from cxtui.engine.watching import Watcher
from cxtui.errors import ConfigError, Conflict, StoreError

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.core.inbox import Row
    from cxtui.core.item import Deed, Event, ReplyKind, Verb
    from cxtui.store import FeedLog, FeedState, Message, Outgoing, Store

T = TypeVar("T")

FIRST = 60
"""So many rows are read before anything is shown."""


class LiveDesk:
    """`cxtui.engine.desk.Desk` over a store and its feeds."""

    def __init__(
        self,
        config: Config,
        open_store: Callable[[], Awaitable[Store]],
        *,
        clock: Callable[[], datetime],
        polls: bool = True,
        file: ConfigFile | None = None,
        session: str = "",
    ) -> None:
        self.operator = config.operator
        self._config = config
        self._open_store = open_store
        self._clock = clock
        self._polls = polls
        self._file = file
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)
        self._bulletin = Bulletin()
        self._store: Store | None = None
        self._engine: Engine | None = None
        self._work: list[asyncio.Task[None]] = []
        self._last: Row | None = None
        self._watcher: Watcher | None = None
        self._deliveries: dict[str, asyncio.Task[Outgoing]] = {}
        self._session = f"{session or self.operator} {me()}"

    # the screen's side

    async def open(self) -> tuple[Row, ...]:
        self._thread.start()
        return await self._there(self._opening())

    def start(self, news: Callable[[], None]) -> None:
        self._bulletin.tell = news
        self._loop.call_soon_threadsafe(self._begin)

    def take(self) -> News:
        return self._bulletin.take()

    def capabilities(self, feed: str) -> Capabilities | None:
        configured = next((f for f in self._config.feeds if f.name == feed), None)
        if configured is None:
            return None
        try:
            return self._running().connector(configured).capabilities
        except ConfigError as error:  # the feed is down and says so; its rows are still there
            name = configured.connector
            return Capabilities(name, name[:3], why_not="; ".join(error.problems))

    async def thread(self, some_id: str) -> tuple[Message, ...]:
        return await self._there(self._opened().thread(some_id))

    async def act(
        self, ids: Sequence[str], verb: Verb, detail: dict[str, Any] | None = None
    ) -> tuple[Row, ...]:
        return await self._there(self._acting(ids, verb, detail or {}))

    async def undo(self) -> tuple[Row, Event]:
        return await self._there(self._then_look(self._opened().undo(self.operator, self._clock())))

    async def redo(self) -> tuple[Row, Event]:
        return await self._there(self._then_look(self._opened().redo(self.operator, self._clock())))

    async def draft(self, row: str) -> str:
        kept = await self._there(self._running().outbox.kept(row))
        return kept.text if kept else ""

    async def keep_draft(self, row: str, text: str) -> None:
        await self._there(self._then_look(self._keeping(row, text)))

    async def reply(self, row: str, text: str, kind: ReplyKind, basis: tuple[str, ...]) -> Outgoing:
        return await self._there(self._then_look(self._replying(row, text, kind, basis)))

    async def deed(self, row: str, deed: Deed) -> Outgoing:
        return await self._there(self._then_look(self._doing(row, deed)))

    async def recall(self, key: str) -> Outgoing:
        return await self._there(self._then_look(self._running().recall(key)))

    async def discard(self, key: str) -> None:
        await self._there(self._then_look(self._opened().move(key, "dropped", self._clock())))

    async def settle(self, key: str, *, sent: bool) -> Outgoing:
        return await self._there(self._then_look(self._running().outbox.settle(key, sent=sent)))

    async def outbox(self) -> tuple[Outgoing, ...]:
        return await self._there(self._opened().outbox())

    async def figures(self, now: datetime, window: str) -> tuple[Figure, ...]:
        return await self._there(self._figures(now, window))

    async def feeds(self) -> tuple[FeedState, ...]:
        return await self._there(self._running().feeds())

    async def pause_feed(self, name: str) -> FeedState:
        return await self._there(self._then_heed(self._opened().pause_feed(name, self._clock())))

    async def resume_feed(self, name: str) -> FeedState:
        return await self._there(self._then_heed(self._opened().resume_feed(name, self._clock())))

    async def who(self, name: str) -> str:
        return await self._there(self._asking(name))

    async def feed_log(self, name: str) -> FeedLog:
        return await self._there(self._opened().feed_log(name))

    async def poll_now(self) -> None:
        await self._there(self._running().hurry())

    async def writes(self, row: str, *, now: bool) -> None:
        await self._there(self._writing(row, now=now))

    async def reload(self, file: ConfigFile) -> None:
        """Look at the configuration's file now; it is looked at every few seconds by itself."""
        await self._there(self._reload(file))

    async def close(self) -> tuple[Outgoing, ...]:
        if not self._thread.is_alive():
            return ()
        unsent = await self._there(self._closing())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()
        return unsent

    # the engine's side

    async def _opening(self) -> tuple[Row, ...]:
        self._store = await self._open_store()
        self._engine = Engine(self._config, self._store, clock=self._clock, tell=self._notice)
        self._engine.leading.heard = lambda leader: self._bulletin.add(News(leader=leader))
        cursor = (await self._store.changes(None)).cursor
        self._watcher = Watcher(self._store, self._engine, self._bulletin, cursor, self._session, self._clock)
        first = await self._store.page(limit=FIRST)
        self._last = first[-1] if len(first) == FIRST else None
        return first

    def _begin(self) -> None:
        engine, watcher = self._running(), self._watcher
        jobs: list[Coroutine[Any, Any, None]] = []
        if watcher is not None:
            jobs.append(watcher.run())
        if watcher is not None and self._last is not None:
            jobs.append(watcher.rest(self._last))
        jobs.append(engine.run() if self._polls else engine.leading.watch())
        if self._file is not None:
            jobs.append(self._tend(self._file))
        for job in jobs:
            task = self._loop.create_task(job)
            task.add_done_callback(self._ended)
            self._work.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            said = "; ".join(str(e) for e in _leaves(error))
            self._bulletin.add(News(notices=(f"polling has stopped: {said}",)))

    async def _tend(self, file: ConfigFile) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self._reload(file)

    async def _reload(self, file: ConfigFile) -> None:
        said: list[str] = []
        wrong: list[str] = []
        try:
            self._config = await self._running().reload(file, self._config, said.append, wrong.append)
        except StoreError as error:
            wrong.append(f"the configuration was not taken anew: {error}")
        if said or wrong:
            feeds = await self._running().feeds()
            self._bulletin.add(News(feeds=feeds, said=tuple(said), notices=tuple(wrong)))

    async def _acting(self, ids: Sequence[str], verb: Verb, detail: dict[str, Any]) -> tuple[Row, ...]:
        store, now = self._opened(), self._clock()
        rows = [await store.act(Act(key, verb, detail), self.operator, now) for key in ids]
        self._hurry()
        return tuple(rows)

    async def _writing(self, row: str, *, now: bool) -> None:
        store = self._opened()
        if now:
            await store.reply_begins(row, self.operator, self._session, self._clock())
        else:
            await store.reply_ends(row, self._session)

    async def _keeping(self, row: str, text: str) -> None:
        outbox = self._running().outbox
        if text.strip():
            await outbox.draft(await self._opened().row(row), text)
            return
        kept = await outbox.kept(row)
        if kept is not None:
            await self._opened().move(kept.id, "dropped", self._clock())

    async def _replying(self, row: str, text: str, kind: ReplyKind, basis: tuple[str, ...]) -> Outgoing:
        engine = self._running()
        found = await self._opened().row(row)
        queued = await engine.queue(found, text, kind, hold=self._config.hold, basis=basis)
        self._deliver(queued)
        return queued

    async def _doing(self, row: str, deed: Deed) -> Outgoing:
        found = await self._opened().row(row)
        queued = await self._running().queue_deed(found, deed, hold=self._config.hold)
        self._deliver(queued)
        return queued

    def _deliver(self, queued: Outgoing) -> None:
        task = self._loop.create_task(self._running().send(queued.id))
        self._deliveries[queued.id] = task
        task.add_done_callback(lambda done: self._delivered(queued, done))

    def _delivered(self, queued: Outgoing, task: asyncio.Task[Outgoing]) -> None:
        self._deliveries.pop(queued.id, None)
        self._hurry()
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            what = f"the {queued.what} was not done" if queued.deed else "the reply is kept but was not sent"
            self._bulletin.add(News(notices=(f"{what}: {error}",)))

    async def _asking(self, name: str) -> str:
        who = await self._running().who(next(feed for feed in self._config.feeds if feed.name == name))
        return who.told if who else NO_SIGN_IN

    async def _figures(self, now: datetime, window: str) -> tuple[Figure, ...]:
        facts = await self._opened().facts()
        return await asyncio.to_thread(figures, facts, now, window)

    async def _closing(self) -> tuple[Outgoing, ...]:
        """Finish what is being sent, give back what is still in its window, stop the rest."""
        if self._engine is None or self._store is None:
            return ()
        unsent: list[Outgoing] = []
        for key in tuple(self._deliveries):
            with contextlib.suppress(Conflict):
                unsent.append(await self._engine.recall(key))
        await asyncio.gather(*self._deliveries.values(), return_exceptions=True)
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await self._engine.aclose()
        await self._store.close()
        return tuple(unsent)

    def _notice(self, said: str) -> None:
        self._bulletin.add(News(notices=(said,)))

    def _hurry(self) -> None:
        if self._watcher is not None:
            self._watcher.hurry()

    async def _then_look(self, work: Awaitable[T]) -> T:
        done = await work
        self._hurry()
        return done

    async def _then_heed(self, work: Awaitable[T]) -> T:
        done = await work
        await self._running().poller.heed()
        self._hurry()
        return done

    def _there(self, work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return asyncio.wrap_future(future)

    def _opened(self) -> Store:
        if self._store is None:
            raise StoreError("the store is not open")
        return self._store

    def _running(self) -> Engine:
        if self._engine is None:
            raise StoreError("the store is not open")
        return self._engine


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        parts = cast("BaseExceptionGroup[BaseException]", error).exceptions
        return [leaf for part in parts for leaf in _leaves(part)]
    return [error]
