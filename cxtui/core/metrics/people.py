"""Who speaks for us and who against us, by what they said in half a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cxtui.core.metrics.facts import View
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.outcomes import verdict
from cxtui.core.metrics.registry import metric

HALF_LIFE = timedelta(days=90)
KEPT = timedelta(days=180)
POINTS = {"recommended": 3.0, "praised in public": 2.0, "public complaint unresolved": -3.0}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a person did that speaks for us or against us."""

    who: str
    what: str
    at: datetime
    item: str

    def points(self, now: datetime) -> float:
        """Its points at ``now``: all for 90 days, half of them for 90 more, then none."""
        age = now - self.at
        if age > KEPT or age < timedelta():
            return 0
        return POINTS[self.what] / (2 if age > HALF_LIFE else 1)


@dataclass(slots=True)
class Stance:
    """What the deeds of one person come to. ``days`` are those on which they spoke for us."""

    points: float = 0
    days: set[date] = field(default_factory=set[date])
    deeds: list[Deed] = field(default_factory=list[Deed])
    waits: bool = False

    @property
    def advocate(self) -> bool:
        """At least five points on two separate days, and nothing of theirs is open."""
        return self.points >= 5 and len(self.days) >= 2 and not self.waits

    @property
    def detractor(self) -> bool:
        """Minus three points or fewer."""
        return self.points <= -3


def deeds(view: View) -> Iterator[Deed]:
    """What people with a name did. One item is one deed: recommending outweighs praising."""
    authors = {i.id: i.author.handle for i in view.items if i.role == "customer" and i.author.handle}
    resolved = {
        item
        for waits in (*view.asking, *view.thanking)
        if not waits.open or waits.probably
        for item in waits.items
    }
    for item in view.items:
        if item.id not in authors:
            continue
        public = item.visibility == "public"
        if verdict(item) == "recommends":
            yield Deed(item.author.handle, "recommended", item.posted, item.id)
        elif public and item.good:
            yield Deed(item.author.handle, "praised in public", item.posted, item.id)
        if public and item.bad and item.id not in resolved:
            yield Deed(item.author.handle, "public complaint unresolved", item.posted, item.id)
    for event in view.events:
        if event.verb == "recommends" and event.item in authors:
            yield Deed(authors[event.item], "recommended", event.at, event.item)


def stances(view: View) -> dict[str, Stance]:
    """Everybody who did something in half a year, by handle."""
    found: dict[str, Stance] = {}
    for deed in deeds(view):
        points = deed.points(view.now)
        if points:
            stance = found.setdefault(deed.who, Stance())
            stance.points += points
            stance.deeds.append(deed)
            if points > 0:
                stance.days.add(deed.at.date())
    for waits in view.asking:
        if waits.open and waits.author.handle in found:
            found[waits.author.handle].waits = True
    return found


def _count(view: View, side: str) -> Found:
    people = stances(view)
    chosen = [s for s in people.values() if (s.advocate if side == "advocates" else s.detractor)]
    return Found(len(chosen), len(people), tuple(deed.item for stance in chosen for deed in stance.deeds))


@metric("advocates", unit="people", source="benchmark advocates-unknown")
def advocates(view: View) -> Found:
    """People who speak for us; n is everybody who spoke in the last 180 days."""
    return _count(view, "advocates")


@metric("detractors", unit="people")
def detractors(view: View) -> Found:
    """People who speak against us; n is everybody who spoke in the last 180 days."""
    return _count(view, "detractors")
