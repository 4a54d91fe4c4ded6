"""Figures for other programs: CSV, and the objects of `stats --json`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from cxtui.core.metrics.figure import Figure

VERSION = 1
COLUMNS = (
    "metric", "class", "value", "n", "unit", "kind", "low", "high", "as_of", "why", "beside", "source",
    "gaps",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be worked out by a spreadsheet."""


def csv_lines(figures: Iterable[Figure]) -> Iterator[str]:
    """A head and a line for each figure, none left out, each with its end of line. Values in full."""
    yield _line(COLUMNS)
    for figure in figures:
        record = figure.record()
        yield _line([_cell(record, name) for name in COLUMNS])


def json_lines(figures: Iterable[Figure]) -> Iterator[str]:
    """An object for each figure in a line of its own, as `stats --json` prints it."""
    for figure in figures:
        yield json.dumps({"v": VERSION, **figure.record()}, ensure_ascii=False, allow_nan=False) + "\n"


def _cell(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    match name, value:
        case _, None:
            return ""
        case "beside", dict():
            return "; ".join(f"{what}: {count}" for what, count in record["beside"].items())
        case "gaps", _:
            return "; ".join(
                f"{gap['feed']} {gap['from']} to {gap['to'] or 'now'}: {gap['why']}" for gap in record["gaps"]
            )
        case _, str():
            return f"'{value}" if value.startswith(FORMULA) else value
        case _:
            return repr(value)


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
