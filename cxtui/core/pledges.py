"""The promises that a draft makes: “I will write again on Friday noon”.

A promise is words that promise, and the time they name. What is asked, quoted, denied or left
to a condition is none. A day without an hour is over when the calendar closes, see
`cxtui.core.daytimes`. Words in languages without lists say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cxtui.core.calendar import Calendar
from cxtui.core.daytimes import Dates
from cxtui.core.moments_said import Mark, joined, marks, meaning
from cxtui.core.speech import Speech, folded

LONGEST = 20_000
"""So many characters of a draft are read."""

_QUOTED = re.compile(
    r"^[ \t]*[>|].*$|“[^”\n]{1,400}”|«[^»\n]{1,400}»|„[^“”\n]{1,400}[“”]|\"[^\"\n]{1,400}\"", re.MULTILINE
)
_SENTENCE = re.compile(
    r"[!?؟;…।\n]|[\u0eaf]|(?<!\d)(?<!\.[a-z])(?<![^a-z'][ap])\.(?=\s|\Z)|(?<=\d)\.(?=\s*(?:\n|\Z))"
)
_ASKS = "?؟"
_CLAUSE = re.compile(r"[,:()،]")
_NEAR = 4
"""So many words before or after words that promise may hold the negation that turns them round."""
_NEAR_UNSPACED = 10
_FAR = 80
_EDGES = " \t\n,.:;!?-–—…،।)(\"'"


@dataclass(frozen=True, slots=True)
class Pledge:
    """A promise in a draft: its words, their place in code points, and until when; None names no time."""

    text: str
    at: tuple[int, int]
    due: datetime | None


@dataclass(frozen=True, slots=True)
class _Read:
    """One sentence, folded, and its places in the draft."""

    said: str
    start: int


def pledges(
    text: str,
    lang: str | None,
    now: datetime,
    zone: tzinfo,
    calendar: Calendar | None = None,
    *,
    words: Mapping[str, Speech],
) -> tuple[Pledge, ...]:
    """The promises of a draft in the order in which they stand.

    ``words`` has the lists by language. Where the language is not known all are tried, and the
    one that understands most is believed.
    """
    dates = Dates(now, zone, calendar)
    if lang is not None:
        known = words.get(lang.partition("-")[0])
        return _pledges(text[:LONGEST], known, dates) if known else ()
    found = (_pledges(text[:LONGEST], one, dates) for one in words.values())
    return max(found, key=lambda some: (sum(p.due is not None for p in some), len(some)), default=())


def _pledges(text: str, speech: Speech, dates: Dates) -> tuple[Pledge, ...]:
    said, places = folded(_QUOTED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text))
    found: list[Pledge] = []
    for sentence in _sentences(said):
        for start, end, due in _promised(sentence.said, speech, dates):
            first, last = places[sentence.start + start], places[sentence.start + end]
            piece = text[first:last]
            first += len(piece) - len(piece.lstrip(_EDGES))
            piece = piece.strip(_EDGES)
            if piece:
                found.append(Pledge(" ".join(piece.split()), (first, first + len(piece)), due))
    return tuple(found)


def _sentences(said: str) -> Iterator[_Read]:
    """The sentences that are no questions."""
    start = 0
    for match in _SENTENCE.finditer(said):
        if match[0] not in _ASKS:
            yield _Read(said[start : match.start()], start)
        start = match.end()
    yield _Read(said[start:], start)


def _promised(said: str, speech: Speech, dates: Dates) -> Iterator[tuple[int, int, datetime | None]]:
    """Place and time of each promise in a sentence."""
    if "¿" in said:
        return
    strong = speech.found("promise", said)
    weak = speech.found("with a time", said)
    if not strong and not weak:
        return
    blind = _without(said, speech.found("harmless", said))
    ifs = _conditions(said, speech, [span[0] for span in (*strong, *weak)])
    words = sorted(
        (span, known)
        for known, spans in ((True, strong), (False, weak))
        for span in spans
        if not _within(span, ifs) and not _negated(blind, span, speech) and blind[span[0]] != "\0"
    )
    if not words:
        return
    times = [one for one in marks(blind, speech) if not _within((one.start, one.end), ifs)]
    groups = joined(times, blind, speech)
    yield from _paired(
        said, [span for span, _ in words], groups, dates, sure=any(known for _, known in words)
    )


def _paired(
    said: str, words: Sequence[tuple[int, int]], groups: Sequence[Sequence[Mark]], dates: Dates, *, sure: bool
) -> Iterator[tuple[int, int, datetime | None]]:
    """The promises a sentence makes: one for each time it names, else one without."""
    dated = [(group, due) for group in groups if (due := meaning(group, dates)) is not None]
    if not dated and sure:
        yield _clause(said, words[0][0], words[0][1]), len(said), None
    ends = [max(mark.end for mark in group) for group, _ in dated]
    starts = [0, *ends]
    for (group, due), start, end in zip(dated, starts, ends, strict=False):
        last = len(said) if end == ends[-1] else end
        here = [span[0] for span in words if start <= span[0] < last]
        first = min([group[0].start, *here[:1]])
        yield max(start, _clause(said, first, first)), last, due


def _clause(said: str, first: int, last: int) -> int:
    """Where the clause begins that holds a place."""
    del last
    return max((match.end() for match in _CLAUSE.finditer(said, 0, first)), default=0)


def _conditions(said: str, speech: Speech, promises: Sequence[int]) -> list[tuple[int, int]]:
    """The stretches that a condition covers: up to the comma, or to the words that promise."""
    found: list[tuple[int, int]] = []
    for start, end in speech.found("condition", said):
        comma = _CLAUSE.search(said, end)
        ends = [place for place in promises if place > end]
        ends += [comma.end()] if comma else []
        found.append((start, min(ends, default=len(said))))
    return found


def _negated(said: str, span: tuple[int, int], speech: Speech) -> bool:
    before = _CLAUSE.split(said[max(span[0] - _FAR, 0) : span[0]])[-1]
    after = _CLAUSE.split(said[span[1] : span[1] + _FAR], maxsplit=1)[0]
    inside = said[span[0] : span[1]]
    if speech.spaced:
        before = " ".join(before.split()[-_NEAR:])
        after = " ".join(after.split()[:_NEAR])
    else:
        before, after = before[-_NEAR_UNSPACED:], after[:_NEAR_UNSPACED]
    return any(speech.found("negation", part) for part in (before, inside, after))


def _without(said: str, spans: Sequence[tuple[int, int]]) -> str:
    """The sentence with some stretches blinded, in the same places."""
    for start, end in spans:
        said = said[:start] + "\0" * (end - start) + said[end:]
    return said


def _within(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span[0] < end for start, end in others)
