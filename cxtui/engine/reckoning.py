"""Every number of a store, from the columns that it keeps; those of a part of it from its values."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from cxtui.core.filters import Filter, Sight
from cxtui.core.metrics import Facts, figures

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure
    from cxtui.store import Store


async def reckoned(
    store: Store, now: datetime, window: str, only: Filter | None, sight: Sight
) -> tuple[Figure, ...]:
    """Every number for a window, of all rows or of those that a filter shows in a sight."""
    if only is None or only.empty:
        return await store.count(lambda ledger: ledger.figures(now, window))
    facts = await store.facts()
    return await asyncio.to_thread(lambda: figures(narrowed(facts, only, sight), now, window))


def narrowed(facts: Facts, only: Filter, sight: Sight) -> Facts:
    """The part of some facts that a filter shows; posts of our own and of competitors where it can tell."""
    keep = only.keep(sight)
    return facts.narrowed(keep, only.fits) if only.early else facts.narrowed(keep)
