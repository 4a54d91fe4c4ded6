"""Two estimates from the literature: how long it takes, and how sure a share is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import ceil, sqrt

Z95 = 1.959963984540054
"""The standard normal quantile at 97.5 %."""

ROUNDING = 1e-9
"""Survival is a product of fractions; this is what rounding may add to it."""


def quantile(ended: Sequence[float], cut: Sequence[float], q: float) -> float | None:
    """The smallest time at which the curve S(t) <= 1 - q; None where it does not reach.

    ``ended`` are the waits that came to their end, ``cut`` those that go on, both sorted. Who waits
    at the time of an answer is at risk still. Between two of ``cut`` the fractions cancel: of ``a`` at
    risk ``a - d`` are left after ``d`` ends. Source: Kaplan & Meier 1958, J. Am. Stat. Assoc. 53:457.
    """
    surviving, place, gone = 1.0, 0, 0
    everybody = len(ended) + len(cut)
    while place < len(ended):
        before = bisect_left(cut, ended[place], gone)  # these were gone when the next wait ended
        gone = before
        at_risk = everybody - place - gone
        until = bisect_right(ended, cut[gone], place) if gone < len(cut) else len(ended)
        # the smallest d with surviving * (at_risk - d) / at_risk <= 1 - q
        wanted = at_risk * (1 - (1 - q + ROUNDING) / surviving)
        there = place + max(ceil(wanted), 1) - 1
        if there < until:
            return ended[there]
        surviving *= (at_risk - (until - place)) / at_risk
        place = until
    return None


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval for ``k`` of ``n``, n > 0.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22:209.
    """
    share, z2 = k / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)
