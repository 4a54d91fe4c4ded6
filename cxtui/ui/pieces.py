"""Rows made of pieces, some of which are numbers that a cursor can stand on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxtui.core.text import fit, width
from cxtui.ui.spans import Line, Span, safe

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure

Name = tuple[str, str | None]
"""A figure's metric and class: what the cursor keeps while numbers are counted again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a row; with a figure it is a place for the cursor."""

    text: str
    look: str = "plain"
    figure: Figure | None = None


PieceRow = tuple[Piece, ...]


def name_of(figure: Figure) -> Name:
    """What a figure is found by again."""
    return figure.metric, figure.class_


def drawn(row: PieceRow, room: int, at: Name | None) -> Line:
    """The row as a line of ``room`` cells, the figure ``at`` under the cursor."""
    line: list[Span] = []
    left = room
    for piece in row:
        here = piece.figure is not None and name_of(piece.figure) == at
        text, wide = piece.text, width(piece.text)
        if wide > left:
            text, wide = fit(safe(text), left), left
        line.append((text, "cursor" if here else piece.look))
        left -= wide
        if not left:
            break
    return (*line, (" " * left, "")) if left else tuple(line)


def padded(row: PieceRow, room: int) -> PieceRow:
    """The row with blanks up to ``room`` cells; what is wider is cut, at a piece's border for figures."""
    used, kept = 0, list[Piece]()
    for piece in row:
        wide = width(piece.text)
        if used + wide > room:
            if piece.figure is None and used < room:
                kept.append(Piece(fit(safe(piece.text), room - used), piece.look))
                used = room
            break
        kept.append(piece)
        used += wide
    return (*kept, Piece(" " * (room - used))) if used < room else tuple(kept)


def side_by_side(left: Sequence[PieceRow], right: Sequence[PieceRow], room: int) -> list[PieceRow]:
    """Two bodies beside each other, ``room`` cells for the left one."""
    rows: list[PieceRow] = []
    for n in range(max(len(left), len(right))):
        one = left[n] if n < len(left) else ()
        other = right[n] if n < len(right) else ()
        rows.append((*padded(one, room), Piece(" │ ", "edge"), *other))
    return rows


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a figure stands: its line, and the cell in which it begins."""

    line: int
    x: int
    figure: Figure


class Spots:
    """Every figure of a body in reading order, and the ways from one to another."""

    def __init__(self, rows: Iterable[PieceRow]) -> None:
        self.all: list[Spot] = []
        for line, row in enumerate(rows):
            x = 0
            for piece in row:
                if piece.figure is not None:
                    self.all.append(Spot(line, x, piece.figure))
                x += width(piece.text)

    def find(self, name: Name | None) -> Spot | None:
        """Where the figure of this name stands, the first figure where it is no more."""
        found = (spot for spot in self.all if name_of(spot.figure) == name)
        return next(found, self.all[0] if self.all else None)

    def vertical(self, spot: Spot, count: int, x: int) -> Spot:
        """The figure ``count`` lines of figures on, the nearest to cell ``x`` there."""
        lines = sorted({one.line for one in self.all})
        place = min(max(lines.index(spot.line) + count, 0), len(lines) - 1)
        return min((one for one in self.all if one.line == lines[place]), key=lambda one: abs(one.x - x))

    def horizontal(self, spot: Spot, count: int) -> Spot:
        """The figure ``count`` places on in the same line; the last or first where it ends."""
        line = [one for one in self.all if one.line == spot.line]
        return line[min(max(line.index(spot) + count, 0), len(line) - 1)]
