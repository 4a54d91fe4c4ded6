"""Writing a reply: the customer's words above, the text, the length allowed below."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import TextArea

from cxtui.connectors import Capabilities
from cxtui.core.inbox import Row
from cxtui.errors import CxtuiError
from cxtui.ui import header
from cxtui.ui.board import who
from cxtui.ui.limits import excess, filled
from cxtui.ui.screens.keyed import Keyed
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, flat, rule, safe, wrapped
from cxtui.ui.widgets.fields import TextField
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.store import Message

PAUSE = 1.0
"""Seconds without a key after which the draft is kept."""
STILL = 20.0
"""Seconds after which others are told again that a reply is being written."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing. ``basis`` are the ids of the customer's messages the writer saw."""

    what: Literal["send", "keep", "discard"]
    text: str
    basis: tuple[str, ...]


class Compose(Keyed[Written]):
    """Gives what was written. The draft is kept while it grows and whatever ends the screen."""

    KEYS: ClassVar[str] = "compose"

    def __init__(
        self,
        setting: Setting,
        row: Row,
        can: Capabilities,
        messages: Sequence[Message],
        text: str,
        note: str = "",
    ) -> None:
        super().__init__(setting)
        self._row = row
        self._can = can
        self._messages = messages
        self._start = safe(text)
        self._note = note
        self._kept: str | None = self._start
        self._failed = ""
        self._again: list[str] = []
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title, quote, text, length, note, keys."""
        yield Lines(id="title")
        yield Lines(id="quote")
        yield TextField(self._start, id="text", soft_wrap=True, show_line_numbers=False, compact=True,
                        highlight_cursor_line=False)  # fmt: skip
        yield Lines(id="count")
        yield Lines(id="note")
        yield Lines(id="keys")

    @property
    def text(self) -> str:
        """The reply as it stands."""
        return self.query_one(TextField).text

    def on_mount(self) -> None:
        """Begin to type at the end of the draft."""
        field = self.query_one(TextField)
        field.focus()
        field.move_cursor(field.document.end)
        self._write()
        self.set_interval(STILL, self._write)

    def on_unmount(self) -> None:
        """Let others know that nobody writes here any more."""
        self.program.run_worker(self._writes(now=False), group="writing")

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        room, height = event.size.width, event.size.height
        where = (
            f"{self._row.interval.visibility}"
            if room < 60
            else f"{self._row.interval.visibility} · {self._can.network}"
        )
        title = f"Reply to {who(self._row.interval.author)} on {self._can.code}"
        self.query_one("#title", Lines).show([rule(title, where, room)])
        quote = self._quote(room)
        pane = self.query_one("#quote", Lines)
        pane.styles.height = min(len(quote), max(height // 3, 1))
        pane.show(quote)
        self.query_one("#keys", Lines).show([header.key_line(self.key_bar(), room)])
        self._below()

    def news(self) -> None:
        """Say so when the customer writes again meanwhile."""
        row = self.setting.board.row(self._row.id)
        if row is None or row == self._row:
            return
        new = [key for key in row.interval.items if key not in self._row.interval.items]
        self._row = row
        if new:
            self._again += new
            self.run_worker(self._reread, group="thread", exclusive=True)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Count, and keep the draft when the writer pauses."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._keep_soon)
        self._below()

    def review(self) -> None:
        """Show the review bar."""
        self.run_worker(self._review, group="review", exclusive=True)

    def keep(self) -> None:
        """Leave; the text stays as a draft."""
        self.run_worker(self._leave, group="review", exclusive=True)

    def help(self) -> None:
        """The keys of the composer."""
        from cxtui.ui.screens.help import Help

        self.program.push_screen(Help(self.setting, self))

    def quit(self) -> None:
        """Leave the program with the draft kept."""
        self.run_worker(self._quit, group="review", exclusive=True)

    async def save(self) -> bool:
        """Keep the draft now; False, and a sentence, where it could not be."""
        text = self.text
        if text == self._kept:
            return True
        try:
            await self.setting.desk.keep_draft(self._row.id, text)
        except CxtuiError as error:
            self._failed = f"not saved: {error}"
            self._below()
            return False
        self._kept, self._failed = text, ""
        self._below()
        return True

    def _write(self) -> None:
        self.run_worker(self._writes(now=True), group="writing", exclusive=True)

    async def _writes(self, *, now: bool) -> None:
        with suppress(CxtuiError):  # whoever cannot be told is not held up, and neither is the writer
            await self.setting.desk.writes(self._row.id, now=now)

    async def _keep_soon(self) -> None:
        await self.save()

    async def _leave(self) -> None:
        if await self.save():
            self.dismiss(Written("keep", self.text, self._row.interval.items))

    async def _quit(self) -> None:
        from cxtui.ui.leaving import leave_from

        if await self.save():
            await leave_from(self.program, self.setting)

    async def _reread(self) -> None:
        try:
            self._messages = await self.setting.desk.thread(self._row.id)
        except CxtuiError as error:
            self._failed = str(error)
        self._note = f"{who(self._row.interval.author)} wrote again: read it above before you send"
        room = self.size.width
        quote = self._quote(room)
        pane = self.query_one("#quote", Lines)
        pane.styles.height = min(len(quote), max(self.size.height // 3, 1))
        pane.show(quote)
        self.call_after_refresh(pane.scroll_lines, len(quote))
        self._below()

    async def _review(self) -> None:
        from cxtui.ui.screens.review import Review

        if not self.text.strip():
            self._say("there is nothing to send yet")
            return
        if more := excess(self._can, self.text.strip()):
            self._say(f"too long by {more}")
            return
        await self.save()
        answer = await self.program.push_screen_wait(Review(self.setting, self._facts()))
        text, basis = self.text, self._row.interval.items
        if answer == "review.send":
            self.dismiss(Written("send", text, basis))
        elif answer == "review.back":
            await self._leave()
        elif answer == "review.discard":
            self.dismiss(Written("discard", text, basis))

    def _facts(self) -> list[str]:
        waits = self._row.interval
        length = filled(self._can, self.text.strip())
        facts = [f"to {who(waits.author)} ({self._can.code}, {waits.visibility})  {length}"]
        if self._again:
            facts.append(f"! {who(waits.author)} wrote again while you were writing: read the quote above")
        return facts

    def _say(self, words: str) -> None:
        self._note = words
        self._below()

    def _below(self) -> None:
        room = self.size.width
        saved = "draft saved" if self.text == self._kept and self.text else ""
        text = self.text.strip()
        count: Line = (
            (f"  {filled(self._can, text)}", "late" if excess(self._can, text) else "plain"),
            (f"   {saved}", "dim"),
            (f"   {flat(self._failed)}", "late"),
        )
        self.query_one("#count", Lines).show([count])
        note = self.query_one("#note", Lines)
        lines = wrapped(flat(self._note), max(room - 2, 1))[:3] if self._note else []
        note.styles.height = len(lines)
        note.show([(("  ", "plain"), (line, "soon")) for line in lines])

    def _quote(self, room: int) -> list[Line]:
        waits = self._row.interval
        said = [m.text for m in self._messages if m.id in waits.items] or [waits.opener.text]
        front = f"{waits.opener.title}\n" if waits.opener.title else ""
        lines = wrapped(front + "\n".join(said), max(room - 2, 1))
        return [(("> ", "dim"), (line, "customer")) for line in lines]
