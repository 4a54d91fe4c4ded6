"""The same numbers for each class of waits: by feed, network, kind, language, tag, policy, operator."""

from __future__ import annotations

from array import array
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from cxtui.core.metrics.codes import GOES_ON, LIMITS, MISSED_IN_OUTAGE, NO, YES
from cxtui.core.metrics.estimates import quantile
from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.labels import BYS, By, classes_in, word_of
from cxtui.core.metrics.pictures.hours import response_results
from cxtui.core.metrics.registry import METRICS
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import SECOND, Ids, length

__all__ = ["BYS", "NUMBERS", "By", "Classed", "classed"]

WEEK = length(timedelta(days=7))
MISSED = (NO, MISSED_IN_OUTAGE)
DECIDED = (YES, *MISSED)
NUMBERS = (
    "waiting_now",
    "late_now",
    "response_rate",
    "answered_within_5m",
    "answered_within_60m",
    "first_answer_median",
    "in_target",
    "ever_ignored",
)
"""What is shown of each class: what a wait alone decides."""


@dataclass(frozen=True, slots=True)
class Classed:
    """One class and its numbers, in the order of `NUMBERS`; n is how many of it began in the window."""

    name: str
    n: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the waits: their labels, what is asked of each, and where it begins."""

    first: int
    labels: Sequence[int]
    codes: Sequence[int]

    def counts(self) -> Mapping[tuple[int, int], int]:
        """How often each code stands beside each label."""
        return Counter(zip(self.labels, self.codes, strict=True))


def classed(span: Span, by: By) -> tuple[Classed, ...]:
    """The numbers of each class, the largest of the window first; what has two tags is in two."""
    words, labels = _labels(span, by)
    numbers: dict[str, set[int]] = defaultdict(set)
    for number, word in enumerate(words):
        for name in classes_in(word):
            numbers[name].add(number)
    parts = _parts(span, labels)
    counts = {metric: part.counts() for metric, part in parts.items()}
    begun = Counter(parts["response_rate"].labels)
    spells = _spells(span, labels)
    open_ = _open(span, by)
    found: list[Classed] = []
    for name, those in numbers.items():
        mine = frozenset(those)
        n = sum(begun[number] for number in mine)
        figures = (
            *_now(span, f"{by}:{name}", open_.get(name, ((), ()))),
            *(
                _median(span, f"{by}:{name}", mine, spells)
                if metric == "first_answer_median"
                else _rate(span, metric, f"{by}:{name}", mine, parts[metric], counts[metric])
                for metric in NUMBERS[2:]
            ),
        )
        if n or any(one.n for one in figures):
            found.append(Classed(name, n, figures))
    return tuple(sorted(found, key=lambda one: (-one.n, one.name)))


def _labels(span: Span, by: By) -> tuple[list[str], array[int]]:
    """The words, and the place of its word in them for each wait."""
    facets, column = span.ledger.facets, span.ledger.waits.figure["facet"]
    words: dict[str, int] = {}
    table = {number: words.setdefault(facets.label(number, by), len(words)) for number in set(column)}
    return list(words), array("q", map(table.__getitem__, column))


def _parts(span: Span, labels: array[int]) -> dict[str, _Part]:
    waits = span.ledger.waits

    def part(codes: bytearray, older: int = 0) -> _Part:
        i, j = span.places(waits, older)
        return _Part(i, labels[i:j], codes[i:j])

    i, j = span.places(waits)
    return {
        "response_rate": part(waits.flag["responded"]),
        "answered_within_5m": part(waits.flag["5m"], length(LIMITS["5m"])),
        "answered_within_60m": part(waits.flag["60m"], length(LIMITS["60m"])),
        "in_target": _Part(i, labels[i:j], response_results(span, i, j)),
        "ever_ignored": part(waits.flag["ignored"], WEEK),
    }


def _rate(
    span: Span,
    metric: str,
    class_: str,
    mine: frozenset[int],
    part: _Part,
    counts: Mapping[tuple[int, int], int],
) -> Figure:
    yes = sum(counts.get((number, YES), 0) for number in mine)
    n = yes + sum(counts.get((number, code), 0) for number in mine for code in MISSED)
    names, first = span.ledger.waits.lend(), part.first
    ids = Ids(
        lambda: (
            names[first + n]
            for n, (label, code) in enumerate(zip(part.labels, part.codes, strict=True))
            if label in mine and code in DECIDED
        )
    )
    return _figure(span, metric, class_, yes / n if n else None, n, ids)


def _now(span: Span, class_: str, open_: tuple[Sequence[str], Sequence[str]]) -> tuple[Figure, Figure]:
    waiting, late = open_
    return (
        _figure(span, "waiting_now", class_, float(len(waiting)), len(waiting), tuple(waiting)),
        _figure(span, "late_now", class_, float(len(late)), len(waiting), tuple(late)),
    )


def _open(span: Span, by: By) -> dict[str, tuple[list[str], list[str]]]:
    """Who waits and who is late, by class."""
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    late = span.ledger.queue.late(span.until)
    for place, waits in enumerate(span.ledger.queue.rows):
        for name in classes_in(word_of(waits, by)):
            found[name][0].append(waits.id)
            if place < late:
                found[name][1].append(waits.id)
    return found


@dataclass(frozen=True, slots=True)
class _Spells:
    """The first answers of a window by label: those that came, and waits that go on, in order."""

    first: int
    labels: Sequence[int]
    timed: Sequence[int]
    ended: Mapping[int, list[int]]
    cut: Mapping[int, list[int]]


def _spells(span: Span, labels: array[int]) -> _Spells:
    waits = span.ledger.waits
    i, j = span.places(waits)
    timed = waits.flag["timed"][i:j]
    ended: dict[int, list[int]] = defaultdict(list)
    cut: dict[int, list[int]] = defaultdict(list)
    spells = waits.figure["answer_spell"][i:j]
    mine = labels[i:j]
    for n, (label, group, spell) in enumerate(zip(mine, timed, spells, strict=True)):
        if group == 1:
            if spell > GOES_ON:
                ended[label].append(spell)
            else:
                insort(cut[label], span.until - waits.at[i + n])
    return _Spells(i, mine, timed, ended, cut)


def _median(span: Span, class_: str, mine: frozenset[int], known: _Spells) -> Figure:
    ended = sorted(spell for number in mine for spell in known.ended.get(number, ()))
    cut = sorted(spell for number in mine for spell in known.cut.get(number, ()))
    found, n = quantile(ended, cut, 0.5), len(ended) + len(cut)
    longest = max((*ended[-1:], *cut[-1:])) / SECOND if n and found is None else None
    names, first = span.ledger.waits.lend(), known.first
    ids = Ids(
        lambda: (
            names[first + n]
            for n, (label, group) in enumerate(zip(known.labels, known.timed, strict=True))
            if label in mine and group == 1
        )
    )
    value = None if found is None else found / SECOND
    why = "too many still wait" if n and found is None else ""
    return _figure(span, "first_answer_median", class_, value, n, ids, why=why, low=longest)


def _figure(
    span: Span,
    metric: str,
    class_: str,
    value: float | None,
    n: int,
    ids: Sequence[str],
    *,
    why: str = "",
    low: float | None = None,
) -> Figure:
    return Figure(
        metric,
        value,
        n,
        METRICS[metric].unit,
        "counted",
        span.now,
        low=low,
        class_=class_,
        gaps=span.gaps,
        why=why or ("" if value is not None else "nothing of this class was decided in this window"),
        ids=ids,
    )
