"""Every number of a store, or of the part of it that a filter shows, from the columns that it keeps."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxtui.core.filters import Filter, Sight
    from cxtui.core.metrics import Figure
    from cxtui.core.orders import Orders
    from cxtui.store import Store


async def reckoned(
    store: Store, now: datetime, window: str, only: Filter | None, sight: Sight, orders: Orders | None = None
) -> tuple[Figure, ...]:
    """Every number for a window, of all rows or of those that a filter shows in a sight."""
    return await store.count(lambda ledger: ledger.figures(now, window, orders), only, sight)
