"""The labelled texts made for the tests: ``tones/LANGUAGE.txt``, one ``label | text`` a line.

Those in ``tones`` were written before the word lists, those in ``tones/fresh`` after them
and about other trades, to see what the lists do with what they were not made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "tones"
LANGUAGES = ("en", "es", "pt", "fr", "de", "ar", "bn", "lo", "tl")
LABELS = ("complaint", "question", "praise", "none")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and what it is."""

    label: str
    text: str


def labelled(lang: str, *, fresh: bool = False) -> tuple[Labelled, ...]:
    """The texts of a language."""
    folder = FOLDER / "fresh" if fresh else FOLDER
    lines = (folder / f"{lang}.txt").read_text(encoding="utf-8").splitlines()
    cut = (line.partition(" | ") for line in lines if line and not line.startswith("#"))
    return tuple(Labelled(label, text) for label, _, text in cut)
