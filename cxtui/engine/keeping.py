"""Sees that the store is whole and keeps backups of it, beside the polling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from cxtui.errors import StoreDamaged, StoreError
from cxtui.store import Store

SOON: Final = 5.0
"""Seconds after the start, when the first rows are long on the screen."""
EVERY: Final = 600.0
"""Seconds between two looks whether a backup is due."""


async def keep(
    store: Store,
    clock: Callable[[], datetime],
    leads: Callable[[], bool],
    tell: Callable[[str], None],
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """For ever: look the store through once, then make backups when they are due, where one ``leads``.

    ``tell`` gets why there is none, once for each reason. Raises: StoreDamaged.
    """
    said, looked = "", False
    await rest(SOON)
    while True:
        why = ""
        try:
            if not looked:
                await store.check()
                looked = True
            if leads():
                await store.backup(clock(), due=True)
        except StoreDamaged:
            raise
        except StoreError as error:
            why = f"no backup was made: {error}"
        if why and why != said:
            tell(why)
        said = why
        await rest(EVERY)
