"""What a number is, what it leaves out, and why it is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from cxtui.core.metrics import METRICS, wording
from cxtui.ui.hints import key_line
from cxtui.ui.rows import at
from cxtui.ui.screens.page import Page
from cxtui.ui.spans import Line, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from cxtui.core.metrics import Figure
    from cxtui.ui.setting import Setting

MEANINGS = {
    "answer_times": "Waits that began in the window, by the time to their answer.",
    "load_in": "Waits that began in this hour.",
    "load_out": "Waits that heard from us in this hour, each once.",
    "week_incoming": "Waits that began in this hour of the week, in the window.",
    "week_late": "Share whose response clock was missed, of those begun in this hour of the week.",
    "week_answer_median": "Half of those begun in this hour of the week were answered after so long.",
    "trend_incoming": "Waits that began on this day.",
    "trend_answered_within_60m": "Answered within 60 minutes, of those whose 60 minutes ended on this day.",
    "trend_first_answer_median": "Half of the conversations begun on this day were answered after so long.",
    "next_breach": "Time until this customer is late; beside it when our pace reaches them, an estimate.",
    "reviews": "Reviews of this source, on its own scale.",
}
"""What the cells of pictures are; numbers say it themselves."""


class Why(Page):
    """One number in full."""

    def __init__(self, setting: Setting, figure: Figure) -> None:
        super().__init__(setting)
        self._figure = figure

    def compose(self) -> ComposeResult:
        """A page of lines."""
        yield Lines(id="title")
        yield Lines(id="lines")
        yield Lines(id="keys")

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the width there is."""
        room = event.size.width
        self.query_one("#title", Lines).show([rule(flat(wording.said(self._figure)), "", room)])
        lines: list[Line] = []
        for words, look in told(self._figure, self.setting.clock(), self.setting.zone):
            lines += [((f" {line}", look),) for line in wrapped(flat(words), max(room - 2, 1))]
        self.query_one("#lines", Lines).show(lines)
        self.query_one("#keys", Lines).show([key_line(self.key_bar(), room)])


def told(figure: Figure, now: datetime, zone: tzinfo) -> list[tuple[str, str]]:
    """Sentences with their looks: the value, what it is, why it is not known, what stands beside."""
    metric = METRICS.get(figure.metric)
    meaning = (metric.count.__doc__ or "").split("\n\n")[0] if metric else MEANINGS.get(figure.metric, "")
    value = " ".join(
        part for part in (wording.shown(figure), wording.bounds(figure), wording.marks(figure)) if part
    )
    lines = [(f"{value}  n={figure.n}  counted {at(figure.as_of, now, zone)}", "title"), (meaning, "plain")]
    if reason := wording.reason(figure):
        lines.append((f"why: {reason}", "soon"))
    lines += [(f"beside: {one}", "plain") for one in wording.stands_beside(figure)]
    for gap in figure.gaps:
        until = at(gap.until, now, zone) if gap.until else "now"
        lines.append(
            (f"? {gap.feed} could not be read {at(gap.since, now, zone)} to {until}: {gap.why}", "late")
        )
    if figure.source:
        lines.append((f"source: {figure.source}", "dim"))
    return lines
