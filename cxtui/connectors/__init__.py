"""The contract between cxtui and a network, and where the networks are found.

A connector reads one feed. It turns what the network says into `Arrival` values and
says what it can do in `Capabilities`; it keeps no state but what it hands back as a
cursor. It raises only `cxtui.errors.FeedError` and its kinds. Networks never import
each other.

To add one, write a module in this package with a class that follows `Connector`, a function
``connect(feed, http) -> Connector`` and a constant ``CAN`` (the `Capabilities` of a feed that is
fully configured), and name it in `cxtui.core.feed.NETWORKS`. Another package offers one by the
entry point group ``cxtui.connectors``. A connector that can do more also follows `Finding`,
`Doing`, `Deleting`, `Pushing` or `Closing`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from cxtui.core.item import Deed
from cxtui.core.lengths import Counted
from cxtui.errors import ConfigError
from cxtui.extensions import code

if TYPE_CHECKING:
    from cxtui.core.attached import File
    from cxtui.core.feed import Feed
    from cxtui.core.item import Arrival, Visibility
    from cxtui.http import Client


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network allows, declared before anything is asked of it.

    ``title`` is what people call it. ``limit`` is the longest reply in characters, counted as
    ``counted`` says (`cxtui.core.lengths`), ``most_bytes`` the longest in bytes of UTF-8; None means
    no limit. ``why_not`` says in a sentence why replying is not possible from here. ``retry`` is how
    long after its first attempt a reply may be sent again under the same token without being there
    twice; None: it must not be. What was sent may take ``lag`` until it can be read.
    ``push``: the network can say that there is something new. ``own_posts``: it tells what we posted.
    ``deletes``: a reply of ours can be taken away again from here (`Deleting`), with ``deletes_within``
    only so long after it was sent and by the process that sent it; ``no_delete`` says why it cannot be.
    ``attachments`` is how many files a reply may bring, each of ``attachment_kinds`` (``image/*``; empty:
    any) and up to ``attachment_bytes``, ``attachment_sum`` together; a picture has an alternative text of up
    to ``alt_limit`` characters, 0 where the network has none.
    """

    network: str
    code: str
    reply: bool = False
    limit: int | None = None
    counted: Counted = "code points"
    why_not: str = ""
    thread: bool = False
    check: bool = False
    visibility: tuple[Visibility, ...] = ("public",)
    title: str = ""
    most_bytes: int | None = None
    deeds: tuple[Deed, ...] = ()
    retry: timedelta | None = None
    lag: timedelta = timedelta()
    push: bool = False
    own_posts: bool = False
    deletes: bool = False
    deletes_within: timedelta | None = None
    no_delete: str = ""
    attachments: int = 0
    attachment_bytes: int | None = None
    attachment_sum: int | None = None
    attachment_kinds: tuple[str, ...] = ()
    alt_limit: int = 0


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
    It cannot have reached the network before ``sent_after``. ``files`` go with it, or nothing does: one
    that cannot be uploaded is a Rejected, for the reply has not been sent then.
    """

    native: str
    thread: str
    text: str
    token: str
    visibility: Visibility = "public"
    sent_after: datetime | None = None
    files: tuple[File, ...] = ()


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

    @property
    def told(self) -> str:
        """All of it in a sentence. The network's words are in it as they came."""
        facts = [f"{name}: {fact}" for name, fact in self.facts.items()]
        return "; ".join([self.words or f"signed in as {self.handle}", *facts])


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


@runtime_checkable
class Finding(Protocol):
    """A connector that can look for a reply without reading the thread."""

    async def find(self, draft: Draft) -> Sent | None:
        """The reply, where it stands on the network; None where it surely does not.

        Raises: Unreachable, Throttled, Refused where that is not known.
        """
        ...


@runtime_checkable
class Doing(Protocol):
    """A connector of a network on which more can be done than reply (`Capabilities.deeds`)."""

    async def do(self, deed: Deed, native: str, thread: str) -> None:
        """Do it to a message; done before is done. Raises: Rejected with the network's reason, Gone."""
        ...


@runtime_checkable
class Deleting(Protocol):
    """A connector of a network from which we can take back what we said (`Capabilities.deletes`)."""

    async def delete(self, native: str, thread: str) -> None:
        """Take a message of ours away; one that is gone is taken away. Raises: Rejected with the reason."""
        ...


@runtime_checkable
class Pushing(Protocol):
    """A connector that can wait for news instead of asking for it (`Capabilities.push`)."""

    async def wait(self, cursor: str) -> None:
        """Return when there may be something newer than ``cursor``; a poll then tells what.

        Raises: Unreachable, Throttled, Refused; Rejected where this server cannot do it.
        """
        ...


@runtime_checkable
class Closing(Protocol):
    """A connector that holds a connection of its own."""

    async def aclose(self) -> None:
        """Let go of it; a later call opens it anew."""
        ...


async def find(connector: Connector, draft: Draft, others: Collection[str] = ()) -> Sent | None:
    """A draft as it stands on the network, None where not. Raises: FeedError where it is not known.

    ``others`` are the ids of what is known to be other replies of ours, however alike they are.
    """
    if isinstance(connector, Finding):
        seen = await connector.find(draft)
        return None if seen is not None and seen.remote_id in others else seen
    return among(await connector.thread(draft.native, draft.thread), connector, draft, others)


def among(
    heard: Iterable[Arrival], connector: Connector, draft: Draft, others: Collection[str] = ()
) -> Sent | None:
    """A draft as it stands in a thread, None where it does not."""
    ours = (one for one in heard if one.native not in others and connector.ours(draft, one))
    found = next(ours, None)
    return None if found is None else Sent(found.native, found.url, found.posted)


Connect = Callable[["Feed", "Client"], Connector]


def connect(feed: Feed, http: Client) -> Connector:
    """The connector of a configured feed, cxtui's own or another package's.

    Raises: ConfigError where the feed's own keys do not fit together.
    """
    build = cast("Connect | None", getattr(code(feed.connector), "connect", None))
    if build is None:
        raise ConfigError([f"the connector {feed.connector!r} has no function connect(feed, http)"])
    return build(feed, http)


def can(name: str) -> Capabilities:
    """What the connector of this name can do at best. Raises: ConfigError where it does not say."""
    said: object = getattr(code(name), "CAN", None)
    if not isinstance(said, Capabilities):
        raise ConfigError([f"the connector {name!r} does not say what it can do (CAN)"])
    return said
