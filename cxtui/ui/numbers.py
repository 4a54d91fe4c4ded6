"""The stats pane as text: every number with its n, studies' figures marked as such, ``–`` where unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from cxtui.core.clock import span
from cxtui.core.text import width
from cxtui.ui.spans import Line, fitted

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure

UNKNOWN = "–"
FEW = 10
"""Under this n a recommendation is not a percentage but "few"."""
BENCHMARKS = {"answered_within_60m": "42%", "answered_within_30m": "32%", "answered_within_5m": "71%"}


class Figures:
    """Figures by name and class."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._by = {(one.metric, one.class_): one for one in figures if one.kind != "reference"}

    def get(self, metric: str, class_: str | None = None) -> Figure | None:
        """The figure, or None where it was not counted."""
        return self._by.get((metric, class_))

    def percent(self, metric: str, class_: str | None = None) -> str:
        """``96%``, or ``–``."""
        found = self.get(metric, class_)
        return UNKNOWN if found is None or found.value is None else f"{found.value:.0%}"

    def n(self, metric: str, class_: str | None = None) -> int:
        """How much it was counted over."""
        found = self.get(metric, class_)
        return 0 if found is None else found.n

    def count(self, metric: str) -> str:
        """A plain count, or ``–``."""
        found = self.get(metric)
        return UNKNOWN if found is None or found.value is None else f"{found.value:.0f}"

    def time(self, metric: str) -> str:
        """``4m``; ``> 5h`` where more is known than not; or ``–``."""
        found = self.get(metric)
        if found is None:
            return UNKNOWN
        if found.value is not None:
            return span(timedelta(seconds=found.value))
        return f">{span(timedelta(seconds=found.low))}" if found.low else UNKNOWN

    def recommend(self, class_: str) -> str:
        """``68% n=22``, or ``few (n=4)`` under ten."""
        found = self.get("recommend", class_)
        if found is None or (found.value is None and found.n == 0):
            return f"{UNKNOWN} n=0"
        if found.n < FEW or found.value is None:
            return f"few (n={found.n})"
        return f"{found.value:.0%} n={found.n}"

    def without_answer(self) -> int:
        """How many were closed without an answer: stands beside every rate."""
        rate = self.get("response_rate")
        return 0 if rate is None else sum(k for what, k in rate.beside if what.startswith("closed"))


def few_lines(figures: Sequence[Figure], room: int) -> list[Line]:
    """The pane under a list of 60 columns and more: two lines, three where they do not hold all."""
    f = Figures(figures)
    closed = f" closed {f.without_answer()}" if f.without_answer() else ""
    within = " ".join(f"<{t}m {f.percent(f'answered_within_{t}m')}" for t in (5, 30, 60))
    medians = f"med {f.time('first_response_median')} p90 {f.time('first_response_p90')}"
    recommend = f"fast {f.recommend('fast')} late {f.recommend('late')}"
    parts = (
        f"reply {f.percent('response_rate')} n={f.n('response_rate')} wait {f.count('waiting_now')}{closed}",
        f"{medians} n={f.n('first_response_median')}",
        f"shared bad {f.count('share_bad')} good {f.count('share_good')}",
        f"{within} n={f.n('answered_within_60m')}",
        f"recommend {recommend} ref 71/19",
    )
    return _flowed(parts, room)


def boxes(figures: Sequence[Figure], room: int) -> list[Line]:
    """Three boxes side by side, for 110 columns and more: heads first, then four lines each."""
    f = Figures(figures)
    inner = (room - 6) // 3
    last = room - 6 - 2 * inner
    answers = _answers(f, inner)
    shared = (
        f"bad  {f.count('share_bad'):>4} people   reach {_reach(f, 'reach_bad')}",
        f"good {f.count('share_good'):>4} people   reach {_reach(f, 'reach_good')}",
        "ref 45% share bad service",
        f"late {f.count('late_now')}  waiting {f.count('waiting_now')}  probably {f.count('probably_now')}",
        f"ever ignored {f.percent('ever_ignored')} n={f.n('ever_ignored')} ref 71%",
    )
    recommend = (
        f"fast   {_bounds(f, 'fast')} ref 71%",
        f"late   {_bounds(f, 'late')}",
        f"never  {_bounds(f, 'never')} ref 19%",
        "association, not cause",
        f"in target {f.percent('in_target')} n={f.n('in_target')}",
    )
    lines: list[Line] = [_heads(inner, last)]
    for left, middle, right in zip(answers, shared, recommend, strict=True):
        lines.append(
            fitted(
                (
                    *fitted(((left, "plain"),), inner), (" │ ", "rule"),
                    *fitted(((middle, "plain"),), inner), (" │ ", "rule"),
                    *fitted(((right, "plain"),), last),
                ),
                room,
            )
        )  # fmt: skip
    return lines


def bar(share: float | None, room: int) -> str:
    """A horizontal bar in eighths of a cell. ``share`` is 0-1; None draws nothing."""
    if share is None or room <= 0:
        return ""
    eighths = round(min(max(share, 0.0), 1.0) * room * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


def _answers(f: Figures, room: int) -> tuple[str, ...]:
    def within(words: str, metric: str) -> str:
        found = f.get(metric)
        head = f"{words} {f.percent(metric):>4} "
        tail = f" n={f.n(metric)} ref {BENCHMARKS[metric]} expect"
        return f"{head}{bar(found.value if found else None, room - width(head) - width(tail))}{tail}"

    n, slow = f.n("response_rate"), f"p90 {f.time('first_response_p90')}"
    closed = f" closed {f.without_answer()}" if f.without_answer() else ""
    return (
        f"answered {f.percent('response_rate'):>4} n={n} wait {f.count('waiting_now')}{closed}",
        f"median   {f.time('first_response_median'):>4} {slow} n={f.n('first_response_median')}",
        within("<5m ", "answered_within_5m"),
        within("<30m", "answered_within_30m"),
        within("<60m", "answered_within_60m"),
    )


def _heads(inner: int, last: int) -> Line:
    heads = [f" {name} " for name in ("24 h", "Share", "Recommend")]
    widths = (inner, inner + 1, last)
    dashes = ["─" * max(room - width(head) - 2, 0) for head, room in zip(heads, widths, strict=True)]
    return (
        ("──", "rule"), (heads[0], "title"), (f"{dashes[0]}─┬", "rule"),
        ("──", "rule"), (heads[1], "title"), (f"{dashes[1]}─┬", "rule"),
        ("──", "rule"), (heads[2], "title"), (f"{dashes[2]}─", "rule"),
    )  # fmt: skip


def _bounds(f: Figures, class_: str) -> str:
    found = f.get("recommend", class_)
    text = f.recommend(class_)
    if found is None or found.n < FEW or found.low is None or found.high is None:
        return text
    rate, _, n = text.partition(" ")
    return f"{rate} [{found.low * 100:.0f}-{found.high * 100:.0f}] {n}"


def _reach(f: Figures, metric: str) -> str:
    found = f.get(metric)
    if found is None or found.value is None:
        return UNKNOWN
    value = found.value
    return (
        f"~{value / 1000:.0f}k"
        if value >= 10_000
        else f"~{value / 1000:.1f}k"
        if value >= 1000
        else f"~{value:.0f}"
    )


def _flowed(parts: Iterable[str], room: int) -> list[Line]:
    """The parts with bars between them, in as many lines as they need."""
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0
    for part in parts:
        if lines[-1] and used + 3 + width(part) > room:
            lines.append([])
            used = 0
        if lines[-1]:
            lines[-1].append((" │ ", "rule"))
            used += 3
        lines[-1].append((part, "plain"))
        used += width(part)
    return [fitted(line, room) for line in lines]
