"""The thread that owns the database, so that a slow disk stops neither screen nor engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from cxtui.errors import StoreError

P = ParamSpec("P")
T = TypeVar("T")


class StoreThread:
    """One thread for one store; commands run there one after the other."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def run(self, command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command in the thread and give its result; may be awaited from any event loop.

        If the waiter is cancelled, a command that has begun runs to its end all the same;
        one that has not begun never does. Raises: what the command raises; StoreError
        after `close`.
        """
        try:
            future = self._pool.submit(command, *args, **kwargs)
        except RuntimeError as error:
            raise StoreError("the store is closed") from error
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Wait for what was asked for, then end the thread. A second time does nothing."""
        self._pool.shutdown()
