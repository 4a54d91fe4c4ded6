"""What of a list, the newest first, has not been heard yet.

A list is sorted by the time its server takes for a post's, and that is the author's claim where
it lies in the past. So a new post can come to stand below older ones: the list is read back a
while beyond the newest known one, and what was read is remembered by name, not by time alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

LATE = timedelta(hours=1)
"""How far below the newest known post a new one is looked for, beyond the first page."""
PAGES = 10
"""So many pages are read in one poll."""
MOST = 200
"""So many posts are remembered by name."""

T = TypeVar("T")


class Known(msgspec.Struct, frozen=True):
    """What was heard of a list: every name in it whose time (Unix seconds) lies after ``floor``."""

    names: dict[str, int] = {}
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One post of a list. ``name`` is the same at every reading."""

    name: str
    at: datetime | None
    said: T

    @property
    def second(self) -> int:
        """When, as Unix seconds; what has no time is the oldest."""
        return int(self.at.timestamp()) if self.at else 0


Pages = Callable[[str], Awaitable[tuple[Iterable[Entry[T]], str]]]
"""Gives the page after a cursor (empty for the first) and the next cursor (empty after the last)."""


@dataclass(frozen=True, slots=True)
class News(Generic[T]):
    """What is new in a list, the newest first. ``gone`` names what is no longer in it.

    ``whole`` is False where more is new than was read.
    """

    new: tuple[Entry[T], ...]
    gone: tuple[str, ...]
    known: Known
    whole: bool


async def news(pages: Pages[T], before: Known | None, horizon: datetime) -> News[T]:
    """Read a list back to what is known, or at the first time (``before`` None) back to ``horizon``."""
    first = before is None
    before = before or Known()
    newest = max(before.names.values(), default=int(horizon.timestamp()))
    until = newest if first else newest - int(LATE.total_seconds())
    read: dict[str, Entry[T]] = {}
    cursor, oldest, end = "", None, False
    for _ in range(PAGES):
        heard, cursor = await pages(cursor)
        for entry in heard:
            read.setdefault(entry.name, entry)
            if entry.at:
                oldest = entry.second if oldest is None else min(oldest, entry.second)
        end = not cursor
        if end or (oldest is not None and oldest < until):
            break
    known = _remembered(read.values(), 0 if end or oldest is None else oldest)
    return News(
        new=tuple(
            entry
            for name, entry in read.items()
            if name not in before.names and (first or _above(entry.second, before.floor))
        ),
        gone=tuple(name for name, at in before.names.items() if name not in read and at > known.floor),
        known=known,
        whole=end or oldest is None or oldest <= newest,
    )


def _remembered(read: Iterable[Entry[T]], floor: int) -> Known:
    newest = sorted(read, key=lambda entry: entry.second, reverse=True)
    if len(newest) > MOST:
        floor = max(floor, newest[MOST].second)
    return Known({entry.name: entry.second for entry in newest if _above(entry.second, floor)}, floor)


def _above(second: int, floor: int) -> bool:
    """Whether the list was read so far down. What has no time can stand anywhere."""
    return second > floor or not floor or not second
