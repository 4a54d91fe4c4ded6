"""The word lists of promises, and the user's own; ``promises/README.md`` says how they are written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from cxtui.core.pledges import Pledge, pledges
from cxtui.core.speech import Speech, fault, speech
from cxtui.data import own_folder

if TYPE_CHECKING:
    from cxtui.core.calendar import Calendar

OURS = files("cxtui").joinpath("data", "promises")


class Speeches(Mapping[str, Speech]):
    """The lists of each language, made ready when that language is first met."""

    def __init__(self, lists: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._lists = lists
        self._ready: dict[str, Speech] = {}

    def __getitem__(self, lang: str) -> Speech:
        if lang not in self._ready:
            self._ready[lang] = speech(self._lists[lang], lang)
        return self._ready[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)


@dataclass(frozen=True, slots=True)
class Promising:
    """The lists by language, and what is wrong with their files: ``file:line: what, and what helps``."""

    speeches: Speeches
    problems: tuple[str, ...]


@cache
def promising() -> Promising:
    """The lists and the user's own, read once, when the first draft is looked at."""
    return read(OURS, own_folder(os.environ).with_name("promises"))


def pledged(
    text: str, lang: str | None, now: datetime, zone: tzinfo, calendar: Calendar | None = None
) -> tuple[Pledge, ...]:
    """The promises of a draft, by the lists and the user's own."""
    return pledges(text, lang, now, zone, calendar, words=promising().speeches)


def read(*folders: Traversable) -> Promising:
    """The lists of some folders together. A folder that is not there adds nothing."""
    lists: dict[str, dict[str, list[str]]] = {}
    problems: list[str] = []
    for file in (file for folder in folders if folder.is_dir() for file in folder.iterdir()):
        if file.name.endswith(".txt"):
            found = lists.setdefault(file.name.removesuffix(".txt"), {})
            try:
                text = file.read_bytes().decode("utf-8")
            except OSError as error:
                problems.append(f"{file}: cannot be read: {error.strerror or error}")
            except UnicodeDecodeError as error:
                problems.append(f"{file}:{error.object[: error.start].count(10) + 1}: is not UTF-8")
            else:
                problems += (f"{file}:{problem}" for problem in _take(text, found))
    return Promising(Speeches(lists), tuple(problems))


def _take(text: str, found: dict[str, list[str]]) -> Iterator[str]:
    """Add the lines that can be understood; gives a sentence for each other."""
    section = None
    for number, line in enumerate(text.splitlines(), 1):
        term = line.partition("#")[0].strip()
        if term.startswith("[") and term.endswith("]"):
            section = term[1:-1].strip()
        elif term and section is None:
            yield f"{number}: {term!r} stands in no section; begin one with its name in brackets"
        elif term and section is not None:
            wrong = fault(section, term)
            if wrong is None:
                found.setdefault(section, []).append(term)
            else:
                yield f"{number}: {wrong}"
