"""What we promised, the first due first: each with its own countdown."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from typing import Any, ClassVar

from cxtui.core.clock import countdown
from cxtui.core.promises import Owed, left, state
from cxtui.core.text import fit
from cxtui.ui.board import who
from cxtui.ui.rows import TIMER, at
from cxtui.ui.screens.ticking import Ticking
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, fitted, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

NARROW = 60
"""Below so many columns the countdown alone tells when it is due."""
NONE = "Nothing is promised. In the queue H sends a holding reply with a promise, p notes one on a row."
SIGNS = {"open": "P", "broken": "!", "late": "-", "kept": "+", "released": "x"}
WORDS = {"open": "due", "broken": "was due"}


class PromisesPage(Ticking):
    """A row for each promise; Enter goes to the customer's row."""

    KEYS: ClassVar[str] = "promises"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._all: tuple[Owed, ...] | None = None

    def on_mount(self) -> None:
        """Read what is promised; what comes nearer is drawn by the second."""
        super().on_mount()
        self.start(self._read())

    @property
    def shown(self) -> tuple[Owed, ...]:
        """The promises on the page."""
        return self.board.promises if self._all is None else self._all

    @property
    def chosen(self) -> Owed | None:
        """The promise under the cursor."""
        return self.shown[min(self._cursor, len(self.shown) - 1)] if self.shown else None

    def news(self) -> None:
        """Draw what is known now."""
        room, now = self.size.width, self.setting.clock()
        self._cursor = min(self._cursor, max(len(self.shown) - 1, 0))
        broken = sum(state(one.promise, now) == "broken" for one in self.shown)
        title = f"Promises  {len(self.shown)}" + (f", {broken} broken" if broken else "")
        self.query_one("#title", Lines).show([rule(title, "all" if self._all is not None else "", room)])
        rows = [self._row(one, now, here=n == self._cursor) for n, one in enumerate(self.shown)]
        empty: list[Line] = [((line, "dim"),) for line in wrapped(NONE, max(room, 1))]
        self.query_one("#lines", Lines).show(rows or empty)
        self.draw_foot()

    def scroll_lines(self, count: int) -> None:
        """Move the cursor."""
        self._cursor = min(max(self._cursor + count, 0), max(len(self.shown) - 1, 0))
        self.news()
        self.query_one("#lines", Lines).reveal(self._cursor)

    def toggle_all(self) -> None:
        """Show those that are over, too, or only those that bind somebody."""
        self.start(self._toggle())

    def open(self) -> None:
        """To the customer's row."""
        one = self.chosen
        if one is None:
            return
        if self.board.inbox.place(one.row.id) is None:
            self.say(f"{flat(who(one.row.interval.author))} is not in the queue; r answers from here")
        else:
            self.program.go("unanswered")
            queue, listing = self.program.queue, self.board.listing
            if listing.place(one.row.id) is None:
                queue.choose(None)
            queue.list.select(self.board.listing.place(one.row.id) or 0)

    def act(self, name: str) -> None:
        """Keep, move or release the promise under the cursor."""
        from cxtui.ui import promising

        one = self.chosen
        if one is not None:
            self.start(self._then_read(getattr(promising, name)(self, one)))

    async def _then_read(self, flow: Coroutine[Any, Any, None]) -> None:
        await flow
        await self._read()

    async def _toggle(self) -> None:
        self._all = await self.setting.desk.promises(everything=True) if self._all is None else None
        self.news()

    async def _read(self) -> None:
        self.board.promises = await self.setting.desk.promises()
        if self._all is not None:
            self._all = await self.setting.desk.promises(everything=True)
        self.news()

    def _row(self, owed: Owed, now: datetime, *, here: bool) -> Line:
        promise, zone = owed.promise, self.setting.zone
        known = state(promise, now)
        timer = countdown(promise.due, now) if left(promise, now) is not None else known
        look = "cursor" if here else "late" if known == "broken" else "plain"
        handle = max(8, min(16, self.size.width // 5))
        head = f"{'> ' if here else '  '}{SIGNS[known]} {timer:>{TIMER}} "
        due = f"{WORDS.get(known, 'was due')} {at(promise.due, now, zone)}: "
        words = due if self.size.width >= NARROW else ""
        why = f"({promise.reason}) " if promise.reason else ""
        by = f"@{promise.by} " if promise.by and promise.by != self.setting.desk.operator else ""
        said = flat(f"{why}{by}{promise.text}")
        rest = "cursor" if here else "plain"
        name = fit(flat(who(owed.row.interval.author)), handle)
        return fitted(((head, look), (f"{name} ", rest), (words, look), (said, rest)), self.size.width)
