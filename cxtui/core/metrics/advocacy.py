"""Who speaks for us and who against us, by name of what they did: the rows behind two numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from cxtui.core.metrics.ledger import Ledger
from cxtui.core.metrics.people import POINTS, Deed, Stance
from cxtui.core.metrics.timeline import at

Side = Literal["advocate", "detractor"]

_WHAT = {points: what for what, points in POINTS.items()}


class Reason(NamedTuple):
    """One thing that somebody did: its points as they count by now, and the item that shows it."""

    what: str
    points: float
    at: datetime
    item: str


class Standing(NamedTuple):
    """What one person comes to. ``side`` is None for who is on neither; ``waits``: something is open."""

    side: Side | None
    points: float
    days: int
    waits: bool
    reasons: tuple[Reason, ...]


def standings(ledger: Ledger, now: datetime, *, everybody: bool = False) -> tuple[Standing, ...]:
    """Advocates, the strongest first, then detractors, the worst first; with ``everybody`` all others too."""
    ledger.advance(now)
    deeds = ledger.deeds
    found = [_standing(stance, deeds.done_by(who), deeds.now) for who, stance in deeds.stances.items()]
    chosen = [one for one in found if everybody or one.side is not None]
    return tuple(sorted(chosen, key=_place))


def _standing(stance: Stance, deeds: list[Deed], now: int) -> Standing:
    side: Side | None = "advocate" if stance.advocate else "detractor" if stance.detractor else None
    reasons = tuple(
        Reason(_WHAT[deed.points], worth, at(deed.at), deed.item)
        for deed in sorted(deeds, reverse=True)
        if (worth := deed.worth(now))
    )
    return Standing(side, stance.points, stance.days, stance.waits, reasons)


def _place(one: Standing) -> tuple[int, float, str]:
    rank = {"advocate": 0, "detractor": 1, None: 2}[one.side]
    return rank, one.points if one.side == "detractor" else -one.points, one.reasons[0].item
