"""The desk over a running engine: an engine thread with its own loop, and the way there and back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, TypeVar

from cxtui.connectors import Capabilities
from cxtui.core.explain import Explanation, explain
from cxtui.core.filters import Filter, Sight
from cxtui.core.metrics import Figure
from cxtui.engine import counting, ended, promising
from cxtui.engine.desk import News, Words
from cxtui.engine.preparing import Shelf
from cxtui.engine.reckoning import reckoned
from cxtui.engine.reload import ConfigFile
from cxtui.engine.room import Room

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.core.attached import File
    from cxtui.core.behind import Behind
    from cxtui.core.calendar import Calendar
    from cxtui.core.guard import Finding
    from cxtui.core.inbox import Row
    from cxtui.core.item import Deed, Event, ReplyKind, Verb, Visibility
    from cxtui.core.metrics.pictures import Picture
    from cxtui.core.metrics.sheet import Question, Sheet
    from cxtui.core.pledges import Pledge
    from cxtui.core.promises import Owed
    from cxtui.engine.attaching import Attached
    from cxtui.store import FeedLog, FeedState, Message, Outgoing, Store

T = TypeVar("T")


class LiveDesk:
    """`cxtui.engine.desk.Desk` over a store and its feeds: a `Room` in a thread of its own."""

    readonly: str = ""

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
        self._room = Room(config, clock, session, polls=polls, file=file)
        self._open_store = open_store
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)

    async def open(self) -> tuple[Row, ...]:
        if not self._thread.is_alive():
            self._thread.start()
        return await self._there(self._room.open(self._open_store))

    def start(self, news: Callable[[], None]) -> None:
        self._room.bulletin.tell = news
        self._loop.call_soon_threadsafe(self._room.begin)

    def take(self) -> News:
        return self._room.bulletin.take()

    @property
    def hold(self) -> timedelta:
        return self._room.config.hold

    def capabilities(self, feed: str) -> Capabilities | None:
        return self._room.capabilities(feed)

    def calendar(self, row: Row) -> Calendar:
        return self._room.config.policies.hours(row.interval.policy, row.interval.calendar)

    def explain(self, row: Row, now: datetime, zone: tzinfo) -> Explanation:
        return explain(row, now, zone, self._room.config.policies)

    async def thread(self, some_id: str) -> tuple[Message, ...]:
        return await self._there(self._room.store.thread(some_id))

    async def act(
        self, ids: Sequence[str], verb: Verb, detail: dict[str, Any] | None = None
    ) -> tuple[Row, ...]:
        return await self._there(self._room.act(ids, verb, detail or {}))

    async def undo(self) -> tuple[Row, Event]:
        return await self._there(self._room.then_look(self._room.store.undo(self.operator, self._clock())))

    async def redo(self) -> tuple[Row, Event]:
        return await self._there(self._room.then_look(self._room.store.redo(self.operator, self._clock())))

    async def draft(self, row: str) -> str:
        kept = await self._there(self._room.engine.outbox.kept(row))
        return kept.text if kept else ""

    async def kept(self, row: str) -> Outgoing | None:
        return await self._there(self._room.engine.outbox.kept(row))

    async def keep_draft(
        self, row: str, text: str, visibility: Visibility | None = None, files: Sequence[File] | None = None,
        kind: ReplyKind = "answer",
    ) -> None:  # fmt: skip
        await self._there(self._room.then_look(self._room.keep(row, text, visibility, files, kind)))

    async def attach(self, feed: str, path: str, alt: str = "", beside: Sequence[File] = ()) -> Attached:
        return await self._there(self._room.engine.outbox.attach(feed, path, alt, beside))

    async def reply(self, row: str, words: Words) -> Outgoing:
        return await self._there(self._room.then_look(self._room.reply(row, words)))

    async def shelf(self, row: str) -> Shelf:
        return await self._there(self._room.preparing.shelf(self._room.config, row))

    async def handle(self, feed: str) -> str:
        return await self._there(self._room.preparing.handle(self._room.config, feed))

    async def reread(self, row: str, basis: tuple[str, ...]) -> str | None:
        return await self._there(self._room.then_look(self._room.preparing.reread(row, basis)))

    async def sent(self) -> tuple[Outgoing, ...]:
        return await self._there(self._room.preparing.sent())

    async def take_away(self, key: str) -> None:
        await self._there(self._room.then_look(self._room.preparing.take_away(key)))

    async def guard(
        self,
        row: Row,
        text: str,
        kind: ReplyKind,
        visibility: Visibility,
        basis: tuple[str, ...] | None = None,
        promised: datetime | None = None,
    ) -> tuple[Finding, ...]:
        work = self._room.guards().findings(row, text, kind, visibility, basis=basis, promised=promised)
        return await self._there(work)

    async def pledges(self, row: str, text: str) -> tuple[Pledge, ...]:
        work = promising.pledges(self._room.config, self._room.store, row, text, self._clock())
        found, wrong = await self._there(work)
        for problem in wrong:
            self._room.notice(problem)
        return found

    async def promises(self, *, everything: bool = False) -> tuple[Owed, ...]:
        return await self._there(self._room.store.promises(everything=everything))

    async def deed(self, row: str, deed: Deed, behind: int = 0) -> Outgoing:
        return await self._there(self._room.then_look(self._room.do(row, deed, behind)))

    async def recall(self, key: str) -> Outgoing:
        return await self._there(self._room.then_look(self._room.engine.recall(key)))

    async def discard(self, key: str) -> None:
        await self._there(self._room.then_look(self._room.store.move(key, "dropped", self._clock())))

    async def settle(self, key: str, *, sent: bool) -> Outgoing:
        return await self._there(self._room.then_look(self._room.engine.outbox.settle(key, sent=sent)))

    async def outbox(self) -> tuple[Outgoing, ...]:
        return await self._there(self._room.store.outbox())

    async def figures(self, now: datetime, window: str, only: Filter | None = None) -> tuple[Figure, ...]:
        config = self._room.config
        sight = Sight(now, config.timezone, self.operator)
        return await self._there(reckoned(self._room.store, now, window, only, sight, config.orders))

    async def sheet(self, asked: Question) -> Sheet:
        return await self._there(counting.sheet(self._room.store, asked, self._room.config.orders))

    async def boxes(self, now: datetime, zone: tzinfo) -> tuple[Picture, ...]:
        return await self._there(counting.boxes(self._room.store, now, zone))

    async def closed_rows(self, now: datetime) -> tuple[Row, ...]:
        room = self._room
        return await self._there(ended.closed(room.store, now, room.config.timezone, self.operator))

    async def behind(self, ids: Sequence[str]) -> tuple[Behind, ...]:
        return await self._there(self._room.store.behind(ids))

    async def feeds(self) -> tuple[FeedState, ...]:
        return await self._there(self._room.engine.feeds())

    async def pause_feed(self, name: str) -> FeedState:
        return await self._there(self._room.then_heed(self._room.store.pause_feed(name, self._clock())))

    async def resume_feed(self, name: str) -> FeedState:
        return await self._there(self._room.then_heed(self._room.store.resume_feed(name, self._clock())))

    async def who(self, name: str) -> str:
        return await self._there(self._room.who(name))

    async def feed_log(self, name: str) -> FeedLog:
        return await self._there(self._room.store.feed_log(name))

    async def poll_now(self) -> None:
        await self._there(self._room.engine.hurry())

    async def writes(self, row: str, *, now: bool) -> None:
        await self._there(self._room.writes(row, now=now))

    async def reload(self, file: ConfigFile) -> None:
        """Look at the configuration's file now; it is looked at every few seconds by itself."""
        await self._there(self._room.reload(file))

    async def close(self) -> tuple[Outgoing, ...]:
        if not self._thread.is_alive():
            return ()
        unsent = await self._there(self._room.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()
        return unsent

    def _there(self, work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return asyncio.wrap_future(future)
