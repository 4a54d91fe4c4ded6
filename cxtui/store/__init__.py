"""The store: what was acknowledged is on disk.

Every method of `Store` is one atomic command: it takes ``now`` where time matters, writes
what it does and the change-feed entry in one commit, and returns only when that is durable.
Raises: StoreFull, StoreBroken, StoreLocked (any), and what each command names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from cxtui.core.clock import DEFAULT
from cxtui.core.item import DEEDS, Deed, Event, Item, ReplyKind, Visibility

if TYPE_CHECKING:
    from cxtui.core.feed import Gap
    from cxtui.core.history import PolicyFor
    from cxtui.core.inbox import Row
    from cxtui.core.item import Arrival, Kind
    from cxtui.core.metrics import Facts
    from cxtui.core.triage import Act
    from cxtui.store.tables import Tables

Record = dict[str, Any]
"""One line of export and import."""

OutboxState = Literal["draft", "queued", "sending", "sent", "failed", "unknown", "dropped"]


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls. Times are aware UTC, None before the first.

    ``source`` is a hash of the configured address; ``address`` is where the feed is asked since it
    moved there for good, ``stays`` an address it must not move to again. ``moved_to`` is where it
    was sent on ``moved_polls`` times since ``moved_since``. ``held_by`` is the host that asked us to
    wait until ``held_until``, ``strikes`` times in a row; ``refusals`` counts refused sign-ins.
    ``floor`` is the rest that the server wants between two polls, ``every`` the interval kept,
    ``promise`` the response target it serves. ``narrow`` halves it so many times since a window
    overflowed at ``overflowed``. ``conditional`` says whether the server can answer "nothing new".
    ``identity`` is what names the feed's messages for sure, since ``renamed`` of them came back
    under new guids; the store keeps both, whatever it is given.
    """

    feed: str
    connector: str = ""
    cursor: str = ""
    state: Literal["ok", "down", "auth", "gone", "paused", "new"] = "new"
    first_ok: datetime | None = None
    last_ok: datetime | None = None
    last_try: datetime | None = None
    next_try: datetime | None = None
    held_until: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str | None = None
    items: int = 0
    title: str | None = None
    identity: Literal["guid", "link", "fingerprint"] = "guid"
    renamed: int = 0
    source: str = ""
    address: str | None = None
    stays: str | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_polls: int = 0
    last_new: datetime | None = None
    refusals: int = 0
    held_by: str | None = None
    strikes: int = 0
    floor: timedelta | None = None
    every: timedelta | None = None
    promise: timedelta | None = None
    conditional: bool = True
    overflowed: datetime | None = None
    narrow: int = 0


@dataclass(frozen=True, slots=True)
class Polled:
    """How one poll of a feed went, or ``times`` in a row that went alike, from ``since`` until ``until``.

    ``new`` and ``updated`` count customers' messages; ``error`` is a sentence where it failed.
    """

    since: datetime
    until: datetime
    new: int = 0
    updated: int = 0
    error: str | None = None
    times: int = 1

    @property
    def words(self) -> str:
        """How it went, for people."""
        heard = [f"{self.new} new"] * bool(self.new) + [f"{self.updated} updated"] * bool(self.updated)
        said = f"failed: {self.error}" if self.error is not None else ", ".join(heard) or "nothing new"
        return said if self.times == 1 else f"{said}, {self.times} times"


@dataclass(frozen=True, slots=True)
class FeedLog:
    """The last polls of a feed and the last times it could not be read, the newest first."""

    feed: str
    polls: tuple[Polled, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a page came to: counts of customers' messages, and the rows that changed."""

    new: int
    updated: int
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reply or deed on its way, from draft to the end. ``id`` is the token the network gets.

    ``until`` is the end of the undo window, ``begun`` when the first byte may have left,
    ``doubted`` since when it is not known whether it arrived, ``alike`` ids of messages that look
    like it and were there before. ``basis`` is what the writer had seen of the interval: when the
    thread says otherwise before sending, it goes back to a draft.
    A ``deed`` has no text and is never a draft; its ``basis`` are the messages it is done to.
    """

    id: str
    item: str
    interval: str
    feed: str
    native: str
    thread: str
    text: str
    kind: ReplyKind
    visibility: Visibility
    state: OutboxState
    by: str
    made: datetime
    changed: datetime
    basis: tuple[str, ...] = ()
    promised: datetime | None = None
    until: datetime | None = None
    begun: datetime | None = None
    owner: str = ""
    attempts: int = 0
    remote_id: str | None = None
    url: str | None = None
    error: str | None = None
    deed: Deed | None = None
    doubted: datetime | None = None
    alike: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """What it is called."""
        return "reply" if self.deed is None else DEEDS[self.deed]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a thread as `show` and the thread pane give it. ``pending``: a moderator must look."""

    id: str
    who: str
    ours: bool
    text: str
    at: datetime
    url: str | None
    kind: str
    title: str | None = None
    note: str | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows that changed since a cursor; ``gone`` are ids of rows that are no more.

    ``paused`` says that a feed was paused or resumed, so that a poller may have to `heed` it.
    """

    cursor: int
    rows: tuple[Row, ...]
    gone: tuple[str, ...] = ()
    outbox: bool = False
    feeds: bool = False
    paused: bool = False


class Store(Protocol):
    """The commands. Ids may be an interval's, of any item in it, or short."""

    async def close(self) -> None: ...

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
    ) -> Kept:
        """Keep what was heard and, in the same commit, the feed's new state.

        ``kind`` is the kind of items that name none. At a feed's first poll items posted
        before ``history_before`` are history. A re-read thread comes without ``state``.
        """
        ...

    async def feed_states(self) -> dict[str, FeedState]: ...

    async def put_feed_state(self, state: FeedState, gap: Gap | None = None) -> None:
        """Keep a feed's state; ``gap`` opens or closes a time in which it could not be read.

        Whatever it says, a feed that is paused stays so until `resume_feed`. A gap that has no
        end is a poll that failed: it goes into the feed's log.
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

    async def waits(self, feed: str) -> bool:
        """Whether somebody on this feed waits for an answer."""
        ...

    async def rows(self, *, everything: bool = False) -> tuple[Row, ...]:
        """Open rows by urgency; with ``everything`` the ended ones and history behind them."""
        ...

    async def row(self, some_id: str) -> Row:
        """The row an id belongs to. Raises: NotFound."""
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

    async def put_outgoing(self, reply: Outgoing) -> Outgoing:
        """Keep a draft, a queued reply or a queued deed.

        Raises: NotFound, Conflict (another is on its way there).
        """
        ...

    async def outgoing(self, key: str) -> Outgoing:
        """Raises: NotFound."""
        ...

    async def outbox(self, *, everything: bool = False) -> tuple[Outgoing, ...]:
        """What is on its way, oldest first; with ``everything`` what was sent, too."""
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

    async def facts(self) -> Facts:
        """Everything the numbers are made of."""
        ...

    async def export(self) -> list[Record]: ...

    async def load(self, records: Sequence[tuple[int, Record]], now: datetime) -> int:
        """Import numbered records in one commit. Raises: UsageError naming the line; nothing is kept then."""
        ...


async def open_store(folder: Path | None, policy_for: PolicyFor | None = None) -> Store:
    """The embedded store in ``folder``, made where it is missing; without a folder one in memory.

    ``policy_for`` gives the policy of an item that begins to wait; the default policy otherwise.
    Raises: StoreError.
    """
    from cxtui.store.book import Book

    def tables() -> Tables:
        if folder is None:
            from cxtui.store.memory import MemoryTables

            return MemoryTables()
        from cxtui.store.tinydb import open_tables

        return open_tables(folder)

    book = Book(tables, policy_for or (lambda _: DEFAULT))
    await book.open()
    return book
