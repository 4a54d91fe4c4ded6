"""A question with answers of one key each."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult

from cxtui.core.text import width
from cxtui.ui.commands import COMMANDS
from cxtui.ui.keys import label
from cxtui.ui.screens.keyed import Modal
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, Span, cells, fitted, rule, wrapped
from cxtui.ui.widgets.lines import Lines

Offer = tuple[str, str]
"""The id of a command and what stands behind its words: an absolute time, a warning."""
LEAVING = ("ask.no", "settle.later", "done.leave", "tone.leave", "snooze.leave", "priority.leave",
           "deed.leave", "macro.leave", "thank.leave", "promised.leave")  # fmt: skip
"""Ways out that are always open."""


MOST = 2 / 3
"""Of the height; a dialog that would cover more says its answers by one word each, where they have one."""


class Choice(Modal[str | None]):
    """Shows a title, sentences and answers; gives the id of the answer, None where none was given."""

    def __init__(
        self, setting: Setting, keys: str, title: str, said: Sequence[str], offers: Sequence[Offer]
    ) -> None:
        super().__init__(setting, keys)
        self._heading = title
        self._said = said
        self._offers = offers

    def compose(self) -> ComposeResult:
        """One pane."""
        yield Lines(id="choice")

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out for the width there is."""
        self.lay_out(event.size.width, event.size.height)

    def lay_out(self, room: int, height: int) -> None:
        """Draw; what does not fit is left off in the middle, never the answers."""
        heads = [rule(self._heading, self._way_out(), room)]
        said: list[Line] = [
            ((" ", "plain"), (line, "plain")) for text in self._said for line in wrapped(text, room - 2)
        ]
        offers = self._offer_lines(room)
        if len(heads) + len(said) + len(offers) > height * MOST:
            offers = self._packed(room) or offers
        room_for = max(height - len(heads) - len(offers), 1)
        if len(said) > room_for > 1:
            more = f"and {len(said) - room_for + 1} lines more: a taller window shows them"
            said = [*said[: room_for - 1], ((" ", "plain"), (more, "dim"))]
        said = said[:room_for]
        pane = self.query_one(Lines)
        pane.styles.height = len(heads) + len(said) + len(offers)
        pane.show([*heads, *said, *offers])

    def choose(self, name: str) -> None:
        """Answer, if this answer was offered; ways out are always open."""
        offered = {offer for offer, _ in self._offers}
        if name in offered:
            self.dismiss(name)
        elif name in LEAVING:
            self.dismiss(None)

    def _way_out(self) -> str:
        """The key that leaves it, where none of the answers says so."""
        offered = {name for name, _ in self._offers}
        ways = (one for one in self.bound if one.id in LEAVING and self.setting.keys[one.id])
        named = (f"{self.setting.key(one.id)} {one.words.lower()}" for one in ways if one.id not in offered)
        return next(named, "")

    def _packed(self, room: int) -> list[Line]:
        """The answers by one word each, several in a line; nothing where one of them has no such word."""
        lines: list[list[Span]] = [[]]
        for name, _ in self._offers:
            keys, words = self.setting.keys[name], COMMANDS[name].bar
            if not words:
                return []
            piece: list[Span] = [(f" {label(keys[0]) if keys else '-'}", "key"), (f" {words} ", "plain")]
            if cells(tuple(lines[-1])) + cells(tuple(piece)) > room:
                lines.append([])
            lines[-1] += piece
        return [tuple(line) for line in lines]

    def _offer_lines(self, room: int) -> list[Line]:
        lines: list[Line] = []
        for name, extra in self._offers:
            keys = self.setting.keys[name]
            key = label(keys[0]) if keys else "-"
            words = COMMANDS[name].words
            line: Line = ((f" {key:<4}", "key"), (f"{words:<{min(32, room // 2)}} ", "plain"), (extra, "dim"))
            if width(words) + width(extra) + 8 > room:
                line = ((f" {key:<4}", "key"), (f"{words} {extra}", "plain"))
            lines.append(line if cells(line) <= room else fitted(line, room))
        return lines
