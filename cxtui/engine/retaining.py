"""Erases the words of what is older than the configuration wants them kept, beside the polling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from cxtui.errors import StoreDamaged, StoreError
from cxtui.store import Store

SOON: Final = 30.0
"""Seconds after the start, when what is urgent is done."""
EVERY: Final = 3600.0
"""Seconds between two looks whether a day is over."""


async def retain_once(store: Store, kept: timedelta | None, now: datetime) -> tuple[str, ...]:
    """Erase what is too old, once a day, and wash what a forgetting left; gives what could not be washed.

    Copies of files that no reply needs any more go, too.

    Raises: StoreError.
    """
    if kept is not None:
        await store.forget_texts(now - kept, now)
    await store.sweep_files()
    return await store.wash()


async def retain(
    store: Store,
    clock: Callable[[], datetime],
    kept: Callable[[], timedelta | None],
    leads: Callable[[], bool],
    tell: Callable[[str], None],
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """For ever: `retain_once` where one ``leads``. ``tell`` gets why it failed, once for each reason.

    Raises: StoreDamaged.
    """
    said = ""
    await rest(SOON)
    while True:
        why = ""
        try:
            if leads():
                why = "; ".join(await retain_once(store, kept(), clock()))
        except StoreDamaged:
            raise
        except StoreError as error:
            why = f"old texts were not erased: {error}"
        if why and why != said:
            tell(why)
        said = why
        await rest(EVERY)
