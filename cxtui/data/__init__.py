"""Plain files that a user can read and extend; ``words/README.md`` says how they are written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cxtui.core.lang import Evidence, evidence
from cxtui.core.terms import Terms, terms
from cxtui.core.tone import ANY

STOP = "stop words"
OURS = files("cxtui").joinpath("data", "words")
JUDGING = ("complaint", "praise", "thanks", "question")

Sections = Mapping[str, Sequence[str]]


class TermsByLanguage(Mapping[str, Terms]):
    """The terms of each language, made ready when that language is first met."""

    def __init__(self, lists: Mapping[str, Sections]) -> None:
        self._lists = lists
        self._ready: dict[str, Terms] = {}

    def __getitem__(self, lang: str) -> Terms:
        if lang not in self._ready:
            self._ready[lang] = terms(self._lists[lang], lang)
        return self._ready[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def __contains__(self, lang: object) -> bool:
        return lang in self._lists


@dataclass(frozen=True, slots=True)
class Words:
    """All word lists: what tells a language, and the terms that tell a tone, by language."""

    evidence: Evidence
    terms: Mapping[str, Terms]


@cache
def words() -> Words:
    """The word lists and the user's own, read once, when the first text has to be judged."""
    return read(OURS, own_folder(os.environ))


def own_folder(env: Mapping[str, str]) -> Path:
    """Where a user's own word lists are: ``words`` beside the usual configuration."""
    base = Path(env.get("XDG_CONFIG_HOME", ""))
    return (base if base.is_absolute() else Path(env.get("HOME") or "/") / ".config") / "cxtui" / "words"


def read(*folders: Traversable) -> Words:
    """The word lists of some folders together: files ``LANGUAGE.txt``, and ``any.txt`` for the emoji.

    A folder that is not there adds nothing; a file that cannot be read is left out.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for file in (file for folder in folders if folder.is_dir() for file in folder.iterdir()):
        if file.name.endswith(".txt"):
            with suppress(OSError):
                for kind, listed in sections(file.read_bytes().decode("utf-8", "replace")).items():
                    lang = file.name.removesuffix(".txt")
                    found.setdefault(ANY if lang == "any" else lang, {}).setdefault(kind, []).extend(listed)
    stop = {lang: lists.get(STOP, ()) for lang, lists in found.items()}
    spoken = {
        lang: [term for kind in JUDGING for term in lists.get(kind, ()) if not term.endswith("*")]
        for lang, lists in found.items()
        if lang != ANY
    }
    judging = {
        lang: {kind: lines for kind, lines in lists.items() if kind != STOP} for lang, lists in found.items()
    }
    return Words(evidence(stop, spoken), TermsByLanguage({k: v for k, v in judging.items() if v}))


def sections(text: str) -> dict[str, list[str]]:
    """The terms of a list file by section; what stands before the first section is left out."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        term = line.partition("#")[0].strip()
        if term.startswith("[") and term.endswith("]"):
            current = found.setdefault(term[1:-1], [])
        elif term:
            current.append(term)
    return found
