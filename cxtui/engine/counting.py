"""The stats page's sheet and the pane's pictures, counted from the columns that a store keeps."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxtui.core.metrics.pictures import Picture
    from cxtui.core.metrics.sheet import Question, Sheet
    from cxtui.core.orders import Orders
    from cxtui.store import Store


async def sheet(store: Store, asked: Question, orders: Orders | None = None) -> Sheet:
    """All numbers and pictures for a question, of everything or of what its filter shows.

    Raises: UsageError for an unknown window.
    """
    from cxtui.core.filters import Sight
    from cxtui.core.metrics import sheet as sheets

    sight = Sight(asked.now, asked.zone, asked.me)
    return await store.count(lambda ledger: sheets.sheet(ledger, asked, orders), asked.filter, sight)


async def boxes(store: Store, now: datetime, zone: tzinfo) -> tuple[Picture, ...]:
    """The pictures of the pane."""
    from cxtui.core.metrics import sheet as sheets

    return await store.count(lambda ledger: sheets.boxes(ledger, now, zone))
