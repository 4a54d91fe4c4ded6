"""Prepared replies to choose from, with a look at what each would say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Input

from cxtui.core.templates import fill
from cxtui.engine.preparing import Shelf
from cxtui.errors import CxtuiError
from cxtui.ui.screens.keyed import Modal
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, fitted, flat, rule, wrapped
from cxtui.ui.widgets.fields import LineField
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.canned import Canned

NONE = "no prepared reply has these words"
EMPTY = "there are no prepared replies for this customer; yours go into canned/LANGUAGE/NAME.txt"


class CannedPicker(Modal["Canned | None"]):
    """Narrows the prepared replies of a row by the words typed; gives one.

    ``known`` is what their variables stand for. They are read while the screen stands there.
    """

    KEYS: ClassVar[str] = "palette"
    TYPES: ClassVar[bool] = True

    def __init__(self, setting: Setting, row: str, known: Mapping[str, str]) -> None:
        super().__init__(setting)
        self._row = row
        self._shelf: Shelf | None = None
        self._known = known
        self._found: list[Canned] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        """A line to type, the names, what the one under the cursor would say."""
        yield Lines(id="title")
        yield LineField(compact=True, id="typed")
        yield Lines(id="offers")
        yield Lines(id="preview")

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one(Input).focus()
        self.begin_to_type()
        self.run_worker(self._read(), group="shelf")

    def on_resize(self) -> None:
        """Draw for the size there is."""
        self.query_one("#title", Lines).show([rule("Prepared replies", "type to narrow", self.size.width)])
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow."""
        event.stop()
        self._narrow()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the one under the cursor."""
        event.stop()
        if self._found:
            self.dismiss(self._found[self._at])

    def put(self, words: str) -> None:
        """Put words where the cursor is."""
        self.query_one(Input).insert_text_at_cursor(words)

    def step(self, count: int) -> None:
        """Move the cursor."""
        self._at = min(max(self._at + count, 0), max(len(self._found) - 1, 0))
        self._draw()

    def leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)

    async def _read(self) -> None:
        try:
            self._shelf = await self.setting.desk.shelf(self._row)
        except CxtuiError as error:
            self._shelf = Shelf(problems=(str(error),))
        self._narrow()

    def _narrow(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        texts = self._shelf.texts if self._shelf else ()
        self._found = [one for one in texts if all(word in _said(one) for word in words)]
        self._at = 0
        self._draw()

    def _draw(self) -> None:
        room, height = self.size.width, max(self.size.height - 2, 2)
        names = min(len(self._found), max(height // 2, 1)) or 1
        pane = self.query_one("#offers", Lines)
        pane.styles.height = names
        lines = [self._line(one, here=n == self._at) for n, one in enumerate(self._found)]
        pane.show(lines or [((f"  {NONE if self._shelf and self._shelf.texts else ''}", "dim"),)])
        self.call_after_refresh(pane.reveal, self._at)
        preview = self.query_one("#preview", Lines)
        below = self._preview(room)[: height - names]
        preview.styles.height = len(below)
        preview.show(below)

    def _line(self, one: Canned, *, here: bool) -> Line:
        look = "cursor" if here else "plain"
        head = f"{'> ' if here else '  '}{one.lang:<3} {one.name:<18} "
        kind = "" if one.kind == "answer" else f"({one.kind}) "
        return fitted(((head, look), (flat(f"{kind}{one.text}"), look)), self.size.width)

    def _preview(self, room: int) -> list[Line]:
        lines: list[Line] = [rule("", "", room)]
        if self._shelf is None:
            return lines
        if not self._shelf.texts:
            lines += [((line, "dim"),) for line in wrapped(EMPTY, max(room, 1))]
        if self._found:
            said = fill(self._found[self._at].text, self._known)
            lines += [((" ", "plain"), (line, "ours")) for line in wrapped(said, max(room - 2, 1))]
        for problem in self._shelf.problems:
            lines += [((line, "late"),) for line in wrapped(f"! left out: {problem}", max(room, 1))]
        return lines


def _said(one: Canned) -> str:
    return f"{one.lang} {one.name} {one.kind} {one.text}".casefold()
