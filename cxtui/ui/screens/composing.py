"""How a reply looks while it is written: the question above, the text, what is to be known of it below."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import ComposeResult

from cxtui.core.templates import values
from cxtui.ui import writing
from cxtui.ui.board import who
from cxtui.ui.hints import key_line
from cxtui.ui.limits import Filled, filling
from cxtui.ui.rows import at
from cxtui.ui.screens.keyed import Keyed
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, flat, rule, safe, wrapped
from cxtui.ui.widgets.fields import TextField
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities
    from cxtui.core.attached import File
    from cxtui.core.inbox import Row
    from cxtui.core.item import ReplyKind, Visibility
    from cxtui.core.pledges import Pledge
    from cxtui.core.promises import Pledged
    from cxtui.store import Message

LARGE = 4_000
"""A text of so many characters is counted when the writer pauses, not at every key."""
KINDS: Mapping[ReplyKind, str] = {"answer": "Reply", "holding": "Holding reply", "thanks": "Thanks"}


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing. ``basis`` are the ids of the customer's messages the writer saw.

    ``overrides`` are reasons by rule, why it is sent against what the guard says; ``promised`` is what is
    promised once it is sent, ``at`` when it goes out if not at once.
    """

    what: Literal["send", "keep", "discard"]
    text: str
    basis: tuple[str, ...]
    visibility: Visibility
    kind: ReplyKind = "answer"
    overrides: Mapping[str, str] = field(default_factory=dict[str, str])
    promised: tuple[Pledged, ...] = ()
    files: tuple[File, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """What writing begins with. ``editor``: in the user's own editor; ``insert`` goes behind the text.

    ``tracked``: what it promises is written down already. ``batch``: it goes back to others and is sent
    with them; ``several``: it is made for each of so many from this text.
    ``fetch``: a draft may be kept for the row, which is read when the screen stands there.
    ``unsaved``: nobody knows whether the text is kept.
    """

    text: str
    note: str = ""
    visibility: Visibility | None = None
    kind: ReplyKind = "answer"
    editor: bool = False
    insert: str = ""
    tracked: bool = False
    batch: bool = False
    several: int = 0
    fetch: bool = False
    files: tuple[File, ...] = ()
    unsaved: bool = False


class Composing(Keyed[Written]):
    """The looks of the composer; what its keys do is in `cxtui.ui.screens.compose`."""

    KEYS: ClassVar[str] = "compose"
    TYPES: ClassVar[bool] = True

    def __init__(
        self, setting: Setting, row: Row, can: Capabilities, messages: Sequence[Message], start: Start
    ) -> None:
        super().__init__(setting)
        self._row = row
        self._can = self._could = can
        self._messages = messages
        self._begun = start
        self._start = safe(start.text)
        self._note = start.note
        self._kept: str | None = None if start.unsaved else self._start
        self._failed = ""
        self._again = False
        self._kind: ReplyKind = start.kind
        self._visibility: Visibility = start.visibility or row.interval.visibility
        self._kept_for: Visibility = self._visibility
        self._files = self._kept_files = start.files
        self._as = ""
        self.loaded = asyncio.Event()
        self._filled = Filled("")
        self._findings: Sequence[writing.Found] = ()
        self._pledges: tuple[Pledge, ...] = ()
        self._promised: tuple[Pledged, ...] = ()

    def compose(self) -> ComposeResult:
        """Title, quote, text, length, warnings, findings, note, keys."""
        yield Lines(id="title")
        yield Lines(id="quote")
        yield Lines(id="edge")
        yield TextField(self._start, id="text", soft_wrap=True, show_line_numbers=False, compact=True,
                        highlight_cursor_line=False)  # fmt: skip
        for name in ("count", "files", "alerts", "promises", "findings", "note", "keys"):
            yield Lines(id=name)

    @property
    def text(self) -> str:
        """The reply as it stands."""
        return self.query_one(TextField).text

    @property
    def files(self) -> tuple[File, ...]:
        """What goes with it."""
        return self._files

    @property
    def can(self) -> Capabilities:
        """What the network allows, as it is now."""
        return self._can

    @property
    def feed(self) -> str:
        """Where it goes out."""
        return self._row.interval.opener.feed

    @property
    def known(self) -> dict[str, str]:
        """What variables stand for here."""
        said = [m.text for m in self._messages if m.id in self._row.interval.items]
        said = said or [self._row.text]
        return values(self._row.interval.author, said, self.setting.desk.operator)

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self.draw()

    def news(self) -> None:
        """The board has changed; draw what did."""
        self.draw()

    def scroll_quote(self, count: int) -> None:
        """Scroll the customer's words."""
        self.query_one("#quote", Lines).scroll_lines(count)

    def say(self, words: str) -> None:
        """A sentence below the text."""
        self._note = words
        self.draw_below()

    def draw(self) -> None:
        """Draw everything but the text."""
        room = self.size.width
        self.query_one("#title", Lines).show([self._title(room)])
        self._draw_quote()
        edge = self.query_one("#edge", Lines)
        edge.styles.height = 0 if self.size.height < 16 else 1
        edge.show([rule("", "", room)])
        self.query_one("#keys", Lines).show([key_line(self.key_bar(), room)])
        self.recount()

    def recount(self) -> None:
        """Count the text, unless it is so long that this waits for a pause."""
        text = self.text.strip()
        if len(text) <= LARGE:
            self._filled = filling(self._can, text)
        self.draw_below()

    def draw_below(self) -> None:
        """Draw what stands below the text."""
        room, height = self.size.width, self.size.height
        kept = self.text == self._kept and bool(self._kept or self._files) and self._files == self._kept_files
        lines = writing.counted(self._filled, "draft saved" if kept else "", self._failed, self.known, room)
        self._show("count", lines)
        self._show("files", writing.files(self._files, self._can, room, max(height // 6, 1)))
        alerts = [line for words in self._alerts() for line in writing.marked("!", "late", words, room)]
        self._show("alerts", alerts)
        dated = [one for one in self._pledges if one.due is not None and not self._begun.tracked]
        most = max(height // 6, 1)
        said = [line for one in dated for line in writing.marked("!", "soon", self._promise(one), room)]
        if len(said) > most:  # then the time is what must not be missed
            short = (self._promise(one, short=True) for one in dated)
            said = [line for words in short for line in writing.marked("!", "soon", words, room)[:1]]
        self._show("promises", said[:most])
        self._show("findings", writing.findings(self._findings, room, max(height // 5, 1)))
        note = wrapped(flat(self._note), max(room - 2, 1))[:3] if self._note else []
        self._show("note", [(("  ", "plain"), (line, "soon")) for line in note])

    def _promise(self, one: Pledge, *, short: bool = False) -> str:
        """A promise that the text makes, and what becomes of it."""
        setting = self.setting
        until = at(one.due, setting.clock(), setting.zone) if one.due else ""
        if short:
            return f"promise {until}: “{flat(one.text)}”"
        opens = "opens when it is sent" if self._kind == "holding" else "P on the review bar tracks it"
        return f"promise found: “{flat(one.text)}”: {until} ({opens})"

    def _show(self, name: str, lines: Sequence[Line]) -> None:
        pane = self.query_one(f"#{name}", Lines)
        pane.styles.height = len(lines)
        pane.show(lines)

    def _title(self, room: int) -> Line:
        kind, name = KINDS[self._kind], who(self._row.interval.author)
        title = f"{kind} to {name} on {self._can.code}"
        if self._begun.several:
            title = f"{kind} to {self._begun.several} rows, {name} among them"
        elif self._as and room >= 60:
            title += f" as {self._as}"
        where = self._visibility if room < 60 else f"{self._visibility} · {self._can.network}"
        return rule(title, where, room)

    def _alerts(self) -> list[str]:
        now = self.setting.clock()
        other = self.setting.board.writer(self._row.id, now)
        return writing.alerts(
            writing.Meanwhile(
                self._row, self._again, other.by if other else "",
                writing.limit_changed(self._could, self._can) if self._can != self._could else "",
            )
        )  # fmt: skip

    def _draw_quote(self, *, to_end: bool = False) -> None:
        lines = writing.quote(writing.quoted(self._row, self._messages), self.size.width)
        pane = self.query_one("#quote", Lines)
        pane.styles.height = min(len(lines), max(self.size.height // 3, 1))
        pane.show(lines)
        if to_end:
            self.call_after_refresh(pane.scroll_lines, len(lines))
