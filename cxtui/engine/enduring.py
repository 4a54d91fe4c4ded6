"""Going on where the store fails for a time: its disk is full, does not answer, or another holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from cxtui.errors import StoreDamaged, StoreError, StoreReplaced

T = TypeVar("T")

SOON: Final = 2.0
"""Seconds until it is tried again; each time twice as long,"""
LATE: Final = 60.0
"""up to so many, so that a server is not asked again and again for what cannot be kept,"""
SENT: Final = 10.0
"""and up to so many where somebody waits for a reply."""
WELL: Final = 10.0
"""Seconds without a failure after which all is well again."""
AGAIN: Final = "saved again: the store works"


async def endure(
    work: Callable[[], Awaitable[T]],
    tell: Callable[[str], None],
    *,
    late: float = LATE,
    over: Callable[[], bool] = lambda: False,
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """What ``work`` gives, begun again wherever the store fails.

    ``tell`` gets why, once for each reason, and when it is well again.
    Raises: StoreDamaged, StoreReplaced, which no waiting mends; what is no error of the store;
    any StoreError where all is ``over``, as the program ends.
    """
    trouble = _Trouble(tell)
    while True:
        well = asyncio.get_running_loop().call_later(WELL, trouble.over)
        try:
            return await work()
        except (StoreDamaged, StoreReplaced):
            raise
        except StoreError as error:
            if over():
                raise
            trouble.met(error)
        finally:
            well.cancel()
        await rest(trouble.pause)
        trouble.pause = min(2 * trouble.pause, late)


class _Trouble:
    """What was said of it, and how long is waited."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.pause = SOON
        self._said = ""
        self._tell = tell

    def met(self, error: StoreError) -> None:
        """It failed."""
        if str(error) != self._said:
            self._said = str(error)
            self._tell(f"not saved: {error}")

    def over(self) -> None:
        """It has not failed for long."""
        if self._said:
            self._tell(AGAIN)
        self._said, self.pause = "", SOON


class Noting:
    """Writes down what has happened outside and cannot be taken back, however long the store takes for it.

    ``tell`` gets why it is not written yet. After ``limit`` seconds, or when the program is to end, it is
    given up: the next start finds out what happened.
    """

    def __init__(self, tell: Callable[[str], None], limit: float | None = 30.0) -> None:
        self.limit = limit
        self.ending = False
        self.tell = tell

    async def sent(
        self, work: Callable[[], Awaitable[T]], rest: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> T:
        """What ``work``, which sends, gives, begun again wherever the store fails, until the program ends."""
        return await endure(work, self.tell, late=SENT, over=lambda: self.ending, rest=rest)

    async def write(
        self, work: Callable[[], Awaitable[T]], rest: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> T:
        """What ``work`` gives. Raises: StoreError."""
        waited, said = 0.0, ""
        while True:
            try:
                return await work()
            except (StoreDamaged, StoreReplaced):
                raise
            except StoreError as error:
                if self.ending or (self.limit is not None and waited >= self.limit):
                    raise
                if str(error) != said:
                    said = str(error)
                    self.tell(f"not saved yet how the last reply ended: {said}")
            await rest(SOON)
            waited += SOON
