"""What is new on a site since a cursor.

WordPress lists comments by when they were written and keeps no time of an edit or an approval.
So the newest hundred are read at each poll and compared with what stood there before; where the
number of all comments is not what follows from them, an older one has come or gone, and the list
is read down to the oldest that is remembered; so it is once an hour, since one may have come and
another gone. Comments that wait for a moderator are remembered one by one however old they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec import structs

from cxtui.connectors.wordpress.site import PER, Listed, Site, is_last, total
from cxtui.connectors.wordpress.wire import Comment, Cursor, packed, unpacked

KEEP = 5 * PER
"""So many of the newest comments are remembered."""
PAGES = 10
"""So many pages are read at most."""
HOUR = 3_600
LOOKS = 10
"""So many vanished comments are looked for in one poll."""


@dataclass(frozen=True, slots=True)
class News:
    """What a poll found: comments to be told, ids of those that are gone, and what to remember."""

    told: tuple[Comment, ...]
    gone: tuple[int, ...]
    cursor: Cursor
    gap: str | None = None


async def news(site: Site, before: Cursor, now: datetime, backfill: timedelta) -> News:
    """Comments that are new, edited, approved or gone. ``backfill`` is how far back the first poll looks.

    Raises: Unreachable, Unreadable, Throttled, Refused, Gone.
    """
    moderates = (await site.me()).moderates
    # who may not moderate any more is not shown what waits: that is no sign of its having gone
    held = set(before.held) if moderates else set[int]()
    seen = unpacked(before.seen, KEEP).difference(set(before.held) - held)
    status = "all" if moderates else "approve"
    listed = await _newest(site, before, seen, now - backfill, status)
    due = not 0 <= now.timestamp() - before.read < HOUR
    if before.begun and not listed.whole and (due or not _explained(listed, before, seen)):
        whole = await _pages(site, status, lambda found: min(found) <= before.floor)
        listed, due = replace(whole, reached=listed.reached), True
    aside = await _held(site, before, listed) if moderates else dict[int, Comment]()
    heard = {**aside, **listed.comments}
    new = _new(listed, before, seen)
    changed = {one for one in heard if one in before.marks and before.marks[one] != heard[one].mark}
    absent = _absent(listed, seen) | held.difference(heard)
    looked = sorted(absent)[-LOOKS:]
    gone = [one for one in looked if await _is_gone(site, one)]
    told = new | changed | (set[int]() if before.begun else set(aside))
    noted = structs.replace(before, read=now.timestamp()) if due else before
    later = _cursor(noted, listed, aside, (seen | new).difference(looked), absent.difference(looked))
    gap = None if listed.reached else f"more than {PAGES * PER} comments at once; some may be missing"
    return News(tuple(heard[one] for one in sorted(told)), tuple(gone), later, gap)


async def _newest(
    site: Site, before: Cursor, seen: Collection[int], horizon: datetime, status: str
) -> Listed:
    """The newest comments, down to one that is known, or at the first poll to an old one."""
    newest = max(seen, default=0)

    def far_enough(found: Mapping[int, Comment]) -> bool:
        last = min(found)
        if before.begun:
            return last <= newest
        posted = found[last].posted
        return posted is not None and posted < horizon

    return await _pages(site, status, far_enough)


def _explained(listed: Listed, before: Cursor, seen: Collection[int]) -> bool:
    """Whether the number of all comments is what follows from those that are listed."""
    known = len(seen) + len(_new(listed, before, seen)) - len(_absent(listed, seen))
    return listed.total is None or listed.total - known == before.below


async def _pages(site: Site, status: str, far_enough: Callable[[Mapping[int, Comment]], bool]) -> Listed:
    found: dict[int, Comment] = {}
    for page in range(1, PAGES + 1):
        answer = await site.comments(status=status, page=page)
        said = answer.json(tuple[Comment, ...])
        found |= {one.number: one for one in said if one.number}
        whole = is_last(answer, page, len(said))
        if whole or (found and far_enough(found)):
            return Listed(found, total(answer), whole=whole)
    return Listed(found, None, whole=False, reached=False)


def _new(listed: Listed, before: Cursor, seen: Collection[int]) -> set[int]:
    return {one for one in listed.comments if one not in seen and one >= before.floor}


def _absent(listed: Listed, seen: Collection[int]) -> set[int]:
    return {one for one in seen if one >= listed.lowest and one not in listed.comments}


async def _held(site: Site, before: Cursor, listed: Listed) -> dict[int, Comment]:
    """Comments that wait, or waited, for a moderator and are older than the list."""
    if before.begun:
        known = set(before.held).difference(listed.comments)
        return await site.named(known, status="all") if known else {}
    if listed.whole:
        return {}
    waiting = (await site.comments(status="hold")).json(tuple[Comment, ...])
    return {one.number: one for one in waiting if one.number and one.number not in listed.comments}


async def _is_gone(site: Site, native: int) -> bool:
    found = await site.look(native)
    return found is None or found.gone


def _cursor(
    before: Cursor,
    listed: Listed,
    aside: Mapping[int, Comment],
    stands: Collection[int],
    unsettled: Collection[int],
) -> Cursor:
    """What to remember: ``stands`` are the comments that are there, ``unsettled`` those not looked for."""
    kept = sorted(stands)[-KEEP:]
    floor = before.floor if before.begun else listed.lowest
    heard = {**aside, **listed.comments}
    waiting = {one for one, said in heard.items() if said.held} | set(before.held).intersection(unsettled)
    held = sorted(waiting)[-PER:]
    marks = {one: before.marks[one] for one in held if one in before.marks}
    marks |= {one: heard[one].mark for one in (*sorted(listed.comments)[-PER:], *held) if one in heard}
    return Cursor(
        begun=True,
        seen=packed(kept),
        floor=kept[0] if len(kept) < len(stands) else floor,
        below=None if listed.total is None else listed.total - len(kept),
        marks={one: marks[one] for one in sorted(marks)},
        held=tuple(held),
        posts=before.posts,
        read=before.read,
        asked=before.asked,
    )
