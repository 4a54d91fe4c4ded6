"""The contract between cxtui and a network, and where the networks are found.

A connector reads one feed. It turns what the network says into `Arrival` values and
says what it can do in `Capabilities`; it keeps no state but what it hands back as a
cursor. It raises only `cxtui.errors.FeedError` and its kinds. Networks never import
each other.

To add one, write a module in this package with a class that follows `Connector` and a
function ``connect(feed, http) -> Connector``, and name it in `cxtui.core.feed.NETWORKS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, cast

from cxtui.core.feed import NETWORKS

if TYPE_CHECKING:
    from cxtui.core.feed import Feed
    from cxtui.core.item import Arrival, Visibility
    from cxtui.http import Client


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network allows, declared before anything is asked of it.

    ``limit`` is the longest reply in characters, counted as ``counted`` says; None means
    no limit. ``why_not`` says in a sentence why replying is not possible from here.
    """

    network: str
    code: str
    reply: bool = False
    limit: int | None = None
    counted: Literal["code points", "graphemes", "bytes"] = "code points"
    why_not: str = ""
    thread: bool = False
    check: bool = False
    visibility: tuple[Visibility, ...] = ("public",)


@dataclass(frozen=True, slots=True)
class Page:
    """What one poll heard. Everything in it is kept in one commit with ``cursor``.

    ``cursor`` is the connector's own text, handed back at the next poll. ``next_after`` is
    the earliest time the server wants to be asked again, ``rests`` what the feed itself
    suggests. ``not_modified`` says that the server had nothing newer, ``conditional`` that it
    can say so; ``gap`` is a sentence when words may have been missed. ``moved`` is where
    redirects led that are all permanent, ``overlaps`` whether the page there has something
    known in it (or both have nothing).
    """

    items: tuple[Arrival, ...] = ()
    cursor: str = ""
    next_after: timedelta | None = None
    not_modified: bool = False
    gap: str | None = None
    title: str | None = None
    rests: timedelta | None = None
    conditional: bool = True
    moved: str | None = None
    overlaps: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply on its way out. ``token`` is chosen once and is the same at every attempt.

    ``native`` and ``thread`` are the network's ids of the message answered and of its root.
    It cannot have reached the network before ``sent_after``.
    """

    native: str
    thread: str
    text: str
    token: str
    visibility: Visibility = "public"
    sent_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The network has taken a reply: its id, its address and the network's time of it.

    ``held`` is a sentence when the network keeps it back for a moderator.
    """

    remote_id: str | None
    url: str | None = None
    at: datetime | None = None
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the network takes us for."""

    handle: str
    words: str = ""
    facts: dict[str, str] = field(default_factory=dict[str, str])


class Connector(Protocol):
    """One feed of one network. Every method may raise Unreachable, Throttled, Refused, Gone."""

    @property
    def capabilities(self) -> Capabilities:
        """What can be done here; costs nothing."""
        ...

    async def check(self) -> Identity:
        """Who are we there? Asks the network once."""
        ...

    async def poll(self, cursor: str, now: datetime) -> Page:
        """What is new since ``cursor`` (empty at the first poll). Raises: Unreadable."""
        ...

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        """Every message of the thread, ours too, as it stands now."""
        ...

    async def reply(self, draft: Draft) -> Sent:
        """Put the text on the network. Raises: Rejected where the network refuses the text.

        Unreachable means that it is not known whether the text was taken.
        """
        ...

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether ``message``, found in the thread later, is this draft having arrived."""
        ...


Connect = Callable[["Feed", "Client"], Connector]


def connect(feed: Feed, http: Client) -> Connector:
    """The connector of a configured feed. ``feed.connector`` must be in `cxtui.core.feed.NETWORKS`."""
    build = cast("Connect", import_module(NETWORKS[feed.connector].module).connect)
    return build(feed, http)
