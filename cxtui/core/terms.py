"""The words of one language by which a tone is judged, made ready to be looked for.

One line of a list is one term: ``broken`` is found as a whole word, ``refund*`` with any
ending, ``^when`` where a sentence begins, ``right$`` where one ends. Where a language writes
no blanks between words, a term is found anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from cxtui.core.text import search_form

UNSPACED = frozenset({"", "lo", "th", "km", "my", "ja", "zh"})
"""Languages written without blanks between words, and emoji, which stand anywhere."""

_IN_WORD = (
    r"\w\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
    r"\u0eb1-\u0ebc\u0ec8-\u0ece\u1000-\u109f\u1780-\u17ff"
)
"""Letters and the marks that Python does not count as part of a word."""
_STARTS = rf"(?:^|[^{_IN_WORD}\s'-]|\n)[^\S\n]{{0,3}}"
_ENDS = rf"(?=\s{{0,3}}(?:[^{_IN_WORD}\s'-]|\Z))"
_CLAUSE = re.compile(r"[.,;:!?…\n،؛؟।()—]")
_NEGATIONS = {"negation", "negation after"}
_NEAR = 3
"""So many words before a term, or after it, may hold the negation that turns it round."""
_NEAR_UNSPACED = 8
_FAR = 60


class _Bare(dict[int, str]):
    """Letters as people type them in haste: Latin ones without accents, Arabic ones without hamza.

    German umlauts stay: schön is not schon.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if "\u0300" <= char <= "\u036f" or "\u064b" <= char <= "\u0652" or char in "\u0640\u0670\ufe0e\ufe0f":
            bare = ""
        else:
            base = normalize("NFD", char)[0]
            bare = base if base.isascii() and char not in _UMLAUTS else _SAME.get(char, char)
        self[code] = bare
        return bare


_SAME = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه",
         "ی": "ي", "ک": "ك", "ı": "i", "ø": "o", "ł": "l", "đ": "d"}  # fmt: skip
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_BARE = _Bare()
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


def plain(text: str) -> str:
    """The form in which terms and texts are compared: `search_form` without accents, and soooo is so."""
    return _DRAWN_OUT.sub(r"\1", search_form(text).translate(_BARE))


@dataclass(frozen=True, slots=True)
class Found:
    """A term of a list in a text in plain form."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The lists of one language. A list that is missing finds nothing."""

    spaced: bool
    lists: Mapping[str, re.Pattern[str]]

    def find(self, text: str, kinds: Iterable[str]) -> list[Found]:
        """What stands in the text, in order; what lies within something longer is left out."""
        found = [
            Found(kind, *match.span(match.lastgroup or 0))
            for kind in kinds
            if kind in self.lists
            for match in self.lists[kind].finditer(text)
        ]
        found.sort(key=lambda one: (one.start, -one.end))
        return list(_outermost(found))

    def negated(self, text: str, one: Found) -> bool:
        """Whether a negation stands close by in the same clause."""
        if not self.lists.keys() & _NEGATIONS:
            return False
        before = _CLAUSE.split(text[max(one.start - _FAR, 0) : one.start])[-1]
        after = _CLAUSE.split(text[one.end : one.end + _FAR], maxsplit=1)[0]
        if self.spaced:
            before = " ".join(before.split()[-_NEAR:])
            after = " ".join(after.split()[:_NEAR])
        else:
            before, after = before[-_NEAR_UNSPACED:], after[:_NEAR_UNSPACED]
        return self._has("negation", before) or self._has("negation after", after)

    def _has(self, kind: str, text: str) -> bool:
        return kind in self.lists and self.lists[kind].search(text) is not None


def terms(lists: Mapping[str, Sequence[str]], lang: str) -> Terms:
    """The lists of a language, from the lines of its file by section."""
    spaced = lang not in UNSPACED
    prefixes = "|".join(
        sorted((re.escape(plain(p)) for p in lists.get("prefixes", ())), key=len, reverse=True)
    )
    front = f"(?:{prefixes})?" if prefixes else ""
    return Terms(
        spaced,
        {kind: _pattern(lines, front, spaced=spaced) for kind, lines in lists.items() if lines},
    )


def _pattern(lines: Sequence[str], front: str, *, spaced: bool) -> re.Pattern[str]:
    known = sorted(dict.fromkeys(plain(line) for line in lines), key=len, reverse=True)
    first = [line[1:] for line in known if line.startswith("^")]
    anywhere = [line for line in known if not line.startswith("^")]
    before = rf"(?<![{_IN_WORD}])" if spaced else ""
    # two names, for what stands before the second and says that a sentence begins is not part of the term
    parts = [rf"{before}{front}(?P<term>{_any_of(anywhere, spaced=spaced)})"] if anywhere else []
    parts += [rf"{_STARTS}{front}(?P<first>{_any_of(first, spaced=spaced)})"] if first else []
    return re.compile("|".join(parts))


def _any_of(lines: Sequence[str], *, spaced: bool) -> str:
    """The terms by their ends, for an end that is written once is compiled once."""
    ends = {
        "*": rf"[{_IN_WORD}]*" if spaced else "",
        "$": _ENDS,
        "": rf"(?![{_IN_WORD}])" if spaced else "",
    }
    parts: list[str] = []
    for sign, end in ends.items():
        written = [
            line.removesuffix(sign) for line in lines if (line[-1:] if line[-1:] in "*$" else "") == sign
        ]
        parts += [f"{_one_of(written)}{end}"] if written else []
    return "|".join(parts)


def _one_of(texts: Sequence[str]) -> str:
    """A pattern for any of some texts; what several begin with stands there once and is looked at once."""
    low, high = min(texts), max(texts)
    same = next((n for n, char in enumerate(low) if char != high[n]), len(low))
    start = "".join(map(_letter, low[:same]))
    if low == high:
        return start
    behind: dict[str, list[str]] = {}
    for text in texts:
        behind.setdefault(text[same : same + 1], []).append(text[same:])
    return f"{start}(?:{'|'.join(map(_one_of, behind.values()))})"


def _letter(char: str) -> str:
    if char in _UMLAUTS:
        return f"(?:{char}|{_UMLAUTS[char]})"
    return r"\s{1,3}" if char == " " else re.escape(char)


def _outermost(found: Sequence[Found]) -> Iterator[Found]:
    reach, longest = -1, (-1, -1)
    for one in found:
        if one.end > reach or (one.start, one.end) == longest:
            reach, longest = one.end, (one.start, one.end)
            yield one
