"""The stats pane as text: every number with its n, studies' figures marked as such, ``–`` where unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cxtui.core.metrics import wording
from cxtui.core.text import width
from cxtui.ui.boxes import side_by_side, widths
from cxtui.ui.charts import bar
from cxtui.ui.spans import Line, fitted

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure

UNKNOWN = wording.UNKNOWN
BENCHMARKS = {"answered_within_60m": "42%", "answered_within_30m": "32%", "answered_within_5m": "71%"}


class Figures:
    """Figures by name and class."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._by = {(one.metric, one.class_): one for one in figures if one.kind != "reference"}

    def get(self, metric: str, class_: str | None = None) -> Figure | None:
        """The figure, or None where it was not counted."""
        return self._by.get((metric, class_))

    def value(self, metric: str, class_: str | None = None) -> str:
        """``96%``, ``4m``, ``>5h``, ``–``; with a ``?`` behind it where a feed was down in the window."""
        found = self.get(metric, class_)
        return UNKNOWN if found is None else f"{wording.shown(found)}{'?' if found.gaps else ''}"

    def n(self, metric: str, class_: str | None = None) -> int:
        """How much it was counted over."""
        found = self.get(metric, class_)
        return 0 if found is None else found.n

    def within(self) -> str:
        """The three shares, each with its n where these differ."""
        names = {t: f"answered_within_{t}m" for t in (5, 30, 60)}
        counts = {self.n(name) for name in names.values()}
        own = {t: f" n={self.n(name)}" if len(counts) > 1 else "" for t, name in names.items()}
        said = " ".join(f"<{t}m {self.value(name)}{own[t]}" for t, name in names.items())
        return said if len(counts) > 1 else f"{said} n={counts.pop()}"

    def recommend(self, class_: str) -> str:
        """``68% n=22``, ``few (n=4)`` under ten, ``– n=0``."""
        found = self.get("recommend", class_)
        if found is not None and wording.few(found):
            return f"few (n={found.n})"
        return f"{self.value('recommend', class_)} n={self.n('recommend', class_)}"

    def without_answer(self) -> str:
        """How many were closed without an answer: stands beside every rate."""
        rate = self.get("response_rate")
        count = 0 if rate is None else sum(k for what, k in rate.beside if what.startswith("closed"))
        return f" closed {count}" if count else ""

    def updates(self) -> str:
        """How often held customers heard again in time: a word that only holds meets the target beside it."""
        target = self.get("in_target")
        known = dict(target.beside) if target else {}
        met, missed = known.get("updates met", 0), known.get("updates missed", 0)
        return f" updates {met}/{met + missed}" if met + missed else ""

    def stars(self) -> str:
        """The reviews of the source with the most of them."""
        means = [one for (metric, _), one in self._by.items() if metric == "review_mean" and one.n]
        if not means:
            return "stars – no reviews"
        most = max(means, key=lambda one: one.n)
        return f"stars {most.class_} {wording.shown(most)} n={most.n}"


def few_lines(figures: Sequence[Figure], room: int) -> list[Line]:
    """The pane under a list of 60 columns and more: two lines, three where they do not hold all."""
    f = Figures(figures)
    medians = f"med {f.value('first_response_median')} p90 {f.value('first_response_p90')}"
    recommend = f"fast {f.recommend('fast')} late {f.recommend('late')}"
    reply = f"reply {f.value('response_rate')} n={f.n('response_rate')} wait {f.value('waiting_now')}"
    parts = (
        f"{reply}{f.without_answer()}",
        f"{medians} n={f.n('first_response_median')}",
        f"shared bad {f.value('share_bad')} good {f.value('share_good')}",
        f.within(),
        f"recommend {recommend} ref 71/19",
    )
    return _flowed(parts, room)


def boxes(figures: Sequence[Figure], room: int) -> list[Line]:
    """Three boxes side by side, for 110 columns and more: heads first, then five lines each."""
    f = Figures(figures)
    inner, _ = widths(room)
    recommend = (
        f"fast   {_bounds(f, 'fast')} ref 71%",
        f"late   {_bounds(f, 'late')}",
        f"never  {_bounds(f, 'never')} ref 19%",
        f"association · {f.stars()}",
        f"in target {f.value('in_target')} n={f.n('in_target')}{f.updates()}",
    )
    return side_by_side(
        (("24 h", _answers(f, inner)), ("Share", _shared(f, inner)), ("Recommend", recommend)), room
    )


def _answers(f: Figures, room: int) -> tuple[str, ...]:
    def within(words: str, metric: str) -> str:
        found = f.get(metric)
        head = f"{words} {f.value(metric):>4} "
        tail = f" n={f.n(metric)} ref {BENCHMARKS[metric]} expect"
        return f"{head}{bar(found.value if found else None, room - width(head) - width(tail))}{tail}"

    n, slow = f.n("response_rate"), f"p90 {f.value('first_response_p90')}"
    return (
        f"answered {f.value('response_rate'):>4} n={n} wait {f.value('waiting_now')}{f.without_answer()}",
        f"median   {f.value('first_response_median'):>4} {slow} n={f.n('first_response_median')}",
        within("<5m ", "answered_within_5m"),
        within("<30m", "answered_within_30m"),
        within("<60m", "answered_within_60m"),
    )


def _shared(f: Figures, room: int) -> tuple[str, ...]:
    counts = {name: f.get(f"share_{name}") for name in ("bad", "good")}
    most = max((one.value or 0 for one in counts.values() if one), default=0) or 1

    def told(name: str) -> str:
        found = counts[name]
        reach = f.get(f"reach_{name}")
        est = " est." if reach is not None and reach.value is not None else ""
        tail = f" reach {f.value(f'reach_{name}')}{est}"
        head = f"{name:<4} {f.value(f'share_{name}'):>4} "
        share = (found.value or 0) / most if found else None
        return f"{head}{bar(share, max(min(room - width(head) - width(tail), 12), 0))}{tail}"

    voice = f.get("share_of_voice")
    unnamed = ": name a competitor" if voice and voice.value is None else ""
    sides = f"advocates {f.value('advocates')} detractors {f.value('detractors')}"
    return (
        told("bad"),
        told("good"),
        "people; ref 45% share bad service",
        f"{sides} · voice {f.value('share_of_voice')}{unnamed}",
        f"ever ignored {f.value('ever_ignored')} n={f.n('ever_ignored')} ref 71%",
    )


def _bounds(f: Figures, class_: str) -> str:
    found = f.get("recommend", class_)
    text = f.recommend(class_)
    if found is None or not wording.bounds(found):
        return text
    rate, _, n = text.partition(" ")
    return f"{rate} {wording.bounds(found)} {n}"


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
