"""What the numbers are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cxtui.core.feed import Gap
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Event, Item, Person, Reply
from cxtui.core.orders import Orders

__all__ = ["OUTCOMES", "WINDOWS", "Facts", "Orders"]

OUTCOMES = frozenset({"recommends", "detracts", "undone"})
"""Acts that say what somebody thinks of us, and the one that takes one back."""
WINDOWS: dict[str, timedelta | None] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "all": None,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the numbers are made of. ``events`` in order of writing, undone ones and the undoing too.

    ``elsewhere`` are items that count only as what somebody said of us later, or bought; ``tagged`` those
    of them that were tagged for the contact of an interval, with that interval.
    """

    intervals: tuple[Interval, ...] = ()
    items: tuple[Item, ...] = ()
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    promises: tuple[Promise, ...] = ()
    gaps: tuple[Gap, ...] = ()
    elsewhere: tuple[Item, ...] = ()
    people: tuple[Person, ...] = ()
    tagged: Mapping[str, str] = field(default_factory=dict[str, str])

    def narrowed(
        self, keep: Callable[[Interval], bool], fits: Callable[[Item], bool] = lambda _: False
    ) -> Facts:
        """Only what belongs to the intervals that ``keep`` accepts; gaps of their feeds.

        Posts of our own and of competitors stay where they fit. The outcome of a contact may be
        a review on any feed: what else customers wrote stays as that, and a tag counts for its contact
        wherever it was set. Slow, and plain: `cxtui.core.metrics.part` does the same in columns.
        """
        kept = tuple(waits for waits in self.intervals if not waits.history and keep(waits))
        ids = {item for waits in kept for item in waits.items}
        feeds = {waits.opener.feed for waits in kept}
        tagged = self._tagged_elsewhere(kept, ids)
        return Facts(
            intervals=kept,
            items=tuple(i for i in self.items if i.id in ids or (i.role != "customer" and fits(i))),
            elsewhere=tuple(i for i in self.items if i.id not in ids and i.role == "customer"),
            replies=tuple(r for r in self.replies if r.item in ids),
            events=tuple(
                e for e in self.events if e.item in ids or (e.verb in OUTCOMES and e.item in tagged)
            ),
            promises=tuple(p for p in self.promises if p.item in ids),
            gaps=tuple(g for g in self.gaps if g.feed in feeds),
            people=self.people,
            tagged=tagged,
        )

    def _tagged_elsewhere(self, kept: Iterable[Interval], ids: Collection[str]) -> dict[str, str]:
        """The items outside of what is kept whose tags count for a contact inside, with an interval of it."""
        inside = {waits.contact: waits.id for waits in kept if waits.closed_reason != "muted"}
        about = {event.item for event in self.events if event.verb in OUTCOMES} - set(ids)
        return {
            item: inside[waits.contact]
            for waits in self.intervals
            if waits.contact in inside and not waits.history and waits.closed_reason != "muted"
            for item in about.intersection(waits.items)
        }


def touches(gap: Gap, since: datetime | None, until: datetime) -> bool:
    """Whether a gap lies in a stretch of time, at least in part."""
    return gap.since <= until and (since is None or gap.until is None or gap.until > since)


def person(item: Item) -> str:
    """Who wrote it: one handle is one person on any feed; without a name one per thread."""
    return item.author.handle or f"\x1f{item.thread}"


def outage(waits: Interval, gaps: Iterable[Gap]) -> timedelta:
    """How much of the time before cxtui saw it its feed could not be read; ``gaps`` are the feed's."""
    return hidden_for(waits.start, waits.seen, gaps)


def hidden_for(start: datetime, seen: datetime, gaps: Iterable[Gap]) -> timedelta:
    """How much of the time from ``start`` to ``seen`` lies in these gaps."""
    hidden = timedelta()
    for gap in gaps:
        end = seen if gap.until is None else min(gap.until, seen)
        hidden += max(end - max(gap.since, start), timedelta())
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
