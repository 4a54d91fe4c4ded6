"""Waiting for what networks say by themselves: one task for each feed that can.

A feed is waited for from its first good poll on. What comes is never taken from here: the
feed is asked at its turn, and waited for again after the next poll that went well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from cxtui.connectors import Connector, Pushing
from cxtui.core.feed import Feed
from cxtui.errors import CxtuiError, Refused, Rejected, SecretError

APART = 1.0
"""Seconds between two polls at least, however much a network has to say."""
BACK_OFF, LATEST = 5.0, 600.0
"""Seconds before a wait that failed is tried again: doubled each time, up to the second."""


@dataclass(slots=True)
class _Waited:
    task: asyncio.Task[None] | None = None
    polled: asyncio.Event = field(default_factory=asyncio.Event)


class Pushed:
    """Who is waited for. ``cursor`` gives a feed's stored one, ``ask`` has a feed asked at once."""

    def __init__(
        self,
        connector: Callable[[Feed], Connector],
        cursor: Callable[[str], str],
        ask: Callable[[str], None],
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._connector = connector
        self._cursor = cursor
        self._ask = ask
        self._rest = rest
        self._waited: dict[str, _Waited] = {}

    def heard(self, feed: Feed) -> None:
        """A feed was polled well: wait for what comes after it, where its network can say so."""
        waited = self._waited.get(feed.name)
        if waited is None:
            connector = self._connector(feed)
            waited = self._waited[feed.name] = _Waited()
            if connector.capabilities.push and isinstance(connector, Pushing):
                work = self._wait(feed.name, connector, waited)
                waited.task = asyncio.get_running_loop().create_task(work)
        waited.polled.set()

    async def leave(self, names: Iterable[str]) -> None:
        """Wait for these feeds no more, until they are polled well again."""
        left = [self._waited.pop(name) for name in tuple(names) if name in self._waited]
        tasks = [waited.task for waited in left if waited.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def aclose(self) -> None:
        """Wait for nobody any more."""
        await self.leave(self._waited)

    async def _wait(self, name: str, connector: Pushing, waited: _Waited) -> None:
        failures = 0
        while True:
            await waited.polled.wait()
            (answer,) = await asyncio.gather(connector.wait(self._cursor(name)), return_exceptions=True)
            if isinstance(answer, Rejected):  # this server cannot do it: the schedule alone must do
                return
            if isinstance(answer, Refused | SecretError):  # a door that is knocked at too often stays shut
                waited.polled.clear()
            if isinstance(answer, CxtuiError | Exception):  # the poll tells what is wrong
                await self._rest(min(BACK_OFF * 2**failures, LATEST))
                failures = min(failures + 1, 10)
                continue
            if answer is not None:
                raise answer
            failures = 0
            waited.polled.clear()
            self._ask(name)
            await waited.polled.wait()
            await self._rest(APART)
