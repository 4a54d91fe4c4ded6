"""The times that a sentence names, as marks at their places, and what marks that belong together mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Literal

from cxtui.core.daytimes import WEEKDAYS, Dates, Said
from cxtui.core.speech import Speech

Kind = Literal["length", "day", "period", "clock", "part"]

_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d{1,2})-(\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(20\d\d|\d\d)(?!\d))?(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(?!24/7)(\d{1,2})/(\d{1,2})(?:/(20\d\d|\d\d))?(?![\d/])")
_BETWEEN = re.compile(r"[\s,،(-]*\Z")
_HOUR = re.compile(r"(\d{1,2})(?:(?:[:.]|\s?h\s?)(\d\d))?")
_BESIDE, _FAR = 5, 40
"""So many characters may stand between a time and a word that belongs to it; so far is looked for one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One time at its place. ``said`` says what it adds; ``joins``: it ends a range that began before."""

    kind: Kind
    start: int
    end: int
    said: Said
    joins: bool = False


def marks(said: str, speech: Speech) -> list[Mark]:
    """The times in a sentence, in order; where two overlap the longer one is meant."""
    found = sorted(_all(said, speech), key=lambda mark: (mark.start - mark.end, mark.start))
    taken, kept = bytearray(len(said)), list[Mark]()
    for mark in found:
        if not any(taken[mark.start : mark.end]):
            taken[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
            kept.append(mark)
    past, following, before, behind = (
        speech.found(name, said) for name in ("last", "next", "before", "before after")
    )
    return [
        replace(
            mark,
            said=replace(
                mark.said,
                next=_beside(mark, following, said),
                before=_follows(mark, before, said) or _precedes(mark, behind, said),
            ),
        )
        for mark in sorted(kept, key=lambda mark: mark.start)
        if not _beside(mark, [span for span in past if not any(taken[slice(*span)])], said)
    ]


def _all(said: str, speech: Speech) -> Iterator[Mark]:
    yield from _lengths(said, speech)
    yield from _dates(said, speech)
    for start, end in speech.found("days", said):
        day, _, part = speech.meaning("days", said[start:end]).partition(" ")
        yield Mark("day", start, end, Said(day=day, part=part or None))
    for start, end in speech.found("periods", said):
        yield Mark("period", start, end, Said(period=speech.meaning("periods", said[start:end])))
    for start, end in speech.found("parts", said):
        yield Mark("part", start, end, Said(part=speech.meaning("parts", said[start:end])))
    for found in speech.clock.finditer(said):
        name = found.lastgroup
        if name is not None:
            clock, exact = _clock(found[name], speech)
            around = said[found.start() : found.start(name)], said[found.end(name) : found.end()]
            shifted = _shifted(clock, speech.minutes(*around)) if clock is not None else None
            part = next((speech.meaning("parts", one) for one in around if speech.says("parts", one)), None)
            if shifted is not None:
                said_then = Said(clock=shifted, part=part, exact=exact)
                yield Mark("clock", found.start(), found.end(), said_then)


def _lengths(said: str, speech: Speech) -> Iterator[Mark]:
    for found in speech.length.finditer(said):
        if found["within"] is None and found["after"] is None:
            continue
        unit = speech.meaning("units", found["unit"])
        many, _, plain = unit.rpartition(" ")
        number = found["m"] or found["n"]
        if number is None and not many:
            continue
        count = speech.number(number.replace(",", ".")) if number else 1.0
        yield Mark("length", found.start(), found.end(), Said(length=(count * float(many or 1), plain)))


def _dates(said: str, speech: Speech) -> Iterator[Mark]:
    for found in _ISO.finditer(said):
        yield _dated(found, found[3], found[2], found[1])
    for pattern in (_DOTTED, _SLASHED):
        for found in pattern.finditer(said):
            day, month = (found[1], found[2]) if int(found[2]) <= 12 else (found[2], found[1])
            if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
                yield _dated(found, day, month, found[3] or "")
    for pattern in (speech.date, speech.month_first):
        for found in pattern.finditer(said):
            if 1 <= int(found["day"]) <= 31:
                yield _dated(
                    found, found["day"], speech.meaning("months", found["month"]), found["year"] or ""
                )
    for found in speech.month_day.finditer(said):
        number = found[found.lastgroup or 0]
        if 1 <= int(number) <= 31:
            yield Mark("day", found.start(), found.end(), Said(day=f"{int(number)}."))


def _dated(found: re.Match[str], day: str, month: str, year: str) -> Mark:
    year = f"20{year}" if len(year) == 2 else year
    return Mark("day", found.start(), found.end(), Said(day=f"{int(day)}.{int(month)}.{year}"))


def _clock(said: str, speech: Speech) -> tuple[time | None, bool]:
    """The hour, and whether it is exact: 05:00 is, 5 may be in the afternoon."""
    found = _HOUR.fullmatch(said.strip())
    if found is None:
        number = speech.number(said.strip())
        return time(int(number), int(number % 1 * 60)), False
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None, True
    return (time(23, 59), True) if hour == 24 else (time(hour, minute), hour > 12 or said.strip()[0] == "0")


def _shifted(hour: time, minutes: int) -> time | None:
    """An hour with the minutes said beside it; a quarter to one is after noon."""
    if not minutes:
        return hour
    if hour.minute:
        return None
    whole = (hour.hour or 24) * 60 + minutes
    if hour.hour == 1 and minutes < 0:
        whole += 12 * 60
    return time(whole // 60 % 24, whole % 60)


def _beside(mark: Mark, spans: Sequence[tuple[int, int]], said: str) -> bool:
    return _follows(mark, spans, said) or _precedes(mark, spans, said)


def _follows(mark: Mark, spans: Sequence[tuple[int, int]], said: str) -> bool:
    """Whether one of the words stands right before the time, or is its beginning."""
    near = [
        (start, end) for start, end in spans if mark.start - _FAR <= start <= mark.start and end <= mark.end
    ]
    return any(len(said[end : mark.start].strip()) <= _BESIDE for _, end in near)


def _precedes(mark: Mark, spans: Sequence[tuple[int, int]], said: str) -> bool:
    near = [start for start, _ in spans if mark.end <= start <= mark.end + _FAR]
    return any(not said[mark.end : start].strip() for start in near)


def joined(times: Sequence[Mark], said: str, speech: Speech) -> list[list[Mark]]:
    """Marks that name one moment together: a day and its hour, a range, a weekday and its date."""
    groups: list[list[Mark]] = []
    for mark in times:
        last = groups[-1] if groups else None
        if last is None:
            groups.append([mark])
            continue
        between = said[last[-1].end : mark.start]
        if _ranges(between, speech) and _rank(mark) == _rank(last[-1]):
            last.append(replace(mark, joins=True))
        elif _completes(mark, last, between):
            last.append(mark)
        else:
            groups.append([mark])
    return groups


def _ranges(between: str, speech: Speech) -> bool:
    bare = between.strip()
    return bare in ("-", "/") or any(span == (0, len(bare)) for span in speech.found("joins", bare))


def _rank(mark: Mark) -> bool:
    return mark.kind in ("day", "length", "period")


def _completes(mark: Mark, group: Sequence[Mark], between: str) -> bool:
    """Whether it adds to the group what that does not say yet."""
    kinds = {one.kind for one in group}
    if mark.kind in ("clock", "part"):
        return mark.kind not in kinds
    if kinds <= {"clock", "part"}:
        return True
    days = {mark.kind, *kinds} - {"clock", "part"}
    return bool(_BETWEEN.match(between)) and days - {"period"} == {"day"} and len(group) < 4


def meaning(group: Sequence[Mark], dates: Dates) -> datetime | None:
    """The moment that a group of marks names, the end of a range."""
    whole: list[Said] = [Said()]
    for mark in group:
        if mark.joins:
            whole.append(replace(mark.said, clock=mark.said.clock))
        else:
            whole[-1] = _together(whole[-1], mark.said)
    last: datetime | None = None
    for one in whole:
        start = last if last is not None and one.day in WEEKDAYS and one.day != whole[0].day else dates.now
        found = replace(dates, now=start).moment(one)
        last = found if last is None or (found is not None and found > last) else last
    return last


def _together(one: Said, other: Said) -> Said:
    """What both say of one moment; of a weekday and a date the date, which is surer."""
    day = one.day or other.day
    if one.day in WEEKDAYS and other.day is not None and other.day not in WEEKDAYS:
        day = other.day
    return Said(
        day=day,
        length=one.length or other.length,
        period=one.period or other.period,
        clock=one.clock or other.clock,
        part=one.part or other.part,
        next=one.next or other.next,
        before=one.before or other.before,
        exact=one.exact and other.exact,
    )
