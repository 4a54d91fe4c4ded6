"""What processes that died left behind in the outbox, and what is not known otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from cxtui.engine.outbox import Outbox
from cxtui.engine.owner import alive, another, elsewhere
from cxtui.errors import Conflict
from cxtui.store import Outgoing, Store

MISSED = timedelta(minutes=5)
"""A planned reply whose time is longer ago, while nothing ran, goes back to its writer."""
AWAY = timedelta(minutes=15)
"""What a process that nobody can see does not end in so long past its time, it does not end any more."""
EVERY = 30.0
"""Seconds between two looks for what processes have left behind."""
SOON, LATE = timedelta(minutes=1), timedelta(hours=1)
"""An unknown reply is looked for again after so long; each time twice as long, up to an hour."""


class Recovery:
    """Settles it: once and waited for, or for ever beside the polling."""

    def __init__(self, outbox: Outbox, store: Store, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._store = store
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[Outgoing]] = {}
        self._waits: dict[str, timedelta] = {}
        self._next: dict[str, datetime] = {}

    async def once(self, within: float) -> list[Outgoing]:
        """Settle what there is; gives, after at most ``within`` seconds, what is not as it was."""
        before = {one.id: one for one in await self._store.outbox()}
        found = await self.sweep(self._clock() + timedelta(seconds=within))
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=within)
        after = [await self._store.outgoing(one.id) for one in found]
        was = [before.get(one.id) for one in after]
        return [
            one
            for one, old in zip(after, was, strict=True)
            if old is None or (old.state, old.error) != (one.state, one.error)
        ]

    async def run(self) -> None:
        """Settle what there is and what comes, for ever. Raises: StoreError."""
        self._outbox.noting.limit = None  # nobody waits for an answer, and the next start may be far
        while True:
            await self.sweep()
            await asyncio.sleep(EVERY)

    async def sweep(self, until: datetime | None = None) -> list[Outgoing]:
        """Take over what dead processes left and begin to look; gives what was found.

        What had not begun to leave goes back to its writer and is never sent later, but for what was
        planned: that goes out at its time, where this process runs ``until`` then or for ever.
        """
        found: list[Outgoing] = []
        for reply in await self._store.outbox():
            try:
                taken = await self._taken(reply, until)
            except Conflict:  # another process takes care of it
                continue
            if taken is not None:
                found.append(taken)
        return found

    def look(self, reply: Outgoing) -> None:
        """Begin to look for an unknown reply, unless somebody does already."""
        self._begin(reply.id, self._outbox.look(reply.id))

    async def aclose(self) -> None:
        """Stop looking."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _taken(self, reply: Outgoing, until: datetime | None) -> Outgoing | None:
        now = self._clock()
        dead = left(reply, now)
        if reply.deed is not None:
            return await self._deed(reply) if dead and reply.state in ("queued", "sending") else None
        if reply.state == "queued" and dead and ended(reply, now) is None:
            if until is None or (reply.planned or now) <= until:
                self._begin(reply.id, self._outbox.adopt(reply))
            return None
        if reply.state == "queued" and dead:
            return await self._store.move(reply.id, "draft", now, expected=reply, error=ended(reply, now))
        if reply.state == "sending" and dead:
            facts = {"error": "cxtui ended while it was being sent", "doubted": reply.changed}
            reply = await self._store.move(reply.id, "unknown", now, expected=reply, **facts)
        soon = timedelta() < self._next.get(reply.id, now) - now <= LATE  # more: the clock was set back
        if reply.state != "unknown" or another(reply.owner) or soon:
            return None  # another process looks for its own, or it is too soon to look again
        wait = self._waits[reply.id] = min(self._waits.get(reply.id, SOON / 2) * 2, LATE)
        self._next[reply.id] = now + wait
        self.look(reply)
        return reply

    async def _deed(self, deed: Outgoing) -> Outgoing:
        if deed.begun is None:
            said = f"not done: cxtui ended before the {deed.what} went out"
            return await self._store.move(deed.id, "failed", self._clock(), expected=deed, error=said)
        self._begin(deed.id, self._outbox.resume(deed))
        return deed

    def _begin(self, key: str, work: Coroutine[Any, Any, Outgoing]) -> None:
        if key in self._tasks:
            work.close()
            return
        task = self._tasks[key] = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(lambda done: self._ended(key, done))

    def _ended(self, key: str, task: asyncio.Task[Outgoing]) -> None:
        del self._tasks[key]
        if not task.cancelled():
            task.exception()  # a store that fails is told by the polling; the reply stays as it is


def left(reply: Outgoing, now: datetime) -> bool:
    """Whether the process that had it is no more."""
    if elsewhere(reply.owner):
        return now - max(reply.changed, reply.until or reply.changed) > AWAY
    return not alive(reply.owner)


def ended(reply: Outgoing, now: datetime) -> str | None:
    """Why a queued reply is not sent any more: its process died. None where it is on its way."""
    if reply.state != "queued" or reply.deed is not None or not left(reply, now):
        return None
    if reply.planned is not None and now <= reply.planned + MISSED:
        return None
    why = "no cxtui ran at its time" if reply.planned else "cxtui ended before it went out"
    return f"not sent: {why}. Send it or edit it"
