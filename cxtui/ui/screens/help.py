"""Every key, made from what is bound at this moment, and what every network can do."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import ComposeResult

from cxtui.connectors.table import table
from cxtui.ui import networks
from cxtui.ui.commands import COMMANDS
from cxtui.ui.keys import bound, label
from cxtui.ui.screens.keyed import Keyed
from cxtui.ui.screens.page import Page
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, rule, wrapped
from cxtui.ui.widgets.lines import Lines

SIGNS = (
    "! late   ^ soon   . in time   ? probably answered",
    "* marked   > cursor   H held   P promise   z snoozed   D draft or reply not sent",
    "Due times run from when the customer wrote. A snooze hides a row and never stops its clock.",
)
DIALOGS = ("compose", "review", "deed", "done", "tone", "snooze", "ask", "settle")


class Help(Page):
    """The keys of the screen below and of the dialogs, the signs of the list, the networks."""

    def __init__(self, setting: Setting, below: Keyed[Any]) -> None:
        super().__init__(setting)
        self._table = table()
        self._keys: dict[str, list[str]] = {}
        for active in below.active_bindings.values():
            name = active.binding.id
            if name in COMMANDS:
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
            one = COMMANDS[name]
            groups.setdefault(one.group, []).extend(_key_lines(" ".join(keys), one.words, room))
        lines: list[Line] = []
        for group, found in groups.items():
            lines += [((group, "title"),), *found, ()]
        for screen in DIALOGS:
            lines.append(((f"In {screen}", "title"),))
            for one in bound(screen):
                keys = " ".join(label(key) for key in self.setting.keys[one.id])
                lines += _key_lines(keys, one.words, room)
            lines.append(())
        lines.append((("Signs", "title"),))
        lines += [((line, "plain"),) for text in SIGNS for line in wrapped(text, room)]
        return [*lines, (), (("Networks", "title"),), *networks.lines(self._table, room)]


def _key_lines(keys: str, words: str, room: int) -> list[Line]:
    first, *rest = wrapped(words, max(room - 16, 10))
    return [
        ((f"  {keys:<13} ", "key"), (first, "plain")),
        *(((" " * 16, "plain"), (line, "plain")) for line in rest),
    ]
