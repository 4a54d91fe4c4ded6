"""How a phrase of a list is written, and what it stands for: words, one after another.

One line is one phrase. ``word*`` is the word with any ending, ``*`` any one word, ``...`` up to
five words, ``(read|checked|looked at)`` one of these, ``(just|)`` one of these or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from cxtui.core.speech import WORD, form

LONGEST = 1_500
"""Characters of a phrase, what stands in brackets included."""
MOST = 1_000
"""So many phrases one line may stand for; single words in brackets do not multiply them."""
MOST_UNSPACED = 5_000
"""As many where a language writes no blanks between words, and single words multiply them, too."""

_GAP = "..."
_PARTS = re.compile(rf"\.\.\.|[{WORD}]+\*?|\*")
_GROUP = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Step:
    """One word of a phrase: any of ``exact``, or any that begins with one of ``stems``.

    ``far``: a few other words may stand before it.
    """

    exact: frozenset[str]
    stems: frozenset[str]
    far: bool = False


def fault(line: str, *, spaced: bool = True) -> str | None:
    """What is wrong with a line of a list, or None. ``spaced``: the language writes blanks between words."""
    if len(line) > LONGEST:
        return f"the phrase is longer than {LONGEST} characters"
    said = form(line)
    if set("()|") & set(_GROUP.sub(" ", said)):
        return f"{line!r} has a bracket too many, or a | outside of brackets; write (this|that) side by side"
    groups = _GROUP.findall(said)
    count = prod(len(_kinds(group)) if spaced else group.count("|") + 1 for group in groups)
    most = MOST if spaced else MOST_UNSPACED
    if count > most:
        return f"{line!r} stands for {count} phrases, at most {most} are possible; write two lines"
    for parts in _sequences(said):
        if not any(_names(part) for part in parts):
            return f"{line!r} holds no word to look for"
        if _GAP in (parts[0], parts[-1]):
            return f"{line!r} begins or ends with ..., which stands between words only"
    return None


def phrases(line: str) -> Iterator[tuple[Step, ...]]:
    """The phrases that a line stands for, word by word."""
    for parts in _sequences(form(line)):
        steps: list[Step] = []
        far = False
        for part in parts:
            if part == _GAP:
                far = True
                continue
            words = (part,) if isinstance(part, str) else part
            exact = frozenset(word for word in words if not word.endswith("*"))
            steps.append(Step(exact, frozenset(word[:-1] for word in words if word.endswith("*")), far))
            far = False
        yield tuple(steps)


def pieces(line: str) -> Iterator[Sequence[str]]:
    """The phrases that a line stands for, letter by letter: what stands between their gaps."""
    split = _GROUP.split(form(line))
    for whole in product(*(part.split("|") if place % 2 else [part] for place, part in enumerate(split))):
        yield [piece for part in "".join(whole).split(_GAP) if (piece := part.strip().replace("*", ""))]


_Part = str | tuple[str, ...]
"""A word, a gap, or several words of which one stands there."""


def _kinds(alternatives: str) -> list[Sequence[_Part]]:
    """What a bracket may hold; all that are one word count as one."""
    listed = [_PARTS.findall(one) for one in alternatives.split("|")]
    single = tuple(parts[0] for parts in listed if len(parts) == 1 and parts[0] != _GAP)
    others = [parts for parts in listed if len(parts) != 1 or parts[0] == _GAP]
    return [[single], *others] if single else list(others)


def _sequences(said: str) -> Iterator[Sequence[_Part]]:
    """Every way to go through a line."""
    split = _GROUP.split(said)
    kinds = [_kinds(part) if place % 2 else [_PARTS.findall(part)] for place, part in enumerate(split)]
    for chosen in product(*kinds):
        yield [part for parts in chosen for part in parts]


def _names(part: _Part) -> bool:
    """Whether a part is a word that is written out."""
    return part not in (_GAP, "*") if isinstance(part, str) else "*" not in part
