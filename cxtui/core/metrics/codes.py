"""What the small numbers in a ledger's columns mean."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

NOTHING, YES, NO, WAITS, MISSED_IN_OUTAGE = range(5)
"""How a rate or a clock came out; `NOTHING`: it has no part in it, `WAITS`: not decided yet, or never."""
LEFT = 32
"""A clock's column holds ``result * LEFT + left``."""
EXCLUDED, GOES_ON = -(2**62), -(2**61)
"""In place of a spell: it says nothing of our speed, or it has no end yet."""

LIMITS = {
    "5m": timedelta(minutes=5),
    "30m": timedelta(minutes=30),
    "60m": timedelta(minutes=60),
    "24h": timedelta(hours=24),
}
ROLES = ("customer", "own", "competitor")
CUSTOMER, OWN, COMPETITOR, ELSEWHERE, OF_BOTH = range(5)
"""Whose an item is; `ELSEWHERE`: a customer's, outside of what is counted here; `OF_BOTH`: written to a
competitor, and about us too."""
BAD, GOOD, PUBLIC = 1, 2, 4
"""What an item tells; ``BAD * PUBLIC`` and ``GOOD * PUBLIC`` where all can read it."""
VERDICTS = (None, "recommends", "neutral", "detracts")
HOW = (None, "fast", "late", "never")


@cache
def having(bit: int) -> tuple[int, ...]:
    """The values of a flag in which a bit stands."""
    return tuple(value for value in range(256) if value & bit)
