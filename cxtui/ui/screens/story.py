"""The thread of something that a number counts, whether it waits or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from cxtui.core.inbox import Row
from cxtui.errors import CxtuiError
from cxtui.ui import talk
from cxtui.ui.board import who
from cxtui.ui.hints import key_line
from cxtui.ui.rows import at
from cxtui.ui.screens.page import Page
from cxtui.ui.spans import Line, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.behind import Behind
    from cxtui.store import Message
    from cxtui.ui.setting import Setting


class Story(Page):
    """A thread over the whole screen."""

    def __init__(self, setting: Setting, one: Behind) -> None:
        super().__init__(setting)
        self._one = one
        self._messages: tuple[Message, ...] = ()

    def compose(self) -> ComposeResult:
        """A page of lines."""
        yield Lines(id="title")
        yield Lines(id="lines")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Read the thread, where it is one of a wait."""
        if self._one.waits is not None:
            self.start(self._read())

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self.news()

    def news(self) -> None:
        """Draw what is known."""
        room = self.size.width
        item, waits = self._one.item, self._one.waits
        now, zone = self.setting.clock(), self.setting.zone
        lines: list[Line] = []
        if waits is not None:
            row = Row(waits, "")
            code = self.setting.code(waits.opener.feed, row.network)
            title, right = talk.heading(row, self._messages, code)
            lines = talk.lines(row, self._messages, (), now, zone, room)
        elif item is not None:
            title, right = f"{who(item.author)} on {item.feed}", item.role
            head: Line = ((f"{at(item.posted, now, zone)} ", "dim"),)
            lines = [head, *(((line, "plain"),) for line in wrapped(item.text, max(room, 1)))]
        else:
            title, right = self._one.id, ""
        self.query_one("#title", Lines).show([rule(flat(title), flat(right), room)])
        self.query_one("#lines", Lines).show(lines)
        self.query_one("#keys", Lines).show([key_line(self.key_bar(), room)])

    async def _read(self) -> None:
        try:
            self._messages = await self.setting.desk.thread(self._one.id)
        except CxtuiError as error:
            self.say(f"the thread could not be read: {error}", bad=True)
            return
        if self.is_mounted:
            self.news()
