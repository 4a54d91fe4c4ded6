"""Reading the lists of a server, newest first, so that nothing is lost between two readings.

Which page comes next only the server knows, and says in the header Link. From the newest entry that
is known one goes forward (``min_id``); that loses nothing, however much is new. Some software knows
only the way back: there the pages are read until something known turns up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from cxtui.connectors.mastodon.wire import Entry, Pairs, word
from cxtui.core.moments import moment

PAGE = 40
"""Entries asked for at once; no list gives more statuses."""
PAGES = 10
"""So many pages are read of one list in one poll."""
REMEMBERED = 2 * PAGE
"""Entries of a list that are known again. More than one, since statuses are deleted."""

E = TypeVar("E", bound=Entry)
Sheet = tuple[Sequence[E], Mapping[str, Pairs]]
"""One page of a list, and the queries that lead on from it."""
Turn = Callable[[Pairs], Awaitable[Sheet[E]]]


class Cursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the last poll saw, and as whom: the newest ids of each list, how often our posts were answered."""

    who: str = ""
    lists: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict[str, tuple[str, ...]])
    answers: dict[str, int] = msgspec.field(default_factory=dict[str, int])


def remembered(text: str, who: str) -> Cursor:
    """What a cursor says; one that is not ours, or of another account, says nothing."""
    try:
        kept = msgspec.json.decode(text or "{}", type=Cursor)
    except msgspec.MsgspecError:
        kept = Cursor()
    return kept if kept.who == who else Cursor(who)


@dataclass(frozen=True, slots=True)
class News(Generic[E]):
    """What is new in a list, newest first. ``whole``: nothing between it and what was known is missing."""

    entries: Sequence[E]
    seen: tuple[str, ...]
    whole: bool = True


async def forward(turn: Turn[E], seen: tuple[str, ...] | None, horizon: datetime) -> News[E]:
    """What came after the newest of ``seen``; what a poll has no room for is new at the next."""
    if not seen:
        return await backward(turn, seen, horizon)
    found: list[E] = []
    query: Pairs | None = (("min_id", seen[0]),)
    for _ in range(PAGES):
        page, links = await turn(query)
        known = {*seen, *names(found)}
        if not known.isdisjoint(names(page)):  # it does not know min_id, and gives its newest
            return await backward(turn, seen, horizon)
        found[:0] = page
        query = links.get("prev")
        if query is None:  # then a full page may have left something out
            return _news(found, seen, whole=len(page) < PAGE)
        if "min_id" not in dict(query):
            return await backward(turn, seen, horizon)
    return _news(found, seen)


async def backward(turn: Turn[E], seen: tuple[str, ...] | None, horizon: datetime) -> News[E]:
    """The newest entries, back to one of ``seen``; where ``seen`` is None, to those before ``horizon``."""
    found: list[E] = []
    query: Pairs = ()
    for _ in range(PAGES):
        page, links = await turn(query)
        known = {*(seen or ()), *names(found)}
        fresh = [entry for entry in page if word(entry.id) not in known]
        found += fresh
        behind = links.get("next")
        if len(fresh) < len(page) or not page or (seen is None and _old(page, horizon)):
            return _news(found, seen)
        if behind is None:
            return _news(found, seen, whole=len(page) < PAGE or not seen)
        query = behind
    return _news(found, seen, whole=False)


def names(entries: Collection[Entry]) -> list[str]:
    """The ids of some entries."""
    return [word(entry.id) for entry in entries]


def _old(page: Sequence[Entry], horizon: datetime) -> bool:
    told = moment(page[-1].created_at)
    return told is not None and told < horizon


def _news(found: Sequence[E], seen: tuple[str, ...] | None, *, whole: bool = True) -> News[E]:
    return News(found, (*names(found), *(seen or ()))[:REMEMBERED], whole)
