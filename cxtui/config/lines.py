"""On which line of a TOML text a key stands; the standard library's reader does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Place = tuple[str | int, ...]
"""A key from the top: names, and numbers for the tables of an array, ``("feeds", 0, "url")``."""

_WORD = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[A-Za-z0-9_-]+"
    r"|.",
    re.DOTALL,
)

_Word = tuple[str, int]


class Lines:
    """The line of every key of a well-formed TOML text; keys of inline tables share their owner's line."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Place, int] = {}
        self._counts: dict[Place, int] = {}
        table: Place = ()
        for statement in _statements(text):
            line = statement[0][1]
            if statement[0][0] == "[":
                many = statement[1][0] == "["
                table = self._header(_names(statement[1 + many :], "]"), many=many)
                self._note(table, line)
            else:
                self._note(table + _names(statement, "="), line)

    def of(self, place: Place) -> int:
        """The line of a key, or of the nearest table around it; 1 where there is none."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def _note(self, place: Place, line: int) -> None:
        for length in range(len(place), 0, -1):
            self._lines.setdefault(place[:length], line)

    def _header(self, names: tuple[str, ...], *, many: bool) -> Place:
        place: Place = ()
        for name in names[:-1]:
            place = self._inside((*place, name))
        place = (*place, names[-1])
        if many:
            self._counts[place] = self._counts.get(place, -1) + 1
        return self._inside(place)

    def _inside(self, place: Place) -> Place:
        return (*place, self._counts[place]) if place in self._counts else place


def _statements(text: str) -> Iterator[list[_Word]]:
    """The text cut at the line ends outside strings and brackets; no blanks, no comments."""
    found: list[_Word] = []
    line = 1
    depth = 0
    for match in _WORD.finditer(text):
        word = match[0]
        if word == "\n" and depth == 0 and found:
            yield found
            found = []
        if not word.isspace() and word[0] != "#":
            found.append((word, line))
            depth += (word in "[{") - (word in "]}")
        line += word.count("\n")
    if found:
        yield found


def _names(words: list[_Word], end: str) -> tuple[str, ...]:
    names: list[str] = []
    for word, _ in words:
        if word == end:
            break
        if word[0] in "\"'":
            names.append(tomllib.loads(f"name = {word}")["name"])
        elif word != ".":
            names.append(word)
    return tuple(names)
