"""Rows that somebody closed, or a rule: for whoever looks after them."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.store import Store

ASKED: Final = "is:closed -reason:withdrawn,muted since:-30d"
"""What the customers took back, and those that are muted, nobody closed."""


async def closed(store: Store, now: datetime, zone: tzinfo, me: str) -> tuple[Row, ...]:
    """The rows begun in the last 30 days that were closed, the last one closed first."""
    from cxtui.core.filters import Sight, parse

    rows = await store.matching(parse(ASKED), Sight(now, zone, me), everything=True)
    return tuple(sorted(rows, key=lambda row: (row.interval.closed or now, row.id), reverse=True))
