"""The stats page's sheet and the pane's pictures, counted from the columns that a store keeps."""

from __future__ import annotations

import asyncio
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxtui.core.metrics.pictures import Picture
    from cxtui.core.metrics.sheet import Question, Sheet
    from cxtui.store import Store


async def sheet(store: Store, asked: Question) -> Sheet:
    """All numbers and pictures for a question, of everything or of what its filter shows.

    Raises: UsageError for an unknown window.
    """
    from cxtui.core.filters import Sight
    from cxtui.core.metrics import Ledger
    from cxtui.core.metrics import sheet as sheets
    from cxtui.engine.reckoning import narrowed

    only = asked.filter
    if only is None or only.empty:
        return await store.count(lambda ledger: sheets.sheet(ledger, asked))
    sight = Sight(asked.now, asked.zone, asked.me)
    facts = await store.facts()
    return await asyncio.to_thread(lambda: sheets.sheet(Ledger.of(narrowed(facts, only, sight)), asked))


async def boxes(store: Store, now: datetime, zone: tzinfo) -> tuple[Picture, ...]:
    """The pictures of the pane."""
    from cxtui.core.metrics import sheet as sheets

    return await store.count(lambda ledger: sheets.boxes(ledger, now, zone))
