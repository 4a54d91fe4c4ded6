"""Boxes side by side under their heads."""

from __future__ import annotations

from collections.abc import Sequence

from cxtui.core.text import fit, width
from cxtui.ui.spans import Line, Span, fitted, safe

Box = tuple[str, Sequence[str]]
"""A head and the lines below it."""


def widths(room: int) -> tuple[int, int]:
    """Of the first two boxes and of the last, without the bars between them."""
    inner = (room - 6) // 3
    return inner, room - 6 - 2 * inner


def side_by_side(found: Sequence[Box], room: int) -> list[Line]:
    """Boxes under their heads."""
    inner, last = widths(room)
    rooms = (inner, inner, last)
    lines: list[Line] = [_heads([head for head, _ in found], inner, last)]
    for row in zip(*(texts for _, texts in found), strict=True):
        spans: list[Span] = []
        for text, wide in zip(row, rooms, strict=True):
            spans += [*fitted(((fit(safe(text), wide), "plain"),), wide), (" │ ", "rule")]
        lines.append(fitted(spans[:-1], room))
    return lines


def _heads(names: Sequence[str], inner: int, last: int) -> Line:
    rooms = (inner, inner + 1, last)
    line: list[Span] = []
    for n, (name, wide) in enumerate(zip(names, rooms, strict=True)):
        head = f" {name} "
        dashes = "─" * max(wide - width(head) - 2, 0)
        line += [("──", "rule"), (head, "title"), (f"{dashes}─{'┬' if n < len(names) - 1 else ''}", "rule")]
    return tuple(line)
