"""Reading one table of the configuration, noting all that is wrong instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import cast
from unicodedata import category

from cxtui.config.lines import Lines, Place
from cxtui.core.clock import span
from cxtui.core.when import duration

LONGEST = timedelta(days=3660)


def meant(word: str, known: Sequence[str]) -> str:
    """``, did you mean 'x'?`` where ``word`` is near a known one; else the known ones."""
    near = get_close_matches(word, known, n=1)
    if near:
        return f", did you mean {near[0]!r}?"
    return f"; known here: {', '.join(known)}" if known else ""


def called(value: object) -> str:
    """What a TOML value is, in words. Never the value itself: it may be a secret."""
    names: dict[type, str] = {
        str: "text", bool: "true or false", int: "a whole number", float: "a number", list: "a list",
        dict: "a table", datetime: "a date and hour", date: "a date", time: "an hour",
    }  # fmt: skip
    return names.get(type(value), "something else")


def as_list(value: object) -> list[object] | None:
    """The value if it is a list."""
    return cast("list[object]", value) if isinstance(value, list) else None


def as_table(value: object) -> dict[str, object] | None:
    """The value if it is a table."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


class Problems:
    """What is wrong with one file, as lines ``file:line key: what``."""

    def __init__(self, file: str, lines: Lines) -> None:
        self._file = file
        self._lines = lines
        self._found: list[tuple[int, str]] = []

    def note(self, place: Place, what: str) -> None:
        """Keep one problem of the key at ``place``."""
        line = self._lines.of(place)
        key = ".".join(part for part in place if isinstance(part, str))
        self._found.append((line, f"{self._file}:{line} {key}: {what}"))

    def note_outside(self, what: str) -> None:
        """Keep a problem that stands in no file, such as an environment variable's."""
        self._found.append((0, what))

    def line(self, place: Place) -> int:
        """The line of a key."""
        return self._lines.of(place)

    @property
    def all(self) -> list[str]:
        """Every problem, by line."""
        return [what for _, what in sorted(self._found, key=lambda found: found[0])]


@dataclass(slots=True)
class Table:
    """One table. Every key that is asked for is known; `end` reports the others."""

    values: Mapping[str, object]
    place: Place
    problems: Problems
    known: list[str] = field(default_factory=list[str])

    def has(self, key: str) -> bool:
        """Whether the key is there; asking makes it known."""
        self._ask(key)
        return key in self.values

    def note(self, key: str, what: str) -> None:
        """Keep one problem of a key of this table."""
        self.problems.note((*self.place, key), what)

    def missing(self, key: str, example: str, why: str = "is missing") -> None:
        """Say that a needed key is not there, at the line of the table."""
        self.note(key, f"{why}, for instance {key} = {example}")

    def text(self, key: str, example: str) -> str | None:
        """A text that is not empty and holds no control characters."""
        value = self._ask(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(key, f"a text such as {example}", value)
            return None
        if not value.strip() or any(category(char) == "Cc" for char in value):
            self.note(key, f"must be a plain text that is not empty, such as {example}")
            return None
        return value

    def texts(self, key: str, example: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._ask(key)
        if value is None:
            return ()
        found = as_list(value)
        if found is None or not all(isinstance(one, str) and one.strip() for one in found):
            self.note(key, f"must be a list of texts such as {example}, is {called(value)}")
            return ()
        return tuple(str(one) for one in found)

    def flag(self, key: str) -> bool:
        """True or false; false where it is not there."""
        value = self._ask(key)
        if value is not None and not isinstance(value, bool):
            self._wrong(key, "true or false (without quotes)", value)
        return value is True

    def length(self, key: str, example: str, least: timedelta, most: timedelta = LONGEST) -> timedelta | None:
        """A length of time between two bounds."""
        value = self._ask(key)
        if value is None:
            return None
        found = duration(value) if isinstance(value, str) else None
        if found is None:
            is_what = repr(value) if isinstance(value, str) else called(value)
            self.note(key, f'must be a length of time such as "{example}" (s, m, h or d), is {is_what}')
        elif not least <= found <= most:
            self.note(key, f"must be from {span(least)} to {span(most)}, is {value}")
            return None
        return found

    def number(self, key: str, example: str) -> int | None:
        """A whole number."""
        value = self._ask(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self._wrong(key, f"a whole number such as {example}", value)
        return None

    def amount(self, key: str, example: str, most: float) -> float | None:
        """A number above nothing, whole or not."""
        value = self._ask(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            self._wrong(key, f"a number such as {example}", value)
            return None
        if not 0 < value <= most:
            self.note(key, f"must be a number above 0 such as {example}, is {value}")
            return None
        return float(value)

    def contents(self, key: str, example: str) -> dict[str, object] | None:
        """A table whose keys are somebody else's."""
        value = self._ask(key)
        found = as_table(value)
        if value is not None and found is None:
            self._wrong(key, f"a table such as {example}", value)
        return found

    def choice(self, key: str, known: Sequence[str]) -> str | None:
        """One of some words."""
        value = self.text(key, f'"{known[0]}"')
        if value is not None and value not in known:
            self.note(key, f"unknown word {value!r}{meant(value, known)}")
            return None
        return value

    def table(self, key: str) -> Table:
        """The table under a key, empty where it is not there."""
        value = self._ask(key)
        found = as_table(value)
        if value is not None and found is None:
            self._wrong(key, f"a table, written [{'.'.join(map(str, (*self.place, key)))}]", value)
        return Table(found or {}, (*self.place, key), self.problems)

    def tables(self, key: str) -> list[Table]:
        """The array of tables under a key."""
        value = self._ask(key)
        if value is None:
            return []
        listed = as_list(value)
        found = [None] if listed is None else [as_table(one) for one in listed]
        if None in found:
            self.note(key, f"must be tables, each written [[{key}]], is {called(value)}")
        return [
            Table(one, (*self.place, key, n), self.problems) for n, one in enumerate(found) if one is not None
        ]

    def raw(self, key: str) -> object:
        """The value as it stands, for what has more than one shape."""
        return self._ask(key)

    def end(self) -> None:
        """Report every key that nobody asked for."""
        for key in self.values:
            if key not in self.known:
                self.note(key, f"unknown key{meant(key, self.known)}")

    def _ask(self, key: str) -> object:
        if key not in self.known:
            self.known.append(key)
        return self.values.get(key)

    def _wrong(self, key: str, must_be: str, value: object) -> None:
        self.note(key, f"must be {must_be}, is {called(value)}")
