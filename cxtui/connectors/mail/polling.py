"""What is new in the folders since the last poll, and what was answered in other programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from cxtui.connectors import Page
from cxtui.connectors.mail.account import Account
from cxtui.connectors.mail.box import Box, Opened
from cxtui.connectors.mail.reading import (
    IDS_AT_ONCE,
    Letter,
    any_of,
    criteria_of,
    heard,
    letters,
    named,
    texts,
    with_elders,
)
from cxtui.connectors.mail.returning import returned
from cxtui.core.item import EARLIEST, Arrival, Told

MOST = 200
"""So many mails of a folder are read in one poll; the others wait for the next one."""
WINDOW = timedelta(days=30)
"""How far back the first poll looks."""
FLAGS = timedelta(days=60)
"""How far back answered mails are looked for."""

Ranges = tuple[tuple[int, int], ...]


class Mark(msgspec.Struct, frozen=True):
    """Where reading a folder stopped.

    Its UIDVALIDITY, the next UID and the first one read, the UIDs of answered mails, and the
    server's number of the last change.
    """

    v: int
    n: int
    f: int = 1
    a: Ranges = ()
    c: int = 0


class Cursor(msgspec.Struct, frozen=True):
    """The marks of all folders by their names."""

    folders: dict[str, Mark] = {}


@dataclass(frozen=True, slots=True)
class _Folder:
    """One folder's news. ``late`` are mails known before that were answered since.

    ``gap`` is a sentence where mails may be missing.
    """

    mark: Mark
    letters: Sequence[Letter]
    late: frozenset[int]
    gap: str | None = None


def remembered(text: str) -> Cursor:
    """What a cursor says; one that is not ours says nothing."""
    try:
        return msgspec.json.decode(text or "{}", type=Cursor)
    except msgspec.MsgspecError:
        return Cursor()


def polled(box: Box, account: Account, cursor: str, now: datetime, backfill: timedelta) -> Page:
    """What the folders and Sent have that is new."""
    before = remembered(cursor)
    first = not before.folders
    sent = account.sent or box.special("sent")
    marks: dict[str, Mark] = {}
    found: dict[str, Arrival] = {}
    answered: dict[str, Told] = {}
    gaps: list[str] = []
    back: list[Arrival] = []
    for folder in dict.fromkeys((*account.folders, *([sent] if sent else ()))):
        known = before.folders.get(folder)
        window = now - (max(WINDOW, backfill) if first or known else backfill)
        fresh = None if folder == sent else now - backfill
        news = _news(box, account, folder, known, window, now, fresh)
        marks[folder] = news.mark
        gaps += [news.gap] if news.gap else []
        back += returned(box, news.letters, account)
        for arrival in _arrivals(box, account, news, is_sent=folder == sent):
            if arrival.native not in found or arrival.own:
                found[arrival.native] = arrival
        for letter in news.letters:
            if letter.answered:
                answered[letter.head.id] = Told(at=now if letter.uid in news.late else None)
    _told(box, account, sent, found, answered)
    found |= {one.native: one for one in back}
    after = msgspec.json.encode(Cursor(marks)).decode()
    return Page(tuple(found.values()), after, not_modified=not found, gap="; ".join(gaps) or None)


def _news(
    box: Box,
    account: Account,
    folder: str,
    mark: Mark | None,
    window: datetime,
    now: datetime,
    fresh: datetime | None,
) -> _Folder:
    """What is new in a folder. A folder whose UIDs mean something else now is read anew.

    Who wrote since ``fresh`` waits for an answer; it is None for the folder of what we sent.
    """
    is_sent = fresh is None
    opened = box.open(folder)
    known = mark if mark and mark.v == opened.validity else None
    new = _newer(box, opened, known) if known else []
    there = new if known else box.search("SINCE", window.date())
    take = there[:MOST] if known else there[-MOST:]
    held_back = len(new) > MOST
    end = take[-1] + 1 if take else known.n if known else _end(box, opened)
    if not held_back:
        end = max(end, opened.next_uid)
    flagged = known.a if known else ()
    if not is_sent and not (known and opened.change and opened.change == known.c and not take):
        flagged = packed(box.search("ANSWERED", "SINCE", (now - FLAGS).date()))
    late = _late(known, flagged, take, end) if known else []
    read = letters(box, [*take, *late], account)
    gap = _gap(box, folder, take, read, None if known or len(take) == len(there) else fresh)
    if not (known or is_sent):
        read = [letter for letter in read if letter.arrived is None or letter.arrived >= window]
    first = known.f if known else take[0] if take else end
    mark = Mark(opened.validity, end, first, flagged, 0 if held_back else opened.change)
    return _Folder(mark, with_elders(box, read, account), frozenset(late), gap)


def _gap(
    box: Box, folder: str, take: Sequence[int], read: Sequence[Letter], since: datetime | None
) -> str | None:
    """What may be missing: mails that the server does not give, and those of after ``since`` left out."""
    refused = sorted(set(take) - {letter.uid for letter in read})
    lost = box.search("UID", ",".join(map(str, refused))) if refused else []
    if lost:
        return f"{box.host} fails to give {len(lost)} of the mails in {folder}; read them in another program"
    if since and all(letter.arrived and letter.arrived >= since for letter in read):
        return f"{folder} has more than {MOST} mails that are new; older ones are not shown"
    return None


def _late(known: Mark, flagged: Ranges, take: Sequence[int], end: int) -> list[int]:
    """The mails read before that have been flagged as answered since."""
    since = unpacked(flagged) - unpacked(known.a) - set(take)
    return [uid for uid in sorted(since) if known.f <= uid < end][-MOST:]


def _newer(box: Box, opened: Opened, mark: Mark) -> list[int]:
    if opened.next_uid == mark.n:
        return []
    # where there is none newer, the server answers with the last one there is
    return [uid for uid in box.search("UID", f"{mark.n}:*") if uid >= mark.n]


def _end(box: Box, opened: Opened) -> int:
    """The next UID of a folder, also where its server does not say it."""
    return opened.next_uid or max(box.search("UID", "*"), default=0) + 1


def _arrivals(box: Box, account: Account, news: _Folder, *, is_sent: bool) -> Iterable[Arrival]:
    """The mails of people; what machines and lists sent is left out."""
    wanted = [one for one in news.letters if not one.head.automatic]
    said = texts(box, wanted)
    return [heard(one, said[one.uid], account, sent=is_sent) for one in wanted]


def _told(
    box: Box, account: Account, sent: str | None, found: dict[str, Arrival], answered: dict[str, Told]
) -> None:
    """Add the answers to what is flagged as answered: those that lie in Sent, else the server's bare word."""
    seen = {arrival.parent for arrival in found.values() if arrival.own}
    without = [
        native for native in answered if native in found and not found[native].own and native not in seen
    ]
    for arrival in answers(box, account, sent, without[-MOST:]) if sent else ():
        found.setdefault(arrival.native, arrival)
        seen.add(arrival.parent)
    for native in without:
        if native not in seen:
            found[native] = replace(found[native], answered=answered[native])


def answers(box: Box, account: Account, sent: str, natives: Sequence[str]) -> list[Arrival]:
    """The mails in Sent that answer one of these."""
    said = [native for native in natives if (criteria_of(native) or [""])[0] == "HEADER"]
    if not said:
        return []
    box.open(sent)
    uids: set[int] = set()
    for start in range(0, len(said), IDS_AT_ONCE):
        some = said[start : start + IDS_AT_ONCE]
        uids.update(box.search(*any_of([["HEADER", "IN-REPLY-TO", one] for one in some])))
    there = [one for one in named(letters(box, sorted(uids)[-MOST:], account)) if not one.head.automatic]
    read = texts(box, there)
    return [heard(one, read[one.uid], account, sent=True) for one in there]


def thread_of(
    box: Box, account: Account, folders: Iterable[str], sent: str | None, ids: Sequence[str], now: datetime
) -> tuple[Arrival, ...]:
    """Every mail of people that is one of these or hangs on one, the oldest first.

    One that is flagged as answered without an answer to be seen was answered ``now`` at the latest.
    """
    found: dict[str, Arrival] = {}
    flagged: set[str] = set()
    plain = [one for one in dict.fromkeys(ids) if (criteria_of(one) or [""])[0] == "HEADER"]
    names = [
        ["HEADER", name, one.partition(",")[0]]
        for one in plain
        for name in ("MESSAGE-ID", "REFERENCES", "IN-REPLY-TO")
    ]
    odd = [criteria for one in dict.fromkeys(ids) if one not in plain and (criteria := criteria_of(one))]
    for folder in folders:
        opened = box.open(folder)
        uids = set(box.search(*any_of([*names, *odd]))) if names or odd else set[int]()
        if any(criteria_of(one) is None for one in ids):
            uids.update(box.search("UID", f"{max(opened.next_uid - 500, 1)}:*"))
        there = with_elders(box, letters(box, sorted(uids)[-MOST:], account), account)
        there = [one for one in there if not one.head.automatic and _of(one, ids)]
        said = texts(box, there)
        for letter in there:
            arrival = heard(letter, said[letter.uid], account, sent=folder == sent)
            if arrival.native not in found or arrival.own:
                found[arrival.native] = arrival
            if letter.answered and not arrival.own:
                flagged.add(arrival.native)
    for native in flagged.difference(one.parent for one in found.values() if one.own):
        found[native] = replace(found[native], answered=Told(at=now))
    return tuple(sorted(found.values(), key=lambda one: (one.posted or EARLIEST, one.native)))


def _of(letter: Letter, ids: Sequence[str]) -> bool:
    head = letter.head
    return bool({head.id, *head.references, *head.parents} & set(ids))


def packed(uids: Iterable[int]) -> Ranges:
    """Numbers as ranges, first and last included."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(uids)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return tuple(ranges)


def unpacked(ranges: Ranges) -> frozenset[int]:
    """The numbers that `packed` packed."""
    return frozenset(number for first, last in ranges for number in range(first, last + 1))
