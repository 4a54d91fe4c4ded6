"""The live list: only visible rows are drawn, the cursor follows its item."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from textual import events

from cxtui.core.inbox import Row
from cxtui.ui.board import Board
from cxtui.ui.messages import CursorMoved, RowOpened
from cxtui.ui.rows import Code, Looks, drawn, holds
from cxtui.ui.spans import Line, right_to_left
from cxtui.ui.widgets.lines import WHEEL, Lines, changed


class QueueList(Lines):
    """The rows of the board's present view. ``cursor`` is the id of a row, None in an empty list.

    ``empty`` is what stands there when there is no row. Until the list is ``touched`` it shows
    the most urgent rows, whatever arrives; from then on the cursor's row stays where it stands.
    """

    def __init__(self, board: Board, clock: Callable[[], datetime], zone: tzinfo, code: Code) -> None:
        super().__init__(id="list")
        self.board = board
        self.cursor: str | None = None
        self._clock = clock
        self._zone = zone
        self._code = code
        self.empty: list[Line] = []
        self.touched = False
        self._at = 0
        self._visible: dict[int, Line] = {}

    @property
    def length(self) -> int:
        """How many rows there are."""
        return len(self.board.listing)

    @property
    def top(self) -> int:
        """The number of the first visible row."""
        return round(self.scroll_y)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.board.row(self.cursor) if self.cursor else None

    @property
    def place(self) -> int:
        """Where the cursor stands, from 0."""
        return self._at

    @property
    def above(self) -> int:
        """How many new rows stand above what is visible."""
        places = ((key, self.board.listing.place(key)) for key in self.board.fresh)
        self.board.fresh = {key for key, place in places if place is not None and place < self.top}
        return len(self.board.fresh)

    def follow(self) -> None:
        """Draw after the rows changed. The cursor's row stays where it stands on the screen."""
        listing = self.board.listing
        place = listing.place(self.cursor) if self.cursor else None
        if place is None:
            place = min(self._at, len(listing) - 1)
            self.cursor = listing[place].id if len(listing) else None
            self.post_message(CursorMoved())
        place = max(place, 0)
        top = max(self.top + place - self._at, 0) if self.touched or place >= self.size.height else 0
        self._at = place
        self.virtual_size = self.extent(len(listing))
        self._scroll(min(top, max(len(listing) - self.size.height, 0)))
        self.tick()

    def tick(self) -> None:
        """Draw what the clock or the board changed in visible rows."""
        height = self.size.height
        before, self._visible = self._visible, {}
        for n in range(self.top, self.top + height):
            new = self.line(n)
            old = before.get(n, ())
            if old != new:
                self.redraw(n, *changed(old, new))

    def hold(self, now: datetime) -> timedelta | None:
        """How long all visible rows keep their text; None where no clock changes them."""
        times = (holds(row, self.board, now) for row in self._shown())
        return min((time for time in times if time is not None), default=None)

    def turns(self) -> bool:
        """Whether a terminal may turn a visible row round."""
        return any(
            right_to_left(row.text) or right_to_left(row.interval.author.handle) for row in self._shown()
        )

    def line(self, n: int) -> Line:
        """Row number ``n`` as it looks now."""
        if n in self._visible:
            return self._visible[n]
        listing = self.board.listing
        if 0 <= n < len(listing):
            looks = Looks(self._clock(), self._zone, self.size.width, self._code)
            line = drawn(listing[n], self.board, looks, cursor=listing[n].id == self.cursor)
        elif not len(listing) and 0 <= n < len(self.empty):
            line = self.empty[n]
        else:
            return ()
        if 0 <= n - self.top < self.size.height:
            self._visible[n] = line
        return line

    def select(self, place: int) -> None:
        """Put the cursor on row number ``place``, the nearest where there is none."""
        listing = self.board.listing
        if not len(listing):
            self.cursor = None
            return
        self._at = min(max(place, 0), len(listing) - 1)
        before, self.cursor = self.cursor, listing[self._at].id
        self._reveal()
        self.tick()
        if before != self.cursor:
            self.post_message(CursorMoved())

    def step_over(self, keys: set[str]) -> None:
        """To the next live row that is none of these; stays where there is none."""
        listing = self.board.listing
        if self.cursor not in keys:
            return
        after = (n for n in (*range(self._at + 1, len(listing)), *range(self._at - 1, -1, -1)))
        self.select(next((n for n in after if self._waits(n, keys)), self._at))

    def to_edge(self, lines: int) -> None:
        """Scroll by lines as the wheel does; the cursor stays on its row."""
        self._scroll(min(max(self.top + lines, 0), max(len(self.board.listing) - self.size.height, 0)))

    def on_resize(self, event: events.Resize) -> None:
        """Draw all of it in the new size."""
        del event
        self._visible.clear()
        self.follow()
        self._reveal()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Select; a second click opens."""
        self.touched = True
        place = self.top + event.y
        if place < len(self.board.listing):
            self.select(place)
            if event.chain == 2:
                self.post_message(RowOpened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by whole rows."""
        event.stop()
        event.prevent_default()
        self.to_edge(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by whole rows."""
        event.stop()
        event.prevent_default()
        self.to_edge(-WHEEL)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are visible now."""
        self._visible.clear()
        super().watch_scroll_y(old_value, new_value)

    def _waits(self, place: int, without: set[str]) -> bool:
        listing = self.board.listing
        key = listing[place].id
        return key not in without and not listing.finished(key)

    def _shown(self) -> list[Row]:
        listing = self.board.listing
        return [listing[n] for n in range(self.top, min(self.top + self.size.height, len(listing)))]

    def _reveal(self) -> None:
        height = max(self.size.height, 1)
        top = min(max(self.top, self._at - height + 1), self._at)
        self._scroll(min(top, max(len(self.board.listing) - height, 0)))

    def _scroll(self, top: int) -> None:
        if top != self.top:
            self.scroll_to(y=top, animate=False, force=True)
