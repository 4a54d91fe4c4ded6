"""A picture: strips of cells, each cell a figure with the ids it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from cxtui.core.feed import Gap
from cxtui.core.metrics.codes import GOES_ON
from cxtui.core.metrics.estimates import quantile
from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import SECOND, Ids, Timeline, at

Slices = Sequence[tuple[int, int]]
"""Places of a timeline: from each first to before its second."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of a picture. Every cell's metric is the strip's name, its class says which cell it is."""

    name: str
    cells: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Strips that belong together; the cells of all of them stand for the same things in the same order."""

    name: str
    strips: tuple[Strip, ...]

    @property
    def cells(self) -> Iterator[Figure]:
        """Every cell, strip by strip."""
        return (cell for strip in self.strips for cell in strip.cells)

    def named(self, name: str) -> Strip:
        """The strip with this name."""
        return next(strip for strip in self.strips if strip.name == name)


def cell(
    span: Span,
    name: str,
    class_: str,
    value: float | None,
    *,
    n: int,
    unit: str,
    ids: Sequence[str] = (),
    why: str = "",
    during: tuple[int, int] | None = None,
) -> Figure:
    """A cell. ``during`` is the time it stands for, where that is not the span's window."""
    gaps = span.gaps if during is None else _gaps(span, *during)
    return Figure(name, value, n, unit, "counted", span.now, class_=class_, gaps=gaps, why=why, ids=ids)


def tally(
    span: Span,
    name: str,
    class_: str,
    ids: Sequence[str],
    count: int,
    *,
    of: int | None = None,
    during: tuple[int, int] | None = None,
) -> Figure:
    """A cell that counts: its value is how many ids it has, ``of`` among how many (its n)."""
    n = count if of is None else of
    return cell(span, name, class_, float(count), n=n, unit="intervals", ids=ids, during=during)


def share(
    span: Span,
    name: str,
    class_: str,
    counts: tuple[int, int],
    ids: Sequence[str],
    why: str,
    *,
    during: tuple[int, int] | None = None,
) -> Figure:
    """A cell that is a rate of ``counts``: how many of how many; ``why`` is said where that is of none."""
    k, n = counts
    value = k / n if n else None
    return cell(span, name, class_, value, n=n, unit="rate", ids=ids, why="" if n else why, during=during)


def median(
    span: Span,
    name: str,
    class_: str,
    slices: Slices,
    groups: tuple[int, ...],
    why: str,
    *,
    during: tuple[int, int] | None = None,
) -> Figure:
    """A cell that is the median time to the answer of the waits whose ``timed`` is one of ``groups``."""
    waits = span.ledger.waits
    timed, spells = waits.flag["timed"], waits.figure["answer_spell"]
    ended: list[int] = []
    cut: list[int] = []
    for i, j in slices:
        for place in range(i, j):
            if timed[place] in groups:
                spell = spells[place]
                if spell > GOES_ON:
                    ended.append(spell)
                elif spell == GOES_ON:
                    cut.append(span.until - waits.at[place])
    n = len(ended) + len(cut)
    found = quantile(sorted(ended), sorted(cut), 0.5)
    return cell(
        span,
        name,
        class_,
        None if found is None else found / SECOND,
        n=n,
        unit="seconds",
        ids=flagged(waits, timed, groups, slices),
        why="" if found is not None else "too many still wait" if n else why,
        during=during,
    )


def named(line: Timeline, slices: Slices) -> Ids:
    """The names at these places, gathered when somebody looks at them."""
    names = line.lend()
    return Ids(lambda: chain.from_iterable(names[i:j] for i, j in slices))


def flagged(line: Timeline, flag: bytearray, values: tuple[int, ...], slices: Slices) -> Ids:
    """The names at these places where a flag has one of these values."""
    parts = [line.ids(flag, values, i, j) for i, j in slices]
    return Ids(lambda: chain.from_iterable(parts))


def _gaps(span: Span, since: int, until: int) -> tuple[Gap, ...]:
    """When feeds could not be read between two moments, the second not included."""
    begin, end = at(since), min(at(until), span.now + timedelta(microseconds=1))
    return tuple(
        gap
        for _, gap in sorted(span.ledger.gaps.items())
        if gap.since < end and (gap.until is None or gap.until > begin)
    )
