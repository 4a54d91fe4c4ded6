"""The guard's phrase lists, and the user's own; ``guard/README.md`` says how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from cxtui.core.guard.patterns import fault
from cxtui.core.guard.phrases import RULES, Phrases
from cxtui.core.speech import form
from cxtui.core.terms import UNSPACED

OURS = files("cxtui").joinpath("data", "guard")
LARGEST = 1 << 20
"""Bytes of a list; a larger file is no list."""
_CODE = re.compile(r"[a-z]{2,3}")
_NAMES = re.compile(r"\$(\w+)\s*=\s*(.*)")
_NAMED = re.compile(r"\$(\w+)")

Lists = dict[str, dict[str, list[str]]]
"""The phrases by language and rule."""


class PhrasesByLanguage(Mapping[str, Phrases]):
    """The lists of each language, made ready when that language is first met."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._ready: dict[str, Phrases] = {}

    def __getitem__(self, lang: str) -> Phrases:
        if lang not in self._ready:
            self._ready[lang] = Phrases(lang, self._lists[lang])
        return self._ready[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)


@dataclass(frozen=True, slots=True)
class Guarding:
    """The lists by language, and what is wrong with their files: ``file:line: what, and what helps``."""

    phrases: PhrasesByLanguage
    problems: tuple[str, ...] = ()


@cache
def guarding(own: Traversable | None = None) -> Guarding:
    """The lists and a user's ``own`` folder, read once, when the first draft is looked at."""
    return read(OURS, *([own] if own is not None else []))


def read(*folders: Traversable) -> Guarding:
    """The lists of some folders together, ``LANGUAGE/RULE.txt``. A folder that is not there adds nothing.

    A line ``-phrase`` takes a phrase out that a folder before holds. What cannot be understood is
    left out and named; the rest counts.
    """
    lists: Lists = {}
    problems: list[str] = []
    for folder in folders:
        problems += _folder(folder, lists)
    return Guarding(PhrasesByLanguage(lists), tuple(problems))


def _folder(folder: Traversable, lists: Lists) -> Iterator[str]:
    if not folder.is_dir():
        return
    for place in sorted(folder.iterdir(), key=lambda one: one.name):
        if not place.is_dir():
            if place.name.endswith(".txt"):
                yield f"{place}: put it into the folder of its language, such as en/{place.name}"
        elif not _CODE.fullmatch(place.name):
            yield f"{place}: a language's folder is named by its code, such as en"
        else:
            for file in sorted(place.iterdir(), key=lambda one: one.name):
                if file.name.endswith(".txt"):
                    yield from _file(file, place.name, lists.setdefault(place.name, {}))


def _file(file: Traversable, lang: str, lists: dict[str, list[str]]) -> Iterator[str]:
    rule = file.name.removesuffix(".txt")
    if rule not in RULES:
        near = get_close_matches(rule, RULES, n=1)
        hint = f", did you mean {near[0]}.txt?" if near else f"; there are {', '.join(RULES)}"
        yield f"{file}: there is no list of this name{hint}"
        return
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError as error:
        yield f"{file}: cannot be read: {error.strerror or error}"
        return
    if len(raw) > LARGEST:
        yield f"{file}: is larger than 1 MiB, which is no list of phrases"
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield f"{file}:{raw[: error.start].count(10) + 1}: is not UTF-8; save it as UTF-8"
        return
    for number, sentence in _lines(text, lists.setdefault(rule, []), spaced=lang not in UNSPACED):
        yield f"{file}:{number}: {sentence}"


def _lines(text: str, phrases: list[str], *, spaced: bool) -> Iterator[tuple[int, str]]:
    """Take the lines of a list; gives what is wrong, by line."""
    known = {_key(phrase) for phrase in phrases}
    named: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        said = line.partition("#")[0].strip()
        if not said:
            continue
        if name := _NAMES.match(said):
            named[name[1]] = name[2].strip()
            continue
        off, phrase = said.startswith("-"), said.removeprefix("-").strip()
        wrong = _unnamed(phrase, named) or fault(phrase := _spelled(phrase, named), spaced=spaced)
        if wrong is not None:
            yield number, wrong
        elif not off:
            known.add(_key(phrase))
            phrases.append(phrase)
        elif _key(phrase) not in known:
            near = get_close_matches(_key(phrase), sorted(known), n=1)
            yield number, f"{phrase!r} is not in the list{f', did you mean {near[0]!r}?' if near else ''}"
        else:
            phrases[:] = [one for one in phrases if _key(one) != _key(phrase)]


def _unnamed(phrase: str, named: Mapping[str, str]) -> str | None:
    """What is wrong with the names in a phrase, or None."""
    for name in _NAMED.findall(phrase):
        if name not in named:
            near = get_close_matches(name, list(named), n=1)
            hint = f", did you mean ${near[0]}?" if near else f"; write ${name} = this|that above it"
            return f"${name} is not said in this file{hint}"
    return None


def _spelled(phrase: str, named: Mapping[str, str]) -> str:
    """A phrase with what its names stand for, in brackets where it is in none."""
    parts = _NAMED.split(phrase)
    for place in range(1, len(parts), 2):
        before, words = "".join(parts[:place]), named[parts[place]]
        parts[place] = words if before.count("(") > before.count(")") else f"({words})"
    return "".join(parts)


def _key(phrase: str) -> str:
    return " ".join(form(phrase).split())
