"""Several replies before any of them leaves: looked at as a list, changed or left out one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import ComposeResult

from cxtui.errors import CxtuiError
from cxtui.ui import writing
from cxtui.ui.board import who
from cxtui.ui.hints import key_line
from cxtui.ui.rows import said_first
from cxtui.ui.screens.keyed import Keyed
from cxtui.ui.screens.review import QUIET
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, fitted, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.item import ReplyKind, Visibility
    from cxtui.core.promises import Pledged


@dataclass(frozen=True, slots=True)
class Letter:
    """One reply of a batch. ``found`` is what the guard says, ``why`` why it cannot be sent at all.

    ``promised`` is what is promised once it is sent.
    """

    row: Row
    text: str
    kind: ReplyKind
    visibility: Visibility
    found: tuple[writing.Found, ...] = ()
    why: str = ""
    promised: tuple[Pledged, ...] = ()

    @property
    def blocked(self) -> str:
        """Why it does not go out as it stands; empty where it does."""
        blocks = [one.rule for one in self.found if one.level == "block"]
        return self.why or ", ".join(dict.fromkeys(blocks))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to become of a batch; ``at`` is the place of the letter that is meant."""

    what: Literal["send", "edit", "leave"]
    letters: tuple[Letter, ...]
    at: int = 0


ROOMY = 60
"""So many columns show beside each name where the reply goes."""


class Batch(Keyed[Chosen]):
    """The letters, the one under the cursor in full with its customer's words and what was found in it."""

    KEYS: ClassVar[str] = "batch"

    def __init__(
        self, setting: Setting, title: str, heads: Sequence[str], letters: Sequence[Letter], at: int = 0,
        note: str = "", coming: AsyncIterator[Letter] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(setting)
        self._heading = title
        self._heads = heads
        self._letters = list(letters)
        self._at = at
        self._note = note
        self._coming = coming
        self._last = setting.seconds()

    def compose(self) -> ComposeResult:
        """Title, what is done beside, the list, the letter under the cursor, keys."""
        for name in ("title", "heads", "letters", "whole", "keys"):
            yield Lines(id=name)

    def on_mount(self) -> None:
        """Take the letters that are still being made; the keys are this screen's meanwhile."""
        if self._coming is not None:
            self.run_worker(self._gather(self._coming), group="letters")

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self._draw()

    def step(self, count: int) -> None:
        """Move the cursor."""
        self._at = min(max(self._at + count, 0), max(len(self._letters) - 1, 0))
        self._draw()

    def send(self) -> None:
        """Send what can be sent; a key that is held down, or came too fast, sends nothing."""
        now = self.setting.seconds()
        before, self._last = self._last, now
        if self._unready():
            return
        if not any(not one.blocked for one in self._letters):
            self._note = "nothing of it can go out as it stands"
            self._draw()
        elif now - before >= QUIET:
            self.dismiss(Chosen("send", tuple(self._letters), self._at))

    def edit(self) -> None:
        """Change the letter under the cursor."""
        if self._letters and not self._unready():
            self.dismiss(Chosen("edit", tuple(self._letters), self._at))

    def drop(self) -> None:
        """Leave the letter under the cursor out."""
        if self._letters and not self._unready():
            self._letters.pop(self._at)
        self.step(0)

    def leave(self) -> None:
        """Do nothing of it."""
        self.dismiss(Chosen("leave", tuple(self._letters), self._at))

    def _unready(self) -> bool:
        """Whether letters are still being made, which is said."""
        if self._coming is not None:
            self._note = "the others are still being made ready"
            self._draw()
        return self._coming is not None

    async def _gather(self, coming: AsyncIterator[Letter]) -> None:
        try:
            async for one in coming:
                self._letters.append(one)
                self._draw()
            self._note = ""
        except CxtuiError as error:
            self._note = str(error)
        self._coming = None
        self._draw()

    def _draw(self) -> None:
        room, height = self.size.width, self.size.height
        ready = sum(not one.blocked for one in self._letters)
        count = f"{ready} of {len(self._letters)} ready{' …' if self._coming else ''}"
        self._show("title", [rule(self._heading, count, room)], 1)
        heads = [line for said in self._heads for line in writing.marked("·", "plain", said, room)]
        if self._note:
            heads += writing.marked("!", "late", self._note, room)
        self._show("heads", heads, max(height // 4, 1))
        most = max((height - 2 - len(heads)) // 2, 1)
        self._show("letters", self._list(room), most)
        self.call_after_refresh(self.query_one("#letters", Lines).reveal, self._at)
        self._show(
            "whole", self._whole(room), max(height - 2 - len(heads) - min(most, len(self._letters)), 1)
        )
        self._show("keys", [key_line(self.key_bar(), room)], 1)

    def _show(self, name: str, lines: list[Line], most: int) -> None:
        pane = self.query_one(f"#{name}", Lines)
        pane.styles.height = min(len(lines), most)
        pane.show(lines)

    def _list(self, room: int) -> list[Line]:
        lines: list[Line] = []
        for n, one in enumerate(self._letters):
            levels = {found.level for found in one.found}
            level = "block" if one.blocked else next((name for name in writing.ORDER if name in levels), "")
            sign, look = writing.SIGNS.get(level, (" ", "plain"))
            here = n == self._at
            head = f"{'>' if here else ' '} {sign} "
            name = flat(who(one.row.interval.author))
            where = f" ({_where(one)})" if room >= ROOMY else ""
            said = f"{name}{where}: {flat(one.text)}"
            lines.append(
                fitted(((head, "cursor" if here else look), (said, "cursor" if here else "plain")), room)
            )
        none = "being made ready …" if self._coming else "nothing is left in it: n goes back"
        return lines or [((f"  {none}", "dim"),)]

    def _whole(self, room: int) -> list[Line]:
        if not self._letters:
            return []
        one = self._letters[self._at]
        lines = [rule(flat(who(one.row.interval.author)), _where(one), room)]
        lines += writing.quote(said_first(one.row), room)[:3]
        lines += [((" ", "plain"), (line, "ours")) for line in wrapped(one.text, max(room - 2, 1))]
        if one.why:
            lines += writing.marked("x", "late", one.why, room)
        return lines + writing.findings(one.found, room, 8)


def _where(one: Letter) -> str:
    return f"{one.row.interval.opener.feed}, {one.visibility}"
