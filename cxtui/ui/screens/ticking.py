"""A page with a title, lines under a cursor, a status and its keys, drawn anew by the second."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from cxtui.ui import header
from cxtui.ui.hints import key_line
from cxtui.ui.screens.page import Page
from cxtui.ui.setting import Setting
from cxtui.ui.widgets.lines import Lines


class Ticking(Page):
    """What such pages share; each says in `news` what its lines are."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._cursor = 0

    def compose(self) -> ComposeResult:
        """A page of lines."""
        yield Lines(id="title")
        yield Lines(id="lines")
        yield Lines(id="status")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """What is told here comes nearer by the second."""
        self.set_interval(1, self.news)

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self.news()

    def news(self) -> None:
        """Draw what is known now."""
        raise NotImplementedError

    def draw_foot(self) -> None:
        """The status and the keys."""
        now, zone, room = self.setting.clock(), self.setting.zone, self.size.width
        self.query_one("#status", Lines).show([header.status(self.board, now, zone, room)])
        self.query_one("#keys", Lines).show([key_line(self.key_bar(), room)])
