"""The prepared replies that come with cxtui, and the user's own: ``canned/LANGUAGE/NAME.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cxtui.core.canned import ANY, Canned, Parse, canned
from cxtui.errors import ConfigError

OURS = files("cxtui").joinpath("data", "canned")
FOLDER = "canned"
MOST = 200
"""So many files of one language are read."""
LARGEST = 40_000
"""Bytes that a file may have."""
_CODE = re.compile(r"[a-z]{2,8}")


@dataclass(frozen=True, slots=True)
class Library:
    """Prepared replies, and what was wrong with files that were left out: sentences with file and line."""

    texts: tuple[Canned, ...] = ()
    problems: tuple[str, ...] = ()


def library(folder: Path | None, langs: Sequence[str], parse: Parse) -> Library:
    """The prepared replies in these languages and for any; ``folder`` is where the configuration lies.

    A user's file takes the place of one that comes with cxtui and has the same language and name.
    What is no language's code is left out: it may come from a stranger and names a folder here.
    """
    known = [lang for lang in (*langs, ANY) if _CODE.fullmatch(lang)]
    found: dict[tuple[str, str], Canned | None] = {}
    problems: list[str] = []
    places = [(OURS, False)]
    if folder is not None:
        places.append((folder / FOLDER, True))
    for place, own in places:
        for lang in dict.fromkeys(known):
            for file in _texts(place.joinpath(lang)):
                name = file.name.removesuffix(".txt")
                try:
                    found[lang, name] = canned(_read(file), name, lang, str(file), parse, own=own)
                except ConfigError as error:
                    problems += error.problems
    return Library(tuple(one for one in found.values() if one is not None), tuple(problems))


def languages(folder: Path) -> tuple[str, ...]:
    """The languages in which a user has own texts, to look through them all."""
    place = folder / FOLDER
    return tuple(sorted(one.name for one in place.iterdir() if one.is_dir())) if place.is_dir() else ()


def _texts(folder: Traversable) -> Iterator[Traversable]:
    if not folder.is_dir():
        return
    files_ = sorted((one for one in folder.iterdir() if one.name.endswith(".txt")), key=lambda one: one.name)
    yield from files_[:MOST]


def _read(file: Traversable) -> str:
    """Raises: ConfigError where it is no plain text."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from error
    if len(raw) > LARGEST:
        raise ConfigError([f"{file}: is larger than {LARGEST // 1000} kB; a reply is shorter"])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError([f"{file}:{line} is no UTF-8 text; save it as UTF-8"]) from error
