"""The key line: which keys it names, and which of them stay where there is little room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cxtui.ui.keys import label
from cxtui.ui.spans import Line, Span, cells, fitted


class Hint(NamedTuple):
    """A key and its word. What is ``kept`` is shown before anything else is."""

    key: str
    word: str
    kept: bool = False


def key_line(shown: Sequence[Hint], room: int) -> Line:
    """The hints in their order, as many as fit whole: those that are kept, then the first of the others."""
    fits: set[int] = set()
    for number in sorted(range(len(shown)), key=lambda n: not shown[n].kept):
        tried = fits | {number}
        if cells(_drawn(shown, tried)) > room:
            break
        fits = tried
    return fitted(_drawn(shown, fits), room)


def _drawn(shown: Sequence[Hint], numbers: set[int]) -> Line:
    line: list[Span] = []
    for number, hint in enumerate(shown):
        if number in numbers:
            gap = "  " if line else ""
            line += [(gap, "plain"), (label(hint.key), "key"), (f" {hint.word}", "plain")]
    return tuple(line)
