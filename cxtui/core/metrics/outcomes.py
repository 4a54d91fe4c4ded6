"""What a customer says of us in the end, where it is explicit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cxtui.core.item import Item
from cxtui.core.metrics.facts import View

Verdict = Literal["recommends", "neutral", "detracts"]


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """An explicit outcome; ``key`` is the id of the item or event that gave it."""

    at: datetime
    key: str
    verdict: Verdict


def verdict(item: Item) -> Verdict | None:
    """What a 0-10 answer (9-10, 7-8, 0-6) or a review (4 stars or more, 2 or fewer) says; None else."""
    if item.score is not None and 0 <= item.score <= 10:
        return "recommends" if item.score >= 9 else "neutral" if item.score >= 7 else "detracts"
    if item.rating is not None:
        return "recommends" if item.rating >= 4 else "detracts" if item.rating <= 2 else "neutral"
    return None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All outcomes: reviews and answers belong to a person, an operator's tags to one contact."""

    by_handle: dict[str, list[Outcome]]
    by_contact: dict[str, list[Outcome]]

    def last(self, handle: str, contact: str, after: datetime, until: datetime) -> Outcome | None:
        """The last one later than ``after`` and not later than ``until``."""
        found = [*(self.by_handle.get(handle, ()) if handle else ()), *self.by_contact.get(contact, ())]
        return max((o for o in found if after < o.at <= until), default=None)


def outcomes(view: View) -> Outcomes:
    """Every explicit outcome among the facts of a view, whatever its window."""
    by_handle: dict[str, list[Outcome]] = defaultdict(list)
    for item in view.items:
        said = verdict(item)
        if said is not None and item.role == "customer" and item.author.handle:
            by_handle[item.author.handle].append(Outcome(item.posted, item.id, said))
    by_contact: dict[str, list[Outcome]] = defaultdict(list)
    contact = {item: waits.contact for waits in (*view.asking, *view.thanking) for item in waits.items}
    for event in view.events:
        if event.item in contact and event.verb in ("recommends", "detracts"):
            said = "recommends" if event.verb == "recommends" else "detracts"
            by_contact[contact[event.item]].append(Outcome(event.at, event.id, said))
    return Outcomes(by_handle, by_contact)
