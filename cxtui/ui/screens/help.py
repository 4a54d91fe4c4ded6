"""Every key, made from what is bound at this moment, and what every network can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult

from cxtui.connectors.table import table
from cxtui.ui import filterhelp, networks
from cxtui.ui.board import who
from cxtui.ui.explained import explained
from cxtui.ui.keys import bound, label
from cxtui.ui.screens.keyed import Keyed
from cxtui.ui.screens.page import Page
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.inbox import Row

SIGNS = (
    "! late   ^ soon   . in time   ? probably answered",
    "* marked   > cursor   H held   P promise   z snoozed   D draft or reply not sent",
    "Due times run from when the customer wrote. A snooze hides a row and never stops its clock.",
)
DIALOGS = (
    "compose", "review", "batch", "thank", "deed", "done", "tone", "priority", "snooze", "ask", "settle",
)  # fmt: skip


class Help(Page):
    """Why the row below is due when it is, the keys there and of dialogs, filters, signs, networks."""

    def __init__(self, setting: Setting, below: Keyed[Any], about: Row | None = None) -> None:
        super().__init__(setting)
        self._about = about
        self._table = table()
        self._keys: dict[str, list[str]] = {}
        self._commands = {one.id: one for one in below.bound}
        for active in below.active_bindings.values():
            name = active.binding.id
            if name in self._commands:
                self._keys.setdefault(name, []).append(label(active.binding.key))

    def compose(self) -> ComposeResult:
        """A page of lines."""
        yield Lines(id="title")
        yield Lines(id="lines")

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the width there is."""
        room = event.size.width
        self.query_one("#title", Lines).show([rule("Help", "q goes back", room)])
        self.query_one("#lines", Lines).show(self._lines(room))

    def help(self) -> None:
        """This is it."""

    def _lines(self, room: int) -> list[Line]:
        groups: dict[str, list[Line]] = {}
        for name, keys in self._keys.items():
            one = self._commands[name]
            groups.setdefault(one.group, []).extend(_key_lines(" ".join(keys), one.words, room))
        lines: list[Line] = []
        if self._about is not None:
            name = flat(who(self._about.interval.author))
            heading: Line = (("Why is it due then? ", "title"), (name, "plain"))
            lines += [heading, *explained(self.setting, self._about, room), ()]
        for group, found in groups.items():
            lines += [((group, "title"),), *found, ()]
        for screen in DIALOGS:
            lines.append(((f"In {screen}", "title"),))
            for one in bound(screen):
                keys = " ".join(label(key) for key in self.setting.keys[one.id])
                lines += _key_lines(keys, one.words, room)
            lines.append(())
        lines += [(("Filters", "title"),), *filterhelp.lines(room), (), (("Signs", "title"),)]
        lines += [((line, "plain"),) for text in SIGNS for line in wrapped(text, room)]
        return [*lines, (), (("Networks", "title"),), *networks.lines(self._table, room)]


def _key_lines(keys: str, words: str, room: int) -> list[Line]:
    first, *rest = wrapped(words, max(room - 16, 10))
    return [
        ((f"  {keys:<13} ", "key"), (first, "plain")),
        *(((" " * 16, "plain"), (line, "plain")) for line in rest),
    ]
