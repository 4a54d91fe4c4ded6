"""The engine: one configuration, one store, its feeds and its outbox, on one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cxtui import __version__
from cxtui.connectors import Closing, Connector, Identity, connect
from cxtui.core.attached import File
from cxtui.core.feed import Feed
from cxtui.core.inbox import Row
from cxtui.core.item import Deed, ReplyKind, Visibility
from cxtui.core.promises import Pledged
from cxtui.engine.enduring import endure
from cxtui.engine.keeping import keep
from cxtui.engine.leading import Leader, Leading, Term, fingerprint
from cxtui.engine.outbox import Outbox
from cxtui.engine.poller import Poller, PollResult
from cxtui.engine.recovery import Recovery
from cxtui.engine.reload import EVERY, ConfigFile, kept, taken
from cxtui.engine.retaining import retain, retain_once
from cxtui.engine.ruling import Ruling
from cxtui.errors import ConfigError, CxtuiError, StoreDamaged, StoreError, StoreReplaced, Unreachable
from cxtui.store import Changes, FeedState, Outgoing, Store

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.engine.warning import Warner
    from cxtui.http import Client

__all__ = ["NO_SIGN_IN", "Engine", "PollResult"]

WATCH = 0.25
"""Seconds between two looks for what other processes wrote."""
NO_SIGN_IN = "can be read without a sign-in"
"""Who we are where nobody is asked who he is."""


class Engine:
    """Polls and sends. Without a screen it is all there is; the screen reaches it by a desk.

    ``tell`` gets sentences about what goes on beside that and did not go well.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        clock: Callable[[], datetime],
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._clients: dict[tuple[str, str], Client] = {}
        self._connectors: dict[tuple[str, str], Connector] = {}
        self._spent: list[tuple[Connector, Client]] = []
        self._clock = clock
        self._tell = tell
        self._feeds = config.feeds
        self._kept = config.texts_kept
        self.store = store
        self.leading = Leading(store, clock, config.operator, _print(config))
        store.take(config.policies, config.rules)
        self.ruling = Ruling(store, config.rules, tell)
        self.poller = self._made()
        self.outbox = Outbox(config.feeds, self.connector, store, clock, config.operator, tell=tell)
        self.recovery = Recovery(self.outbox, store, clock)

    def connector(self, feed: Feed) -> Connector:
        """The connector of a feed at the address it has now, made when first needed.

        Raises: ConfigError where the feed's own keys do not fit together.
        """
        key = feed.name, feed.url
        if key not in self._connectors:
            from cxtui.http import Client

            client = Client(feed, agent=f"cxtui/{__version__}", clock=self._clock)
            self._connectors[key] = connect(feed, client)
            self._clients[key] = client
        return self._connectors[key]

    async def poll_once(self) -> list[PollResult]:
        """Ask every feed that may be asked now, or have the process do it that polls already."""
        results: list[PollResult] = []

        async def ask(term: Term) -> None:
            self.poller = self._made(term)
            results.extend(await self.poller.once())
            await self.ruling.once()
            for left in await retain_once(self.store, self._kept, self._clock()):
                self._tell(left)

        other = await self.leading.once(ask)
        return results if other is None else await self._left_to(other)

    async def _left_to(self, other: Leader) -> list[PollResult]:
        """Have another process ask the feeds, but for those that only this one can hear."""
        if other.lead is not None and not other.differs:
            await self.store.ask_feeds()
        piped = tuple(feed for feed in self._feeds if feed.options.get("path") == "-")
        heard = await Poller(piped, self.connector, self.store, self._clock).once()
        found = {one.feed: one for one in heard}
        said = other.words if other.differs else f"{other.words}; it was told to ask now"
        return [found.get(feed.name) or PollResult(feed.name, ok=True, skipped=said) for feed in self._feeds]

    async def hurry(self) -> None:
        """Have every feed asked now that may be asked, by whichever process polls. Raises: StoreError."""
        if self.leading.here:
            self.poller.hurry()
        else:
            await self.store.ask_feeds()

    async def heed(self, changes: Changes) -> None:
        """Do what other processes want of the one that polls. Raises: StoreError."""
        if changes.paused:
            await self.poller.heed()
        if changes.asked and self.leading.here:
            self.poller.hurry()

    async def run(self) -> None:
        """Poll, or wait to take over the polling, and settle what other processes leave in the outbox.

        For ever: where the store fails it goes on as soon as it can. Raises: StoreDamaged, StoreReplaced.
        """
        loop = asyncio.get_running_loop()
        keeping = keep(self.store, self._clock, lambda: self.leading.here, self._tell)
        retaining = retain(self.store, self._clock, lambda: self._kept, lambda: self.leading.here, self._tell)
        jobs = [
            loop.create_task(endure(lambda: self.leading.run(self._poll), self._tell)),
            loop.create_task(endure(self.recovery.run, self._tell)),
            loop.create_task(keeping),
            loop.create_task(retaining),
            loop.create_task(self.ruling.run(lambda: self.leading.here)),
        ]
        try:
            ended, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in ended:
                job.result()
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def recover(self, within: float) -> list[Outgoing]:
        """Settle, in at most ``within`` seconds, what dead processes left; gives what became other."""
        return await self.recovery.once(within)

    async def change(self, config: Config) -> tuple[str, ...]:
        """Take the feeds of another configuration; gives the names of those that changed. Raises: StoreError.

        Clients of before stay open until the end: a reply may be on its way through one.
        """
        self._feeds = config.feeds
        self._kept = config.texts_kept
        self.store.take(config.policies, config.rules)
        self.ruling.rules = config.rules
        self.leading.config = _print(config)
        changed = await self.poller.change(config.feeds)
        old = [key for key in self._connectors if key[0] in changed]
        left = [(self._connectors.pop(key), self._clients.pop(key)) for key in old]
        self._spent += left
        await _let_go(connector for connector, _ in left)
        self.outbox.change(config.feeds)
        return changed

    async def tend(
        self, file: ConfigFile | None, config: Config, tell: Callable[[str], None], warner: Warner
    ) -> None:
        """For ever: heed what other processes want, take the configuration anew when it changes.

        For an engine without a screen; ``tell`` gets a sentence for each.
        Raises: StoreDamaged, StoreReplaced.
        """
        cursor, seen, looks, said = (await self.store.changes(None)).cursor, -1, 0, ""
        while True:
            await asyncio.sleep(WATCH)
            looks += 1
            try:
                version = await self.store.version()
                if version != seen:
                    changes = await self.store.changes(cursor)
                    await self.heed(changes)
                    warner.heed(changes.rows, changes.gone)
                    cursor, seen, said = changes.cursor, version, ""
                if file is not None and looks * WATCH >= EVERY:
                    looks, config = 0, await self.reload(file, config, tell, tell)
                    warner.take(config.warnings, config.policies)
            except (StoreDamaged, StoreReplaced):
                raise
            except StoreError as error:  # the next look sees what this one did not
                if str(error) != said:
                    said = str(error)
                    tell(f"the store cannot be read: {said}")

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
        try:
            changed = await self.change(new)
        except StoreError:
            file.again()
            raise
        words = taken(config, new, changed)
        if words or mended:
            tell(words or "configuration read again: nothing is wrong with it any more")
        return new

    async def who(self, feed: Feed) -> Identity | None:
        """Who we are on a feed; None where nobody signs in. Raises: FeedError, ConfigError."""
        connector = self.connector(feed)
        if not connector.capabilities.check:
            return None
        (who,) = await asyncio.gather(connector.check(), return_exceptions=True)
        if isinstance(who, Identity):
            return who
        if isinstance(who, CxtuiError) or not isinstance(who, Exception | None):
            raise who
        fault = type(who).__name__ if who else "it says nobody"
        raise Unreachable(f"a fault in the {feed.connector} connector: {fault}")

    async def feeds(self) -> tuple[FeedState, ...]:
        """What is known of each feed, in the order of the configuration."""
        poller = self.poller if self.leading.here else self._made()
        return await poller.states()

    async def queue(
        self, row: Row, text: str, kind: ReplyKind = "answer", *, hold: timedelta,
        basis: Sequence[str] | None = None, item: str | None = None, visibility: Visibility | None = None,
        promised: Sequence[Pledged] = (), at: datetime | None = None, files: Sequence[File] = (),
    ) -> Outgoing:  # fmt: skip
        """Make a reply durable and begin its window, or wait until ``at``. Raises: Rejected, Conflict."""
        return await self.outbox.queue(row, text, kind, hold, basis, item, visibility, promised, at, files)

    async def queue_deed(self, row: Row, deed: Deed, *, hold: timedelta, item: str | None = None) -> Outgoing:
        """Make a deed durable and begin its window. Raises: Rejected, Conflict."""
        return await self.outbox.queue_deed(row, deed, hold, item)

    async def deliver(self, key: str) -> Outgoing:
        """Wait out the window, send and look for what is not known; gives the reply as it ended."""
        reply = await self.outbox.deliver(key)
        return await self.outbox.look(key) if reply.state == "unknown" else reply

    async def send(self, key: str) -> Outgoing:
        """Wait out the window and send; what is not known is looked for in the background.

        Where the store fails it is sent as soon as that can be written down.
        """
        reply = await self.outbox.noting.sent(lambda: self.outbox.deliver(key))
        if reply.state == "unknown":
            self.recovery.look(reply)
        return reply

    async def recall(self, key: str) -> Outgoing:
        """Take a queued reply back to a draft. Raises: Conflict."""
        return await self.outbox.recall(key)

    def _made(self, term: Term | None = None) -> Poller:
        """A poller that begins with what is stored."""
        return Poller(self._feeds, self.connector, self.store, self._clock, term=term)

    async def _poll(self, term: Term) -> None:
        self.poller = self._made(term)
        await self.poller.run()

    async def aclose(self) -> None:
        """Stop looking and close the connections."""
        await self.recovery.aclose()
        spent = [*self._spent, *((self._connectors[key], client) for key, client in self._clients.items())]
        await _let_go(connector for connector, _ in spent)
        for _, client in spent:
            await client.aclose()


def _print(config: Config) -> str:
    return fingerprint(config.feeds, config.policies, config.rules)


async def _let_go(connectors: Iterable[Connector]) -> None:
    """Have connectors close what they hold open; whatever fails in that is over with them."""
    closing = [connector.aclose() for connector in connectors if isinstance(connector, Closing)]
    await asyncio.gather(*closing, return_exceptions=True)
