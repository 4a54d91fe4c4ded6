"""How a draft sounds: blame, shouting, an apology that leads nowhere, a promise without a date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import category

from cxtui.core.guard.findings import Draft, Finding
from cxtui.core.guard.phrases import Hit
from cxtui.core.guard.reading import LINKS, WORDS, Reading, inside
from cxtui.core.item import ASKS
from cxtui.core.speech import form

Span = tuple[int, int]

_MARKS = "!！‼❗❕︕﹗⁉"
_ROWS = re.compile(rf"[{_MARKS}?؟？]+(?: [{_MARKS}?؟？]+)*")
"""Marks in a row, French ones with a blank before each too."""
_WEIGHT = {"‼": 2, "⁉": 2}
_MOST_FOUND = 50
"""So many findings of one rule are enough to see that there are many."""
_MOST_MARKS = 3
"""More marks than that shout, even one by one."""
_CAPITALS = re.compile(r"(?<!\w)[^\W\d_]{2,}+(?:['’][^\W\d_]++)*+(?![\d_])")
_IN_A_ROW = 2
"""So many words in capitals in a row shout, where one of them is an everyday word."""
_LETTERS_IN_A_ROW = 7
_LEAST = 3
_ROW = re.compile(r"[\s,;:'’()-]{1,4}")


def blame(reading: Reading, hits: Sequence[Hit], quoted: Sequence[Span]) -> Iterator[Finding]:
    """Words that blame, deny or talk down, but those of the customer that are quoted."""
    reach = -1
    for hit in hits:
        at = reading.at(hit.start, hit.end)
        if hit.rule == "blame" and hit.start >= reach and not inside(at, quoted):
            reach = hit.end
            words = " ".join(reading.text[slice(*at)].split())
            yield Finding("blame", at, f"“{words}” may sound like blame or denial")


def no_next_step(draft: Draft, reading: Reading, hits: Sequence[Hit], promises: int) -> Iterator[Finding]:
    """An apology after which nothing happens."""
    sorry = next((hit for hit in hits if hit.rule == "apology"), None)
    if sorry is None or promises or draft.promised is not None or draft.kind == "thanks":
        return
    text = reading.text
    sorry_at = [(hit.start, hit.end) for hit in hits if hit.rule == "apology"]
    steps = (hit for hit in hits if hit.rule == "step" and not inside((hit.start, hit.end), sorry_at))
    if next(steps, None) or any(mark in text for mark in ASKS) or "@" in text or LINKS.search(text):
        return
    if any(char.isdigit() for char in text):
        return
    at = reading.at(sorry.start, sorry.end)
    yield Finding("no-next-step", at, "an apology, and not a word about what happens next")


def shouting(
    text: str, common: frozenset[str], known: frozenset[str], quoted: Sequence[Span]
) -> Iterator[Finding]:
    """Words in capitals, and too many exclamation marks. ``common`` are everyday words, folded."""
    loud: list[re.Match[str]] = []
    single: list[re.Match[str]] = []
    for match in _ROWS.finditer(text):
        marks = sum(_WEIGHT.get(char, 1) for char in match[0] if char in _MARKS)
        asks = any(char not in _MARKS and char != " " for char in match[0])
        if marks and not inside(match.span(), quoted):
            (loud if marks + asks > 1 else single).append(match)
    for match in loud[:_MOST_FOUND]:
        yield Finding("shouting", match.span(), f"“{_short(match[0])}”: one mark is enough")
    if len(single) > _MOST_MARKS and not loud:
        at = (single[_MOST_MARKS].start(), single[-1].end())
        yield Finding("shouting", at, f"{len(single)} exclamation marks")
    for start, end in _loud(text, common, known):
        if not inside((start, end), quoted):
            yield Finding("shouting", (start, end), f"“{_short(text[start:end])}” is written in capitals")


def _loud(text: str, common: frozenset[str], known: frozenset[str]) -> Iterator[Span]:
    """Everyday words in capitals, alone or in a row."""
    row: list[re.Match[str]] = []
    for match in [*_CAPITALS.finditer(text), None]:
        if match is not None and _capital(match[0]):
            if row and not _ROW.fullmatch(text, row[-1].end(), match.start()):
                yield from _row(row, common, known)
                row = []
            row.append(match)
        elif row:
            yield from _row(row, common, known)
            row = []


def _row(row: Sequence[re.Match[str]], common: frozenset[str], known: frozenset[str]) -> Iterator[Span]:
    words = [form(match[0]) for match in row]
    loud = [word for word in words if word not in known]
    everyday = [word for word in loud if any(part in common for part in WORDS.findall(word))]
    letters = sum(map(len, loud))
    alone = [word for word in everyday if len(word) >= _LEAST]
    if (len(loud) >= _IN_A_ROW and everyday and letters >= _LETTERS_IN_A_ROW) or (len(row) == 1 and alone):
        yield row[0].start(), row[-1].end()


def _capital(word: str) -> bool:
    letters = [char for char in word if category(char) in ("Lu", "Ll", "Lt")]
    return len(letters) >= 2 and all(category(char) == "Lu" for char in letters)


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
