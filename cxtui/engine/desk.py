"""What the screen may ask of the engine, and what it is told.

The engine runs in a thread of its own with its own event loop. A `Desk` lives in the
screen's thread: its methods hand the work over and give awaitables of the screen's loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities
    from cxtui.core.inbox import Row
    from cxtui.core.item import Deed, Event, ReplyKind, Verb
    from cxtui.core.metrics import Figure
    from cxtui.engine.leading import Leader
    from cxtui.store import FeedLog, FeedState, Message, Outgoing
    from cxtui.store.leases import Replying


@dataclass(frozen=True, slots=True)
class News:
    """All that happened since the last `Desk.take`; a burst of messages is one News.

    ``rest`` are open rows that were there before but not among the first that `Desk.open` gave.
    ``leader`` is who asks the feeds, ``replying`` who else writes a reply now. ``notices`` are
    sentences about trouble, ``said`` about what is well.
    """

    rows: tuple[Row, ...] = ()
    rest: tuple[Row, ...] = ()
    gone: tuple[str, ...] = ()
    feeds: tuple[FeedState, ...] | None = None
    outbox: tuple[Outgoing, ...] | None = None
    leader: Leader | None = None
    replying: tuple[Replying, ...] | None = None
    notices: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the numbers may be others now; what was there before is in them already."""
        return replace(self, rest=()) != News()


class Desk(Protocol):
    """The screen's side of the engine. Store errors come out of every awaitable as `StoreError`."""

    operator: str

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

    async def keep_draft(self, row: str, text: str) -> None:
        """Keep a text for later; an empty one drops the draft."""
        ...

    async def reply(self, row: str, text: str, kind: ReplyKind, basis: tuple[str, ...]) -> Outgoing:
        """Queue a reply durably; the undo window begins. ``basis`` are the item ids the writer saw.

        Raises: Unlawful, Conflict, Rejected (over the limit, or the feed takes no replies).
        """
        ...

    async def deed(self, row: str, deed: Deed) -> Outgoing:
        """Queue a deed durably; the undo window begins.

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

    async def figures(self, now: datetime, window: str) -> tuple[Figure, ...]:
        """Every number for a window (``24h 7d 30d all``)."""
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
