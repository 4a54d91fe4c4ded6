"""The store's commands, written once over tables, each in one commit and in the store's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from cxtui.core.feed import Gap
from cxtui.core.history import PolicyFor
from cxtui.core.inbox import Row
from cxtui.core.item import Arrival, Event, Item, Kind
from cxtui.core.promises import Owed
from cxtui.core.triage import Act
from cxtui.errors import StoreDamaged, StoreError
from cxtui.store import (
    Changes,
    FeedLog,
    FeedState,
    Forgotten,
    Found,
    Kept,
    Message,
    OutboxState,
    Outgoing,
    Polled,
    Record,
    acts,
    changed,
    contacts,
    copied,
    feeds,
    finding,
    forgetting,
    leases,
    outgoing,
    porting,
    promises,
    retaining,
    ruling,
    talk,
    warned,
)
from cxtui.store.aliases import Names
from cxtui.store.aside import Aside
from cxtui.store.attachments import Attachments, freed, hashes
from cxtui.store.behind import behind
from cxtui.store.counted import MANY, Counted, facts
from cxtui.store.hearing import Hearing, Source
from cxtui.store.keeping import Backup
from cxtui.store.leases import Lead, Replying
from cxtui.store.query import where
from cxtui.store.tables import Doc, Stored, Tables
from cxtui.store.thread import StoreThread, refused

if TYPE_CHECKING:
    from cxtui.core.attached import File
    from cxtui.core.behind import Behind
    from cxtui.core.filters import Filter, Sight
    from cxtui.core.metrics import Facts, Ledger
    from cxtui.core.rules import Rules
    from cxtui.store.ruling import Errand

T = TypeVar("T")


class Book:
    """`cxtui.store.Store` over any tables. ``policy_for`` gives the policy of a new interval.

    ``shared`` tables can be open more than once: they are counted without an act waiting for it.
    """

    def __init__(
        self,
        open_tables: Callable[[], Tables],
        policy_for: PolicyFor | None = None,
        files: Attachments | None = None,
        *,
        shared: bool = False,
    ) -> None:
        self._open_tables = open_tables
        self._files = files or Attachments()
        self._policy_for = policy_for or PolicyFor()
        self._rules: Rules | None = None
        self._thread = StoreThread()
        self._aside = Aside(lambda: self._opened().again(), StoreThread() if shared else self._thread)
        self._tables: Tables | None = None
        self._glanced: tuple[tuple[int, int] | None, int] = None, 0
        self._damage: StoreDamaged | None = None

    def take(self, policy_for: PolicyFor, rules: Rules | None = None) -> None:
        self._policy_for = policy_for
        self._rules = rules

    async def open(self) -> None:
        """Open the tables in the store's thread. Raises: StoreError."""
        try:
            self._tables = await self._thread.run(self._open_tables)
            await self._ask(lambda tables: tables.check(opening=True))
            await self._ask(copied.notice)
        except StoreError:
            await self.close()
            raise

    async def close(self) -> None:
        if self._tables is not None:
            await self._aside.close()
            await self._thread.run(self._tables.close)
            self._tables = None
        self._files.close()
        self._aside.thread.close()
        self._thread.close()

    async def ingest(
        self,
        network: str,
        kind: Kind,
        items: Sequence[Arrival],
        now: datetime,
        *,
        feed: str,
        state: FeedState | None = None,
        history_before: datetime | None = None,
        competitor: bool = False,
        brand: Sequence[str] = (),
        term: int | None = None,
    ) -> Kept:
        source = Source(feed, network, kind, now, history_before, competitor, brand)

        def keep(tables: Tables) -> Kept:
            leases.check(tables, term)
            before = tables.get("feeds", feed) or {}
            hearing = Hearing(tables, source, self._policy_for, before.get("identity", "guid"))
            kept = hearing.keep(items, polled=state is not None)
            ruling.rule(tables, hearing.fresh, self._rules, now, self._policy_for)
            _learnt(tables, feed, before, hearing.names)
            if state is not None:
                newest = now if kept.new else state.last_new
                feeds.put_state(tables, replace(state, items=state.items + kept.new, last_new=newest))
                feeds.put_poll(tables, feed, Polled(now, now, kept.new, kept.updated))
            return kept

        return await self._commit(keep)

    async def feed_states(self) -> dict[str, FeedState]:
        def read(tables: Tables) -> dict[str, FeedState]:
            return {str(doc["feed"]): contacts.read(doc, FeedState) for doc in tables.find("feeds")}

        return await self._ask(read)

    async def put_feed_state(
        self, state: FeedState, gap: Gap | None = None, *, term: int | None = None
    ) -> None:
        def put(tables: Tables) -> None:
            leases.check(tables, term)
            feeds.put_state(tables, state)
            if gap is not None:
                feeds.put_gap(tables, gap)
            if gap is not None and gap.until is None:
                at = state.last_try or gap.since
                feeds.put_poll(tables, state.feed, Polled(at, at, error=gap.why))

        await self._commit(put)

    async def pause_feed(self, feed: str, now: datetime) -> FeedState:
        return await self._commit(lambda tables: feeds.pause(tables, feed, now))

    async def resume_feed(self, feed: str, now: datetime) -> FeedState:
        return await self._commit(lambda tables: feeds.resume(tables, feed, now))

    async def feed_log(self, feed: str) -> FeedLog:
        return await self._ask(lambda tables: feeds.log(tables, feed))

    async def leader(self) -> Lead:
        return await self._ask(leases.leader)

    async def lead(self, after: Lead, owner: str, by: str, config: str, now: datetime) -> Lead:
        return await self._commit(lambda tables: leases.lead(tables, after, owner, by, config, now))

    async def renew(self, lead: Lead, config: str, now: datetime) -> Lead:
        return await self._commit(lambda tables: leases.renew(tables, lead, config, now))

    async def resign(self, lead: Lead) -> None:
        await self._commit(lambda tables: leases.resign(tables, lead))

    async def ask_feeds(self) -> None:
        await self._commit(leases.ask_feeds)

    async def reply_begins(self, row: str, by: str, owner: str, now: datetime) -> None:
        await self._commit(lambda tables: leases.reply_begins(tables, row, by, owner, now))

    async def reply_ends(self, row: str, owner: str) -> None:
        await self._commit(lambda tables: leases.reply_ends(tables, row, owner))

    async def replying(self, now: datetime) -> tuple[Replying, ...]:
        return await self._ask(lambda tables: leases.replying(tables, now))

    async def waits(self, feed: str) -> bool:
        query = (where("feed") == feed) & (where("open") == True)  # noqa: E712 - a query
        return await self._ask(lambda tables: bool(tables.find("intervals", query, limit=1)))

    async def rows(self, *, everything: bool = False) -> tuple[Row, ...]:
        def read(tables: Tables) -> tuple[Row, ...]:
            found = contacts.page(tables, None, None)
            if everything:
                found += tables.stored("intervals", where("open") == False, order="order")  # noqa: E712 - a query
            return _rows(found)

        return await self._ask(read)

    async def matching(self, wanted: Filter, sight: Sight, *, everything: bool = False) -> tuple[Row, ...]:
        def read(tables: Tables) -> tuple[Row, ...]:
            return _rows(finding.matching(tables, wanted, sight, everything=everything))

        return await self._ask(read)

    async def page(self, after: Row | None = None, *, limit: int) -> tuple[Row, ...]:
        return await self._ask(lambda tables: _rows(contacts.page(tables, after, limit)))

    async def row(self, some_id: str) -> Row:
        return await self._ask(lambda tables: contacts.row_of(contacts.resolve(tables, some_id)))

    async def search(self, text: str, limit: int, after: int | None = None) -> Found:
        return await self._ask(lambda tables: finding.search(tables, text, limit, after))

    async def item(self, some_id: str) -> Item:
        """The item an id means; of a row's id its opening item. Raises: NotFound."""

        def read(tables: Tables) -> Item:
            doc = tables.get("items", some_id)
            return (
                contacts.read(doc, Item)
                if doc
                else contacts.row_of(contacts.resolve(tables, some_id)).interval.opener
            )

        return await self._ask(read)

    async def thread(self, some_id: str) -> tuple[Message, ...]:
        return await self._ask(lambda tables: talk.messages(tables, some_id))

    async def act(self, act: Act, by: str, now: datetime) -> Row:
        return await self._commit(lambda tables: acts.act(tables, act, by, now, self._policy_for))

    async def undo(self, by: str, now: datetime) -> tuple[Row, Event]:
        return await self._commit(lambda tables: acts.undo(tables, by, now, self._policy_for))

    async def redo(self, by: str, now: datetime) -> tuple[Row, Event]:
        return await self._commit(lambda tables: acts.redo(tables, by, now, self._policy_for))

    async def errands(self) -> tuple[Errand, ...]:
        return await self._ask(ruling.errands)

    async def begin_errand(self, errand: Errand) -> bool:
        return await self._commit(lambda tables: ruling.take(tables, errand))

    async def promises(self, *, everything: bool = False) -> tuple[Owed, ...]:
        return await self._ask(lambda tables: promises.listed(tables, everything=everything))

    async def put_outgoing(self, reply: Outgoing) -> Outgoing:
        def put(tables: Tables) -> Outgoing:
            self._files.demand(reply.files)
            return outgoing.put(tables, reply)

        return await self._commit(put)

    async def attach(self, path: str, most: int | None = None) -> tuple[File, bytes]:
        return await asyncio.to_thread(self._files.take, path, most)

    def attached(self, files: Sequence[File]) -> tuple[File, ...]:
        return tuple(map(self._files.placed, files))

    async def sweep_files(self) -> int:
        if not self._files.there:
            return 0
        return await self._commit(lambda tables: self._files.sweep(hashes(tables)))

    async def outgoing(self, key: str) -> Outgoing:
        return await self._ask(lambda tables: outgoing.get(tables, key))

    async def outbox(self, *, everything: bool = False) -> tuple[Outgoing, ...]:
        return await self._ask(lambda tables: outgoing.listed(tables, everything=everything))

    async def said_since(self, since: datetime) -> tuple[tuple[Outgoing, str], ...]:
        return await self._ask(lambda tables: outgoing.said_since(tables, since))

    async def move(
        self, key: str, to: OutboxState, now: datetime, *, expected: Outgoing | None = None, **facts: Any
    ) -> Outgoing:
        def step(tables: Tables) -> Outgoing:
            if expected is not None:
                outgoing.check(tables, expected)
            if to == "sending":
                tables.demand_room()
            return outgoing.move(tables, key, to, now, facts, self._policy_for, sure=expected is not None)

        return await self._commit(step)

    async def changes(self, after: int | None) -> Changes:
        return await self._ask(lambda tables: changed.changes(tables, after))

    async def version(self) -> int:
        """Moves whenever any process has committed."""
        glanced = self._opened().glance()
        if glanced is None or glanced != self._glanced[0]:
            self._glanced = glanced, await self._ask(lambda tables: tables.version())
        return self._glanced[1]

    async def warn(self, by: str, marks: Sequence[tuple[str, ...]], now: datetime) -> tuple[bool, ...]:
        return await self._commit(lambda tables: warned.warn(tables, by, marks, now))

    async def forget(self, who: str, now: datetime, network: str | None = None) -> Forgotten:
        gone, files = await self._commit(
            lambda tables: freed(tables, lambda inner: forgetting.forget(inner, who, network, now))
        )
        await asyncio.to_thread(self._files.remove, files)
        return gone

    async def forget_texts(self, before: datetime, now: datetime) -> int:
        return await self._commit(lambda tables: retaining.forget_texts(tables, before, now))

    async def wash(self) -> tuple[str, ...]:
        return await self._ask(forgetting.wash)

    async def behind(self, ids: Sequence[str]) -> tuple[Behind, ...]:
        return await self._ask(lambda tables: behind(tables, ids))

    async def count(
        self, reckon: Callable[[Ledger], T], only: Filter | None = None, sight: Sight | None = None
    ) -> T:
        self._opened()
        return await self._aside.ask(lambda counted, tables: reckon(counted.part(tables, only, sight)))

    async def facts(self) -> Facts:
        return await self._ask(facts)

    async def export(self) -> list[Record]:
        return await self._ask(porting.export)

    async def check(self) -> None:
        await self._beside(lambda tables: tables.check())

    async def backup(self, now: datetime, *, due: bool = False) -> Backup | None:
        return await self._beside(lambda tables: tables.backup(now, due=due))

    async def load(self, records: Sequence[tuple[int, Record]], now: datetime) -> int:
        del now  # an import keeps the times it brings

        def load(tables: Tables) -> int:
            count = porting.load(tables, records, self._policy_for)
            forgetting.apply_tombstones(tables)
            return count

        loaded = await self._commit(load)
        if loaded >= MANY:  # nobody has to wait for the first numbers
            with suppress(StoreError):  # all of it is kept, whatever becomes of them
                await self._aside.ask(Counted.ledger)
        return loaded

    async def _ask(self, read: Callable[[Tables], T]) -> T:
        return await self._thread.run(read, self._opened())

    async def _beside(self, look: Callable[[Tables], T]) -> T:
        """Run what may take long beside the store's thread; damage that it finds ends all commands."""
        try:
            return await asyncio.to_thread(look, self._opened())
        except StoreDamaged as error:
            self._damage = error
            raise
        except OSError as error:
            raise refused(error) from error

    async def _commit(self, write: Callable[[Tables], T]) -> T:
        def run(tables: Tables) -> T:
            with tables.commit():
                return write(tables)

        return await self._thread.run(run, self._opened())

    def _opened(self) -> Tables:
        if self._tables is None:
            raise StoreError("the store is not open")
        if self._damage is not None:
            raise StoreDamaged(str(self._damage))
        return self._tables


def _rows(found: Sequence[Stored]) -> tuple[Row, ...]:
    return tuple(contacts.row_in(one.text) for one in found)


def _learnt(tables: Tables, feed: str, before: Doc, names: Names) -> None:
    """Keep what was learnt about a feed's names for its messages, where its state will find it."""
    if before and (names.renamed or names.mode != before.get("identity", "guid")):
        renamed = int(before.get("renamed", 0)) + names.renamed
        tables.put("feeds", feed, {**before, "identity": names.mode, "renamed": renamed})
