"""The engine: one configuration, one store, its feeds and its outbox, on one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cxtui import __version__
from cxtui.connectors import Connector, connect
from cxtui.core.feed import Feed
from cxtui.core.inbox import Row
from cxtui.core.item import ReplyKind
from cxtui.engine.outbox import Outbox
from cxtui.engine.poller import Poller, PollResult
from cxtui.engine.reload import EVERY, ConfigFile, kept, taken
from cxtui.errors import ConfigError
from cxtui.store import FeedState, Outgoing, Store

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.http import Client

__all__ = ["Engine", "PollResult"]


class Engine:
    """Polls and sends. Without a screen it is all there is; the screen reaches it by a desk."""

    def __init__(self, config: Config, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._clients: dict[tuple[str, str], Client] = {}
        self._connectors: dict[tuple[str, str], Connector] = {}
        self._spent: list[Client] = []
        self._clock = clock
        self.store = store
        self.poller = Poller(config.feeds, self.connector, store, clock)
        self.outbox = Outbox(config.feeds, self.connector, store, clock, config.operator)
        self._looks: set[asyncio.Task[Outgoing]] = set()

    def connector(self, feed: Feed) -> Connector:
        """The connector of a feed at the address it has now, made when first needed."""
        key = feed.name, feed.url
        if key not in self._connectors:
            from cxtui.http import Client

            client = self._clients[key] = Client(feed, agent=f"cxtui/{__version__}", clock=self._clock)
            self._connectors[key] = connect(feed, client)
        return self._connectors[key]

    async def poll_once(self) -> list[PollResult]:
        """Ask every feed that may be asked now."""
        return await self.poller.once()

    async def run(self) -> None:
        """Poll for ever and settle what an earlier process left in the outbox. Raises: StoreError."""
        await self.recover()
        await self.poller.run()

    async def change(self, config: Config) -> tuple[str, ...]:
        """Take the feeds of another configuration; gives the names of those that changed. Raises: StoreError.

        Connections of before stay open until the end: a reply may be on its way through one.
        """
        changed = await self.poller.change(config.feeds)
        for key in [key for key in self._connectors if key[0] in changed]:
            del self._connectors[key]
            self._spent.append(self._clients.pop(key))
        self.outbox.change(config.feeds)
        return changed

    async def tend(self, file: ConfigFile | None, config: Config, tell: Callable[[str], None]) -> None:
        """For ever: heed what other processes pause, take the configuration anew when it changes.

        For an engine without a screen; ``tell`` gets a sentence for each. Raises: StoreError.
        """
        cursor = (await self.store.changes(None)).cursor
        while True:
            await asyncio.sleep(EVERY)
            changes = await self.store.changes(cursor)
            cursor = changes.cursor
            if changes.paused:
                await self.poller.heed()
            if file is not None:
                config = await self.reload(file, config, tell, tell)

    async def reload(
        self, file: ConfigFile, config: Config, tell: Callable[[str], None], warn: Callable[[str], None]
    ) -> Config:
        """The configuration that counts from now on: ``config``, or what its changed file says.

        ``tell`` gets what was taken anew, ``warn`` why nothing was. Raises: StoreError.
        """
        mended = file.wrong
        try:
            new = await asyncio.to_thread(file.look)
        except ConfigError as error:
            warn(kept(error))
            return config
        if new is None:
            return config
        words = taken(config, new, await self.change(new))
        if words or mended:
            tell(words or "configuration read again: nothing is wrong with it any more")
        return new

    async def recover(self) -> None:
        """Take back what dead processes had queued; look for what they were sending."""
        for reply in await self.outbox.recover():
            task = asyncio.get_running_loop().create_task(self.outbox.look(reply.id))
            self._looks.add(task)
            task.add_done_callback(self._looks.discard)

    async def feeds(self) -> tuple[FeedState, ...]:
        """What is known of each feed, in the order of the configuration."""
        return await self.poller.states()

    async def queue(
        self, row: Row, text: str, kind: ReplyKind = "answer", *, hold: timedelta,
        basis: Sequence[str] | None = None, item: str | None = None,
    ) -> Outgoing:  # fmt: skip
        """Make a reply durable and begin its window. Raises: Rejected, Conflict."""
        return await self.outbox.queue(row, text, kind, hold, basis, item)

    async def deliver(self, key: str) -> Outgoing:
        """Wait out the window and send; gives the reply as it ended."""
        return await self.outbox.deliver(key)

    async def recall(self, key: str) -> Outgoing:
        """Take a queued reply back to a draft. Raises: Conflict."""
        return await self.outbox.recall(key)

    async def aclose(self) -> None:
        """Stop looking and close the connections."""
        for task in tuple(self._looks):
            task.cancel()
        await asyncio.gather(*self._looks, return_exceptions=True)
        for client in (*self._clients.values(), *self._spent):
            await client.aclose()
