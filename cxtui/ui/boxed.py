"""The pictures of the stats pane, in boxes for 110 columns and more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cxtui.core.metrics.waiting import ENOUGH
from cxtui.ui.boxes import side_by_side, widths
from cxtui.ui.charts import columns, histogram
from cxtui.ui.pictured import FORECAST, coming, due_words, forecast
from cxtui.ui.spans import Line, flat

if TYPE_CHECKING:
    from cxtui.core.metrics.pictures import Picture

HIGH = 4
"""Lines of each box."""
TALL = 34
"""From this height on there is room for them."""


def pictures(found: Sequence[Picture], now: datetime, room: int, called: Callable[[str], str]) -> list[Line]:
    """Three more boxes: answer times of 7 days, load of 24 hours, the next breaches."""
    by_name = {picture.name: picture for picture in found}
    if not by_name:
        return []
    inner, _ = widths(room)
    times, load, coming = (by_name[name] for name in ("answer_times", "load", "next_breach"))
    return side_by_side(
        (
            (f"Answer time, 7 d, n={next(times.cells).n}", _times(times, inner)),
            ("Load, 24 h", _load(load)),
            ("Next breaches (forecast ~)", _breaches(coming, now, called)),
        ),
        room,
    )


def _times(picture: Picture, room: int) -> list[str]:
    """The first parts, and together what took longer and what still waits."""
    counts = [(cell.class_ or "", int(cell.value or 0)) for cell in picture.cells]
    later = sum(count for _, count in counts[HIGH - 1 : -1])
    n = sum(count for _, count in counts)
    rows = histogram([*counts[: HIGH - 1], (">1h", later), counts[-1]], room)
    drawn = [
        f"{name.removesuffix(' waiting')[:6].strip():<6} {chart}{said}" for name, chart, said in rows[:HIGH]
    ]
    waiting = f" · waiting {counts[-1][1]}" if n else ""
    return [*drawn[: HIGH - 1], f"{drawn[-1]}{waiting}"]


def _load(picture: Picture) -> list[str]:
    """In and out over one scale, with the hours below."""
    strips = [picture.named(name).cells for name in ("load_in", "load_out")]
    top = max((cell.value or 0 for cells in strips for cell in cells), default=0)
    rows: list[str] = []
    for name, cells in zip(("in", "out"), strips, strict=True):
        total = sum(int(cell.value or 0) for cell in cells)
        rows.append(f"{name:<4}{columns([cell.value for cell in cells], top)} {total}")
    hours = [(cell.class_ or "")[11:13] for cell in strips[0]]
    axis = "".join(f"{hour:<6}" for hour in hours[::6])
    down = "".join("?" if cell.gaps else " " for cell in strips[0])
    return [*rows, f"    {axis}", f"    {down} feed down" if "?" in down else ""]


def _breaches(picture: Picture, now: datetime, called: Callable[[str], str]) -> list[str]:
    cells = coming(picture.cells, now)
    if not cells:
        return ["nobody who waits is in time", "", "", ""]
    wide = FORECAST if cells[0].low is not None else 0
    rows = [
        f"{due_words(one, now)} {forecast(one):<{wide}} {flat(called(one.class_ or ''))}"
        for one in cells[:HIGH]
    ]
    if cells[0].low is None:
        rows = [*rows[: HIGH - 1], f"no forecast under {ENOUGH} replies in 2 hours"]
    return rows + [""] * (HIGH - len(rows))
