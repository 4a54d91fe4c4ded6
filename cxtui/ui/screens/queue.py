"""The live queue: list, thread, numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.timer import Timer

from cxtui.core.inbox import Row
from cxtui.ui import header, numbers, talk
from cxtui.ui.board import ViewName, who
from cxtui.ui.messages import CursorMoved, RowOpened, Scrolled
from cxtui.ui.screens.page import Page
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, cells, flat, rule
from cxtui.ui.widgets.lines import Lines
from cxtui.ui.widgets.queue import QueueList

if TYPE_CHECKING:
    from cxtui.store import Message

LAYOUTS = ("auto", "over", "side", "list")
LOOK_AHEAD = 0.05
"""Seconds the cursor must rest on a row before its thread is read."""
TITLES: dict[ViewName, str] = {"unanswered": "Unanswered (due first)", "snoozed": "Snoozed (next to wake first)"}


class Queue(Page):
    """The first screen. What it shows is the board's; here is only where the eye is."""

    KEYS: ClassVar[str] = "queue"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.list = QueueList(self.board, setting.clock, setting.zone, setting.code)
        self._layout = "auto"
        self._reading = False
        self._pane = "list"
        self._range: str | None = None
        self._timer: Timer | None = None
        self._thread_of: str | None = None
        self._messages: tuple[Message, ...] = ()

    def compose(self) -> ComposeResult:
        """Header, list, thread, numbers, status, keys."""
        yield Lines(id="header")
        with Container(id="body"):
            with Vertical(id="left"):
                yield Lines(id="list-title")
                yield self.list
            with Vertical(id="right"):
                yield Lines(id="thread-title")
                yield Lines(id="thread")
        yield Lines(id="stats")
        yield Lines(id="status")
        yield Lines(id="keys")

    # drawing

    def news(self) -> None:
        """The board has changed; draw what did."""
        if self.is_mounted:
            self.list.follow()
            self._read_again()
            self.draw()

    def draw(self) -> None:
        """Draw everything but the rows, and wake up when next something changes."""
        self._draw_top()
        self._draw_thread()
        self._draw_stats()
        self.show_line("keys", header.key_line(self.key_bar(), self.size.width))

    def tick(self) -> None:
        """Draw what time has changed."""
        now = self.setting.clock()
        if self.board.wake(now):
            self.list.follow()
        else:
            self.list.tick()
        self._draw_top()

    def _draw_top(self) -> None:
        now, zone = self.setting.clock(), self.setting.zone
        self.show_line("header", header.header(self.board, now, zone, self.size.width, self.setting.title))
        self.show_line("status", header.status(self.board, now, zone, self.size.width))
        self.show_line("list-title", self._list_title())
        self._sleep()

    def _list_title(self) -> Line:
        room = self.list.size.width
        listing = self.board.listing
        new = self.list.above
        title = TITLES[self.board.view] if room >= 50 else TITLES[self.board.view].partition(" (")[0]
        if new:
            title += f" · {new} new above"
        if self.board.words:
            title += f" · found: {' '.join(self.board.words)}"
        place = f"{self.list.place + 1 if len(listing) else 0}/{len(listing)}"
        look = "rule" if self._pane == "list" else "dim"
        return rule(title, place, room, look)

    def _draw_thread(self) -> None:
        pane = self.query_one("#thread", Lines)
        row = self.board.row(self._thread_of) if self._thread_of else None
        room = pane.size.width
        turned = self.has_class("-side") and not self._reading and self.list.turns()
        pane.keep_order(turned=turned)
        self.query_one("#thread-title", Lines).keep_order(turned=turned)
        if row is None:
            self.show_line("thread-title", rule("", "", room))
            pane.show(self._advice(room))
            return
        code = self.setting.code(row.interval.opener.feed, row.network)
        look = "rule" if self._pane == "thread" else "dim"
        self.show_line("thread-title", rule(*talk.heading(row, self._messages, code), room, look))
        now, zone = self.setting.clock(), self.setting.zone
        pane.show(talk.lines(row, self._messages, self.board.reply(row.id), now, zone, room))

    def _draw_stats(self) -> None:
        pane = self.query_one("#stats", Lines)
        room = self.size.width
        if self.has_class("-side"):
            pane.show(numbers.boxes(self.board.figures, room))
        else:
            pane.show([rule("24 h", "", room), *numbers.two_lines(self.board.figures, room)])

    def _advice(self, room: int) -> list[Line]:
        """What to do where there is no row to look at."""
        found = len(self.board.listing)
        words = advice(self) if not found else ""
        return [((line, "dim"),) for line in talk.wrapped(words, max(room, 1))]

    def show_line(self, name: str, line: Line) -> None:
        """Draw a pane of one line."""
        self.query_one(f"#{name}", Lines).show([line])

    def _sleep(self) -> None:
        """Set the one timer to when a visible text changes next."""
        now = self.setting.clock()
        times = [header.header_holds(self.board, now)]
        rows = self.list.hold(now)
        times += [rows] if rows is not None else []
        asleep = self.board.inbox.asleep
        wakes = asleep[0].interval.snoozed_until if asleep else None
        times += [wakes - now] if wakes else []
        sends = [one.until for one in self.board.outbox if one.state == "queued" and one.until and one.until > now]
        times += [timedelta(seconds=(min(sends) - now).total_seconds() % 1 + 0.001)] if sends else []
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(max(min(times).total_seconds(), 0.001), self.tick)
