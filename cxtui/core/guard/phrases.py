"""The phrases of one language that the guard knows, found in a draft in one pass.

How they are written: `cxtui.core.guard.patterns`. Where a language writes no blanks between words a
phrase is found anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from cxtui.core.guard.patterns import Step, phrases, pieces
from cxtui.core.guard.reading import Reading, Token
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

_GAP_WORDS = 5
_GAP_CHARS = 30
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
_START = 2
"""So many letters of a phrase are looked at first, where no blanks stand between words."""
_STEM = 2
"""So many letters of a word stay when a particle is taken off."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a list that stands in a folded text; words ``first`` to ``last`` where words are known."""

    rule: str
    start: int
    end: int
    last: int = -1


@dataclass(slots=True)
class _Node:
    """What may follow the words that led here: phrases share their beginnings."""

    exact: dict[str, list[_Node]] = field(default_factory=dict[str, "list[_Node]"])
    stems: dict[str, list[_Node]] = field(default_factory=dict[str, "list[_Node]"])
    far: _Node | None = None
    rules: set[str] = field(default_factory=set[str])
    _next: dict[Step, _Node] = field(default_factory=dict[Step, "_Node"])

    def follow(self, step: Step) -> _Node:
        """The node behind a step."""
        if step not in self._next:
            node = self._next[step] = _Node()
            if step.far and self.far is None:
                self.far = _Node()
            start = self.far if step.far and self.far is not None else self
            for word in step.exact:
                start.exact.setdefault(word, []).append(node)
            for stem in step.stems:
                start.stems.setdefault(stem, []).append(node)
        return self._next[step]

    def children(self, forms: Sequence[str]) -> Iterator[_Node]:
        """The nodes to which a word leads."""
        for form in forms:
            yield from self.exact.get(form, ())
            for stem, nodes in self.stems.items():
                if form.startswith(stem):
                    yield from nodes


@dataclass(slots=True)
class Phrases:
    """The lists of one language."""

    lang: str
    lists: Mapping[str, Sequence[str]]
    _root: _Node = field(init=False)
    _fillers: frozenset[str] = field(init=False)
    _heads: dict[str, list[tuple[str, Sequence[str]]]] = field(init=False)
    _starts: frozenset[str] = field(init=False)
    _lengths: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        self._root, self._heads = _Node(), defaultdict(list)
        self._fillers = _FILLERS.get(self.lang, frozenset())
        listed = [(rule, line) for rule, lines in self.lists.items() for line in lines]
        for rule, line in [] if self.spaced else listed:
            for head, *rest in pieces(line):
                self._heads[head].append((rule, rest))
        self._starts = frozenset(head[:_START] for head in self._heads)
        self._lengths = sorted(set(map(len, self._heads)))
        for rule, line in listed if self.spaced else []:
            for steps in phrases(line):
                node = self._root
                for step in steps:
                    node = node.follow(step)
                node.rules.add(rule)

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
        known: dict[str, Sequence[str]] = {}
        for token in tokens:
            if token.word not in known:
                known[token.word] = self._forms(token.word)
        forms = [known[token.word] for token in tokens]
        for place, token in enumerate(tokens):
            for child in self._root.children(forms[place]):
                for rule, last in set(self._walk(child, tokens, forms, place)):
                    yield Hit(rule, token.start, tokens[last].end, last)

    def _walk(
        self, node: _Node, tokens: Sequence[Token], forms: Sequence[Sequence[str]], at: int
    ) -> Iterator[tuple[str, int]]:
        """The phrases that end at or behind word ``at``, within its sentence, and their last words."""
        for rule in node.rules:
            yield rule, at
        for start, slack in ((node, 0), (node.far, _GAP_WORDS)):
            if start is None:
                continue
            met: set[int] = set()
            for place in self._near(tokens, at, slack):
                for child in start.children(forms[place]):
                    if id(child) not in met:
                        met.add(id(child))
                        yield from self._walk(child, tokens, forms, place)

    def _near(self, tokens: Sequence[Token], at: int, slack: int) -> Iterator[int]:
        """The words behind one in its sentence, with at most ``slack`` words between, fillers not counted."""
        sentence = tokens[at].sentence
        place, last = at + 1, at + 1 + slack
        while place <= last and place < len(tokens) and tokens[place].sentence == sentence:
            yield place
            last += tokens[place].word in self._fillers
            place += 1

    def _forms(self, word: str) -> Sequence[str]:
        prefixes = _PREFIXES.get(self.lang)
        if prefixes is None:
            return (word,)
        bare = [word[len(p) :] for p in prefixes if word.startswith(p) and len(word) - len(p) >= _STEM]
        return (word, *dict.fromkeys(bare))

    def _unspaced(self, reading: Reading) -> Iterator[Hit]:
        said = reading.said
        for start in range(len(said)):
            if said[start : start + _START] not in self._starts and said[start] not in self._heads:
                continue
            for length in self._lengths:
                if start + length > len(said):
                    break
                for rule, rest in self._heads.get(said[start : start + length], ()):
                    end = _reached(said, start + length, rest)
                    if end is not None:
                        yield Hit(rule, start, end)


def _reached(said: str, end: int, rest: Sequence[str]) -> int | None:
    """Where the pieces end that stand behind a place in one line, with a little between them."""
    for piece in rest:
        found = said.find(piece, end, end + _GAP_CHARS + len(piece))
        if found < 0 or "\n" in said[end:found]:
            return None
        end = found + len(piece)
    return end


def _place(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end
