"""Stories told in minutes, made into facts by the real `intervals`."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import isclose
from typing import Any

from cxtui.core.feed import Gap
from cxtui.core.history import History, intervals
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Author, Clean, Event, Item, Reply, ReplyKind, Verb
from cxtui.core.metrics import Facts, Figure, Orders, figures
from cxtui.core.policies import Policies

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
HOUR = 60.0
DAY = 24 * HOUR


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def near(one: float | None, other: float) -> bool:
    """Equal but for rounding."""
    return one is not None and isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


@dataclass(slots=True)
class Story:
    """What happened, minute by minute after `START`. Every act gives back an id to act on."""

    policies: Policies = field(default_factory=Policies)
    items: list[Item] = field(default_factory=list[Item])
    replies: list[Reply] = field(default_factory=list[Reply])
    events: list[Event] = field(default_factory=list[Event])
    promises: list[Promise] = field(default_factory=list[Promise])
    gaps: list[Gap] = field(default_factory=list[Gap])
    made: Counter[str] = field(default_factory=Counter[str])
    """How many of each there ever were; a key is never given twice."""

    def writes(
        self, minute: float, who: str = "@mai", *, thread: str = "", feed: str = "comments", **facts: Any
    ) -> str:
        key = f"{feed}:{self._number('items')}"
        followers = facts.pop("followers", None)
        late = facts.pop("seen", minute)
        item = Item(
            id=key,
            feed=feed,
            network="feed",
            kind=facts.pop("kind", "comment"),
            thread=thread or key,
            author=Author(Clean(who), Clean(who), followers),
            text=Clean(facts.pop("text", "it does not work")),
            posted=at(minute),
            seen=at(late),
        )
        self.items.append(replace(item, **facts))
        return key

    def replies_to(self, item: str, minute: float, kind: ReplyKind = "answer") -> str:
        key = f"r{self._number('replies')}"
        self.replies.append(Reply(item, "nok", Clean("we are on it"), at(minute), kind, remote_id=key))
        return key

    def does(self, item: str, verb: Verb, minute: float, **detail: Any) -> str:
        key = f"e{self._number('events')}"
        self.events.append(Event(key, item, verb, "nok", at(minute), detail))
        return key

    def _number(self, of: str) -> int:
        self.made[of] += 1
        return self.made[of]

    def closes(self, item: str, minute: float, reason: str = "no-answer-needed") -> str:
        return self.does(item, "closed", minute, reason=reason)

    def promises_to(self, item: str, minute: float, due: float, state: Any = "open") -> None:
        self.promises.append(Promise(item, "tomorrow", at(minute), at(due), state))

    def is_down(self, feed: str, since: float, until: float | None) -> None:
        self.gaps.append(Gap(feed, at(since), None if until is None else at(until), "HTTP 503"))

    def intervals(self) -> tuple[Interval, ...]:
        contacts: dict[str, list[Item]] = defaultdict(list)
        for item in self.items:
            if item.role == "customer":
                contacts[item.contact].append(item)
        found: list[Interval] = []
        for items in contacts.values():
            ids = {item.id for item in items}
            known = History(
                items=items,
                replies=[r for r in self.replies if r.item in ids],
                events=[e for e in self.events if e.item in ids],
                promises=[p for p in self.promises if p.item in ids],
            )
            found += intervals(known, self.policies)
        return tuple(found)

    def facts(self) -> Facts:
        return Facts(
            self.intervals(),
            tuple(self.items),
            tuple(self.replies),
            tuple(self.events),
            tuple(self.promises),
            tuple(self.gaps),
        )

    def numbers(self, minute: float, window: str = "all", orders: Orders | None = None) -> Numbers:
        return Numbers(figures(self.facts(), at(minute), window, orders))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures, asked for by name and class."""

    rows: tuple[Figure, ...]

    def __call__(self, metric: str, class_: str | None = None) -> Figure:
        return next(row for row in self.rows if (row.metric, row.class_) == (metric, class_))

    def first(self, metric: str) -> Figure:
        """Its first row, of whatever class."""
        return next(row for row in self.rows if row.metric == metric)

    def value(self, metric: str, class_: str | None = None) -> tuple[float | None, int]:
        """The value and its n."""
        row = self(metric, class_)
        return row.value, row.n

    def classes(self, metric: str) -> list[str | None]:
        return [row.class_ for row in self.rows if row.metric == metric]
