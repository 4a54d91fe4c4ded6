"""What goes into the store and comes out of it: immutable values. Times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from cxtui.core.attached import File
from cxtui.core.item import DEEDS, Deed, ReplyKind, Visibility
from cxtui.core.promises import Pledged

if TYPE_CHECKING:
    from cxtui.core.feed import Gap
    from cxtui.core.inbox import Row

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
    The store keeps a copy of each of the ``files``, which go with it.
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
    pledged: tuple[Pledged, ...] = ()
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
    planned: datetime | None = None
    files: tuple[File, ...] = ()

    def far(self, now: datetime) -> bool:
        """Whether it is planned for a time that is more than a minute away."""
        return self.planned is not None and self.planned - now > timedelta(minutes=1)

    @property
    def what(self) -> str:
        """What it is called."""
        return "reply" if self.deed is None else DEEDS[self.deed]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a thread as `show` and the thread pane give it. ``pending``: a moderator must look.

    ``between`` is the same for what one customer and we say to each other in the thread.
    """

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
    between: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows that changed since a cursor; ``gone`` are ids of rows that are no more.

    ``paused`` says that a feed was paused or resumed, so that a poller may have to `heed` it,
    ``asked`` that somebody wants all feeds asked now. ``leader``, ``replying`` and ``promises``
    say that these changed.
    """

    cursor: int
    rows: tuple[Row, ...]
    gone: tuple[str, ...] = ()
    outbox: bool = False
    feeds: bool = False
    paused: bool = False
    asked: bool = False
    leader: bool = False
    replying: bool = False
    promises: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Rows in which somebody says what was searched, the newest message first.

    ``after`` asks for the next ones; None where there are no more.
    """

    rows: tuple[Row, ...]
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of a person went: counts of messages, replies to them, rows, and other records.

    ``words`` are their names and texts, to look for in files that are no part of the store.
    """

    items: int
    replies: int
    rows: int
    people: int
    words: tuple[str, ...] = ()
