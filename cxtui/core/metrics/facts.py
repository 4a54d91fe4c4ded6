"""What the numbers are made of, and the part of it that a window shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cxtui.core.feed import Gap
from cxtui.core.history import lawful
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Reply
from cxtui.errors import UsageError

WINDOWS: dict[str, timedelta | None] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "all": None,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the numbers are made of. ``events`` in order of writing, undone ones and the undoing too."""

    intervals: tuple[Interval, ...] = ()
    items: tuple[Item, ...] = ()
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    promises: tuple[Promise, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def narrowed(self, keep: Callable[[Interval], bool]) -> Facts:
        """Only what belongs to the intervals that ``keep`` accepts; gaps of their feeds."""
        kept = tuple(waits for waits in self.intervals if keep(waits))
        ids = {item for waits in kept for item in waits.items}
        feeds = {waits.opener.feed for waits in kept}
        return Facts(
            intervals=kept,
            items=tuple(i for i in self.items if i.id in ids),
            replies=tuple(r for r in self.replies if r.item in ids),
            events=tuple(e for e in self.events if e.item in ids),
            promises=tuple(p for p in self.promises if p.item in ids),
            gaps=tuple(g for g in self.gaps if g.feed in feeds),
        )


@dataclass(frozen=True, slots=True)
class Orders:
    """What an order is worth to the shop, and how many a customer places in a year."""

    value: float
    currency: str = ""
    per_year: float = 1


@dataclass(frozen=True, slots=True)
class View:
    """The facts as a window shows them at ``now``; ``since`` None shows all.

    ``asking`` are the intervals that need an answer, ``thanking`` those that are praise;
    history is in neither. ``items`` carry the tone a person gave them; ``events`` still stand.
    ``gaps`` touch the window; ``down`` has those of all times by feed.
    """

    facts: Facts
    now: datetime
    since: datetime | None
    asking: tuple[Interval, ...]
    thanking: tuple[Interval, ...]
    items: tuple[Item, ...]
    events: tuple[Event, ...]
    gaps: tuple[Gap, ...]
    down: Mapping[str, tuple[Gap, ...]]
    orders: Orders | None = None

    def has(self, moment: datetime) -> bool:
        """Whether a moment lies in the window; both ends belong to it, the future does not."""
        return moment <= self.now and (self.since is None or moment >= self.since)

    @property
    def customers(self) -> Iterable[Item]:
        """What customers wrote in the window."""
        return (i for i in self.items if i.role == "customer" and self.has(i.posted))


def look(facts: Facts, now: datetime, window: str, orders: Orders | None = None) -> View:
    """The view of a window (``24h 7d 30d all``). Raises: UsageError for another word."""
    if window not in WINDOWS:
        raise UsageError(f"a window is one of {', '.join(WINDOWS)}, not {window!r}")
    length = WINDOWS[window]
    since = None if length is None else now - length
    events = tuple(lawful(facts.events))
    toned = {e.item: e.detail.get("tone") for e in events if e.verb == "toned"}
    items = {i.id: i.toned(toned[i.id]) if i.id in toned else i for i in facts.items if not i.history}
    counting = [waits for waits in facts.intervals if not waits.history]
    return View(
        facts=facts,
        now=now,
        since=since,
        asking=tuple(waits for waits in counting if not waits.thanks),
        thanking=tuple(waits for waits in counting if waits.thanks),
        items=tuple(items.values()),
        events=events,
        gaps=tuple(gap for gap in facts.gaps if _touches(gap, since, now)),
        down={feed: tuple(g for g in facts.gaps if g.feed == feed) for feed in {g.feed for g in facts.gaps}},
        orders=orders,
    )


def _touches(gap: Gap, since: datetime | None, until: datetime) -> bool:
    return gap.since <= until and (since is None or gap.until is None or gap.until > since)


def standing(replies: Iterable[Reply], events: Iterable[Event]) -> tuple[Reply, ...]:
    """The replies that still stand on the network; ``events`` must be lawful ones."""
    deleted = {e.detail.get("remote_id") for e in events if e.verb == "reply_deleted"}
    return tuple(r for r in replies if r.remote_id is None or r.remote_id not in deleted)


def person(item: Item) -> str:
    """Who wrote it: one handle is one person on any feed; without a name one per thread."""
    return item.author.handle or f"\x1f{item.thread}"


def outage(waits: Interval, gaps: Iterable[Gap]) -> timedelta:
    """How much of the time before cxtui saw it its feed could not be read; ``gaps`` are the feed's."""
    hidden = timedelta()
    for gap in gaps:
        end = waits.seen if gap.until is None else min(gap.until, waits.seen)
        hidden += max(end - max(gap.since, waits.start), timedelta())
    return hidden


def doubtful(waits: Interval) -> bool:
    """Whether it is only probably answered: no rate counts it until a person has said."""
    return waits.open and waits.probably is not None


def spared(waits: Interval) -> bool:
    """Whether it was closed or withdrawn before it was due: no rate counts it.

    Closed later it counts as unanswered, so that closing flatters nobody.
    """
    return waits.closed is not None and waits.closed <= waits.due


def counts(waits: Interval) -> bool:
    """Whether rates may count it at all."""
    return not spared(waits) and not doubtful(waits)
