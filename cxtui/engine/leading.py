"""Which process asks the feeds: one of all that have a store open, and another when it dies.

A leader gives a sign of life every `BEAT` seconds. The others take over as soon as its process
is gone, on this machine, or after `LEASE` seconds without a sign, by their own steady clock.
It stops asking by itself when so long has passed since its last sign: whoever was stopped or
slept asks nobody and writes nothing. A process with other feeds, policies or rules than the leader it
has met never takes over from it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from cxtui.core.policies import Policies
from cxtui.engine.owner import alive, me
from cxtui.engine.timetable import steady
from cxtui.errors import Conflict, StoreError, StoreFull, StoreLocked
from cxtui.store.leases import Lead

if TYPE_CHECKING:
    from cxtui.core.feed import Feed
    from cxtui.core.rules import Rules
    from cxtui.store import Store

LOOK: Final = 2.0
"""Seconds between two looks at who leads."""
BEAT: Final = 4.0
"""Seconds between two signs of life."""
LEASE: Final = 12.0
"""Seconds without a sign of life after which a leader is none any more."""
UNNAMED: Final = ("token", "ca_file")
"""What of a feed may differ from machine to machine."""


@dataclass(frozen=True, slots=True)
class Leader:
    """Who asks the feeds, as this process sees it. ``lead`` is None where nobody does.

    ``differs`` says that a leader has, or the last one had, other feeds, policies or rules than this process.
    """

    here: bool
    lead: Lead | None = None
    differs: bool = False

    @property
    def words(self) -> str:
        """Who it is, for people."""
        if self.here:
            return "this program polls"
        if self.lead is None:
            other = ": the last to poll had other feeds, policies or rules"
            why = f"{other}; start cxtui again to poll with these"
            return f"nobody polls{why if self.differs else ''}"
        other = "; with other feeds, policies or rules than here, so this program never takes over"
        return f"{named(self.lead)} polls{other if self.differs else ''}"


@dataclass(frozen=True, slots=True)
class Term:
    """The right to ask and to write what was heard, for as long as it lasts."""

    number: int
    check: Callable[[], None]
    """Raises Conflict when it may be over."""


def named(lead: Lead) -> str:
    """A leader as people know it: who, where, which process."""
    host, _, process = lead.owner.rpartition(":")[0].rpartition(":")
    return f"{lead.by} (process {process} on {host})"


def fingerprint(feeds: tuple[Feed, ...], policies: Policies | None = None, rules: Rules | None = None) -> str:
    """A hash of what decides which messages come, when they are due, what rules do; without tokens."""
    said = [
        {field.name: _plain(getattr(feed, field.name)) for field in fields(feed) if field.name not in UNNAMED}
        for feed in sorted(feeds, key=lambda feed: feed.name)
    ]
    told = [said, (policies or Policies()).said, *(rules.said if rules is not None else ())]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


class Leading:
    """One process's part in it. ``heard`` is called when another leads, or leads otherwise.

    ``elapsed`` gives seconds of a steady clock, ``rest`` waits some; ``owner`` names the process.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        by: str,
        config: str,
        *,
        owner: str | None = None,
        elapsed: Callable[[], float] = steady,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
        lease: float = LEASE,
    ) -> None:
        self._store = store
        self._clock = clock
        self._by = by
        self._owner = owner or me()
        self._elapsed = elapsed
        self._rest = rest
        self._lease = lease
        self._held: Lead | None = None
        self._left = -1  # a term of ours that is over and could not be ended in the store
        self._sure_until = 0.0
        self._version = -1
        self._seen = Lead()
        self._moved_at = elapsed()
        self._met = -1
        self._told: Leader | None = None
        self.config = config
        self.heard: Callable[[Leader], None] = lambda _: None

    @property
    def here(self) -> bool:
        """Whether this process leads."""
        return self._held is not None

    async def run(self, poll: Callable[[Term], Awaitable[None]]) -> None:
        """For ever: wait for a term, and ``poll`` while it lasts. Raises: StoreError, what that raises."""
        while True:
            while not await self.take():
                await self._rest(min(LOOK, self._lease / 4))
            with suppress(Conflict):
                await self.led(poll)

    async def watch(self) -> None:
        """For ever: see who leads, and never do. Raises: StoreError."""
        while True:
            self._tell(self._as_seen(*await self._look()))
            await self._rest(min(LOOK, self._lease / 4))

    async def once(self, poll: Callable[[Term], Awaitable[None]]) -> Leader | None:
        """``poll`` in a term of its own, or the one who leads. Raises: StoreError, Conflict."""
        end = self._elapsed() + 2 * self._lease
        while not await self.take():
            known = self._told or Leader(here=False)
            if self._met == self._seen.term or self._elapsed() > end:
                return known
            await self._rest(min(LOOK, self._lease / 4))
        await self.led(poll)
        return None

    async def led(self, poll: Callable[[Term], Awaitable[None]]) -> None:
        """Poll until it ends by itself or the term is over. Raises: Conflict then, StoreError."""
        if self._held is None:
            raise Conflict("this process does not lead")
        loop = asyncio.get_running_loop()
        polling = asyncio.ensure_future(poll(Term(self._held.term, self._check)))
        beating = loop.create_task(self._beat())
        try:
            ended, _ = await asyncio.wait((polling, beating), return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in (polling, beating):
                task.cancel()
            await asyncio.gather(polling, beating, return_exceptions=True)
            await self._resign()

    async def take(self) -> bool:
        """Begin a term if nobody has one who lives; says whether it did. Raises: StoreError."""
        seen, vacant = await self._look()
        if not vacant or self._barred(seen):
            self._tell(self._as_seen(seen, vacant))
            return False
        began = self._elapsed()
        work = self._store.lead(seen, self._owner, self._by, self.config, self._clock())
        taking = asyncio.ensure_future(work)
        try:
            held = await asyncio.shield(taking)
        except (Conflict, StoreFull, StoreLocked):  # somebody was faster, or nothing can be written for now
            return False
        except asyncio.CancelledError:  # nobody may wait for a leader that never began
            with suppress(Conflict, StoreError):
                await self._store.resign(await taking)
            raise
        self._held, self._sure_until = held, began + self._lease
        self._tell(Leader(here=True, lead=held))
        return True

    async def _look(self) -> tuple[Lead, bool]:
        """Who leads or led last, and whether nobody does."""
        version, before = await self._store.version(), self._seen
        seen = before if version == self._version else await self._store.leader()
        self._version, now = version, self._elapsed()
        lives = bool(seen.owner) and alive(seen.owner) and seen.term != self._left
        if (seen.term, seen.beat) != (before.term, before.beat):
            if lives and (seen.term == before.term or self._fresh(seen)):
                self._met = seen.term
            self._moved_at = now
        self._seen = seen
        vacant = not lives or now - self._moved_at >= self._lease
        return seen, vacant

    def _as_seen(self, seen: Lead, vacant: bool) -> Leader:  # noqa: FBT001 - as `_look` gives it
        differs = seen.config != self.config and (not vacant or self._barred(seen))
        return Leader(here=False, lead=None if vacant else seen, differs=differs)

    def _fresh(self, seen: Lead) -> bool:
        """Whether a leader met for the first time gave a sign of life just now, if clocks can be believed."""
        return seen.at is not None and 0 <= (self._clock() - seen.at).total_seconds() < self._lease

    def _barred(self, seen: Lead) -> bool:
        return self._met == seen.term and seen.config != self.config

    async def _beat(self) -> None:
        while self._held is not None:
            await self._rest(min(BEAT, self._lease / 3))
            began = self._elapsed()
            try:
                self._held = await self._store.renew(self._held, self.config, self._clock())
            except (StoreFull, StoreLocked):
                self._check()
            else:
                self._sure_until = began + self._lease

    def _check(self) -> None:
        if self._elapsed() >= self._sure_until:
            raise Conflict("it is too long since this process could say that it asks the feeds")

    async def _resign(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._left = held.term
            with suppress(StoreError):
                await self._store.resign(held)

    def _tell(self, leader: Leader) -> None:
        was, self._told = self._told, leader
        if was is None or _known(was) != _known(leader):
            self.heard(leader)


def _known(leader: Leader) -> tuple[bool, int, str, bool]:
    lead = leader.lead or Lead()
    return leader.here, lead.term, lead.owner, leader.differs


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
