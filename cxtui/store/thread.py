"""The thread that owns the database, so that a slow disk stops neither screen nor engine."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable
from errno import EDQUOT, ENOSPC
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from cxtui.errors import StoreBroken, StoreError, StoreFull

P = ParamSpec("P")
T = TypeVar("T")


class StoreThread:
    """One thread for one store; commands run there one after the other."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        # a daemon, which is waited for where a program ends without closing
        thread = threading.Thread(target=_serve, args=(self._asked,), name="store", daemon=True)
        self._end = weakref.finalize(self, _end, self._asked, thread)
        thread.start()

    async def run(self, command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command in the thread and give its result; may be awaited from any event loop.

        If the waiter is cancelled, a command that has begun runs to its end all the same;
        one that has not begun never does. Raises: what the command raises; StoreError
        after `close` and where the system refuses something.
        """
        asked = _Asked(partial(command, *args, **kwargs), asyncio.get_running_loop())
        with self._lock:
            if self._closed:
                raise StoreError("the store is closed")
            self._asked.put(asked)
        try:
            result: T = await asked.waiter
        except OSError as error:
            raise refused(error) from error
        return result

    def close(self) -> None:
        """Wait for what was asked for, then end the thread. A second time does nothing."""
        with self._lock:
            self._closed = True
        self._end()


def refused(error: OSError) -> StoreError:
    """What it means that the system refused something in the middle of a command."""
    if error.errno in (ENOSPC, EDQUOT):
        return StoreFull(f"no space left for {error.filename or 'the store'}; free some space there")
    what, why = error.filename or "the store", error.strerror or error
    return StoreBroken(f"{what} cannot be reached ({why}); see that it is there and to its permissions")


def _end(queue: SimpleQueue[_Asked | None], thread: threading.Thread) -> None:
    queue.put(None)
    if thread is not threading.current_thread():
        thread.join()


def _serve(queue: SimpleQueue[_Asked | None]) -> None:
    while (asked := queue.get()) is not None:
        if not asked.waiter.cancelled():
            with asked:
                asked.result = asked.command()
        del asked  # or its result would be kept until the next one


class _Asked:
    """A command, and who waits for it. Leaving its block hands over the result, or the error."""

    __slots__ = ("_loop", "command", "result", "waiter")

    def __init__(self, command: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.command = command
        self.result: Any = None
        self._loop = loop
        self.waiter: asyncio.Future[Any] = loop.create_future()

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> bool:
        try:
            self._loop.call_soon_threadsafe(self._told, error)
        except RuntimeError:
            if not self._loop.is_closed():  # otherwise nobody waits any more
                raise
        return True

    def _told(self, error: BaseException | None) -> None:
        if self.waiter.cancelled():
            return
        if error is None:
            self.waiter.set_result(self.result)
        else:
            self.waiter.set_exception(error)
