"""Two estimates from the literature: how long it takes, and how sure a share is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from operator import attrgetter

Z95 = 1.959963984540054
"""The standard normal quantile at 97.5 %."""

ROUNDING = 1e-9
"""Survival is a product of fractions; this is what rounding may add to it."""


@dataclass(frozen=True, slots=True)
class Spell:
    """How long one customer waited, in seconds; ``ended`` is False where the wait goes on."""

    seconds: float
    ended: bool


def quantile(spells: Iterable[Spell], q: float) -> float | None:
    """The smallest time at which the curve S(t) <= 1 - q; None where it does not reach.

    Who waits at the time of an answer is at risk still. Source: Kaplan & Meier 1958,
    J. Am. Stat. Assoc. 53:457.
    """
    ordered = sorted(spells, key=attrgetter("seconds"))
    surviving, at_risk = 1.0, len(ordered)
    for seconds, same in groupby(ordered, key=attrgetter("seconds")):
        ended = [spell.ended for spell in same]
        surviving *= 1 - sum(ended) / at_risk
        if surviving <= 1 - q + ROUNDING:
            return seconds
        at_risk -= len(ended)
    return None


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval for ``k`` of ``n``, n > 0.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22:209.
    """
    share, z2 = k / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)
