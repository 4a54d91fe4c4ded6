"""The store: what was acknowledged is on disk.

Every method of `Store` is one atomic command: it takes ``now`` where time matters, writes
what it does and the change-feed entry in one commit, and returns only when that is durable.
Raises: StoreFull, StoreBroken, StoreLocked (any), and what each command names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from cxtui.core.item import Event, Item
from cxtui.store.values import (
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
)

if TYPE_CHECKING:
    from cxtui.core.attached import File
    from cxtui.core.behind import Behind
    from cxtui.core.feed import Gap
    from cxtui.core.filters import Filter, Sight
    from cxtui.core.history import PolicyFor
    from cxtui.core.inbox import Row
    from cxtui.core.item import Arrival, Kind
    from cxtui.core.metrics import Facts, Ledger
    from cxtui.core.promises import Owed
    from cxtui.core.rules import Rules
    from cxtui.core.triage import Act
    from cxtui.store.keeping import Backup
    from cxtui.store.leases import Lead, Replying
    from cxtui.store.ruling import Errand
    from cxtui.store.tables import Tables

__all__ = [
    "Changes",
    "FeedLog",
    "FeedState",
    "Forgotten",
    "Found",
    "Kept",
    "Message",
    "OutboxState",
    "Outgoing",
    "Polled",
    "Record",
    "Store",
    "open_store",
]

T = TypeVar("T")


class Store(Protocol):
    """The commands. Ids may be an interval's, of any item in it, or short."""

    async def close(self) -> None: ...

    def take(self, policy_for: PolicyFor, rules: Rules | None = None) -> None:
        """Other policies and rules, for what is heard from now on."""
        ...

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
        """Keep what was heard and, in the same commit, the feed's new state.

        ``kind`` is the kind of items that name none. At a feed's first poll items posted
        before ``history_before`` are history. What is written to a ``competitor`` is looked through for
        the names in ``brand``. A re-read thread comes without ``state``.
        What a leader hears comes with its ``term``. Raises: Conflict where that is over.
        Rules are used on what was not known before, in the same commit.
        """
        ...

    async def feed_states(self) -> dict[str, FeedState]: ...

    async def put_feed_state(
        self, state: FeedState, gap: Gap | None = None, *, term: int | None = None
    ) -> None:
        """Keep a feed's state; ``gap`` opens or closes a time in which it could not be read.

        Whatever it says, a feed that is paused stays so until `resume_feed`. A gap that has no
        end is a poll that failed: it goes into the feed's log. Raises: Conflict where the leader's
        ``term`` is over.
        """
        ...

    async def pause_feed(self, feed: str, now: datetime) -> FeedState:
        """Have a feed asked no more, by any process."""
        ...

    async def resume_feed(self, feed: str, now: datetime) -> FeedState:
        """Have a feed asked again that was paused, or given up as gone or refused."""
        ...

    async def feed_log(self, feed: str) -> FeedLog:
        """How the last polls of a feed went, and when it could not be read."""
        ...

    async def leader(self) -> Lead:
        """Who asks the feeds, or did last."""
        ...

    async def lead(self, after: Lead, owner: str, by: str, config: str, now: datetime) -> Lead:
        """Begin a term of one's own after the last one, as `leader` gave it.

        ``config`` stands for the feeds and policies. Raises: Conflict where somebody was faster, or
        the last leader gave a sign of life.
        """
        ...

    async def renew(self, lead: Lead, config: str, now: datetime) -> Lead:
        """Give a sign of life. Raises: Conflict where the term is over."""
        ...

    async def resign(self, lead: Lead) -> None:
        """End a term, if it is not over yet."""
        ...

    async def ask_feeds(self) -> None:
        """Have whoever leads ask every feed now that may be asked."""
        ...

    async def reply_begins(self, row: str, by: str, owner: str, now: datetime) -> None:
        """Let others see for a minute that somebody writes a reply. It holds up nobody. Raises: NotFound."""
        ...

    async def reply_ends(self, row: str, owner: str) -> None:
        """Nobody of ``owner`` writes to this row any more."""
        ...

    async def replying(self, now: datetime) -> tuple[Replying, ...]:
        """Who writes a reply now, by row."""
        ...

    async def waits(self, feed: str) -> bool:
        """Whether somebody on this feed waits for an answer."""
        ...

    async def rows(self, *, everything: bool = False) -> tuple[Row, ...]:
        """Open rows by urgency; with ``everything`` the ended ones and history behind them."""
        ...

    async def matching(self, wanted: Filter, sight: Sight, *, everything: bool = False) -> tuple[Row, ...]:
        """The rows that fit a filter, found by index where there is one; in the order of `rows`."""
        ...

    async def page(self, after: Row | None = None, *, limit: int) -> tuple[Row, ...]:
        """The next open rows behind ``after`` by urgency, from the first one without it."""
        ...

    async def row(self, some_id: str) -> Row:
        """The row an id belongs to. Raises: NotFound."""
        ...

    async def search(self, text: str, limit: int, after: int | None = None) -> Found:
        """Rows of every state whose customer or whose answers say ``text``, each once, by its newest message.

        Case, width and the spelling of Lao vowels do not matter; a part of a word is enough. ``after``
        is that of what was found before.
        """
        ...

    async def item(self, some_id: str) -> Item:
        """The item an id means; of a row's id its opening item. Raises: NotFound."""
        ...

    async def thread(self, some_id: str) -> tuple[Message, ...]:
        """The whole thread of a row, oldest first. Raises: NotFound."""
        ...

    async def act(self, act: Act, by: str, now: datetime) -> Row:
        """Write one act. Raises: NotFound, Unlawful, UsageError."""
        ...

    async def undo(self, by: str, now: datetime) -> tuple[Row, Event]:
        """Undo the operator's last act; gives the row and what was undone. Raises: Unlawful, Conflict."""
        ...

    async def redo(self, by: str, now: datetime) -> tuple[Row, Event]:
        """Undo the last undoing. Raises: Unlawful, Conflict."""
        ...

    async def errands(self) -> tuple[Errand, ...]:
        """The programs that rules want started, the oldest message's first."""
        ...

    async def begin_errand(self, errand: Errand) -> bool:
        """Take an errand off the list for good, before it is begun; false where it is not there any more."""
        ...

    async def promises(self, *, everything: bool = False) -> tuple[Owed, ...]:
        """The promises that bind somebody, first due first; with ``everything`` those that are over, too."""
        ...

    async def put_outgoing(self, reply: Outgoing) -> Outgoing:
        """Keep a draft, a queued reply or a queued deed.

        Raises: NotFound, Conflict (another is on its way there), StoreError (a file of it is gone).
        """
        ...

    async def attach(self, path: str, most: int | None = None) -> tuple[File, bytes]:
        """Keep a copy of a file of at most so many bytes; gives what it is and how it begins.

        A copy that no reply names goes after an hour. Raises: UsageError naming what is wrong with it.
        """
        ...

    def attached(self, files: Sequence[File]) -> tuple[File, ...]:
        """The files of a reply with the paths of our copies."""
        ...

    async def sweep_files(self) -> int:
        """Remove the copies that no reply needs any more; gives how many."""
        ...

    async def outgoing(self, key: str) -> Outgoing:
        """Raises: NotFound."""
        ...

    async def outbox(self, *, everything: bool = False) -> tuple[Outgoing, ...]:
        """What is on its way, oldest first; with ``everything`` what was sent, too."""
        ...

    async def said_since(self, since: datetime) -> tuple[tuple[Outgoing, str], ...]:
        """Replies that left since a moment or are on their way, oldest first, and to whom each went."""
        ...

    async def move(
        self, key: str, to: OutboxState, now: datetime, *, expected: Outgoing | None = None, **facts: Any
    ) -> Outgoing:
        """Move a reply one lawful step and note ``facts`` of `Outgoing`. Raises: NotFound, Conflict.

        ``expected`` is the reply as the mover knows it: who comes second gets a Conflict, and nobody
        may send again without it. ``sent`` writes in the same commit what follows: the counting
        reply, whose network time is the fact ``at``, or what a deed comes to.
        """
        ...

    async def changes(self, after: int | None) -> Changes:
        """What changed since a cursor, by this or another process. None gives only the present cursor."""
        ...

    async def version(self) -> int:
        """Moves whenever any process has committed."""
        ...

    async def warn(self, by: str, marks: Sequence[tuple[str, ...]], now: datetime) -> tuple[bool, ...]:
        """Note of what ``by`` is warned; says of each mark whether it is new."""
        ...

    async def forget(self, who: str, now: datetime, network: str | None = None) -> Forgotten:
        """Take out every word and name of somebody, on one network or on any; times and numbers stay.

        What they wrote until ``now`` never comes back. The files are clean after `wash`.
        Raises: UsageError where nobody has this handle, Conflict while a reply to them may leave.
        """
        ...

    async def forget_texts(self, before: datetime, now: datetime) -> int:
        """Take out the words of messages that are older and wait no more; gives how many those were.

        Once a day: asked again before, it does nothing. The files are clean after `wash`.
        """
        ...

    async def wash(self) -> tuple[str, ...]:
        """Leave nothing of what was forgotten in any file of the store, backups too, if anything is due.

        Gives a sentence for each file that could not be washed now.
        """
        ...

    async def behind(self, ids: Sequence[str]) -> tuple[Behind, ...]:
        """What numbers count by these ids: one for each, in their order."""
        ...

    async def count(
        self, reckon: Callable[[Ledger], T], only: Filter | None = None, sight: Sight | None = None
    ) -> T:
        """What somebody reckons from the columns that all numbers are made of; they must not be kept.

        With a filter, from those of what it shows in a sight.
        """
        ...

    async def facts(self) -> Facts:
        """Everything the numbers are made of, in whole values."""
        ...

    async def export(self) -> list[Record]: ...

    async def check(self) -> None:
        """Look through everything, while others go on. Raises: StoreDamaged, and so does all that follows."""
        ...

    async def backup(self, now: datetime, *, due: bool = False) -> Backup | None:
        """Keep a whole copy, while others go on; None where there is no file.

        With ``due`` only when the last one is too old and something has changed since. The oldest
        copies go. Raises: StoreFull; StoreDamaged where the store is, and so does all that follows.
        """
        ...

    async def load(self, records: Sequence[tuple[int, Record]], now: datetime) -> int:
        """Import numbered records in one commit. Raises: UsageError naming the line; nothing is kept then."""
        ...


async def open_store(folder: Path | None, policy_for: PolicyFor | None = None) -> Store:
    """The embedded store in ``folder``, made where it is missing; without a folder one in memory.

    ``policy_for`` gives the policy of an item that begins to wait; the default policy otherwise.
    Raises: StoreError.
    """
    from cxtui.store.attachments import Attachments
    from cxtui.store.book import Book

    def tables() -> Tables:
        if folder is None:
            from cxtui.store.memory import MemoryTables

            return MemoryTables()
        from cxtui.store.tinydb import open_tables

        return open_tables(folder)

    book = Book(tables, policy_for, Attachments(folder), shared=folder is not None)
    await book.open()
    return book
