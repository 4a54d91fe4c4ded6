"""Telling the screen what changes in the store, whoever changes it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from cxtui.engine.desk import News
from cxtui.engine.engine import WATCH
from cxtui.engine.owner import alive

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.engine.bulletin import Bulletin
    from cxtui.engine.engine import Engine
    from cxtui.store import Store
    from cxtui.store.leases import Replying

PAGE = 500
"""So many rows are read together, so that the store is free for an act in between."""


class Watcher:
    """Follows the change feed of a store from ``cursor`` on. ``session`` is the one it works for."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        bulletin: Bulletin,
        cursor: int,
        session: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._engine = engine
        self._bulletin = bulletin
        self._cursor = cursor
        self._session = session
        self._clock = clock
        self._moved = asyncio.Event()

    def hurry(self) -> None:
        """Look now: something was just done here."""
        self._moved.set()

    async def run(self) -> None:
        """Look whenever something was done here, and every quarter of a second. Raises: StoreError."""
        loop, seen = asyncio.get_running_loop(), -1
        self._bulletin.add(
            News(
                feeds=await self._engine.feeds(),
                outbox=await self._store.outbox(),
                promises=await self._store.promises(),
                replying=await self._others(),
            )
        )
        while True:
            timer = loop.call_later(WATCH, self._moved.set)
            await self._moved.wait()
            timer.cancel()
            self._moved.clear()
            version = await self._store.version()
            if version != seen:
                seen = version
                await self._look()

    async def rest(self, last: Row) -> None:
        """Give the screen the open rows behind the first ones, page by page."""
        while rows := await self._store.page(last, limit=PAGE):
            self._bulletin.add(News(rest=rows))
            last = rows[-1]
        gc.freeze()  # what is there now stays: looking through it again and again would stop everything

    async def _look(self) -> None:
        changes = await self._store.changes(self._cursor)
        if changes.cursor == self._cursor:
            return
        await self._engine.heed(changes)
        news = News(
            rows=changes.rows,
            gone=changes.gone,
            feeds=await self._engine.feeds() if changes.feeds else None,
            outbox=await self._store.outbox() if changes.outbox else None,
            promises=await self._store.promises() if changes.promises else None,
            replying=await self._others() if changes.replying else None,
        )
        self._cursor = changes.cursor  # not before: where the store fails, the next look sees it all
        self._bulletin.add(news)

    async def _others(self) -> tuple[Replying, ...]:
        """Who else writes a reply now."""
        found = await self._store.replying(self._clock())
        others = (one for one in found if one.owner != self._session)
        return tuple(one for one in others if alive(one.owner.rpartition(" ")[2]))
