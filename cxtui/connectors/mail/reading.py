"""Reading the mails of an open folder: their heads, their text, and which of two with one id is which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

from cxtui.connectors.mail.account import Account
from cxtui.connectors.mail.bodies import MOST_BYTES, Part, Shape, shape_of, unquoted, words
from cxtui.connectors.mail.box import Box, Declined, Fetched, Garbled
from cxtui.connectors.mail.letters import HEADERS, LONG_ONES, Head, Person, head_of, mute, twin
from cxtui.core.item import Arrival, Told, Voice

AT_ONCE = 50
"""So many mails are asked for in one command."""
PIECE = 64 << 10
"""Bytes of one part of a mail that are fetched."""
LOOKED_BACK = 2_000
"""Among so many mails before it another one with the same id is looked for."""
IDS_AT_ONCE = 20
_HEAD = f"BODY.PEEK[HEADER.FIELDS ({' '.join(HEADERS).upper()})]<0.32768>"
_REFERENCES = "BODY.PEEK[HEADER.FIELDS (REFERENCES)]<0.16384>"
_SUBJECT = f"BODY.PEEK[HEADER.FIELDS ({' '.join(LONG_ONES).upper()})]<0.16384>"
_ITEMS = ("FLAGS", "INTERNALDATE", _HEAD, _SUBJECT, _REFERENCES)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of a folder, without its text."""

    uid: int
    head: Head
    answered: bool
    arrived: datetime | None
    shape: Shape | None


def letters(box: Box, uids: Sequence[int], account: Account) -> list[Letter]:
    """The mails with these UIDs, those that are gone left out, and those that the server cannot read.

    Raises: Unreachable where it gives none of them.
    """
    found: list[Letter] = []
    for start in range(0, len(uids), AT_ONCE):
        some = uids[start : start + AT_ONCE]
        try:
            told = box.fetch(some, (*_ITEMS, "BODYSTRUCTURE"))
        except (Garbled, Declined) as no:
            told = {uid: one for uid in some for one in _alone(box, uid)}
            if isinstance(no, Declined) and not told:
                raise
        found += [_letter(uid, one, account) for uid, one in told.items()]
    return found


def _alone(box: Box, uid: int) -> Iterator[Fetched]:
    """A mail by itself, without the description that makes no sense, if it is that."""
    for items in ((*_ITEMS, "BODYSTRUCTURE"), _ITEMS):
        try:
            yield from box.fetch([uid], items).values()
        except (Garbled, Declined):
            continue
        return


def _letter(uid: int, told: Fetched, account: Account) -> Letter:
    arrived = told.get(b"INTERNALDATE")
    arrived = arrived.astimezone(UTC) if isinstance(arrived, datetime) and arrived.tzinfo else None
    raw = b"\r\n".join(
        value.strip()
        for key, value in told.items()
        if key.startswith(b"BODY[HEADER") and isinstance(value, bytes)
    )
    flags = cast("tuple[object, ...]", told.get(b"FLAGS") or ())
    answered = any(isinstance(flag, bytes) and flag.lower() == b"\\answered" for flag in flags)
    structure = told.get(b"BODYSTRUCTURE")
    return Letter(
        uid=uid,
        head=head_of(raw, arrived, account.groups),
        answered=answered,
        arrived=arrived,
        shape=None if structure is None else shape_of(structure),
    )


def named(found: Iterable[Letter]) -> list[Letter]:
    """The same mails of one folder in the order of their UIDs.

    Of those that call themselves the same the first keeps the id; another one that is not the
    same mail gets one of its own.
    """
    first: dict[str, str] = {}
    whole: list[Letter] = []
    for letter in sorted(found, key=lambda one: one.uid):
        head = letter.head
        if head.said_id and first.setdefault(head.id, head.stamp) != head.stamp:
            letter = replace(letter, head=replace(head, id=twin(head)))  # noqa: PLW2901 - the same letter
        whole.append(letter)
    return whole


def with_elders(box: Box, found: Sequence[Letter], account: Account) -> list[Letter]:
    """The mails of the open folder under the ids that they keep for ever.

    Older mails of the folder decide, where they call themselves the same.
    """
    if not found:
        return []
    mine = {letter.uid for letter in found}
    said = list(dict.fromkeys(one.head.id for one in found if one.head.said_id == one.head.id))
    near = f"{max(min(mine) - LOOKED_BACK, 1)}:{max(mine)}"
    elders: set[int] = set()
    for at in range(0, len(said) if max(mine) > 1 else 0, IDS_AT_ONCE):
        some = [["HEADER", "MESSAGE-ID", one] for one in said[at : at + IDS_AT_ONCE]]
        elders.update(box.search("UID", near, *any_of(some)))
    others = letters(box, sorted(elders - mine), account)
    return [one for one in named([*others, *found]) if one.uid in mine]


def any_of(criteria: Sequence[Sequence[object]]) -> list[object]:
    """What holds where any of the criteria does, as IMAP spells it."""
    *others, last = criteria
    found: list[object] = [*last]
    for one in reversed(others):
        found = ["OR", [*one], found]
    return found


def criteria_of(native: str) -> list[object] | None:
    """How a mail is looked for by its id in cxtui; None where only its neighbours can be read."""
    said, _, _ = native.partition(",")
    if said == "no-id":
        day = native.split(",")[1]
        if not (day.isdigit() and len(day) == 8):
            return None
        try:
            at = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        except ValueError:
            return None
        return ["SINCE", at - timedelta(days=1), "BEFORE", at + timedelta(days=2)]
    return None if said == "odd" or not said else ["HEADER", "MESSAGE-ID", said]


def sought(
    box: Box, native: str, account: Account, folders: Iterable[str], last: int = 500
) -> tuple[str, Letter] | None:
    """A mail by its id in cxtui and the folder that it is in, which is left open; None where it is not."""
    criteria = criteria_of(native)
    for folder in folders:
        opened = box.open(folder)
        if criteria is None:
            first = max(opened.next_uid - last, 1)
            uids = box.search("UID", f"{first}:*")
        else:
            uids = box.search(*criteria)
        for letter in named(letters(box, uids[-last:], account)):
            if letter.head.id == native:
                return folder, letter
    return None


def texts(box: Box, found: Collection[Letter]) -> dict[int, str]:
    """The text of each mail of the open folder by its UID."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for letter in found:
        parts = [part.section for part in letter.shape.texts] if letter.shape else ["TEXT"]
        for section in parts:
            wanted[section].append(letter.uid)
    raw: dict[tuple[int, str], bytes] = {}
    for section, uids in wanted.items():
        raw |= _sections(box, uids, section)
    return {letter.uid: _text(box, letter, raw) for letter in found}


def _sections(box: Box, uids: Sequence[int], section: str) -> dict[tuple[int, str], bytes]:
    found: dict[tuple[int, str], bytes] = {}
    for start in range(0, len(uids), AT_ONCE):
        some = uids[start : start + AT_ONCE]
        for uid, told in _pieces(box, some, section).items():
            for key, value in told.items():
                if key.startswith(b"BODY[") and isinstance(value, bytes):
                    found[uid, section] = value
    return found


def _pieces(box: Box, uids: Sequence[int], section: str) -> dict[int, Fetched]:
    """One part of each mail that the server can read. Raises: Unreachable where it can read none."""
    item = f"BODY.PEEK[{section}]<0.{PIECE}>"
    try:
        return box.fetch(uids, [item])
    except Declined:
        found: dict[int, Fetched] = {}
        for uid in uids if len(uids) > 1 else ():
            with suppress(Declined):
                found |= box.fetch([uid], [item])
        if not found:
            raise
        return found


def _text(box: Box, letter: Letter, raw: dict[tuple[int, str], bytes]) -> str:
    if letter.shape is None:
        return words(Part("TEXT", "text/plain"), raw.get((letter.uid, "TEXT"), b"")).strip()
    said: list[str] = []
    for part in letter.shape.texts:
        text = words(part, raw.get((letter.uid, part.section), b"")).strip()
        other = (letter.shape.instead or {}).get(part.section)
        if not text and other:  # a plain text that says nothing beside HTML that does
            text = words(
                other, _sections(box, [letter.uid], other.section).get((letter.uid, other.section), b"")
            ).strip()
        said.append(text)
    return unquoted("\n\n".join(text for text in said if text))[:MOST_BYTES]


def writer(letter: Letter, account: Account) -> Person:
    """Who wrote it: a form on a web page sends in the name of a machine or of ourselves, and says who for."""
    head = letter.head
    others = [one for one in head.replies_to if one.address.casefold() not in account.addresses]
    stands_in = head.sender.address.casefold() in account.addresses or mute(head.sender)
    return others[0] if others and stands_in else head.sender


def ours(letter: Letter, account: Account) -> bool:
    """Whether we wrote it, by the address."""
    return writer(letter, account).address.casefold() in account.addresses


def heard(letter: Letter, text: str, account: Account, *, sent: bool, told: Told | None = None) -> Arrival:
    """The mail as an arrival. ``sent``: it lies among those that we sent."""
    head = letter.head
    own = sent or ours(letter, account)
    who = head.sender if own else writer(letter, account)
    attachments = letter.shape.attachments if letter.shape else ()
    native = head.reply if own and head.reply else head.id
    return Arrival(
        native=native,
        text=text or ("" if attachments else head.subject),
        author=Voice(who.address.casefold(), who.name),
        kind="post" if own and head.parent is None else "mail",
        thread=head.root,
        parent=head.parent,
        title=" ".join(head.subject.split()) or None,
        attachments=attachments,
        visibility="direct",
        posted=head.date,
        own="strong" if own else None,
        answered=None if own else told,
        key=f"mail:{native}",
    )
