"""The stats screen's pictures: every cell a place for the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cxtui.core.clock import countdown, span
from cxtui.core.metrics import wording
from cxtui.core.text import fit
from cxtui.ui import charts
from cxtui.ui.pieces import Piece, PieceRow
from cxtui.ui.sections import heading
from cxtui.ui.spans import flat, safe

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure
    from cxtui.core.metrics.pictures import Picture, Strip
    from cxtui.core.metrics.sheet import Sheet

BREACHES = 8
FORECAST = 18
"""Cells for when our pace reaches somebody."""
MEDIANS = (300.0, 1800.0, 3600.0, 14_400.0)
"""Ends of a map's steps for times, in seconds."""
SHARES = (0.0, 0.1, 0.25, 0.5)
WEEKS = {
    "incoming": "Who writes when",
    "late": "Missed, by when they wrote",
    "answer": "Median answer time, by when they wrote",
}
LABEL = 5

Called = Callable[[str], str]
"""How the customer of a wait is called, by its id; empty where it is not known."""


def pictures(sheet: Sheet, now: datetime, room: int, called: Called) -> list[PieceRow]:
    """Every picture under its heading."""
    window = sheet.asked.window
    return [
        *answer_times(sheet.picture("answer_times"), window, room),
        *load(sheet.picture("load"), room),
        *week(sheet, room),
        *trend(sheet.picture("trend"), room),
        *breaches(sheet.picture("next_breach"), now, room, called),
        *reviews(sheet.picture("reviews"), window, room),
    ]


def answer_times(picture: Picture, window: str, room: int) -> list[PieceRow]:
    """A bar for each part."""
    (strip,) = picture.strips
    n = strip.cells[0].n
    rows = [heading(f"Answer time, {window}", room, f"n={n}{_down(strip.cells)}")]
    if not n:
        return [*rows, _note("nobody wrote in this window: a longer one may show more", room)]
    parts = [(cell.class_ or "", int(cell.value or 0)) for cell in strip.cells]
    drawn = charts.histogram(parts, min(room - 2, 70))
    longest = max(len(bar) for _, bar, _ in drawn)
    return rows + [
        (Piece(f" {name} "), Piece(f"{bar:<{longest}}", "bar"), Piece(f" {said} ", "plain", cell))
        for (name, bar, said), cell in zip(drawn, strip.cells, strict=True)
    ]


def load(picture: Picture, room: int) -> list[PieceRow]:
    """Two rows of columns over one scale, and the hours below."""
    wide = _wide(room)
    strips = [picture.named("load_in"), picture.named("load_out")]
    top = max((cell.value or 0 for strip in strips for cell in strip.cells), default=0)
    rows = [heading("Load, 24 h", room, _down(strips[0].cells).strip())]
    for name, strip in zip(("in", "out"), strips, strict=True):
        total = sum(int(cell.value or 0) for cell in strip.cells)
        drawn = charts.columns([cell.value for cell in strip.cells], top)
        cells = (
            Piece(_column(sign, wide), "bar", cell) for sign, cell in zip(drawn, strip.cells, strict=True)
        )
        rows.append((Piece(f" {name:<{LABEL - 1}}"), *cells, Piece(f" {total}", "dim")))
    hours = [(cell.class_ or "")[11:13] for cell in strips[0].cells]
    rows.append(_axis(hours, wide, every=1 if wide == 3 else 6))
    return [*rows, *_gaps(strips[0], wide)]


def week(sheet: Sheet, room: int) -> list[PieceRow]:
    """Seven rows of 24 signs in five steps, and what the steps mean."""
    measure = sheet.asked.measure
    picture = next(one for one in sheet.pictures if one.name.startswith("week_"))
    values = [cell.value for cell in picture.cells if cell.value]
    ends = {"incoming": charts.fifths(values), "late": SHARES, "answer": MEDIANS}[measure]
    wide = _wide(room)
    n = sum(cell.n for cell in picture.cells)
    title = f"{WEEKS[measure]}, {sheet.asked.window}"
    rows = [heading(title, room, f"n={n}")]
    if not n:
        return [*rows, _note("nobody wrote in this window", room)]
    for strip in picture.strips:
        cells = (
            Piece(_sign(cell, ends, wide, blank=measure == "incoming"), "bar", cell) for cell in strip.cells
        )
        rows.append((Piece(f" {(strip.cells[0].class_ or '')[:3]} "), *cells))
    rows.append(_axis([f"{hour:02}" for hour in range(24)], wide, every=1 if wide == 3 else 6))
    return [*rows, _note(_legend(measure, ends), room)]


def trend(picture: Picture, room: int) -> list[PieceRow]:
    """Three rows of 14 days: a column each, with its number where there is room."""
    wide = min(max((room - 9) // 14, 1), 6)
    rows = [heading("14 days", room, _down(picture.strips[0].cells).strip())]
    for name, strip in zip(("came", "<60m", "median"), picture.strips, strict=True):
        peak = 1.0 if strip.cells[0].unit == "rate" else None
        drawn = charts.columns([cell.value for cell in strip.cells], peak)
        cells = (
            Piece(_day(cell, sign, wide), "plain" if wide > 4 else "bar", cell)
            for cell, sign in zip(strip.cells, drawn, strict=True)
        )
        rows.append((Piece(f" {name:<7}"), *cells))
    days = [date.fromisoformat(cell.class_ or "2000-01-01") for cell in picture.strips[0].cells]
    names = (f"{day:%d}".rjust(wide - 1) if wide > 2 else f"{day:%d}"[-wide:] for day in days)
    rows.append((Piece(f" {'day':<7}", "dim"), *(Piece(f"{name:<{wide}}", "dim") for name in names)))
    return rows


def breaches(picture: Picture, now: datetime, room: int, called: Called) -> list[PieceRow]:
    """Who is due next, and when our pace reaches them; the name last, since it may be written leftward."""
    cells = coming(picture.cells, now)
    pace = cells[0].why.partition("pace of ")[2] if cells else ""
    title = "Next breaches (forecast ~)"
    rows = [heading(title, room, f"{len(cells)} in time{', pace ' if pace else ''}{pace}")]
    if not cells:
        return [*rows, _note("nobody who waits is in time: all are late, or nobody waits", room)]
    if not pace:
        rows.append(_note(f"no forecast: {cells[0].why.removeprefix('no pace: ')}", room))
    for cell in cells[:BREACHES]:
        reached = f" {forecast(cell):<{FORECAST}}" if pace else ""
        front = (Piece(" "), Piece(due_words(cell, now), "plain", cell), Piece(reached, "dim"))
        rows.append((*front, Piece(f" {flat(called(cell.class_ or ''))}")))
    return rows


def coming(cells: Iterable[Figure], now: datetime) -> list[Figure]:
    """Those that are not late yet: some have become so since they were counted."""
    return [cell for cell in cells if cell.as_of + timedelta(seconds=cell.value or 0) >= now]


def due_words(cell: Figure, now: datetime) -> str:
    """The countdown of somebody who is due."""
    return f"{countdown(cell.as_of + timedelta(seconds=cell.value or 0), now):>6}"


def forecast(cell: Figure) -> str:
    """When our pace reaches a row, in words: ``~2h30 est. late``; empty without a pace."""
    if cell.low is None:
        return ""
    return f"~{span(timedelta(seconds=cell.low))} est. {cell.why.partition(' at ')[0]}"


def reviews(picture: Picture, window: str, room: int) -> list[PieceRow]:
    """A line for each source: stars, the last 90 days, what bad and good ones were answered."""
    rows = [heading(f"Reviews by source, {window}", room)]
    if not picture.strips:
        return [*rows, _note("no reviews yet: add a feed of kind review", room)]
    for strip in picture.strips:
        mean, lately, left, bad, good = strip.cells
        scale = mean.unit.rpartition(" ")[2]
        rows.append((
            Piece(f" {fit(flat(strip.name), 12)} "),
            Piece(f"{wording.shown(mean)}/{scale}", "plain", mean), Piece(f" n={mean.n}  90 d ", "dim"),
            Piece(wording.shown(lately), "plain", lately), Piece(f" n={lately.n}", "dim"),
        ))  # fmt: skip
        wide = "   2 stars or fewer: unanswered ", "  4 or more: "
        few, many = wide if room >= 60 else ("  <=2: open ", " >=4: ")
        rows.append((
            Piece(few, "dim"), Piece(wording.shown(left), "plain", left),
            Piece(" answered ", "dim"), Piece(wording.shown(bad), "plain", bad),
            Piece(many, "dim"), Piece(wording.shown(good), "plain", good),
        ))  # fmt: skip
        if left.why:
            rows.append((Piece(f"   {left.why}", "dim"),))
    return rows


def _note(words: str, room: int) -> PieceRow:
    return Piece(" "), Piece(fit(safe(words), max(room - 1, 1)), "dim")


def _wide(room: int) -> int:
    return min(max((room - LABEL - 5) // 24, 1), 3)


def _column(sign: str, wide: int) -> str:
    return sign if wide == 1 else sign * (wide - 1) + " "


def _axis(names: Sequence[str], wide: int, *, every: int) -> PieceRow:
    text = ""
    for n, name in enumerate(names):
        text = text.ljust(n * wide) + name if n % every == 0 else text
    return (Piece(f"{'':<{LABEL}}{text}", "dim"),)


def _gaps(strip: Strip, wide: int) -> list[PieceRow]:
    if not any(cell.gaps for cell in strip.cells):
        return []
    marks = "".join(("?" if cell.gaps else " ").ljust(wide) for cell in strip.cells)
    return [(Piece(f" {'down':<{LABEL - 1}}{marks}", "dim"),)]


def _down(cells: Sequence[Figure]) -> str:
    return " ? a feed was down" if any(cell.gaps for cell in cells) else ""


def _sign(cell: Figure, ends: Sequence[float], wide: int, *, blank: bool) -> str:
    value = None if blank and not cell.value else cell.value
    if value is None and cell.n and not blank:
        return "-".ljust(wide)
    return charts.step(value, ends).ljust(wide)


def _legend(measure: str, ends: Sequence[float]) -> str:
    unit = {"incoming": "", "late": "rate", "answer": "seconds"}[measure]
    parts = [
        f"{sign} to {wording.written(end, unit)}"
        for n, (sign, end) in enumerate(zip(charts.STEPS, ends, strict=False))
        if n == 0 or end > ends[n - 1]
    ]
    empty = "blank nobody" + ("" if measure == "incoming" else ", - not known")
    return "  ".join((*parts, f"{charts.STEPS[-1]} more", empty))


def _day(cell: Figure, sign: str, wide: int) -> str:
    if wide <= 4:
        return sign.ljust(wide)
    value = wording.UNKNOWN if cell.value is None else wording.shown(cell)
    text = f"{value}{sign}" if len(value) + 1 < wide else value
    return f"{text:>{wide - 1}} " if len(text) < wide else fit(flat(text), wide)
