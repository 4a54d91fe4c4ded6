"""Messages as records: what programs, files and mapped answers tell, with the fields of an export's items.

Only ``id`` must be there, and a text or something in its place. A field that cannot be used costs the
field, a record that cannot be used costs the record; both are told and cost no other.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import msgspec

from cxtui.connectors.record import Ours, Reading, Record, called
from cxtui.core.item import Arrival
from cxtui.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be used, in words. ``mark`` is the same when the same is met again."""

    words: str
    mark: str
    lost: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """The messages that some records tell, each once, and what was wrong with the others."""

    arrivals: tuple[Arrival, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def lost(self) -> int:
        """How many records could not be used at all."""
        return sum(problem.lost for problem in self.problems)


def read(told: Iterable[tuple[str, object]], ours: Ours, base: str = "") -> Batch:
    """The messages of some records, each with where it stood; told twice, the last telling counts.

    ``base`` is the address that relative ones start from.
    """
    heard: dict[str, Arrival] = {}
    problems: list[Problem] = []
    for place, record in told:
        doubts: list[str] = []
        try:
            arrival = Reading(_object(record), ours, base, doubts).arrival()
        except Unreadable as wrong:
            problems.append(Problem(f"{place}: {wrong}", mark_of(record)))
            continue
        heard.pop(arrival.native, None)
        heard[arrival.native] = arrival
        problems += (
            Problem(f"{place} ({arrival.native}): {doubt}", mark_of((record, doubt)), lost=False)
            for doubt in doubts
        )
    return Batch(tuple(heard.values()), tuple(problems))


def lines(raw: bytes, place: str, first: int = 1) -> tuple[list[tuple[str, object]], list[Problem]]:
    """The values of JSON lines with their places, and the lines that are none. Empty lines only count."""
    found: list[tuple[str, object]] = []
    problems: list[Problem] = []
    for number, line in enumerate(raw.split(b"\n"), first):
        text = line.strip().removeprefix(b"\xef\xbb\xbf")
        if not text:
            continue
        where = f"{place}line {number}"
        try:
            found.append((where, msgspec.json.decode(text)))
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            problems.append(Problem(f"{where}: is no JSON", digest(text)))
    return found, problems


def digest(raw: bytes) -> str:
    """Twelve characters that stand for some bytes."""
    return urlsafe_b64encode(hashlib.sha256(raw).digest()[:9]).decode()


def mark_of(value: object) -> str:
    """Twelve characters that stand for a value of JSON."""
    return digest(msgspec.json.encode(value))


def _object(record: object) -> Record:
    if not isinstance(record, dict):
        raise Unreadable(f"must be an object, is {called(record)}")
    return cast("Record", record)
