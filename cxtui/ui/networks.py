"""What each connector can do, as lines: a table where there is room, else one after the other."""

from __future__ import annotations

from cxtui.connectors.table import HEADS, Row
from cxtui.core.text import fit, width
from cxtui.ui.spans import Line, flat, wrapped

GAP = "  "
NAME = 11
"""Cells before the words of a connector where there is no room for the table."""


def lines(rows: tuple[Row, ...], room: int) -> list[Line]:
    """The lines for so many cells."""
    cells = [tuple(flat(cell) for cell in cells) for cells in (HEADS, *(row.cells for row in rows))]
    widths = [max(width(row[n]) for row in cells) for n in range(len(HEADS))]
    if sum(widths) + len(GAP) * (len(HEADS) - 1) + 2 > room:
        return [line for row in rows for line in _one(row, room)]
    table = [GAP.join(fit(cell, wide) for cell, wide in zip(row, widths, strict=True)) for row in cells]
    heads, *rest = [f"  {line}".rstrip() for line in table]
    return [((heads, "dim"),), *(((line, "plain"),) for line in rest)]


def _one(row: Row, room: int) -> list[Line]:
    first, *rest = wrapped(row.words, max(room - NAME - 3, 10))
    name = fit(flat(row.connector), NAME)
    indent = " " * (NAME + 3)
    return [
        ((f"  {name} ", "key"), (first, "plain")),
        *(((indent, "plain"), (line, "plain")) for line in rest),
    ]
