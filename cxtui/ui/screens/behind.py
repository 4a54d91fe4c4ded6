"""What a number counts, row by row, answered ones too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult

from cxtui.core.metrics import wording
from cxtui.errors import CxtuiError
from cxtui.ui import header
from cxtui.ui.hints import key_line
from cxtui.ui.messages import RowOpened
from cxtui.ui.screens.page import Page
from cxtui.ui.spans import flat, rule
from cxtui.ui.widgets.behind import BehindList
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.metrics import Figure
    from cxtui.ui.setting import Setting

URGENT = ("waiting_now", "late_now", "next_breach")
"""Numbers whose ids come in the order of urgency; all others are shown the newest first."""


class BehindPage(Page):
    """Exactly the items of one number; Enter shows a thread."""

    KEYS: ClassVar[str] = "behind"

    def __init__(self, setting: Setting, figure: Figure, window: str) -> None:
        super().__init__(setting)
        self._figure = figure
        self._window = window
        ids = tuple(dict.fromkeys(figure.ids))
        self.list = BehindList(
            ids if figure.metric in URGENT else ids[::-1], setting.clock, setting.zone, setting.code
        )

    def compose(self) -> ComposeResult:
        """Title, rows, status, keys."""
        yield Lines(id="title")
        yield self.list
        yield Lines(id="status")
        yield Lines(id="keys")

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self.news()

    def news(self) -> None:
        """Draw where we are and what was said."""
        room, figure = self.size.width, self._figure
        title = f"{wording.said(figure)} {wording.shown(figure)}, {self._window}"
        place = f"{self.list.at + 1 if self.list.ids else 0}/{len(self.list.ids)}"
        self.query_one("#title", Lines).show([rule(flat(title), place, room)])
        now, zone = self.setting.clock(), self.setting.zone
        self.query_one("#status", Lines).show([header.status(self.board, now, zone, room)])
        self.query_one("#keys", Lines).show([key_line(self.key_bar(), room)])

    def on_behind_list_wanted(self, message: BehindList.Wanted) -> None:
        """Read what came into sight."""
        message.stop()
        self.news()
        wanted = self.list.missing()
        if wanted:
            self.run_worker(partial(self._read, wanted), group="behind", exclusive=True)

    def on_row_opened(self, message: RowOpened) -> None:
        """Open what was clicked."""
        message.stop()
        self.open()

    def scroll_lines(self, count: int) -> None:
        """Move the cursor."""
        self.list.select(self.list.at + count)

    def to_end(self, *, first: bool) -> None:
        """To the first or the last row."""
        self.list.select(0 if first else len(self.list.ids) - 1)

    def open(self) -> None:
        """The thread of the row under the cursor."""
        one = self.list.chosen
        if one is None or one.item is None:
            self.say("there is no thread to show")
            return
        from cxtui.ui.screens.story import Story

        self.program.push_screen(Story(self.setting, one))

    async def _read(self, wanted: tuple[str, ...]) -> None:
        try:
            found = await self.setting.desk.behind(wanted)
        except CxtuiError as error:
            self.refuse(error)
            return
        self.list.learn(found)
