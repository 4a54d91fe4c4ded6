"""Every key, made from what is bound at this moment, and what every network can do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult

from cxtui.connectors.table import Row, table
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
    from cxtui.core.inbox import Row as Waiting

SIGNS = (
    "! late   ^ soon   . in time   ? probably answered",
    "* marked   > cursor   H held   P promise   z snoozed   D draft or reply not sent",
    "Due times run from when the customer wrote. A snooze hides a row and never stops its clock.",
)
EXAMPLE = "words of a key, an act, a filter or a network: snooze, promise, due:, mail"
DIALOGS = (
    "compose", "review", "batch", "thank", "deed", "done", "tone", "priority", "snooze", "ask", "settle",
)  # fmt: skip


Entry = Sequence[Line]
"""One thing the help says, in as many lines as it needs."""


class Help(Page):
    """Why the row below is due when it is, the keys there and of dialogs, filters, signs, networks."""

    KEYS: ClassVar[str] = "help"

    def __init__(self, setting: Setting, below: Keyed[Any], about: Waiting | None = None) -> None:
        super().__init__(setting)
        self._about = about
        self._words: tuple[str, ...] = ()
        self._table: tuple[Row, ...] = ()
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

    def on_mount(self) -> None:
        """Ask what every network can do, which loads all of them, beside the screen."""
        self.start(self._ask())

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the width there is."""
        del event
        self._draw()

    def help(self) -> None:
        """This is it."""

    def find(self) -> None:
        """Show only what has the words that are typed; Esc shows all again."""
        self.start(self._find())

    def clear(self) -> None:
        """Show all of it again."""
        self._narrow("")

    async def _ask(self) -> None:
        self._table = await asyncio.to_thread(table)
        if self.is_mounted:
            self._draw()

    async def _find(self) -> None:
        from cxtui.ui.screens.prompt import Prompt

        def echo(words: str) -> str:
            found = self._narrow(words)
            return f"{found} found, Enter keeps them, Esc shows all" if words.strip() else EXAMPLE

        words = await self.program.push_screen_wait(Prompt(self.setting, "/", "", echo))
        self._narrow(words or "")

    def _narrow(self, words: str) -> int:
        self._words = tuple(words.casefold().split())
        self.query_one("#lines", Lines).scroll_to(y=0, animate=False, force=True)
        return self._draw()

    def _draw(self) -> int:
        """Draw what has the words; gives how many entries have them."""
        room = self.size.width
        key = self.setting.keys["help.find"]
        told = f"{label(key[0])} finds, q goes back" if key else "q goes back"
        self.query_one("#title", Lines).show([rule("Help", told, room, most=room - 9)])
        lines: list[Line] = []
        count = 0
        for heading, entries in self._sections(room):
            found = entries if self._has([heading]) else [one for one in entries if self._has(one)]
            if found:
                lines += [heading, *(line for one in found for line in one), ()]
                count += len(found)
        self.query_one("#lines", Lines).show(lines or [(("nothing here has these words", "dim"),)])
        return count

    def _has(self, entry: Entry) -> bool:
        text = " ".join(text for line in entry for text, _ in line).casefold()
        return all(word in text for word in self._words)

    def _sections(self, room: int) -> Iterator[tuple[Line, list[Entry]]]:
        """Every heading with what stands below it."""
        if self._about is not None:
            heading: Line = (
                ("Why is it due then? ", "title"),
                (flat(who(self._about.interval.author)), "plain"),
            )
            yield heading, [explained(self.setting, self._about, room)]
        groups: dict[str, list[Entry]] = {}
        for name, keys in self._keys.items():
            one = self._commands[name]
            groups.setdefault(one.group, []).append(_key_lines(" ".join(keys), one.words, room))
        yield from ((((group, "title"),), found) for group, found in groups.items())
        signs: list[Entry] = [[((line, "plain"),) for line in wrapped(text, room)] for text in SIGNS]
        yield (("Signs", "title"),), signs
        yield (("Filters", "title"),), [[line] for line in filterhelp.lines(room)]
        for screen in DIALOGS:
            keyed = (
                (one, " ".join(label(key) for key in self.setting.keys[one.id])) for one in bound(screen)
            )
            yield ((f"In {screen}", "title"),), [_key_lines(keys, one.words, room) for one, keys in keyed]
        if self._table:
            yield (("Networks", "title"),), [[line] for line in networks.lines(self._table, room)]


def _key_lines(keys: str, words: str, room: int) -> list[Line]:
    first, *rest = wrapped(words, max(room - 16, 10))
    return [
        ((f"  {keys:<13} ", "key"), (first, "plain")),
        *(((" " * 16, "plain"), (line, "plain")) for line in rest),
    ]
