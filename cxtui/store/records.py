"""Export and import records: JSON lines with fixed names.

An import is a border: every text in it is cleaned, every field checked.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal, cast

import msgspec

from cxtui.core.calendar import ALWAYS
from cxtui.core.clock import Frozen, Target
from cxtui.core.feed import Gap
from cxtui.core.freezing import own
from cxtui.core.interval import Interval, Promise, PromiseState
from cxtui.core.item import (
    Attachment,
    Author,
    Clean,
    Event,
    Item,
    Kind,
    Origin,
    Reply,
    ReplyKind,
    Role,
    Tone,
    Verb,
    Visibility,
    settled,
)
from cxtui.core.text import clean, one_line
from cxtui.core.when import duration
from cxtui.errors import UsageError
from cxtui.store import Record
from cxtui.store.details import YEARS, bounded, told

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]

Length = tuple[Annotated[int, msgspec.Meta(ge=0, le=3660)], Annotated[float, msgspec.Meta(ge=0, le=4e8)]]

VERSION = 1


class AuthorRecord(msgspec.Struct):
    """The author of an item record."""

    handle: str = ""
    name: str | None = ""
    followers: int | None = None


class AttachmentRecord(msgspec.Struct):
    """An attachment of an item record."""

    name: str
    kind: str = ""
    url: str | None = None


class ItemRecord(msgspec.Struct, tag="item"):
    """One item. Without ``seen`` it counts as seen when it was posted."""

    id: Name
    feed: Name
    text: str
    author: AuthorRecord = msgspec.field(default_factory=AuthorRecord)
    network: str = ""
    kind: Kind = "comment"
    thread: str | None = None
    title: str | None = None
    attachments: list[AttachmentRecord] = []
    role: Role = "customer"
    visibility: Visibility = "public"
    score: Annotated[int, msgspec.Meta(ge=0, le=10)] | None = None
    posted: Moment | None = None
    seen: Moment | None = None
    url: str | None = None
    stars: float | None = None
    scale: Annotated[float, msgspec.Meta(gt=0)] | None = 5
    tone: Tone | None = None
    tone_by: Literal["rule", "operator"] | None = None
    lang: str | None = None
    history: bool = False
    parent: str | None = None
    flagged: str | None = None
    tone_why: str | None = None
    pending: bool = False
    muted: bool = False
    names_us: bool = False

    def item(self) -> Item:
        """The item, cleaned. Raises: ValueError without any time."""
        seen = self.seen or self.posted
        if seen is None:
            raise ValueError("has neither posted nor seen")
        seen = _utc_of(bounded("seen", seen))
        posted, flagged = settled(_within(self.posted), seen)
        name = line(self.author.name or "")
        return Item(
            id=line(self.id),
            feed=line(self.feed),
            network=line(self.network or self.feed),
            kind=self.kind,
            thread=line(self.thread or self.id),
            author=Author(line(self.author.handle) or name, name, self.author.followers),
            text=clean(self.text),
            posted=posted,
            seen=seen,
            title=None if self.title is None else line(self.title),
            attachments=tuple(Attachment(line(a.name), line(a.kind), a.url) for a in self.attachments),
            role=self.role,
            visibility=self.visibility,
            score=self.score,
            url=self.url,
            stars=self.stars,
            scale=self.scale or 5,
            tone=self.tone,
            tone_by=self.tone_by,
            lang=self.lang,
            history=self.history,
            parent=self.parent,
            flagged=self.flagged or flagged,
            tone_why=None if self.tone_why is None else line(self.tone_why),
            pending=self.pending,
            muted=self.muted,
            names_us=self.names_us,
        )


class ReplyRecord(msgspec.Struct, tag="reply"):
    """One counting reply."""

    item: Name
    at: Moment
    by: str = ""
    text: str = ""
    kind: ReplyKind = "answer"
    origin: Origin = "elsewhere"
    remote_id: str | None = None
    url: str | None = None

    def reply(self) -> Reply:
        """The reply, cleaned."""
        return Reply(
            line(self.item), line(self.by), clean(self.text), _utc_of(self.at), self.kind, self.origin,
            self.remote_id, self.url,
        )  # fmt: skip


class EventRecord(msgspec.Struct, tag="event"):
    """One event. Its detail is checked against its verb."""

    item: Name
    verb: Verb
    at: Moment
    id: str = ""
    by: str = ""
    detail: dict[str, Any] = {}

    def event(self) -> Event:
        """The event. Raises: ValueError where the detail lacks what the verb needs."""
        detail = told(self.verb, self.detail)
        key = self.id or digest(self.item, self.verb, str(self.at), str(sorted(self.detail.items())))
        return Event(line(key), line(self.item), self.verb, line(self.by), _utc_of(self.at), detail)


class PromiseRecord(msgspec.Struct, tag="promise"):
    """One promise."""

    item: Name
    text: str
    made: Moment
    due: Moment
    state: PromiseState = "open"
    proof: str | None = None
    by: str = ""
    reason: str | None = None
    reply: str | None = None
    id: str = ""

    def promise(self) -> Promise:
        """The promise, cleaned."""
        key = line(self.id) or digest(self.item, self.text, str(self.made))
        return Promise(
            line(self.item), clean(self.text), _utc_of(self.made), _utc_of(self.due), self.state, self.proof,
            line(self.by), None if self.reason is None else clean(self.reason), self.reply, key,
        )  # fmt: skip


class PersonRecord(msgspec.Struct, tag="person"):
    """What is known of a person; kept as it is."""

    handle: Name
    network: str
    same_as: list[str] = []
    notes: str | None = None
    occasions: list[dict[str, Any]] = []
    consent: bool | None = None


class IntervalRecord(msgspec.Struct, tag="interval"):
    """A frozen clock. Lengths are days and seconds beside them, ``warn`` a share or such as ``1800s``."""

    item: Name
    due: Moment
    policy: Name = "default"
    calendar: Name = ALWAYS
    target: Length | None = None
    update: Length | None = None
    warn: Annotated[float, msgspec.Meta(ge=0, le=1)] | str | None = None
    follows: list[tuple[Moment, Moment]] = []
    soon: tuple[Moment, Moment] | None = None

    def frozen(self) -> Frozen:
        """The terms it fixes; whether of thanks or of an answer is seen from the item. Raises: ValueError."""
        return Frozen(
            policy=line(self.policy),
            calendar=line(self.calendar),
            due=_utc_of(self.due),
            target=_target(self.target),
            update=_target(self.update),
            warn=_warn(self.warn) if isinstance(self.warn, str) else self.warn,
            follows=tuple(map(_pair, self.follows)),
            soon=None if self.soon is None else _pair(self.soon),
        )


def _target(length: Length | None) -> Target | None:
    return None if length is None else Target(length[0], timedelta(seconds=length[1]))


def _warn(said: str) -> timedelta:
    found = duration(said)
    if found is None:
        raise ValueError(f"warn is no length of time: {said!r}")
    return found


def _pair(of: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    return _utc_of(bounded("follows", of[0])), _utc_of(bounded("follows", of[1]))


class GapRecord(msgspec.Struct, tag="gap", rename={"from_": "from"}):
    """A time in which a feed could not be read."""

    feed: Name
    from_: Moment
    to: Moment | None = None
    why: str = ""

    def gap(self) -> Gap:
        """The gap, cleaned."""
        return Gap(line(self.feed), _utc_of(self.from_), _utc(self.to), line(self.why))


_TIMES = ("seen", "at", "made", "due", "from_", "to")
"""The times of a record. When an item was posted may be anything: see `settled`."""

AnyRecord = ItemRecord | ReplyRecord | EventRecord | PromiseRecord | PersonRecord | IntervalRecord | GapRecord


@lru_cache(maxsize=256)
def line(text: str) -> Clean:
    """A short text from outside, cleaned and on one line."""
    return one_line(clean(text))


def digest(*parts: str) -> str:
    """A short key for something that brings none."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def parsed(number: int, record: Record) -> AnyRecord:
    """One import record, checked. Raises: UsageError naming its line."""
    if record.get("v") != VERSION:
        raise UsageError(f"line {number}: v is {record.get('v')!r}; this cxtui reads version {VERSION}")
    try:
        found = cast("AnyRecord", msgspec.convert(record, AnyRecord))
        for name in _TIMES:
            at: datetime | None = getattr(found, name, None)
            if at is not None:
                bounded(name.rstrip("_"), at)
    except (msgspec.ValidationError, ValueError) as problem:
        raise UsageError(f"line {number}: {problem}") from None
    return found


def stamp(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def item_record(item: Item) -> Record:
    """The export record of an item."""
    record: Record = msgspec.to_builtins(item)
    for name in ("parent", "flagged", "tone_why", "pending", "muted", "names_us"):
        if not record[name]:
            del record[name]
    record["attachments"] = list(record["attachments"])
    return {"v": VERSION, "type": "item", **record}


def reply_record(reply: Reply) -> Record:
    """The export record of a reply."""
    record: Record = msgspec.to_builtins(reply)
    for name in ("evidence", "proof", "seen"):
        del record[name]
    return {"v": VERSION, "type": "reply", **record}


def event_record(event: Event) -> Record:
    """The export record of an event."""
    return {"v": VERSION, "type": "event", **msgspec.to_builtins(event)}


def promise_record(promise: Promise) -> Record:
    """The export record of a promise."""
    record: Record = msgspec.to_builtins(promise)
    for name in ("by", "reason", "reply"):
        if not record[name]:
            del record[name]
    return {"v": VERSION, "type": "promise", **record}


def interval_record(waits: Interval) -> Record:
    """The export record of a frozen clock."""
    return {
        "v": VERSION,
        "type": "interval",
        "item": waits.id,
        "policy": waits.policy,
        "calendar": waits.calendar,
        "due": stamp(waits.due),
        **_terms(own(waits)),
    }


def _terms(terms: Frozen) -> Record:
    """What else is frozen with a clock, as far as a configuration of another day would say otherwise."""
    warn = terms.warn
    found: Record = {
        "target": terms.target and [terms.target.days, terms.target.worked.total_seconds()],
        "update": terms.update and [terms.update.days, terms.update.worked.total_seconds()],
        "warn": f"{int(warn.total_seconds())}s" if isinstance(warn, timedelta) else warn,
        "follows": [[stamp(at), stamp(due)] for at, due in terms.follows],
        "soon": terms.soon and [stamp(at) for at in terms.soon],
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def gap_record(gap: Gap) -> Record:
    """The export record of a gap."""
    return {
        "v": VERSION,
        "type": "gap",
        "feed": gap.feed,
        "from": stamp(gap.since),
        "to": stamp(gap.until),
        "why": gap.why,
    }


def _within(at: datetime | None) -> datetime | None:
    """A time that anybody may have set, far off where it is farther off than can be reckoned with."""
    if at is None or at.year in YEARS:
        return _utc(at)
    return at.replace(year=YEARS[0] if at.year < YEARS[0] else YEARS[-1], month=1, day=1).astimezone(UTC)


def _utc_of(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)
