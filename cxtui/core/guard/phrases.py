"""The phrases of one language that the guard knows, found in a draft in one pass.

One line is one phrase. ``word*`` is the word with any ending, ``*`` any one word, ``...`` up to
five words. Where a language writes no blanks between words a phrase is found anywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from cxtui.core.guard.reading import Reading, Token
from cxtui.core.speech import WORD, form
from cxtui.core.terms import UNSPACED

RULES = (
    "apology",
    "blame",
    "card",
    "fine",
    "how",
    "number",
    "ours",
    "phone",
    "shouting",
    "step",
    "when",
    "yes",
)
"""The lists that a language may have."""
LONGEST = 120
"""Characters of a phrase."""

_GAP = "..."
_GAP_WORDS = 5
_GAP_CHARS = 30
_PARTS = re.compile(rf"\.\.\.|[{WORD}]+\*?|\*")
_PREFIXES: Mapping[str, tuple[str, ...]] = {
    "ar": ("وال", "فال", "بال", "وس", "فس", "ال", "لل", "و", "ف", "ب", "ل", "ك", "س"),
}
"""Particles written together with the word that follows, the longest first."""
_FILLERS: Mapping[str, frozenset[str]] = {
    "en": frozenset({"really", "just", "simply", "clearly", "obviously", "actually", "also", "already"}),
    "de": frozenset({"ja", "doch", "halt", "eben", "wohl", "auch", "einfach", "leider", "nun", "mal"}),
    "fr": frozenset({"pourtant", "bien", "donc", "clairement", "simplement", "malheureusement", "vraiment"}),
    "es": frozenset({"claramente", "simplemente", "realmente", "pues", "lamentablemente"}),
    "pt": frozenset({"claramente", "simplesmente", "realmente", "mesmo", "infelizmente", "bem"}),
    "tl": frozenset({"po", "ho", "naman", "kasi", "lang", "talaga", "nga"}),
}
"""Words that may stand between the words of any phrase and change nothing."""
_STEM = 2
"""So many letters of a word stay when a particle is taken off."""

Part = str


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a list that stands in a folded text; words ``first`` to ``last`` where words are known."""

    rule: str
    start: int
    end: int
    last: int = -1


def fault(line: str) -> str | None:
    """What is wrong with a line of a list, or None."""
    if len(line) > LONGEST:
        return f"the phrase is longer than {LONGEST} characters"
    parts = _PARTS.findall(form(line))
    if not any(part not in (_GAP, "*") for part in parts):
        return f"{line!r} holds no word to look for"
    if _GAP in (parts[0], parts[-1]):
        return f"{line!r} begins or ends with ..., which stands between words only"
    return None


@dataclass(slots=True)
class Phrases:
    """The lists of one language."""

    lang: str
    lists: Mapping[str, Sequence[str]]
    _exact: dict[str, list[tuple[str, Sequence[Part]]]] = field(init=False)
    _stems: dict[str, list[tuple[str, Sequence[Part]]]] = field(init=False)
    _lengths: Sequence[int] = field(init=False)
    _fillers: frozenset[str] = field(init=False)
    _pieces: Sequence[tuple[str, Sequence[str]]] = field(init=False)

    def __post_init__(self) -> None:
        self._exact, self._stems = defaultdict(list), defaultdict(list)
        for rule, lines in self.lists.items():
            for line in lines:
                parts = _PARTS.findall(form(line))
                first = parts[0]
                kept = self._stems if first.endswith("*") else self._exact
                kept[first.removesuffix("*")].append((rule, parts))
        self._pieces = (
            [] if self.spaced else [(r, _cut(line)) for r, lines in self.lists.items() for line in lines]
        )
        self._fillers = _FILLERS.get(self.lang, frozenset())
        self._lengths = sorted({len(stem) for stem in self._stems})

    @property
    def spaced(self) -> bool:
        """Whether the language writes blanks between words."""
        return self.lang not in UNSPACED

    def find(self, reading: Reading) -> list[Hit]:
        """Every phrase in a text, in order; what lies within a harmless one is left out."""
        found = sorted(self._spaced(reading) if self.spaced else self._unspaced(reading), key=_place)
        fine = [hit for hit in found if hit.rule == "fine"]
        starts, reach = [hit.start for hit in fine], list(accumulate((hit.end for hit in fine), max))
        kept: list[Hit] = []
        for hit in found:
            before = bisect_right(starts, hit.start)
            if hit.rule != "fine" and not (before and reach[before - 1] >= hit.end):
                kept.append(hit)
        return kept

    def _spaced(self, reading: Reading) -> Iterator[Hit]:
        tokens = reading.tokens
        for place, token in enumerate(tokens):
            for rule, parts in self._beginning(token.word):
                last = self._ends(tokens, place, parts)
                if last is not None:
                    yield Hit(rule, token.start, tokens[last].end, last)

    def _beginning(self, word: str) -> Iterator[tuple[str, Sequence[Part]]]:
        for one in self._forms(word):
            yield from self._exact.get(one, ())
            for length in self._lengths:
                if length > len(one):
                    break
                yield from self._stems.get(one[:length], ())

    def _ends(self, tokens: Sequence[Token], place: int, parts: Sequence[Part]) -> int | None:
        """The number of the last word where the parts stand from ``place`` on, within one sentence."""
        at: int | None = place
        slack = 0
        for part in parts[1:]:
            if part == _GAP:
                slack = _GAP_WORDS
            elif at is not None:
                at, slack = self._next(tokens, at, part, slack), 0
        return at

    def _next(self, tokens: Sequence[Token], at: int, part: Part, slack: int) -> int | None:
        """The number of the next word that is the part, at most ``slack`` words skipped."""
        sentence = tokens[at].sentence
        place, last = at + 1, at + 1 + slack
        while place <= last and place < len(tokens) and tokens[place].sentence == sentence:
            if self._is(tokens[place].word, part):
                return place
            last += tokens[place].word in self._fillers
            place += 1
        return None

    def _is(self, word: str, part: Part) -> bool:
        if part.endswith("*"):
            return any(one.startswith(part[:-1]) for one in self._forms(word))
        return part in self._forms(word)

    def _forms(self, word: str) -> Sequence[str]:
        prefixes = _PREFIXES.get(self.lang)
        if prefixes is None:
            return (word,)
        bare = [word[len(p) :] for p in prefixes if word.startswith(p) and len(word) - len(p) >= _STEM]
        return (word, *dict.fromkeys(bare))

    def _unspaced(self, reading: Reading) -> Iterator[Hit]:
        said = reading.said
        for rule, pieces in self._pieces:
            yield from _anywhere(said, rule, pieces)


def _cut(line: str) -> Sequence[str]:
    """What stands between the gaps of a phrase."""
    return [part.strip().removesuffix("*") for part in form(line).split(_GAP) if part]


def _anywhere(said: str, rule: str, pieces: Sequence[str]) -> Iterator[Hit]:
    """The pieces, one behind another in one line with a little between them, wherever they stand."""
    start = said.find(pieces[0])
    while start >= 0:
        end = start + len(pieces[0])
        for piece in pieces[1:]:
            next_one = said.find(piece, end, end + _GAP_CHARS + len(piece))
            if next_one < 0 or "\n" in said[end:next_one]:
                break
            end = next_one + len(piece)
        else:
            yield Hit(rule, start, end)
        start = said.find(pieces[0], start + len(pieces[0]))


def _place(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end
