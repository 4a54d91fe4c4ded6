"""Asking one feed once: what it said, or why it said nothing, kept with its new state in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cxtui.connectors import Connector, Page
from cxtui.core.feed import Feed, Gap
from cxtui.core.item import Arrival
from cxtui.engine import hosts, moving, schedule
from cxtui.engine.leading import Term
from cxtui.errors import ConfigError, CxtuiError, FeedError, Refused, SecretError, Throttled, Unreachable
from cxtui.store import FeedState, Kept, Store


@dataclass(frozen=True, slots=True)
class PollResult:
    """How asking one feed went. ``skipped`` says until when and why it was not asked.

    ``missed`` is a sentence where messages may be missing or could not be used.
    """

    feed: str
    ok: bool
    new: int = 0
    updated: int = 0
    not_modified: bool = False
    skipped: str | None = None
    error: str | None = None
    refused: bool = False
    missed: str | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks feeds by their connectors and keeps what they say, in a leader's ``term`` if there is one."""

    connector: Callable[[Feed], Connector]
    store: Store
    clock: Callable[[], datetime]
    roll: Callable[[], float]
    term: Term | None = None

    async def ask(
        self, feed: Feed, state: FeedState, rest: timedelta, strikes: Callable[[str], int]
    ) -> tuple[FeedState, PollResult]:
        """The feed's new state, and how it went.

        ``rest`` is what the host's rules leave this feed, ``strikes`` how often in a row a host
        has asked to wait. Raises: StoreError; Conflict where another process asks by now.
        """
        if self.term is not None:
            self.term.check()
        (answer,) = await asyncio.gather(
            self._poll(moving.asked(feed, state), state.cursor), return_exceptions=True
        )
        if isinstance(answer, Page):
            return await self._keep(feed, state, answer, rest)
        if isinstance(answer, SecretError):
            answer = Refused(str(answer))
        elif isinstance(answer, ConfigError):
            answer = Unreachable("; ".join(answer.problems))
        # another package's connector may give anything
        if not isinstance(answer, BaseException):  # pyright: ignore[reportUnnecessaryIsInstance]
            answer = Unreachable(f"a fault in the {feed.connector} connector: it gave no page")
        if not isinstance(answer, FeedError):
            if isinstance(answer, CxtuiError) or not isinstance(answer, Exception):
                raise answer
            # a fault in one connector is told like any other failure and stops no other feed
            answer = Unreachable(f"a fault in cxtui's {feed.connector} connector: {type(answer).__name__}")
        host = hosts.key(answer.host or "") if isinstance(answer, Throttled) else ""
        return await self._note(feed, state, answer, strikes(host))

    @property
    def _number(self) -> int | None:
        return self.term.number if self.term else None

    async def _poll(self, feed: Feed, cursor: str) -> Page:
        return await self.connector(feed).poll(cursor, self.clock())

    async def _keep(
        self, feed: Feed, state: FeedState, page: Page, rest: timedelta
    ) -> tuple[FeedState, PollResult]:
        now = self.clock()
        slow = schedule.adapt(state, now) > 1 or not page.conditional
        waits = slow and await self.store.waits(feed.name)
        heard = replace(state, cursor=page.cursor or state.cursor, title=page.title or state.title)
        new = schedule.succeeded(heard, feed, now, page, host=rest, waits=waits)
        kept = await self.store.ingest(
            self.connector(feed).capabilities.network,
            feed.kind,
            page.items,
            now,
            feed=feed.name,
            state=new,
            history_before=now - feed.backfill_after if state.first_ok is None else None,
            competitor=feed.competitor is not None,
            brand=feed.brand,
            term=self._number,
        )
        gap = _gap(feed, state, page, kept, now)
        overflowed = gap is not None and state.failing_since is None
        if kept.new:
            heard = replace(heard, items=state.items + kept.new, last_new=now)
            waits = True
        if overflowed or (kept.new and slow):
            new = schedule.succeeded(heard, feed, now, page, host=rest, waits=waits, overflowed=overflowed)
        new = replace(new, items=heard.items, last_new=heard.last_new)
        if gap is not None or (kept.new and slow):
            await self.store.put_feed_state(new, gap, term=self._number)
        quiet = page.not_modified
        return new, PollResult(
            feed.name, ok=True, new=kept.new, updated=kept.updated, not_modified=quiet, missed=page.gap
        )

    async def _note(
        self, feed: Feed, state: FeedState, error: FeedError, strikes: int
    ) -> tuple[FeedState, PollResult]:
        now = self.clock()
        new = schedule.failed(state, feed, error, now, self.roll(), strikes=strikes)
        gap = Gap(feed.name, new.failing_since or now, None, str(error))
        await self.store.put_feed_state(new, gap, term=self._number)
        return new, PollResult(feed.name, ok=False, error=str(error), refused=isinstance(error, Refused))


def _gap(feed: Feed, state: FeedState, page: Page, kept: Kept, now: datetime) -> Gap | None:
    """The time that was not heard: while the feed failed, or where its window overflowed.

    A page of which the store knows something, such as yesterday's shown again, has no gap before it.
    """
    if state.failing_since is not None:
        return Gap(feed.name, state.failing_since, now, state.error or "")
    if page.gap is None or state.last_ok is None:
        return None
    if feed.competitor is None and kept.new < len({one.native for one in page.items if _asks(one)}):
        return None
    return Gap(feed.name, state.last_ok, now, page.gap)


def _asks(heard: Arrival) -> bool:
    return heard.own is None and not heard.withdrawn
