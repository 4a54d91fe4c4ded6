"""Charts as text: bars in eighths of a cell, columns, a histogram, a map in five steps of plain ASCII."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

EIGHTHS = " ▏▎▍▌▋▊▉"
COLUMNS = "▁▂▃▄▅▆▇█"
STEPS = ".:+*#"
"""The five steps of a map, light to dark; where nothing is counted it is blank."""
BLANK = " "


def bar(share: float | None, room: int) -> str:
    """A horizontal bar in eighths of a cell. ``share`` is 0-1; None draws nothing."""
    if share is None or room <= 0:
        return ""
    eighths = round(min(max(share, 0.0), 1.0) * room * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (EIGHTHS[rest] if rest else "")


def columns(values: Sequence[float | None], peak: float | None = None) -> str:
    """A column a value, the highest of them (or ``peak``) full: nothing is the lowest, unknown blank.

    What is more than nothing is never drawn as nothing.
    """
    top = max((value for value in values if value is not None), default=0.0) if peak is None else peak
    return "".join(BLANK if value is None else _column(value, top) for value in values)


def histogram(parts: Sequence[tuple[str, int]], room: int) -> list[tuple[str, str, str]]:
    """Name, bar and share of each part, the bars as long as their part of all; ``room`` is for all three."""
    n = sum(count for _, count in parts)
    names = max((len(name) for name, _ in parts), default=0)
    rows: list[tuple[str, str, str]] = []
    for name, count in parts:
        share = count / n if n else 0.0
        said = f"{share:>4.0%} {count}"
        width = max(room - names - 1 - 10, 0)
        rows.append((f"{name:<{names}}", bar(share, width), said))
    return rows


def step(value: float | None, ends: Sequence[float]) -> str:
    """The sign of a map for a value: the first step whose end it does not pass. None is blank.

    ``ends`` are four rising numbers; what is above the last is the fifth step.
    """
    if value is None:
        return BLANK
    return STEPS[next((n for n, end in enumerate(ends) if value <= end), len(ends))]


def fifths(values: Sequence[float]) -> tuple[int, ...]:
    """The ends of four equal steps below the highest of some counts, in whole numbers."""
    top = max(values, default=0.0)
    return tuple(ceil(top * n / 5) for n in range(1, 5))


def _column(value: float, top: float) -> str:
    if value <= 0 or top <= 0:
        return COLUMNS[0]
    return COLUMNS[min(max(round(value / top * 7), 1), 7)]
