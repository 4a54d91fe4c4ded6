"""What a generic connector remembers between two polls: which messages it heard, which problems it told.

A place that always shows everything says nothing new as long as nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from cxtui.connectors.records import Problem, digest
from cxtui.core.item import Arrival
from cxtui.core.text import clean, one_line

C = TypeVar("C", bound="Cursor")

MARK = 12
"""Characters of one mark."""
REMEMBERED = 10_000
"""So many messages are known again, the newest."""
TOLD = 500
"""So many problems are known again."""
LONGEST = 250
"""Characters of the sentence about them."""


class Cursor(msgspec.Struct, frozen=True):
    """The marks of messages, one after the other; those of problems; a sentence that is still to be told.

    ``begun`` says that a poll went before: what the first one finds wrong is told by the second again,
    since nothing counts as missed before a feed has been read once.
    """

    begun: bool = False
    heard: str = ""
    told: tuple[str, ...] = ()
    owed: str = ""

    def written(self) -> str:
        """As text."""
        return msgspec.json.encode(self).decode()


def remembered(text: str, kind: type[C]) -> C:
    """What a cursor says; one that is not ours says nothing."""
    try:
        return msgspec.json.decode(text or "{}", type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return kind()


def fresh(heard: str, arrivals: Iterable[Arrival]) -> tuple[tuple[Arrival, ...], str]:
    """The messages that are new or say something else now, and the marks to remember."""
    marked = [(_mark(arrival), arrival) for arrival in arrivals]
    known = unpacked(heard)
    new = tuple(arrival for mark, arrival in marked if mark not in known)
    return new, packed(known, (mark for mark, _ in marked))


def unpacked(marks: str) -> dict[str, None]:
    """Marks that were packed, in their order."""
    return dict.fromkeys(marks[at : at + MARK] for at in range(0, len(marks), MARK))


def packed(known: dict[str, None], marks: Iterable[str]) -> str:
    """Known marks and newer ones as one text, the oldest left out."""
    newer = dict.fromkeys(marks)
    kept = [*(mark for mark in known if mark not in newer), *newer]
    return "".join(kept[-REMEMBERED:])


def noted(
    cursor: C, problems: Sequence[Problem], words: Sequence[str] = (), *, still: bool = False
) -> tuple[C, str | None]:
    """The cursor with what was wrong in this poll, and the sentence to tell now.

    ``words`` are sentences beside those of single records. What was told and still is wrong is not
    told again; ``still``: all is as it was, so that nothing told before is forgotten.
    """
    marks = {problem.mark: problem for problem in problems}
    marks |= {digest(said.encode()): Problem(said, "", lost=False) for said in words}
    new = [problem for mark, problem in marks.items() if mark not in cursor.told]
    said = "; ".join(filter(None, (cursor.owed, sentence(new))))
    told = cursor.told if still else tuple(marks)[-TOLD:]
    after = msgspec.structs.replace(cursor, begun=True, told=told, owed="" if cursor.begun else said)
    return after, said or None


def sentence(problems: Sequence[Problem]) -> str:
    """What was wrong, in one sentence that names the first record; empty where nothing was."""
    lost = [problem.words for problem in problems if problem.lost]
    parts: list[str] = []
    if lost:
        parts.append(f"left out {_counted(len(lost), 'record')}: {_short(lost[0])}")
    single = [problem.words for problem in problems if not problem.lost and not problem.mark]
    parts += map(_short, single)
    fields = [problem.words for problem in problems if not problem.lost and problem.mark]
    if fields:
        parts.append(f"did without {_counted(len(fields), 'field')}: {_short(fields[0])}")
    return one_line(clean("; ".join(parts)))[:LONGEST]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" + (", the first" if number > 1 else "")


def _short(words: str) -> str:
    return words if len(words) <= 160 else words[:159] + "…"


def _mark(arrival: Arrival) -> str:
    """What a message says, without the number of its author's followers, which changes by itself."""
    still = replace(arrival, author=replace(arrival.author, followers=None))
    return digest(msgspec.json.encode(still))
