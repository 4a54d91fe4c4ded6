"""A long list of what is behind a number; only what is seen is read and drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from cxtui.core.clock import span
from cxtui.core.text import fit
from cxtui.ui.board import who
from cxtui.ui.messages import RowOpened
from cxtui.ui.rows import Code, ended, words_of
from cxtui.ui.spans import Line, fitted, flat
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.behind import Behind

MORE = 50
"""So many rows beyond the visible ones are read with them."""
WHEN = 10
DAYS = timedelta(days=6)


class BehindList(Lines):
    """Ids in order under a cursor. Says by `Wanted` which of them it lacks."""

    class Wanted(Message):
        """Rows came into sight that are not known yet."""

    def __init__(self, ids: Sequence[str], clock: Callable[[], datetime], zone: tzinfo, code: Code) -> None:
        super().__init__(id="lines")
        self.ids = ids
        self.at = 0
        self._clock = clock
        self._zone = zone
        self._code = code
        self._known: dict[str, Behind] = {}

    @property
    def length(self) -> int:
        """How many there are."""
        return len(self.ids)

    @property
    def chosen(self) -> Behind | None:
        """What is under the cursor, once it is read."""
        return self._known.get(self.ids[self.at]) if self.ids else None

    def missing(self) -> tuple[str, ...]:
        """The ids in sight and near it that are not read yet; empty while all that is seen is there."""
        top, height = round(self.scroll_y), max(self.size.height, 1)
        seen = self.ids[top : top + height]
        if all(key in self._known for key in seen):
            return ()
        near = self.ids[max(top - MORE, 0) : top + height + MORE]
        return tuple(key for key in near if key not in self._known)

    def learn(self, found: Iterable[Behind]) -> None:
        """Take what was read."""
        self._known |= {one.id: one for one in found}
        self.refresh()

    def select(self, place: int) -> None:
        """Put the cursor on a row and show it."""
        before, self.at = self.at, min(max(place, 0), max(len(self.ids) - 1, 0))
        height, top = max(self.size.height, 1), round(self.scroll_y)
        if not top <= self.at < top + height:
            top = self.at if self.at < top else self.at - height + 1
            self.scroll_to(y=top, animate=False, force=True)
        self.redraw(before)
        self.redraw(self.at)
        self.post_message(self.Wanted())

    def line(self, n: int) -> Line:
        """Row number ``n``."""
        if not 0 <= n < len(self.ids):
            return ()
        here = n == self.at
        look = "cursor" if here else "plain"
        sign = "> " if here else "  "
        one = self._known.get(self.ids[n])
        if one is None:
            return fitted(((f"{sign}…", look),), self.size.width)
        return fitted(((sign, look), *self._row(one, look)), self.size.width)

    def on_resize(self, event: events.Resize) -> None:
        """Another size shows other rows."""
        super().on_resize(event)
        self.select(self.at)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are seen now."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Wanted())

    def on_click(self, event: events.Click) -> None:
        """Select; a second click opens."""
        self.select(round(self.scroll_y) + event.y)
        if event.chain == 2:
            self.post_message(RowOpened())

    def _row(self, one: Behind, look: str) -> Line:
        item = one.item
        if item is None:
            return ((f"{one.id}  is no more", look),)
        now, room = self._clock(), self.size.width
        state = how(one, now)
        name = fit(flat(who(item.author) if item.role != "own" else "we"), max(8, min(16, room // 5)))
        front = f"{when(item.posted, now, self._zone):<{WHEN}} "
        code = self._code(item.feed, item.network)
        return (
            (front, look),
            (f"{fit(flat(code), 3)} {name} ", look),
            (flat(f"{state}{words_of(item)}"), look),
        )


def when(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A time in at most ten cells: ``15:07``, ``Sat 09:00``, ``2026-12-01``."""
    there, here = moment.astimezone(zone), now.astimezone(zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    return f"{there:%a %H:%M}" if abs(here - there) < DAYS else f"{there:%Y-%m-%d}"


def how(one: Behind, now: datetime) -> str:
    """How the wait stands, in brackets before the words: ``(answered in 4m) ``."""
    waits = one.waits
    if waits is None:
        return ""
    if waits.ended is not None:
        took = (
            ""
            if waits.by_hand
            else f" {'in' if waits.answered else 'after'} {span(waits.ended - waits.start)}"
        )
        return f"({ended(waits)}{took}) "
    if waits.history:
        return "(history) "
    if waits.probably is not None:
        return "(probably answered) "
    due = waits.running[1]
    held = "held, " if waits.held else ""
    return f"({held}late {span(now - due)}) " if now > due else f"({held}waits, due in {span(due - now)}) "
