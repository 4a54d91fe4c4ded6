"""A pane of lines, drawn by the Line API: no markup is read, only changed cells are sent."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cxtui.core.text import width
from cxtui.ui.messages import Scrolled
from cxtui.ui.spans import LEFT_TO_RIGHT, Line, cells, safe

WHEEL = 3


class Lines(ScrollView):
    """Lines of spans. What a look means is said in the stylesheet by component classes."""

    LOOKS: ClassVar[tuple[str, ...]] = (
        "plain", "dim", "title", "rule", "edge", "late", "soon", "finished", "cursor", "customer", "ours",
        "key", "bar",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{look}" for look in LOOKS}

    can_focus = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.lines: list[Line] = []
        self.turned = False

    def show(self, lines: Iterable[Line]) -> None:
        """Draw these lines; only what differs from before is drawn again."""
        before, self.lines = self.lines, list(lines)
        self.virtual_size = self.extent(self.length)
        for n in range(max(len(before), len(self.lines))):
            old = before[n] if n < len(before) else ()
            new = self.lines[n] if n < len(self.lines) else ()
            if old != new:
                self.redraw(n, *changed(old, new))

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def extent(self, lines: int) -> Size:
        """The size to scroll over; never less than what is visible, so that little is laid out again."""
        return Size(self.size.width, max(lines, self.size.height))

    def redraw(self, line: int, start: int = 0, end: int | None = None) -> None:
        """Draw one line again from cell ``start`` to before ``end``."""
        y = line - round(self.scroll_y)
        stop = self.size.width if end is None else end
        if 0 <= y < self.size.height and start < stop:
            self.refresh(Region(start, y, stop - start, 1))

    def line(self, n: int) -> Line:
        """Line number ``n`` from the top of all, empty behind the last."""
        return self.lines[n] if 0 <= n < len(self.lines) else ()

    def keep_order(self, *, turned: bool) -> None:
        """Guard the spans that look ``edge`` while a terminal may turn the line beside them round."""
        if turned != self.turned:
            self.turned = turned
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One visible line as Textual wants it."""
        line = self.line(y + round(self.scroll_y))
        segments = [Segment(self._said(text, look), self.look(look)) for text, look in line if text]
        return Strip(segments).adjust_cell_length(self.size.width, self.look("plain"))

    def _said(self, text: str, look: str) -> str:
        # the mark goes out with the cell before it: alone it would pile up there at every redraw
        return safe(text) + (LEFT_TO_RIGHT if look == "edge" and self.turned else "")

    def look(self, name: str) -> Style:
        """The style of a look."""
        return lean(self.get_component_rich_style(f"lines--{name or 'plain'}"))

    def scroll_lines(self, count: int) -> None:
        """Scroll by lines, at once."""
        last = max(self.virtual_size.height - self.size.height, 0)
        self.scroll_to(y=min(max(round(self.scroll_y) + count, 0), last), animate=False, force=True)

    def reveal(self, line: int) -> None:
        """Scroll no further than it takes to see a line; a pane that does not stand yet is not scrolled."""
        height, top = self.size.height, round(self.scroll_y)
        if height and not top <= line < top + height:
            self.scroll_to(y=line if line < top else line - height + 1, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell the screen: other countdowns are to be watched now."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(Scrolled())

    def on_resize(self, event: events.Resize) -> None:
        """A pane that became taller shows more, one that was scrolled too far comes back."""
        del event
        self.virtual_size = self.extent(self.length)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by whole lines, without animation."""
        event.stop()
        event.prevent_default()
        self.scroll_lines(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by whole lines, without animation."""
        event.stop()
        event.prevent_default()
        self.scroll_lines(-WHEEL)


@lru_cache(maxsize=256)
def lean(style: Style) -> Style:
    """The style without colours that are the terminal's own anyhow, so that no bytes are spent on them."""
    colours = (one if one and not one.is_default else None for one in (style.color, style.bgcolor))
    return style.without_color + Style.from_color(*colours)


def changed(old: Line, new: Line) -> tuple[int, int | None]:
    """From which cell to before which one two lines differ; None is the end of the line.

    Cut at the border of a span or inside plain ASCII, where no character is drawn over another.
    """
    start = 0
    for (before, look), (after, other) in zip(old, new, strict=False):
        if look != other or before != after:
            if look == other and before.isascii() and after.isascii():
                start += next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
            break
        start += width(before)
    end = cells(new)
    if cells(old) != end:
        return start, None
    for before, after in zip(reversed(old), reversed(new), strict=False):
        if before != after:
            break
        end -= width(after[0])
    return start, end
