"""What stands on the terminal, line by line: a line that is there already is not sent again.

Textual draws the whole screen anew for every dialog that opens or closes, most of it unchanged:
20 kB where 1 kB does, which is seen over a slow line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.control import Control
from rich.segment import Segment
from textual import _compositor as textual  # pyright: ignore[reportPrivateUsage] - its updates have no other home
from textual.strip import Strip

from cxtui.ui.widgets.lines import lean

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


ERASE = "\x1b[K"
"""To the end of the line; what stands before it in a line ended its own style."""


class Drawn:
    """The lines as they were sent last, by number."""

    def __init__(self) -> None:
        self._lines: dict[int, str] = {}

    def forget(self) -> None:
        """Somebody else may have written there: everything is sent again."""
        self._lines.clear()

    def only_new(self, update: RenderableType | None) -> RenderableType | None:
        """The update without what stands there, decided when it is written."""
        if isinstance(update, textual.LayoutUpdate) and not update.region.x:
            return cast("RenderableType", _Whole(update, self._lines))
        if isinstance(update, textual.ChopsUpdate):
            return cast("RenderableType", _Parts(update, self._lines))
        self.forget()
        return update


class _Whole(textual.CompositorUpdate):
    """Whole lines."""

    def __init__(self, update: textual.LayoutUpdate, lines: dict[int, str]) -> None:
        self._update = update
        self._lines = lines

    def render_segments(self, console: Console) -> str:
        """The lines that differ from what was sent last."""
        sent: list[str] = []
        for y, strips in enumerate(self._update.strips, self._update.region.y):
            line = "".join(_lean(strip).render(console) for strip in strips)
            blank = line.rstrip(" ")
            if len(line) - len(blank) > len(ERASE):
                line = blank + ERASE
            if self._lines.get(y) != line:
                self._lines[y] = line
                sent += [Control.move_to(0, y).segment.text, line]
        return "".join(sent)


class _Parts(textual.CompositorUpdate):
    """Parts of lines, of which nothing is known afterwards."""

    def __init__(self, update: textual.ChopsUpdate, lines: dict[int, str]) -> None:
        self._update = update
        self._lines = lines

    def render_segments(self, console: Console) -> str:
        """All of it."""
        for y, _, _ in self._update.spans:
            self._lines.pop(y, None)
        return self._update.render_segments(console)


def _lean(strip: Strip) -> Strip:
    """The strip as it is drawn without a dialog over it, under which default colours are named."""
    return Strip(Segment(text, lean(style) if style else None, control) for text, style, control in strip)
