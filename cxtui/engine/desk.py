"""What the screen may ask of the engine, and what it is told.

The engine runs in a thread of its own with its own event loop. A `Desk` lives in the
screen's thread: its methods hand the work over and give awaitables of the screen's loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities
    from cxtui.core.alarms import Alarm
    from cxtui.core.attached import File
    from cxtui.core.behind import Behind
    from cxtui.core.calendar import Calendar
    from cxtui.core.explain import Explanation
    from cxtui.core.filters import Filter
    from cxtui.core.guard import Finding
    from cxtui.core.inbox import Row
    from cxtui.core.item import Deed, Event, ReplyKind, Verb, Visibility
    from cxtui.core.metrics import Figure
    from cxtui.core.metrics.pictures import Picture
    from cxtui.core.metrics.sheet import Question, Sheet
    from cxtui.core.pledges import Pledge
    from cxtui.core.promises import Owed, Pledged
    from cxtui.engine.attaching import Attached
    from cxtui.engine.leading import Leader
    from cxtui.engine.preparing import Shelf
    from cxtui.store import FeedLog, FeedState, Message, Outgoing
    from cxtui.store.leases import Replying


@dataclass(frozen=True, slots=True)
class News:
    """All that happened since the last `Desk.take`; a burst of messages is one News.

    ``rest`` are open rows that were there before but not among the first that `Desk.open` gave.
    ``leader`` is who asks the feeds, ``replying`` who else writes a reply now, ``alarms`` what to warn of.
    ``notices`` are sentences about trouble, ``said`` about what is well.
    """

    rows: tuple[Row, ...] = ()
    rest: tuple[Row, ...] = ()
    gone: tuple[str, ...] = ()
    feeds: tuple[FeedState, ...] | None = None
    outbox: tuple[Outgoing, ...] | None = None
    promises: tuple[Owed, ...] | None = None
    leader: Leader | None = None
    replying: tuple[Replying, ...] | None = None
    alarms: tuple[Alarm, ...] = ()
    notices: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the numbers may be others now; what was there before is in them already."""
        return replace(self, rest=(), alarms=()) != News()


@dataclass(frozen=True, slots=True)
class Words:
    """A reply as its writer wants it. ``basis`` are the item ids the writer saw.

    ``visibility`` is that of the question unless it is given; ``overrides`` are the reasons, by rule, why
    it is sent against the guard, ``promised`` what is promised once it is sent, ``at`` when it goes out if
    not at the end of the window, ``behind`` how many others of a batch go before it; ``files`` go with it.
    """

    text: str
    kind: ReplyKind
    basis: tuple[str, ...]
    visibility: Visibility | None = None
    overrides: Mapping[str, str] = field(default_factory=dict[str, str])
    promised: tuple[Pledged, ...] = ()
    at: datetime | None = None
    behind: int = 0
    files: tuple[File, ...] = ()


class Desk(Protocol):
    """The screen's side of the engine. Store errors come out of every awaitable as `StoreError`."""

    operator: str
    readonly: str
    """Why nothing is changed from here; empty where it is."""

    @property
    def hold(self) -> timedelta:
        """How long what goes out can be taken back; nothing where it goes out at once."""
        ...

    async def open(self) -> tuple[Row, ...]:
        """Open the store and give the open rows, or the first of them; polling starts with `start`."""
        ...

    def start(self, news: Callable[[], None]) -> None:
        """Begin to poll and send. ``news`` is called, from any thread, when `take` has something."""
        ...

    def take(self) -> News:
        """What is new; the next call gives what came after it."""
        ...

    def capabilities(self, feed: str) -> Capabilities | None:
        """What can be done on a feed; None where it is no longer configured."""
        ...

    def calendar(self, row: Row) -> Calendar:
        """The working time that counts for a row."""
        ...

    def explain(self, row: Row, now: datetime, zone: tzinfo) -> Explanation:
        """Why a row is due when it is; hours in words are those of ``zone``."""
        ...

    async def thread(self, some_id: str) -> tuple[Message, ...]: ...

    async def act(
        self, ids: Sequence[str], verb: Verb, detail: dict[str, Any] | None = None
    ) -> tuple[Row, ...]:
        """Do one act to several rows. Raises: Unlawful, NotFound."""
        ...

    async def undo(self) -> tuple[Row, Event]: ...

    async def redo(self) -> tuple[Row, Event]: ...

    async def draft(self, row: str) -> str:
        """The text kept for a row, empty where there is none."""
        ...

    async def kept(self, row: str) -> Outgoing | None:
        """The draft or failed reply of a row, with its files; None where there is none."""
        ...

    async def keep_draft(
        self, row: str, text: str, visibility: Visibility | None = None, files: Sequence[File] | None = None,
        kind: ReplyKind = "answer",
    ) -> None:  # fmt: skip
        """Keep a text for later as what it is, with the files it had or those given; nothing drops the draft.

        Raises: Rejected as `reply` does, StoreError where our copy of a file is gone.
        """
        ...

    async def attach(self, feed: str, path: str, alt: str = "", beside: Sequence[File] = ()) -> Attached:
        """Copy a file for a reply on a feed, ``beside`` those it has.

        Raises: Rejected where the network does not take it, UsageError where it cannot be read, StoreError.
        """
        ...

    async def reply(self, row: str, words: Words) -> Outgoing:
        """Queue a reply durably; the undo window begins.

        Raises: Unlawful, Conflict, UsageError (its time is too soon), Rejected (over the limit, more would
        see it than saw the question, or the feed takes no replies).
        """
        ...

    async def shelf(self, row: str) -> Shelf:
        """The prepared replies that fit a row, and what was wrong with files."""
        ...

    async def handle(self, feed: str) -> str:
        """Who we are on a feed; asked once, empty where nobody signs in. Raises: FeedError, ConfigError."""
        ...

    async def reread(self, row: str, basis: tuple[str, ...]) -> str | None:
        """Read a row's thread anew; a sentence where it is not what the writer saw. Raises: FeedError."""
        ...

    async def sent(self) -> tuple[Outgoing, ...]:
        """Replies that went out from here in the last days, the newest first."""
        ...

    async def take_away(self, key: str) -> None:
        """Delete a sent reply on its network: the customer waits again. Raises: Unlawful, FeedError."""
        ...

    async def guard(
        self,
        row: Row,
        text: str,
        kind: ReplyKind,
        visibility: Visibility,
        basis: tuple[str, ...] | None = None,
        promised: datetime | None = None,
    ) -> tuple[Finding, ...]:
        """What a draft should be looked at for, in its order; ``basis`` are the item ids the writer saw."""
        ...

    async def pledges(self, row: str, text: str) -> tuple[Pledge, ...]:
        """The promises that a text makes to the customer of a row."""
        ...

    async def promises(self, *, everything: bool = False) -> tuple[Owed, ...]:
        """The promises that bind somebody, first due first; with ``everything`` those that are over, too."""
        ...

    async def deed(self, row: str, deed: Deed, behind: int = 0) -> Outgoing:
        """Queue a deed durably; the undo window begins. ``behind`` as for `reply`.

        Raises: Conflict, Rejected (the network does not know it, or nothing waits for it).
        """
        ...

    async def recall(self, key: str) -> Outgoing:
        """Take a queued reply back to a draft within its window; a deed is dropped.

        Raises: Conflict when it is on its way.
        """
        ...

    async def discard(self, key: str) -> None:
        """Drop a draft or a failed reply."""
        ...

    async def settle(self, key: str, *, sent: bool) -> Outgoing:
        """The person's word on an unknown reply: it stands there, or it does not (back to a draft)."""
        ...

    async def outbox(self) -> tuple[Outgoing, ...]: ...

    async def figures(self, now: datetime, window: str, only: Filter | None = None) -> tuple[Figure, ...]:
        """Every number for a window (``24h 7d 30d all``), of all rows or of those that a filter shows."""
        ...

    async def sheet(self, asked: Question) -> Sheet:
        """All numbers and pictures for a question. Raises: UsageError."""
        ...

    async def boxes(self, now: datetime, zone: tzinfo) -> tuple[Picture, ...]:
        """The pictures of the pane."""
        ...

    async def closed_rows(self, now: datetime) -> tuple[Row, ...]:
        """The rows of the last 30 days that were closed, the last one closed first."""
        ...

    async def behind(self, ids: Sequence[str]) -> tuple[Behind, ...]:
        """What numbers count by these ids: one for each, in their order."""
        ...

    async def feeds(self) -> tuple[FeedState, ...]: ...

    async def pause_feed(self, name: str) -> FeedState:
        """Ask a feed no more until it is resumed."""
        ...

    async def resume_feed(self, name: str) -> FeedState:
        """Ask a feed again that was paused, or given up as gone or refused."""
        ...

    async def who(self, name: str) -> str:
        """Sign in to a feed now and say in a sentence who we are there. Raises: FeedError, ConfigError."""
        ...

    async def feed_log(self, name: str) -> FeedLog:
        """How the last polls of a feed went, and when it could not be read."""
        ...

    async def poll_now(self) -> None:
        """Have every feed asked now that may be asked, by whichever process polls."""
        ...

    async def writes(self, row: str, *, now: bool) -> None:
        """Let others see for a minute that a reply to a row is being written, or that it is no more."""
        ...

    async def close(self) -> tuple[Outgoing, ...]:
        """Stop; gives what is still unsent."""
        ...
