"""Words that a dictionary does not know, names and what is no word left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cxtui.core.guard.findings import Finding
from cxtui.core.guard.reading import sentences
from cxtui.core.speech import WORD, form

MOST = 20
"""So many words are named."""
FEW = 4
"""Where more words than these, and more than half of all, are unknown, the dictionary is of no use."""
LOOKED_UP = 1_500
"""So many different words of a draft are looked up."""
_WORD = re.compile(rf"[{WORD}]+(?:['’\u200c\u200d-][{WORD}]+)*")
_PIECE = re.compile(r"\S+")
_NO_TEXT = re.compile(r"^[#@]|@|\w\.\w|/\w+/|[{}`\\]")
"""What addresses, handles, tags, file names, variables and code have and words have not."""
_SHORTEST, _LONGEST = 3, 40
_NOUNS = frozenset({"de", "lb"})
"""Languages in which a capital does not make a name."""


def spelling(
    text: str, lang: str, known: frozenset[str], spelled: Callable[[str, str], bool | None]
) -> Iterator[Finding]:
    """The words of a draft that no dictionary of its language knows."""
    starts = {start for start, _ in sentences(text)}
    looked_up: dict[str, bool] = {}
    wrong: list[Finding] = []
    for match in _WORD.finditer(_PIECE.sub(_bare, text)):
        word = match[0].replace("’", "'").strip("'-")
        first = any(match.start() - back in starts for back in range(3))
        if _no_word(word, lang, known, first=first):
            continue
        if word not in looked_up:
            right = _right(word, lang, first=first, spelled=spelled) if len(looked_up) < LOOKED_UP else None
            if right is None:
                continue
            looked_up[word] = right
            if not right:
                wrong.append(Finding("spelling", match.span(), f"“{match[0]}” is in no dictionary ({lang})"))
    if len(wrong) <= max(FEW, len(looked_up) // 2):
        yield from wrong[:MOST]


def forms(text: str) -> frozenset[str]:
    """Every form that `spelling` may ask a dictionary for."""
    found: set[str] = set()
    for match in _WORD.finditer(_PIECE.sub(_bare, text)):
        word = match[0].replace("’", "'").strip("'-")
        if _SHORTEST <= len(word) <= _LONGEST and len(found) < LOOKED_UP * 2:
            found |= {word, word[:1].lower() + word[1:], *(word.split("-") if "-" in word else ())}
    return frozenset(found)


def _bare(piece: re.Match[str]) -> str:
    return " " * len(piece[0]) if _NO_TEXT.search(piece[0]) else piece[0]


def _no_word(word: str, lang: str, known: frozenset[str], *, first: bool) -> bool:
    """Whether it is a name, an abbreviation, a number or known as it is."""
    if not _SHORTEST <= len(word) <= _LONGEST or any(map(str.isdigit, word)) or "_" in word:
        return True
    if any(map(str.isupper, word[1:])):
        return True
    named = word[:1].isupper() and not first and lang not in _NOUNS
    return named or form(word) in known


def _right(word: str, lang: str, *, first: bool, spelled: Callable[[str, str], bool | None]) -> bool | None:
    right = spelled(word, lang)
    if right is None or right:
        return right
    if first and word[:1].isupper() and spelled(word[:1].lower() + word[1:], lang):
        return True
    return "-" in word and all(len(part) < _SHORTEST or spelled(part, lang) for part in word.split("-"))
