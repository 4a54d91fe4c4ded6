"""Where the eye is on the queue: cursor, marks, find, panes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from cxtui.core.inbox import Row
from cxtui.ui.board import who
from cxtui.ui.commands import Command
from cxtui.ui.hints import Hint
from cxtui.ui.narrowing import EVERYTHING
from cxtui.ui.screens.page import Page
from cxtui.ui.setting import Setting
from cxtui.ui.spans import flat
from cxtui.ui.widgets.lines import Lines
from cxtui.ui.widgets.queue import QueueList

if TYPE_CHECKING:
    from cxtui.config.views import View


class Moving(Page):
    """The half of the queue that moves; `cxtui.ui.screens.queue.Queue` draws."""

    KEYS: ClassVar[str] = "queue"

    def __init__(self, setting: Setting, more: Sequence[Command] = ()) -> None:
        super().__init__(setting, more)
        self.list = QueueList(self.board, setting.clock, setting.zone, setting.code)
        self.reading = False
        self.pane = "list"
        self._range: int | None = None

    async def action_command(self, name: str) -> None:
        """Do what a key is bound to. From the first key on nothing moves by itself."""
        self.list.touched = True
        await super().action_command(name)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.list.row

    @property
    def leads_back(self) -> bool:
        """Whether `back` does something."""
        raise NotImplementedError

    def word(self, one: Command) -> str:
        """Acts say how many marked rows they mean."""
        marked = len(self.board.marks)
        if marked and one.id == "app.leave" and not self.reading and self.pane == "list":
            return "Unmark"
        said = super().word(one)
        return f"{said} {marked}" if marked and one.id in ("queue.snooze", "queue.done") else said

    def key_bar(self) -> list[Hint]:
        """What the view is for comes first."""
        marked, narrowing = len(self.board.marks), self.board.narrowing
        if self.board.view == "snoozed":
            name, word = "queue.wake", "Wake"
        elif marked or narrowing.built_in:
            name, word = "queue.thank", "Thank"
        else:
            return super().key_bar()
        keys = self.setting.keys[name]
        first = [Hint(keys[0], f"{word} {marked}" if marked else word)] if keys else []
        return first + super().key_bar()

    def targets(self) -> list[Row]:
        """The rows an act means: the marked ones, else the one under the cursor."""
        if self.board.marks:
            rows = (self.board.row(key) for key in self.board.marks)
            return sorted((row for row in rows if row), key=lambda row: row.key)
        row = self.row
        return [row] if row else []

    def step(self, count: int) -> None:
        """Move the cursor, or the thread while it has the keys."""
        if self.reading or self.pane == "thread":
            self.scroll_thread(count)
        else:
            self._to(self.list.place + count)

    def page(self, share: float) -> None:
        """Move by a share of the pane's height."""
        if self.reading or self.pane == "thread":
            self.scroll_thread(round(share * self.query_one("#thread", Lines).size.height))
        else:
            self._to(self.list.place + round(share * self.list.size.height))

    def to_end(self, *, first: bool) -> None:
        """To the first or the last row, or line of the thread."""
        if self.reading or self.pane == "thread":
            self.scroll_thread(-100_000 if first else 100_000)
        else:
            self._to(0 if first else len(self.board.listing))

    def to_most_late(self) -> None:
        """To the live row that is due first."""
        near = self.board.listing.live_near(0)
        if near is not None:
            self._to(near)

    def to_found(self, count: int) -> None:
        """To the next or the previous row found, round the end."""
        rows = len(self.board.listing)
        if self.board.narrowing.wanted is None:
            self.say(f"{self.key_of('queue.find')} finds rows by their words")
        elif rows:
            self._to((self.list.place + count) % rows)

    def find(self, text: str) -> None:
        """Show only rows of the view that fit a filter. Raises: FilterError."""
        if self.board.find(text, self.setting.clock()):
            self.news()

    def choose(self, view: View | None) -> None:
        """Show the rows of a saved filter, or all rows; the cursor stays on its row where that is shown."""
        self.board.choose(view, self.setting.clock())
        here = self.list.cursor
        if here is None or self.board.listing.place(here) is None:
            self.list.select(0)
        self.news()

    def next_view(self, count: int) -> None:
        """The next saved filter, or the one before."""
        narrowing = self.board.narrowing
        if not narrowing.views:
            self.say("the configuration has no [[view]] yet")
            return
        self.choose(narrowing.next_view(count))

    def offers(self) -> Sequence[Command]:
        """The views by name."""
        views = [(EVERYTHING, None), *((view.name, view) for view in self.board.narrowing.views)]
        return [
            Command(f"view {name}", "", f"View {name}", "Find", "", partial(_choose, view))
            for name, view in (views if len(views) > 1 else ())
        ]

    def mark(self) -> None:
        """Mark or unmark the row under the cursor and go on."""
        row = self.row
        if row is None or self.board.listing.finished(row.id):
            return
        self.board.marks.symmetric_difference_update({row.id})
        self._range = None
        self._to(self.list.place + 1)
        self.draw()

    def mark_range(self) -> None:
        """Begin a range here, or mark all from where it began."""
        if self._range is None:
            self._range = self.list.place
            self.say(f"{self.key_of('queue.range')} again marks all rows from here")
            return
        first, last = sorted((self._range, self.list.place))
        self._mark_rows(range(first, min(last + 1, len(self.board.listing))))
        self._range = None
        self.say("")

    def mark_all(self) -> None:
        """Mark all live rows of the view, or none where all are marked."""
        live = range(len(self.board.listing))
        before = set(self.board.marks)
        self._mark_rows(live)
        if before == self.board.marks:
            self.board.marks.clear()
        self.list.tick()
        self.draw()

    def scroll_thread(self, count: int) -> None:
        """Scroll the thread by lines."""
        self.query_one("#thread", Lines).scroll_lines(count)

    def other_pane(self) -> None:
        """Give the keys to the other pane."""
        self.pane = "thread" if self.pane == "list" else "list"
        self.draw()

    def copy(self, *, link: bool) -> None:
        """Put the link or the text on the clipboard (OSC 52)."""
        row = self.row
        if row is None:
            return
        opener = row.interval.opener
        words = opener.url if link else opener.text
        if not words:
            self.say(f"{flat(who(opener.author))} has no link to copy" if link else "no text to copy")
            return
        self.program.copy_to_clipboard(flat(words) if link else words)
        self.say(f"copied: {flat(words)}" if link else f"copied what {flat(who(opener.author))} wrote")

    def key_of(self, name: str) -> str:
        """The key of a command as it is written for people."""
        from cxtui.ui.keys import label

        keys = self.setting.keys[name]
        return label(keys[0]) if keys else name

    def draw(self) -> None:
        """Draw all but the rows."""
        raise NotImplementedError

    def _mark_rows(self, places: range) -> None:
        listing = self.board.listing
        keys = (listing[place].id for place in places)
        self.board.marks.update(key for key in keys if not listing.finished(key))
        self.list.tick()

    def _to(self, place: int) -> None:
        self.list.select(place)
        self._top()

    def _top(self) -> None:
        """Draw what depends on the cursor."""
        raise NotImplementedError


def _choose(view: View | None, queue: Moving) -> None:
    queue.choose(view)
