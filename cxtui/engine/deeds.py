"""Doing deeds: they leave as replies do, but doing one twice is doing it once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cxtui.connectors import Doing
from cxtui.engine.enduring import Noting
from cxtui.engine.owner import me
from cxtui.engine.sending import Rest, put_off
from cxtui.engine.ways import Ways
from cxtui.errors import FeedError, Rejected, SecretError, Throttled, Unreachable
from cxtui.store import Outgoing, Store

AGAIN = (2.0, 10.0)
"""Seconds before it is done again where the network did not answer."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """Does what is queued, or what a dead process was doing."""

    ways: Ways
    store: Store
    clock: Callable[[], datetime]
    rest: Rest
    noting: Noting

    async def attempt(self, deed: Outgoing) -> Outgoing:
        """Do it; gives it as it is then: sent, failed, or queued until the server's time.

        Raises: Conflict where another process does it.
        """
        move, now = self.store.move, self.clock
        facts = {"attempts": deed.attempts + 1, "owner": me(), "error": None, "begun": deed.begun or now()}
        deed = await move(deed.id, "sending", now(), expected=deed, **facts)
        (answer,) = await asyncio.gather(self._patiently(deed), return_exceptions=True)
        return await self.noting.write(lambda: self._noted(deed, answer), self.rest)

    async def _noted(self, deed: Outgoing, answer: object) -> Outgoing:
        """The deed as the network's answer leaves it."""
        move, now = self.store.move, self.clock
        match answer:
            case None:
                return await move(deed.id, "sent", now())
            case Throttled() if until := put_off(answer, deed.attempts, now()):
                return await move(deed.id, "queued", now(), until=until, error=str(answer))
            case Unreachable():
                said = f"not known whether it was done, doing it again is safe: {answer}"
            case FeedError() | SecretError():
                said = str(answer)
            case _:
                said = f"a fault in cxtui: {type(answer).__name__}"
        return await move(deed.id, "failed", now(), error=said)

    async def _patiently(self, deed: Outgoing) -> None:
        if deed.deed is None:
            raise Rejected("there is nothing to do")
        doing = self.ways.does(deed.feed, deed.deed)
        for pause in AGAIN:
            try:
                await self._all(doing, deed)
            except Unreachable:
                await self.rest(pause)
            else:
                return
        await self._all(doing, deed)

    @staticmethod
    async def _all(doing: Doing, deed: Outgoing) -> None:
        for item in deed.basis:
            if deed.deed is not None:
                await doing.do(deed.deed, item.removeprefix(f"{deed.feed}:"), deed.thread)
