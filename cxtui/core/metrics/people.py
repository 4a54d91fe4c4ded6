"""Who speaks for us and who against us, by what they said in half a year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import DAY, Ids, length

HALF_LIFE = timedelta(days=90)
KEPT = timedelta(days=180)
POINTS = {"recommended": 3.0, "praised in public": 2.0, "public complaint unresolved": -3.0}

_HALF_LIFE, _KEPT = length(HALF_LIFE), length(KEPT)


class Deed(NamedTuple):
    """Something a person did that speaks for us or against us: its full points, and the item."""

    at: int
    points: float
    item: str

    def worth(self, now: int) -> float:
        """Its points at ``now``: all for 90 days, half of them for 90 more, then none."""
        age = now - self.at
        if age > _KEPT or age < 0:
            return 0
        return self.points / 2 if age > _HALF_LIFE else self.points


class Stance(NamedTuple):
    """What the deeds of one person come to. ``days`` are how many they spoke for us on."""

    points: float
    days: int
    items: tuple[str, ...]
    waits: bool

    @classmethod
    def of(cls, deeds: Iterable[Deed], now: int, *, waits: bool) -> Stance | None:
        """What some deeds come to; None where none of them counts at ``now``."""
        points, days, items = 0.0, set[int](), list[str]()
        for deed in deeds:
            worth = deed.worth(now)
            if worth:
                points += worth
                items.append(deed.item)
                if worth > 0:
                    days.add(deed.at // DAY)
        return cls(points, len(days), tuple(items), waits) if items else None

    @property
    def advocate(self) -> bool:
        """At least five points on two separate days, and nothing of theirs is open."""
        return self.points >= 5 and self.days >= 2 and not self.waits

    @property
    def detractor(self) -> bool:
        """Minus three points or fewer."""
        return self.points <= -3


def _count(span: Span, side: str) -> Found:
    chosen = list(span.ledger.deeds.sides[side].values())
    items = Ids(lambda: (item for stance in chosen for item in stance.items))
    return Found(len(chosen), len(span.ledger.deeds.stances), items)


@metric("advocates", unit="people", source="benchmark advocates-unknown")
def advocates(span: Span) -> Found:
    """People who speak for us; n is everybody who spoke in the last 180 days."""
    return _count(span, "advocates")


@metric("detractors", unit="people")
def detractors(span: Span) -> Found:
    """People who speak against us; n is everybody who spoke in the last 180 days."""
    return _count(span, "detractors")
