"""What a customer wrote, what we answered, and what was done about it.

An `Arrival` is what a connector heard, in the network's words and not yet cleaned.
An `Item` is the same after the border: text cleaned, times settled, ids our own.
All times are aware UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NewType, get_args

Clean = NewType("Clean", str)
"""Text from outside that went through `cxtui.core.text.clean`. Nothing else makes it."""

Kind = Literal["mention", "comment", "reply", "message", "review", "mail", "post", "purchase"]
Role = Literal["customer", "own", "competitor"]
Visibility = Literal["public", "direct"]
Tone = Literal["complaint", "question", "praise"]
TONES: tuple[Tone, ...] = get_args(Tone)
ReplyKind = Literal["answer", "holding", "thanks"]
Origin = Literal["cxtui", "elsewhere"]
Own = Literal["strong", "medium", "weak"]
"""How sure it is that we wrote it: by id or address strong, by handle medium, by bare name weak."""
Proof = Literal["sent", "native", "direct", "flat"]
"""How we know of an answer: we sent it, the network says so, it hangs on the question, its words fit."""
Deed = Literal["like", "approve", "spam"]
"""What can be done on a network beside replying: thank by a like, let a message that waits for a
moderator through, or call it spam. Doing one twice is the same as doing it once."""
DEEDS: dict[Deed, str] = {"like": "like", "approve": "approval", "spam": "spam mark"}
"""What a deed is called."""

ASKS = "?؟？"
"""The marks of a question."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
FUTURE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something hung on a message. Named, never opened."""

    name: str
    kind: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, in the network's words. ``uri`` is the id or address nobody can type."""

    handle: str = ""
    name: str = ""
    followers: int | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The network's own word that a message was answered. ``text`` is empty where it shows none."""

    by: str = ""
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as a connector heard it: plain text, but strangers' text.

    ``native`` is the network's id. ``thread`` and ``parent`` are native ids too; a
    connector that knows no thread leaves None. ``posted`` is None where the network
    gave no time. ``own`` marks a message of ours: with a ``parent`` it is a reply.
    ``kind`` None means the feed's default. ``flat``: the channel never says what answers what.
    ``pending``: the network keeps it back until a moderator approves.

    Where ``native`` alone does not name a message for ever: ``key`` is the same for it in every
    feed, ``guid`` is what the feed calls it, ``link`` an address that no other message of this
    reading has (spelled as `cxtui.core.identity.canonical_link` does), ``fingerprint`` a hash of
    who, when and what.
    """

    native: str
    text: str
    author: Voice = field(default_factory=Voice)
    kind: Kind | None = None
    thread: str | None = None
    parent: str | None = None
    title: str | None = None
    attachments: tuple[Attachment, ...] = ()
    visibility: Visibility = "public"
    posted: datetime | None = None
    url: str | None = None
    stars: float | None = None
    scale: float = 5
    score: int | None = None
    tone: Tone | None = None
    lang: str | None = None
    own: Own | None = None
    reply_kind: ReplyKind = "answer"
    withdrawn: bool = False
    pending: bool = False
    answered: Told | None = None
    flat: bool = False
    key: str | None = None
    guid: str | None = None
    link: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote an item, cleaned. ``handle`` is never empty in a stored item that has a name."""

    handle: Clean = Clean("")
    name: Clean = Clean("")
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody. ``same_as`` are their other handles, bare or behind ``network:``."""

    handle: str
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing somebody wrote. ``id`` is ``feed:native``; ``thread`` is ``feed:native`` of the root.

    ``score`` is a 0-10 answer, ``stars`` counts on ``scale``. ``flagged`` says why ``posted``
    is not the network's time. ``history`` items were old at the first poll and count nowhere.
    ``tone_why`` are the reasons of a rule. ``pending``: nobody sees it until a moderator approves.
    ``muted``: its customer was muted when it came, so it needs no answer. ``names_us``: it was written
    to a competitor and says one of our names.
    """

    id: str
    feed: str
    network: str
    kind: Kind
    thread: str
    author: Author
    text: Clean
    posted: datetime
    seen: datetime
    title: Clean | None = None
    attachments: tuple[Attachment, ...] = ()
    role: Role = "customer"
    visibility: Visibility = "public"
    score: int | None = None
    url: str | None = None
    stars: float | None = None
    scale: float = 5
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

    @property
    def contact(self) -> str:
        """The key under which one customer's messages of one thread meet."""
        return contact_key(self.thread, self.author.handle)

    @property
    def rating(self) -> float | None:
        """Stars on a scale of five."""
        return None if self.stars is None else self.stars * 5 / self.scale

    @property
    def asks(self) -> bool:
        """Whether it holds a question, by tone or by a question mark."""
        return self.tone == "question" or (
            self.tone_by != "operator" and any(mark in self.text for mark in ASKS)
        )

    @property
    def good(self) -> bool:
        """At least four of five stars, or praise."""
        return self.tone == "praise" or (self.rating is not None and self.rating >= 4)

    @property
    def bad(self) -> bool:
        """At most two of five stars, or a complaint."""
        return self.tone == "complaint" or (self.rating is not None and self.rating <= 2)

    @property
    def is_praise(self) -> bool:
        """Praise that asks nothing and complains of nothing: it deserves thanks, not an answer."""
        return self.good and not self.asks and self.tone != "complaint"

    def toned(self, tone: Tone | None) -> Item:
        """The same item with the tone a person gave it."""
        return replace(self, tone=tone, tone_by="operator", tone_why=None)


_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def called(handle: str, name: str = "") -> str:
    """How a person is called: ``@handle``, a mail address as it is, else the name."""
    if not handle:
        return name or "somebody"
    return handle if handle.startswith("@") or _ADDRESS.fullmatch(handle) else f"@{handle}"


def contact_key(thread: str, handle: str) -> str:
    """``thread`` and customer as one text; the separator occurs in neither."""
    return f"{thread}\x1f{handle}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A counting reply by the brand to ``item``. ``remote_id`` is the network's id of it.

    ``evidence`` says in words where it was seen, ``proof`` how sure that makes it, ``seen`` when
    cxtui first saw it where that was later.
    """

    item: str
    by: str
    text: Clean
    at: datetime
    kind: ReplyKind = "answer"
    origin: Origin = "elsewhere"
    remote_id: str | None = None
    url: str | None = None
    evidence: str | None = None
    proof: Proof = "direct"
    seen: datetime | None = None

    @property
    def like(self) -> bool:
        """Whether it is thanks without a word: it thanks for praise and answers no question."""
        return self.kind == "thanks" and self.origin == "cxtui" and not self.text


Verb = Literal[
    "snoozed", "woken", "closed", "reopened", "claimed", "released", "tagged", "untagged",
    "noted", "priority", "recommends", "detracts", "toned", "withdrawn", "edited",
    "reply_deleted", "probably", "confirmed", "rejected", "muted", "unmuted", "overrode", "undone",
    "promised", "promise_released", "promise_moved",
]  # fmt: skip

Detail = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done about an item. ``detail`` depends on ``verb``.

    ``{until}`` snoozed (RFC 3339, or null until the customer writes), ``{reason}`` closed,
    ``{until, for}`` claimed, ``{tag}`` tagged and untagged, ``{text}`` noted, ``{level}``
    priority, ``{tone}`` toned, ``{remote_id}`` reply_deleted, ``{evidence, at, by}`` probably
    (``at`` when our words were written, ``by`` the id of their message), ``{reason}`` muted,
    ``{rule, reason}`` overrode (a reply sent against a rule of the guard),
    ``{event}`` undone, ``{promise, text, due, reply}`` promised (``reply`` the id of the one that made it),
    ``{promise, reason}`` promise_released, ``{promise, due, from}`` promise_moved.
    """

    id: str
    item: str
    verb: Verb
    by: str
    at: datetime
    detail: Detail = field(default_factory=dict[str, Any])


def settled(posted: datetime | None, seen: datetime) -> tuple[datetime, str | None]:
    """The time the customer's clock starts, and why it is not the network's.

    A time that is missing, before 1990, or more than five minutes after ``seen`` becomes
    ``seen``.
    """
    if posted is None:
        return seen, "no time given"
    if posted < EARLIEST:
        return seen, "time before 1990"
    if posted > seen + FUTURE:
        return seen, "time in the future"
    return posted, None
