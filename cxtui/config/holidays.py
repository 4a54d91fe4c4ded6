"""The days off of a calendar: a country's, dates of one's own, and files of events."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from cxtui.config.icslines import Broken
from cxtui.config.table import Table, as_list, called
from cxtui.config.yearly import Event

_EXAMPLE: Final = '["LA", "2026-12-31", "closed.ics"]'
_COUNTRY: Final = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z0-9]{1,6}))?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LARGEST: Final = 2_000_000

Source = Callable[[int], Mapping[date, str]]
"""The days off of a year, by name."""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days off from several sources; the first one names a day. ``files`` are those that were read for it."""

    text: str = ""
    sources: tuple[Source, ...] = ()
    files: tuple[Path, ...] = ()

    def __call__(self, year: int) -> Mapping[date, str]:
        found: dict[date, str] = {}
        for source in self.sources:
            found = {**source(year), **found}
        return found


def days_off(table: Table, folder: Path, zone: tzinfo) -> DaysOff:
    """The days off that ``holidays`` names; what is wrong with it is noted."""
    value = table.raw("holidays")
    if value is None:
        return DaysOff()
    listed = as_list(value)
    if listed is None:
        table.note("holidays", f"must be a list such as {_EXAMPLE}, is {called(value)}")
        return DaysOff()
    sources: list[Source] = []
    said: list[str] = []
    for one in listed:
        source = _source(table, one, folder, zone)
        if source is not None:
            text, days = source
            said.append(text)
            sources.append(days)
    files = tuple(folder / Path(one).expanduser() for one in listed if isinstance(one, str) and _is_file(one))
    return DaysOff("; ".join(sorted(said)), tuple(sources), files)


def _source(table: Table, one: object, folder: Path, zone: tzinfo) -> tuple[str, Source] | None:
    if isinstance(one, date) and not isinstance(one, datetime):
        return one.isoformat(), _own(one)
    if not isinstance(one, str) or not one.strip():
        table.note("holidays", f"must hold texts such as {_EXAMPLE}, holds {called(one)}")
        return None
    if _DATE.fullmatch(one):
        return _date(table, one)
    if _is_file(one):
        return _file(table, folder / Path(one).expanduser(), zone)
    found = _COUNTRY.fullmatch(one)
    if found is None:
        table.note(
            "holidays",
            f'{one!r} is no country such as "LA" or "DE-BY", no date such as "2026-12-31" '
            "and no path of an .ics file",
        )
        return None
    return _country(table, one, found[1], found[2])


def _is_file(text: str) -> bool:
    return text.lower().endswith(".ics") or "/" in text


def _date(table: Table, text: str) -> tuple[str, Source] | None:
    try:
        return text, _own(date.fromisoformat(text))
    except ValueError:
        table.note("holidays", f"{text!r} is no day of any calendar")
        return None


def _own(day: date) -> Source:
    return lambda year: {day: "a day off"} if year == day.year else {}


def _country(table: Table, named: str, code: str, part: str | None) -> tuple[str, Source] | None:
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    if code not in known:
        table.note("holidays", f"unknown country {named!r}{_near(code.upper(), list(known))}")
        return None
    parts = [str(one) for one in known[code]]
    if part is not None and part not in parts:
        near = _near(part.upper(), parts) if parts else f"; {code} has no parts of its own"
        table.note("holidays", f"unknown part of {code}: {named!r}{near}")
        return None

    def days(year: int) -> Mapping[date, str]:
        return dict(holidays.country_holidays(code, subdiv=part, years=year, language="en_US"))

    return named, days


def _near(word: str, known: Sequence[str]) -> str:
    """The same word in capitals, the near ones, or what they look like."""
    near = [word] if word in known else get_close_matches(word, known, n=3, cutoff=0.5)
    if near:
        return f", did you mean {' or '.join(map(repr, near))}?"
    return f"; it is a code such as {', '.join(map(repr, known[:3]))}"


def _file(table: Table, path: Path, zone: tzinfo) -> tuple[str, Source] | None:
    try:
        with path.open("rb") as opened:
            raw = opened.read(_LARGEST + 1)
    except OSError as error:
        table.note("holidays", f"{path}: cannot be read: {error.strerror}")
        return None
    if len(raw) > _LARGEST:
        table.note("holidays", f"{path}: is larger than {_LARGEST // 1_000_000} MB, too large for days off")
        return None
    from cxtui.config.ics import events

    try:
        found = events(raw, zone)
    except Broken as problem:
        table.note("holidays", f"{path}:{problem.line} {problem}")
        return None
    said = sorted(f"{e.start} {e.length} {e.repeats} {sorted(e.more)} {sorted(e.never)}" for e in found)
    return f"ics {hashlib.sha256(repr(said).encode()).hexdigest()}", _of_events(found)


def _of_events(found: Sequence[Event]) -> Source:
    return lambda year: {day: event.name for event in found for day in event.days(year)}
