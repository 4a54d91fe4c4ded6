"""The promises that a text makes to the customer of a row, found beside the engine's loop."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.core.inbox import Row
    from cxtui.core.pledges import Pledge
    from cxtui.store import Store


async def pledges(
    config: Config, store: Store, some_id: str, text: str, now: datetime
) -> tuple[tuple[Pledge, ...], tuple[str, ...]]:
    """Dated and undated promises in a text, dated by the calendar of the row. Raises: NotFound.

    With them, once, what is wrong with the user's own lists.
    """
    row = await store.row(some_id)
    pledged = await asyncio.to_thread(found, config, row, text, now)
    wrong = tuple(_unsaid())
    _unsaid().clear()
    return pledged, wrong


@cache
def _unsaid() -> list[str]:
    from cxtui.data.promising import promising

    return list(promising().problems)


def found(config: Config, row: Row, text: str, now: datetime) -> tuple[Pledge, ...]:
    """The same of a row that is known; the word lists are read at the first text."""
    from cxtui.core.lang import language
    from cxtui.data import words
    from cxtui.data.promising import pledged, promising

    waits = row.interval
    calendar = config.policies.hours(waits.policy, waits.calendar)
    known = promising().speeches
    lang = language(text, waits.opener.lang, only=tuple(known), words=words().evidence)
    return pledged(text, lang if lang in known else None, now, config.timezone, calendar)
