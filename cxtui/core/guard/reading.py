"""A draft as the rules read it: folded, cut into words and sentences, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cxtui.core.speech import WORD, folded

WORDS = re.compile(rf"[{WORD}]+")
LINKS = re.compile(r"(?:https?://|www\.)[^\s<>\"“”«»]+")
_ENDS = re.compile(r"[.!?؟۔।…。！？]+(?=[\s\"”»’)]|\Z)|[!?؟।]|\n")
_QUOTES = re.compile(
    r"^[ \t]*>.*$|“[^“”\n]{1,400}”|«[^«»\n]{1,400}»|„[^„“”\n]{1,400}[“”]|\"[^\"\n]{1,400}\"|‘[^‘’\n]{1,400}’"
    r"|「[^「」\n]{1,400}」",
    re.MULTILINE,
)
_GLUED = re.compile(r"[^\W\d]{4,}(\d{12,19})")
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One folded word, its place in the folded text, and the number of its sentence."""

    word: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and its folded form ``said``; ``places`` leads back."""

    text: str
    said: str
    places: Sequence[int]
    tokens: Sequence[Token]

    def at(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of a stretch of ``said``."""
        first = self.places[start]
        last = self.places[end - 1] + 1 if end > start else first
        # marks that fold to nothing belong to the letter before them
        return first, max(last, min(self.places[end], len(self.text))) if end > start else first

    def token_before(self, start: int) -> int:
        """The number of the last word that ends at or before a place of ``said``; -1 where none does."""
        return bisect_right(self.tokens, start, key=lambda token: token.end) - 1


def read(text: str) -> Reading:
    """A text made ready."""
    said, places = folded(text)
    ends = [match.end() for match in _ENDS.finditer(said)]
    tokens = [
        Token(said[start:end], start, end, bisect_right(ends, start))
        for match in WORDS.finditer(said)
        for start, end in _apart(match)
    ]
    return Reading(text, said, places, tokens)


def _apart(word: re.Match[str]) -> list[tuple[int, int]]:
    """A word, and a long number that is written together with it."""
    glued = _GLUED.fullmatch(word[0])
    if glued is None:
        return [word.span()]
    border = word.start() + glued.start(1)
    return [(word.start(), border), (border, word.end())]


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand, without the blanks around them."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in [*(match.end() for match in _ENDS.finditer(text)), len(text)]:
        piece = text[start:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            found.append((start + lead, start + len(piece.rstrip())))
        start = end
    return found


@lru_cache(maxsize=1024)
def bones(text: str) -> str:
    """The letters and digits of a text, folded; the text without blanks where it has none."""
    said = folded(text)[0]
    return _LETTERS.sub("", said) or "".join(said.split())


@lru_cache(maxsize=256)
def vocabulary(text: str) -> frozenset[str]:
    """The words of a text, folded."""
    return frozenset(WORDS.findall(folded(text)[0]))


def quotes(text: str) -> list[tuple[int, int]]:
    """Where a text quotes somebody."""
    return [match.span() for match in _QUOTES.finditer(text)]


def theirs(text: str, quoted: Iterable[tuple[int, int]], heard: Iterable[str]) -> list[tuple[int, int]]:
    """The quotes that are what somebody wrote, word for word."""
    known = "\n".join(map(bones, heard))
    return [(start, end) for start, end in quoted if (said := bones(text[start:end])) and said in known]


def inside(at: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a place lies within one of some others."""
    return any(start <= at[0] and at[1] <= end for start, end in spans)
