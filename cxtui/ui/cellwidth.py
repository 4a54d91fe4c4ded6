"""Terminal cells as terminals count them.

Rich counts spacing combining marks (category Mc, as in Hindi and Bengali) as no cell;
tmux, screen, xterm, VTE, konsole and alacritty count one. Without this overlay every row
with such a word is drawn one cell off.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category

import rich.cells
from rich._unicode_data import load as load_cell_table
from rich.cells import CellTable

TABLE = "load_cell_table"
"""The name in `rich.cells` through which every width is looked up; not public, so pinned by a test."""


@lru_cache(maxsize=4)
def _with_marks(unicode_version: str = "auto") -> CellTable:
    """Rich's table, in which spacing combining marks take one cell."""
    table = load_cell_table(unicode_version)
    widths: list[tuple[int, int, int]] = []
    for first, last, cells in table.widths:
        if cells or last - first > 2_000:
            widths.append((first, last, cells))
            continue
        start = first
        for code in range(first, last + 1):
            if category(chr(code)) == "Mc":
                if start < code:
                    widths.append((start, code - 1, 0))
                widths.append((code, code, 1))
                start = code + 1
        if start <= last:
            widths.append((start, last, 0))
    return CellTable(table.unicode_version, widths, table.narrow_to_wide)


def overlay() -> None:
    """Make Rich, and Textual with it, count as terminals do. Once is enough, twice does no harm."""
    if getattr(rich.cells, TABLE, None) is _with_marks:
        return
    setattr(rich.cells, TABLE, _with_marks)
    rich.cells.get_character_cell_size.cache_clear()
    rich.cells.cached_cell_len.cache_clear()
