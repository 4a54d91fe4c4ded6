"""The engine's side of a desk: what runs in the engine's thread, from the opening to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cxtui.connectors import Capabilities
from cxtui.core.triage import Act
from cxtui.engine.bulletin import Bulletin
from cxtui.engine.desk import News, Words
from cxtui.engine.enduring import AGAIN, endure
from cxtui.engine.engine import NO_SIGN_IN, Engine
from cxtui.engine.owner import me
from cxtui.engine.preparing import Preparing
from cxtui.engine.reload import EVERY, ConfigFile
from cxtui.engine.warning import Warner
from cxtui.engine.watching import Watcher
from cxtui.errors import ConfigError, Conflict, StoreError

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.core.attached import File
    from cxtui.core.inbox import Row
    from cxtui.core.item import Deed, ReplyKind, Verb, Visibility
    from cxtui.engine.guarding import Guards, Spelling
    from cxtui.engine.outbox import Outbox
    from cxtui.store import Outgoing, Store

T = TypeVar("T")

APART = timedelta(seconds=2)
"""The replies of a batch go out so far apart, so that no network takes them for a flood."""
FIRST = 60
"""So many rows are read before anything is shown."""


class Room:
    """Store, engine and everything that works beside them. Used in one event loop, but for `capabilities`."""

    def __init__(
        self,
        config: Config,
        clock: Callable[[], datetime],
        session: str,
        *,
        polls: bool,
        file: ConfigFile | None,
    ) -> None:
        self.config = config
        self.bulletin = Bulletin()
        self._clock = clock
        self._session = f"{session or config.operator} {me()}"
        self._polls = polls
        self._file = file
        self._store: Store | None = None
        self._engine: Engine | None = None
        self._work: list[asyncio.Task[None]] = []
        self._last: Row | None = None
        self._watcher: Watcher | None = None
        self._warner: Warner | None = None
        self._preparing: Preparing | None = None
        self._guards: Guards | None = None
        self._deliveries: dict[str, asyncio.Task[Outgoing]] = {}

    @property
    def store(self) -> Store:
        """Raises: StoreError while it is not open."""
        if self._store is None:
            raise StoreError("the store is not open")
        return self._store

    @property
    def engine(self) -> Engine:
        """Raises: StoreError while the store is not open."""
        if self._engine is None:
            raise StoreError("the store is not open")
        return self._engine

    @property
    def preparing(self) -> Preparing:
        """Prepared replies, who we are, what went out."""
        if self._preparing is None:
            self._preparing = Preparing(self.engine, self.store, self._clock)
        return self._preparing

    def capabilities(self, feed: str) -> Capabilities | None:
        """What can be done on a feed, asked from any thread; None where it is no longer configured."""
        configured = next((f for f in self.config.feeds if f.name == feed), None)
        if configured is None:
            return None
        try:
            return self.engine.connector(configured).capabilities
        except ConfigError as error:  # the feed is down and says so; its rows are still there
            name = configured.connector
            return Capabilities(name, name[:3], why_not="; ".join(error.problems))

    async def open(self, open_store: Callable[[], Awaitable[Store]]) -> tuple[Row, ...]:
        """Open the store and give the first rows. May be tried again. Raises: StoreError."""
        if self._store is None:
            self._store = await open_store()
        self._engine = Engine(self.config, self._store, clock=self._clock, tell=self.notice)
        self._engine.outbox.noting.limit = None  # somebody sees that it is not written down, and can wait
        self._engine.leading.heard = lambda leader: self.bulletin.add(News(leader=leader))
        cursor = (await self._store.changes(None)).cursor
        self._watcher = Watcher(self._store, self._engine, self.bulletin, cursor, self._session, self._clock)
        self._warner = self._warning(self._store)
        first = await self._store.page(limit=FIRST)
        self._warner.heed(first)
        self.bulletin.heard = self._heed
        self._last = first[-1] if len(first) == FIRST else None
        return first

    def begin(self) -> None:
        """Start everything that goes on until `close`."""
        engine, watcher = self.engine, self._watcher
        jobs: list[Coroutine[Any, Any, None]] = []
        if watcher is not None:
            jobs.append(endure(watcher.run, self.notice))
        if watcher is not None and (last := self._last) is not None:
            jobs.append(endure(lambda: watcher.rest(last), self.notice))
        jobs.append(engine.run() if self._polls else endure(engine.leading.watch, self.notice))
        if self._file is not None:
            jobs.append(self._tend(self._file))
        if self._warner is not None:
            jobs.append(self._warner.run())
        for job in jobs:
            task = asyncio.get_running_loop().create_task(job)
            task.add_done_callback(self._ended)
            self._work.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            said = "; ".join(str(e) for e in _leaves(error))
            self.bulletin.add(News(notices=(f"polling has stopped: {said}",)))

    async def _tend(self, file: ConfigFile) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.reload(file)

    async def reload(self, file: ConfigFile) -> None:
        """Take the configuration anew where its file has changed."""
        said: list[str] = []
        wrong: list[str] = []
        try:
            self.config = await self.engine.reload(file, self.config, said.append, wrong.append)
            if self._warner is not None:
                self._warner.take(self.config.warnings, self.config.policies)
        except StoreError as error:
            wrong.append(f"the configuration was not taken anew: {error}")
        if said or wrong:
            feeds = await self.engine.feeds()
            self.bulletin.add(News(feeds=feeds, said=tuple(said), notices=tuple(wrong)))

    async def act(self, ids: Sequence[str], verb: Verb, detail: dict[str, Any]) -> tuple[Row, ...]:
        """Do one act to several rows. Raises: Unlawful, NotFound."""
        store, now = self.store, self._clock()
        rows = [await store.act(Act(key, verb, detail), self.config.operator, now) for key in ids]
        self._hurry()
        return tuple(rows)

    async def writes(self, row: str, *, now: bool) -> None:
        """Let others know that a reply is being written, or no more."""
        store = self.store
        if now:
            await store.reply_begins(row, self.config.operator, self._session, self._clock())
        else:
            await store.reply_ends(row, self._session)

    async def keep(
        self, row: str, text: str, visibility: Visibility | None, files: Sequence[File] | None,
        kind: ReplyKind,
    ) -> None:  # fmt: skip
        """Keep a draft; an empty text without files drops it."""
        outbox = self.engine.outbox
        if text.strip() or files:
            await outbox.draft(await self.store.row(row), text, kind, visibility, files)
            return
        kept = await outbox.kept(row)
        if kept is not None:
            await self.store.move(kept.id, "dropped", self._clock())

    async def reply(self, row: str, words: Words) -> Outgoing:
        """Queue a reply and have it sent at its time; why rules were overridden is logged before that.

        Raises: Unlawful, Conflict, Rejected, UsageError.
        """
        found = await self.store.row(row)
        for rule, reason in words.overrides.items():
            act = Act(found.id, "overrode", {"rule": rule, "reason": reason})
            await self.store.act(act, self.config.operator, self._clock())
        queued = await self.engine.queue(
            found, words.text, words.kind, hold=self.config.hold + words.behind * APART, basis=words.basis,
            visibility=words.visibility, promised=words.promised, at=words.at,
            files=words.files,
        )  # fmt: skip
        self._deliver(queued)
        return queued

    async def do(self, row: str, deed: Deed, behind: int) -> Outgoing:
        """Queue a deed and have it done at its time. Raises: Conflict, Rejected."""
        hold = self.config.hold + behind * APART
        found = await self.store.row(row)
        queued = await self.engine.queue_deed(found, deed, hold=hold)
        self._deliver(queued)
        return queued

    def _lexicon(self) -> Spelling:
        from cxtui.engine.guarding import dictionaries
        from cxtui.engine.lexicon import Lexicon

        return self._guards.dictionaries if self._guards else Lexicon(dictionaries())

    def guards(self) -> Guards:
        """The guard, by the configuration as it is now."""
        from cxtui.engine.guarding import Guards

        if self._guards is None or self._guards.config is not self.config:
            self._guards = Guards(self.config, self.store, self._clock, self.capabilities, self._lexicon())
        return self._guards

    def _deliver(self, queued: Outgoing) -> None:
        task = asyncio.get_running_loop().create_task(self.engine.send(queued.id))
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
            self.bulletin.add(News(notices=(f"{what}: {error}",)))

    async def who(self, name: str) -> str:
        """Who we are on a feed, in a sentence. Raises: FeedError, ConfigError."""
        who = await self.engine.who(next(feed for feed in self.config.feeds if feed.name == name))
        return who.told if who else NO_SIGN_IN

    async def close(self) -> tuple[Outgoing, ...]:
        """Finish what is being sent, give back what is still in its window, stop the rest."""
        if self._engine is None or self._store is None:
            return ()
        unsent = await self._give_back(self._engine.outbox)
        await asyncio.gather(*self._deliveries.values(), return_exceptions=True)
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await self._engine.aclose()
        await self._store.close()
        if self._guards is not None:
            await asyncio.to_thread(self._guards.dictionaries.close)
        return tuple(unsent)

    async def _give_back(self, outbox: Outbox) -> list[Outgoing]:
        """What does not go out from here any more: drafts again, or left to the program that polls."""
        outbox.noting.ending = True
        unsent: list[Outgoing] = []
        for key, task in tuple(self._deliveries.items()):
            try:
                unsent.append(await outbox.leave(key))
            except Conflict:  # it is on its way: its end is waited for
                continue
            except StoreError as error:  # it stays as it is, and the next start says that it was not sent
                task.cancel()
                self.notice(f"not saved: {error}")
        return unsent

    def _warning(self, store: Store) -> Warner:
        return Warner(
            store,
            self.config.warnings,
            self.config.policies,
            f"{self.config.operator} screen",
            clock=self._clock,
            ring=lambda alarms: self.bulletin.add(News(alarms=tuple(alarms))),
            tell=self.notice,
        )

    def _heed(self, news: News) -> None:
        if self._warner is not None and (news.rows or news.rest or news.gone):
            self._warner.heed((*news.rows, *news.rest), news.gone)

    def notice(self, said: str) -> None:
        """Tell the screen of trouble, and of its end."""
        self.bulletin.add(News(said=(said,)) if said == AGAIN else News(notices=(said,)))

    def _hurry(self) -> None:
        if self._watcher is not None:
            self._watcher.hurry()

    async def then_look(self, work: Awaitable[T]) -> T:
        """Do something, and have the screen told of it at once."""
        done = await work
        self._hurry()
        return done

    async def then_heed(self, work: Awaitable[T]) -> T:
        """Do something that the poller must know of."""
        done = await work
        await self.engine.poller.heed()
        self._hurry()
        return done


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        parts = cast("BaseExceptionGroup[BaseException]", error).exceptions
        return [leaf for part in parts for leaf in _leaves(part)]
    return [error]
