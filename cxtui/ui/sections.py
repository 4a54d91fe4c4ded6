"""The stats screen's numbers, in groups: value, n, marks, and what stands beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cxtui.core.metrics import wording
from cxtui.core.text import fit, width
from cxtui.ui.pieces import Piece, PieceRow
from cxtui.ui.spans import flat, rule

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure
    from cxtui.core.metrics.classes import Classed

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Now", ("waiting_now", "late_now", "probably_now")),
    ("Answered", ("answered_within_5m", "answered_within_30m", "answered_within_60m", "answered_within_24h",
                  "response_rate", "ever_ignored", "thanked_within_48h")),
    ("Time", ("first_response_median", "first_response_p90", "first_answer_median", "first_answer_p90",
              "next_response_median", "next_response_p90", "pickup_delay_median")),
    ("Targets and promises", ("in_target", "promises_kept", "guard_overrides")),
    ("Share", ("share_bad", "share_good", "share_bad_per_100", "reach_bad", "reach_good", "share_of_voice",
               "amplification")),
    ("Recommend", ("recommend", "nps", "nps_stars", "advocates", "detractors")),
    ("Reviews and posts", ("review_mean", "consistency_gap", "money_at_risk")),
)  # fmt: skip
"""Which number stands under which heading."""

HEADS = ("wait", "late", "reply", "<5m", "<60m", "median", "target", "never")
"""Over the columns of `cxtui.core.metrics.classes.NUMBERS`."""
NARROW = ("late", "<60m", "median")
"""The columns that a narrow screen shows."""
COLUMN = 8


def heading(words: str, room: int, right: str = "") -> PieceRow:
    """A title over a group."""
    return tuple(Piece(text, look) for text, look in rule(words, right, room))


def numbers(figures: Sequence[Figure], room: int) -> list[PieceRow]:
    """Every number of ours under its heading; what belongs to no group comes last."""
    known = {metric for _, metrics in GROUPS for metric in metrics}
    own = [one for one in figures if one.kind != "reference"]
    rest = tuple(dict.fromkeys(one.metric for one in own if one.metric not in known))
    rows: list[PieceRow] = []
    for title, metrics in (*GROUPS, ("Others", rest)):
        found = [one for metric in metrics for one in own if one.metric == metric]
        if found:
            rows.append(heading(title, room))
            rows += [number(one, room) for one in found]
    return rows


def number(figure: Figure, room: int) -> PieceRow:
    """One number in a line: name, value, n, and what stands beside it."""
    names = 24 if room >= 60 else 19
    name = (figure.class_ or "").replace("_", " ") if _is_clock(figure) else wording.said(figure)
    if width(name) > names:
        name = name.replace("response", "resp").replace("answered within", "within").replace("median", "med")
    value = wording.shown(figure)
    look = "dim" if figure.value is None else "plain"
    front = (
        Piece(f" {fit(flat(name), names)} "),
        Piece(f"{value:>7}", look, figure),
        Piece(f"{'?' if figure.gaps else ' '}n={figure.n:<5}", "dim"),
    )
    tail = " · ".join(beside(figure))
    return (*front, Piece(" "), Piece(flat(tail), "dim")) if tail else front


def _is_clock(figure: Figure) -> bool:
    return figure.metric == "in_target" and figure.class_ is not None


def beside(figure: Figure) -> Iterator[str]:
    """Bounds, whether it is an estimate, the reason of a –, and what stands beside, in this order."""
    parts = (wording.bounds(figure), wording.KINDS[figure.kind], wording.reason(figure))
    yield from (part for part in parts if part)
    yield from wording.stands_beside(figure)


def classes(by: str, found: Sequence[Classed], room: int) -> list[PieceRow]:
    """A line for each class with a few of its numbers side by side."""
    if not found:
        return [heading(f"By {by}", room), (Piece(" nothing was counted in this window", "dim"),)]
    shown = [n for n, head in enumerate(HEADS) if room >= 60 or head in NARROW]
    column = min(COLUMN, max((room - 20) // len(shown), 7))
    names = max(room - 7 - column * len(shown), 8)
    head = f" {by:<{names - 1}} {'n':>5} " + "".join(f"{HEADS[n]:>{column}}" for n in shown)
    rows: list[PieceRow] = [heading(f"By {by}", room), (Piece(head, "dim"),)]
    for one in found:
        cells = (Piece(f"{wording.shown(one.figures[n]):>{column}}", "plain", one.figures[n]) for n in shown)
        rows.append((Piece(f" {fit(flat(one.name), names - 1)} {one.n:>5} "), *cells))
    return rows
