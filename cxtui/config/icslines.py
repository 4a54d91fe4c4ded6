"""The events of an .ics file as they stand in it, with their lines. Source: RFC 5545."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST = 10_000
"""More events than this are no list of days off."""
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[^=:;"]+=(?:"[^"]*"|[^":;])*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([^=:;"]+)=("[^"]*"|[^":;]*)')
_ONCE = ("DTSTART", "DTEND", "DURATION", "RRULE", "SUMMARY", "UID", "RECURRENCE-ID", "STATUS")


class Broken(Exception):
    """What is wrong with a file, and on which line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class Property:
    """One line of the file, put together again."""

    line: int
    name: str
    parameters: Mapping[str, str]
    value: str


@dataclass(slots=True)
class Block:
    """One event as it stands in the file."""

    line: int
    once: dict[str, Property] = field(default_factory=dict[str, Property])
    dates: list[Property] = field(default_factory=list[Property])

    def take(self, found: Property) -> None:
        if found.name in ("RDATE", "EXDATE"):
            self.dates.append(found)
        elif found.name in _ONCE and self.once.setdefault(found.name, found) is not found:
            before = self.once[found.name].line
            raise Broken(found.line, f"{found.name} stands in the same event at line {before} already")


def blocks(raw: bytes) -> Iterator[Block]:
    """Every event of a file whose BEGIN and END fit together. Raises: Broken."""
    inside: list[str] = []
    block, last, count = Block(0), 1, 0
    for one in _properties(_text(raw)):
        last, what = one.line, one.value.strip().upper()
        if not inside and (one.name, what) != ("BEGIN", "VCALENDAR"):
            raise Broken(one.line, "BEGIN:VCALENDAR is missing: this is no .ics file")
        if one.name == "BEGIN":
            inside.append(what)
            block, count = (Block(one.line), count + 1) if what == "VEVENT" else (block, count)
            if count > MOST:
                raise Broken(one.line, f"there are more than {MOST} events; that is no list of days off")
        elif one.name == "END":
            _end(inside, one, what)
            if what == "VEVENT":
                yield block
        elif inside[-1] == "VEVENT":
            block.take(one)
    if inside or last == 1:
        raise Broken(last, f"the file ends here without END:{inside[-1] if inside else 'VCALENDAR'}")


def _end(inside: list[str], one: Property, what: str) -> None:
    if inside.pop() != what:
        raise Broken(one.line, f"END:{what} ends what did not begin there")


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Broken(line, "this is no UTF-8 text; save it as UTF-8") from error


def _properties(text: str) -> Iterator[Property]:
    """The lines, those put together again that were folded."""
    whole: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line[:1] in (" ", "\t") and whole:
            first, before = whole[-1]
            whole[-1] = first, before + line[1:]
        elif line.strip():
            whole.append((number, line))
    for number, line in whole:
        found = _LINE.fullmatch(line)
        if found is None:
            raise Broken(number, f"a line begins with NAME: and this one with {line[:20]!r}")
        parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[2])}
        yield Property(number, found[1].upper(), parameters, found[3])
