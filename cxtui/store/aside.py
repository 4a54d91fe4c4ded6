"""What takes long to count, in a thread and over tables of its own, so that no act waits for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final, TypeVar

from cxtui.errors import StoreError
from cxtui.store.counted import Counted
from cxtui.store.tables import Tables
from cxtui.store.thread import StoreThread

T = TypeVar("T")
TURN: Final = 0.001
"""Seconds after which a thread that reckons lets another one go on; an act goes through several threads."""


class Aside:
    """The numbers of a store, in a thread. ``open_tables`` opens it there, for the first of them."""

    def __init__(self, open_tables: Callable[[], Tables], thread: StoreThread) -> None:
        self._open_tables = open_tables
        self.thread = thread
        self._tables: Tables | None = None
        self._counted = Counted()
        self._closed = False

    async def ask(self, count: Callable[[Counted, Tables], T]) -> T:
        """What somebody counts. Raises: StoreError, also where the store is closed meanwhile."""
        return await self.thread.run(self._asked, count)

    async def close(self) -> None:
        """Count no further."""
        self._counted.end()
        await self.thread.run(self._close)

    def _asked(self, count: Callable[[Counted, Tables], T]) -> T:
        if self._closed:
            raise StoreError("the store is closed")
        if self._tables is None:
            sys.setswitchinterval(min(TURN, sys.getswitchinterval()))
            self._tables = self._open_tables()
        return count(self._counted, self._tables)

    def _close(self) -> None:
        self._closed = True
        if self._tables is not None:
            self._tables.close()
