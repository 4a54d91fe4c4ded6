"""Plain files that a user can read and extend; ``words/README.md`` says how they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from cxtui.core.lang import Evidence, evidence
from cxtui.core.terms import Terms, terms

STOP = "stop words"
JUDGING = ("complaint", "praise", "thanks", "question")

Sections = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """All word lists: what tells a language, and the terms that tell a tone, by language."""

    evidence: Evidence
    terms: Mapping[str, Terms]


@cache
def words() -> Words:
    """The word lists, read once, when the first text has to be judged."""
    return read(files("cxtui").joinpath("data", "words"))


def read(folder: Traversable) -> Words:
    """The word lists of a folder: one file ``LANGUAGE.txt`` each, ``any.txt`` for the emoji."""
    found = {
        file.name.removesuffix(".txt").replace("any", ""): sections(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".txt")
    }
    single = {
        lang: [term for kind in JUDGING for term in lists.get(kind, ()) if term.isalpha()]
        for lang, lists in found.items()
        if lang
    }
    return Words(
        evidence({lang: lists.get(STOP, ()) for lang, lists in found.items()}, single),
        {
            lang: terms({kind: lines for kind, lines in lists.items() if kind != STOP}, lang)
            for lang, lists in found.items()
            if set(lists) - {STOP}
        },
    )


def sections(text: str) -> Sections:
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
