"""What waits: the waiting intervals of one customer in one thread.

Nothing about an interval is kept by hand: `cxtui.core.history` works it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cxtui.core.clock import Clock, Frozen, Warn, ahead
from cxtui.core.item import Author, Item, Kind, Origin, ReplyKind, Visibility

State = Literal["waiting", "held", "snoozed", "probably", "answered", "closed", "history"]
Reason = Literal[
    "no-answer-needed", "answered-elsewhere", "not-ours", "spam", "duplicate", "withdrawn", "muted"
]
REASONS: tuple[Reason, ...] = (
    "no-answer-needed",
    "answered-elsewhere",
    "not-ours",
    "spam",
    "duplicate",
)
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")


PromiseState = Literal["open", "kept", "late", "broken", "released"]


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised about an item, and until when.

    ``proof`` is the id of the answer that kept it, ``reply`` of the one that made it; ``reason`` says why
    it was released, ``released`` when, where that is known. Whether an open one is broken depends on the
    time: see `cxtui.core.promises`.
    """

    item: str
    text: str
    made: datetime
    due: datetime
    state: PromiseState = "open"
    proof: str | None = None
    by: str = ""
    reason: str | None = None
    reply: str | None = None
    id: str = ""
    released: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One counting reply inside an interval."""

    at: datetime
    kind: ReplyKind
    origin: Origin
    by: str


@dataclass(frozen=True, slots=True)
class Worked:
    """What only a calendar that closes can tell of an interval.

    ``soon`` is when the running clock becomes soon, ``follows`` when the word after each counting
    reply is due. ``days`` of the target and ``update_days`` of the update time are calendar days.
    """

    soon: datetime
    follows: tuple[datetime, ...] = ()
    days: int = 0
    update_days: int = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """One customer's wait, from the first unanswered word to the answer.

    ``start`` is when the customer wrote, ``seen`` when cxtui first saw it. ``due`` is the
    frozen due time of the response clock (of the thanks clock where ``thanks``); `running`
    gives the clock that runs now. ``contact`` is the id of the contact's first interval.
    ``calendar`` is the hash of its calendar; ``worked`` None: it never closes. ``steps`` are the
    terms it began with and those that a priority or tag gave it later, empty where none did.
    """

    id: str
    contact: str
    first: bool
    items: tuple[str, ...]
    opener: Item
    start: datetime
    seen: datetime
    latest: datetime
    thanks: bool
    policy: str
    calendar: str
    due: datetime
    target: timedelta
    update: timedelta
    warn: Warn = 0.25
    worked: Worked | None = None
    steps: tuple[Frozen, ...] = ()
    replies: tuple[Said, ...] = ()
    contacted: datetime | None = None
    answered: datetime | None = None
    answer_kind: ReplyKind | None = None
    origin: Origin | None = None
    answered_by: str | None = None
    by_hand: bool = False
    closed: datetime | None = None
    closed_reason: Reason | None = None
    closed_by: str | None = None
    history: bool = False
    probably: datetime | None = None
    evidence: str | None = None
    snoozed_at: datetime | None = None
    snoozed_until: datetime | None = None
    interrupted_at: datetime | None = None
    interrupted_until: datetime | None = None
    promised: datetime | None = None
    priority: Priority = "normal"
    tags: tuple[str, ...] = ()
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    notes: int = 0
    outcome: Literal["recommends", "detracts"] | None = None
    outcome_at: datetime | None = None

    @property
    def count(self) -> int:
        """How many messages the customer wrote in it."""
        return len(self.items)

    @property
    def ended(self) -> datetime | None:
        """When it stopped waiting, answered or closed."""
        return self.answered or self.closed

    @property
    def open(self) -> bool:
        """Whether somebody still waits. A probable answer is still open."""
        return self.ended is None and not self.history

    @property
    def held(self) -> bool:
        """Whether a holding reply was the last word."""
        return self.open and self.contacted is not None

    @property
    def author(self) -> Author:
        """The customer."""
        return self.opener.author

    @property
    def kind(self) -> Kind:
        """What kind of message opened it."""
        return self.opener.kind

    @property
    def visibility(self) -> Visibility:
        """Where an answer belongs."""
        return self.opener.visibility

    def snoozed(self, now: datetime) -> bool:
        """Whether a snooze covers it at ``now``; asked of the facts, never kept by a timer."""
        if not self.open or self.snoozed_at is None:
            return False
        return self.snoozed_until is None or now < self.snoozed_until

    def state(self, now: datetime) -> State:
        """The state at ``now``."""
        if self.history:
            return "history"
        if self.answered:
            return "answered"
        if self.closed:
            return "closed"
        if self.probably:
            return "probably"
        if self.snoozed(now):
            return "snoozed"
        return "held" if self.contacted else "waiting"

    @property
    def running(self) -> tuple[Clock, datetime]:
        """The clock that runs and its due time.

        While held, the due time is the earlier of the open promise and the last counting
        reply plus ``update``.
        """
        if self.thanks:
            return "thanks", self.due
        if self.contacted is not None and self.replies:
            follow = self.follow(len(self.replies) - 1)
            return "update", min(follow, self.promised) if self.promised else follow
        return ("first_response" if self.first else "next_response"), self.due

    def follow(self, place: int) -> datetime:
        """When the word after a counting reply (by its place) is due."""
        if self.worked is not None:
            return self.worked.follows[place]
        return self.replies[place].at + self.update

    @property
    def soon(self) -> datetime:
        """The moment from which the running clock is soon due."""
        if self.worked is not None:
            return self.worked.soon
        return self.running[1] - ahead(self.length, self.warn)

    @property
    def length(self) -> timedelta:
        """How long the running clock allows in all; what the warning is a share of."""
        return self.update if self.running[0] == "update" else self.target
