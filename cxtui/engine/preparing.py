"""What a writer needs to know while a reply is made, and taking back what has gone out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cxtui.connectors import Deleting
from cxtui.core.canned import Canned, chosen
from cxtui.core.item import Arrival
from cxtui.errors import Conflict, FeedError, Rejected, Unlawful

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.engine.engine import Engine
    from cxtui.store import Outgoing, Store

RECENT = timedelta(days=7)
"""How long a reply that was sent stays among those that can be taken away from here."""
SHOWN = 200
"""So many of them are shown."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The prepared replies for one row, best first, and sentences about files that were left out."""

    texts: tuple[Canned, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Preparing:
    """One desk's. Who we are on a feed is asked once."""

    engine: Engine
    store: Store
    clock: Callable[[], datetime]
    handles: dict[str, str] = field(default_factory=dict[str, str])

    async def shelf(self, config: Config, some_id: str) -> Shelf:
        """The prepared replies that fit a row: in the customer's language first, then in the user's."""
        from cxtui.core.filters import parse
        from cxtui.data.prepared import library

        row = await self.store.row(some_id)
        theirs = (row.interval.opener.lang or "").lower().partition("-")[0]
        langs = [lang for lang in (theirs, *config.languages) if lang]
        folder = config.path.absolute().parent if config.path else None
        found = await asyncio.to_thread(library, folder, langs, parse)
        return Shelf(chosen(found.texts, row, langs), found.problems)

    async def handle(self, config: Config, feed: str) -> str:
        """Who we are on a feed, empty where nobody signs in. Raises: FeedError, ConfigError."""
        configured = next((one for one in config.feeds if one.name == feed), None)
        if configured is None:
            return ""
        if feed not in self.handles:
            who = await self.engine.who(configured)
            self.handles[feed] = who.handle if who else configured.user or next(iter(configured.own), "")
        return self.handles[feed]

    async def reread(self, some_id: str, basis: Sequence[str]) -> str | None:
        """Read a row's thread anew; a sentence where it is not what the writer saw, None where it is.

        Raises: FeedError, SecretError where it cannot be read.
        """
        return await self.engine.outbox.reread(await self.store.row(some_id), basis)

    async def sent(self) -> tuple[Outgoing, ...]:
        """Replies that went out from here in the last days, the newest first."""
        since = self.clock() - RECENT
        gone = [
            one
            for one in await self.store.outbox(everything=True)
            if one.state == "sent" and one.deed is None and one.changed >= since
        ]
        return tuple(sorted(gone, key=lambda one: one.changed, reverse=True)[:SHOWN])

    async def take_away(self, key: str) -> None:
        """Delete a reply of ours on its network; the customer waits again.

        Raises: Unlawful where it is not there, Rejected where the network does not know that, FeedError.
        """
        reply = await self.store.outgoing(key)
        if reply.state != "sent" or reply.deed is not None:
            raise Unlawful(f"only a reply that was sent can be deleted; this one is {reply.state}")
        if not reply.remote_id:
            raise Unlawful("the network gave no number for this reply: delete it on its page")
        connector = self.engine.outbox.takes(reply.feed)
        can = connector.capabilities
        if not can.deletes or not isinstance(connector, Deleting):
            why = can.no_delete or f"{can.title or can.network} is not told from here to delete"
            raise Rejected(f"not deleted: {why}; o opens the page")
        await self._deleted(connector, reply)
        gone = Arrival(reply.remote_id, "", own="strong", withdrawn=True)
        await self.store.ingest(can.network, "reply", [gone], self.clock(), feed=reply.feed)

    @staticmethod
    async def _deleted(connector: Deleting, reply: Outgoing) -> None:
        (answer,) = await asyncio.gather(
            connector.delete(reply.remote_id or "", reply.thread), return_exceptions=True
        )
        if answer is None or isinstance(answer, FeedError | Conflict):
            if answer is not None:
                raise answer
            return
        raise Rejected(f"not deleted, a fault in the connector of {reply.feed}: {type(answer).__name__}")
