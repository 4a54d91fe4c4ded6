"""Fields to type in, which take no escape bytes from the clipboard and stay quick in long texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from rich.containers import Lines
from rich.text import Span, Text
from textual import events
from textual.app import App
from textual.widgets import Input, TextArea

from cxtui.core.text import clean
from cxtui.ui.spans import flat

LONG = 100_000
WIDE = 2_000
"""A paragraph of so many characters is drawn by the part that is seen."""


async def edit_at_once(field: Input | TextArea, event: events.Key) -> None:
    """Do what a key of the field itself does before the next key is taken.

    Textual would do it when the event has come up to the app: behind the letters that were typed with
    it, over a slow line or by a program.
    """
    if event.is_printable:
        return
    app = cast("App[object]", field.app)  # pyright: ignore[reportUnknownMemberType] - Textual's generic App
    for binding in field._bindings.key_to_bindings.get(event.key, ()):  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - Textual has no other way
        if await app.run_action(binding.action, field):
            event.stop()
            event.prevent_default()
            return


class LineField(Input):
    """One line to type."""

    async def _on_key(self, event: events.Key) -> None:
        await edit_at_once(self, event)  # what Textual makes of the key follows by itself

    def on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted before it is inserted."""
        event.text = flat(event.text)


class TextField(TextArea):
    """A reply while it is written."""

    async def _on_key(self, event: events.Key) -> None:
        await edit_at_once(self, event)

    def on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted before it is inserted."""
        event.text = clean(event.text, limit=LONG, lines=LONG)

    def on_resize(self) -> None:
        """Draw all of it again: Textual wraps anew, and draws only where that made more or fewer lines."""
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """A paragraph to be drawn."""
        line = self.document.get_line(line_index)
        return _Paragraph(line) if len(line) > WIDE else super().get_line(line_index)


class _Paragraph(Text):
    """A long paragraph. Textual divides it anew for every line that is seen: here that costs little.

    What is written was cleaned when it came in, so that it is not looked through for control codes again.
    """

    def __init__(self, plain: str, spans: Iterable[Span] = ()) -> None:
        super().__init__("", end="", no_wrap=True)
        self._text = [plain]
        self._length = len(plain)
        self._spans = list(spans)

    def set_length(self, new_length: int) -> None:
        """Make room for the cursor behind the end."""
        more = new_length - self._length
        if more > 0:
            self._text.append(" " * more)
            self._length = new_length

    def divide(self, offsets: Iterable[int]) -> Lines:
        """The parts between the offsets."""
        plain = self.plain
        ends = [*offsets, len(plain)]
        starts = [0, *ends[:-1]]
        return Lines(self._part(plain, start, end) for start, end in zip(starts, ends, strict=True))

    def _part(self, plain: str, start: int, end: int) -> Text:
        inside = (one for one in self._spans if one.start < end and one.end > start)
        spans = [Span(max(one.start, start) - start, min(one.end, end) - start, one.style) for one in inside]
        return _Paragraph(plain[start:end], spans)
