"""Why a row is due when it is, as lines; and a page of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from cxtui.ui.hints import key_line
from cxtui.ui.rows import at
from cxtui.ui.screens.page import Page
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, flat, rule, wrapped
from cxtui.ui.talk import CLOCKS
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.ui.screens.queue import Queue

_NAMES = 10
"""Cells for the names of the facts."""


def explained(setting: Setting, row: Row, room: int) -> list[Line]:
    """Policy, clock, start, target, calendar, due time and the reasons."""
    now, zone = setting.clock(), setting.zone
    found = setting.desk.explain(row, now, zone)
    calendar = found.hours if found.calendar in found.hours else f"{found.calendar}, {found.hours}"
    facts = {
        "policy": found.policy,
        "clock": CLOCKS[found.clock],
        "start": at(found.start, now, zone),
        "target": found.allowed,
        "calendar": calendar,
        "due": at(found.due, now, zone) if found.due else "-",
        "why": found.short,
    }
    lines: list[Line] = []
    for name, words in facts.items():
        first, *rest = wrapped(flat(words), max(room - _NAMES, 10)) or [flat("")]
        lines.append(((f" {name:<{_NAMES - 1}}", "dim"), (first, "plain")))
        lines += [((" " * _NAMES, "plain"), (line, "plain")) for line in rest]
    return lines


async def explain(queue: Queue) -> None:
    """Show it for the row under the cursor."""
    row = queue.row
    if row is not None:
        queue.program.push_screen(Explained(queue.setting, row))


class Explained(Page):
    """The clock of one row in full."""

    def __init__(self, setting: Setting, row: Row) -> None:
        super().__init__(setting)
        self._row = row

    def compose(self) -> ComposeResult:
        """A page of lines."""
        yield Lines(id="title")
        yield Lines(id="lines")
        yield Lines(id="keys")

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self.news()

    def news(self) -> None:
        """Draw it as it stands by now."""
        room = self.size.width
        row = self.board.row(self._row.id) or self._row
        self.query_one("#title", Lines).show([rule("Why is it due then?", "", room)])
        self.query_one("#lines", Lines).show(explained(self.setting, row, room))
        self.query_one("#keys", Lines).show([key_line(self.key_bar(), room)])
