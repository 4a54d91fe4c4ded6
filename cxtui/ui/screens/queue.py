"""The live queue: list, thread, numbers."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.timer import Timer

from cxtui.core.text import cut, width
from cxtui.errors import CxtuiError
from cxtui.ui import boxed, header, numbers, talk
from cxtui.ui.advice import advice
from cxtui.ui.board import ViewName, who
from cxtui.ui.commands.own import command_of
from cxtui.ui.hints import key_line
from cxtui.ui.messages import CursorMoved, RowOpened, Scrolled
from cxtui.ui.screens.moving import Moving
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from datetime import datetime

    from textual.geometry import Size

    from cxtui.core.inbox import Row
    from cxtui.store import Message

LAYOUTS = ("auto", "over", "side", "list")
BESIDE = 110
"""From this width on the panes stand side by side, and the pictures below."""
WIDE = 160
"""From so many columns on the views have a column of their own."""
COLUMN = 24
REST = 0.05
"""Seconds the cursor must rest on a row before its thread is read."""
TITLES: dict[ViewName, str] = {
    "unanswered": "Unanswered (due first)",
    "snoozed": "Snoozed (next to wake first)",
}


class Queue(Moving):
    """The first screen. What it shows is the board's; here is only where the eye is."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting, more=[command_of(one) for one in setting.macros])
        self._layout = "auto"
        self._timer: Timer | None = None
        self.sleeps = 0.0
        self._ticked: datetime | None = None
        self._thread_of: str | None = None
        self._arranged: Size | None = None
        self._messages: tuple[Message, ...] = ()

    def compose(self) -> ComposeResult:
        """Header, list, thread, numbers, status, keys."""
        yield Lines(id="header")
        with Container(id="body"):
            yield Lines(id="views")
            with Vertical(id="left"):
                yield Lines(id="list-title")
                yield self.list
            with Vertical(id="right"):
                yield Lines(id="thread-title")
                yield Lines(id="thread")
        yield Lines(id="stats")
        yield Lines(id="status")
        yield Lines(id="keys")

    @property
    def about(self) -> Row | None:
        """The row under the cursor."""
        return self.row

    # layout

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size there is; where it is the same, as after `fg`, nothing moves."""
        if event.size != self._arranged:
            self._arranged = event.size
            self._arrange(event.size.width, event.size.height)

    def next_layout(self) -> None:
        """The next way to lay the panes out."""
        self._layout = LAYOUTS[(LAYOUTS.index(self._layout) + 1) % len(LAYOUTS)]
        self._arrange(self.size.width, self.size.height)
        self.say(f"layout: {self._layout}")

    def hide_stats(self) -> None:
        """Hide or show the numbers."""
        self.toggle_class("-nostats")
        self.call_after_refresh(self.draw)

    def read(self, *, whole: bool) -> None:
        """The thread over the whole screen, or back to the panes."""
        if whole and self.row is None:
            return
        self.reading = whole
        self.set_class(whole, "-reading")
        self.call_after_refresh(self.news)
        self.call_after_refresh(self._show_what_waits)

    @property
    def leads_back(self) -> bool:
        """Whether `back` does something."""
        board = self.board
        narrowed = board.narrowing.wanted is not None or board.view != "unanswered"
        return self.reading or self.pane == "thread" or bool(board.marks) or narrowed

    def back(self) -> bool:
        """Step back: from reading, from a pane, from what was found, from a view."""
        if self.reading:
            self.read(whole=False)
        elif self.pane == "thread":
            self.other_pane()
        elif self.board.marks:
            self.board.marks.clear()
            self.news()
        elif self.board.narrowing.typed is not None:
            self.find("")
        elif self.board.narrowing.view is not None:
            self.choose(None)
        elif self.board.view != "unanswered":
            self.program.go("unanswered")
        else:
            return False
        return True

    def view_changed(self, stood: str | None) -> None:
        """Begin where the cursor stood in this view, at the top where it was not there before."""
        place = self.board.listing.place(stood) if stood else None
        if place is None:
            same = stood is not None and stood == self.list.cursor
            place = self.list.place if same else 0
        self.list.cursor = None
        self.list.scroll_to(y=0, animate=False, force=True)
        self.list.select(place)
        self.news()

    def _arrange(self, width: int, height: int) -> None:
        narrow = width < 60 or height < 16
        auto = "list" if narrow else "side" if width >= BESIDE else "over"
        layout = auto if self._layout == "auto" else self._layout
        for name in ("list", "over", "side"):
            self.set_class(layout == name, f"-{name}")
        self.set_class(narrow, "-narrow")
        self.set_class(layout == "side" and width >= WIDE and bool(self.board.narrowing.views), "-views")
        if layout == "side" and not self.board.pictures and self.board.figures:
            self.program.count()
        self.call_after_refresh(self.news)
        self.call_after_refresh(self._show_what_waits)

    # drawing

    def news(self) -> None:
        """The board has changed; draw what did."""
        self.list.follow()
        self._read_thread()
        self.draw()

    def draw(self) -> None:
        """Draw everything but the rows, and wake up when something changes next."""
        self._top()
        self._draw_thread()
        self._draw_stats()
        self._line("keys", key_line(self.key_bar(), self.size.width))

    def tick(self) -> None:
        """Draw what time has changed."""
        now = self.setting.clock()
        woken = self.board.wake(now)
        if self.board.look(now) or woken:
            self.list.follow()
        else:
            self.list.tick()
        self._top()
        self.program.count(stale=True)

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """Show the thread of the row."""
        message.stop()
        self._read_thread()
        self._top()

    def on_scrolled(self, message: Scrolled) -> None:
        """Other countdowns are visible."""
        message.stop()
        self.tick()

    def on_row_opened(self, message: RowOpened) -> None:
        """Open what was clicked."""
        message.stop()
        self.read(whole=True)

    def _top(self) -> None:
        now, zone, room = self.setting.clock(), self.setting.zone, self.size.width
        self.program.entitle()
        self._line("header", header.header(self.board, now, zone, room, self.setting.title))
        self._line("status", header.status(self.board, now, zone, room))
        self._line("list-title", self._list_title())
        if not len(self.board.listing):
            words = advice(self.board, now, self.setting.keys)
            self.list.empty = [((line, "dim"),) for line in wrapped(words, max(self.list.size.width, 1))]
            self.list.tick()
        turned = self.has_class("-side") and self.list.turns()
        for name in ("#thread", "#thread-title"):
            self.query_one(name, Lines).keep_order(turned=turned)
        self._sleep()

    def _list_title(self) -> Line:
        room = self.list.size.width
        listing = self.board.listing
        narrowing = self.board.narrowing
        own = narrowing.built_in
        title = f"{narrowing.name.capitalize()} (due first)" if own else TITLES[self.board.view]
        title = title if room >= 50 else title.partition(" (")[0]
        if new := self.list.above:
            title += f" · {new} new above"
        if narrowing.typed is not None:
            title += f" · found: {flat(narrowing.text)}"
        place = f"{self.list.place + 1 if len(listing) else 0}/{len(listing)}"
        free = room - width(f"── {title} {place} ")
        waiting = len(self.board.inbox)
        views = header.views(narrowing, waiting, free - 4)
        hidden = width(views) + 3 > free  # that only some rows are shown must be seen
        if self.has_class("-views"):
            views = ""
            column = self.query_one("#views", Lines)
            column.show(header.views_column(narrowing, waiting, COLUMN, column.size.height))
        elif hidden and narrowing.view is not None and not own:
            name, _, rest = title.partition(" · ")
            title = cut(flat(f"View {narrowing.name}"), max(width(name) + free, 9)) + (rest and f" · {rest}")
        return rule(f"{title}  {place}", views, room, "rule" if self.pane == "list" else "dim", free)

    def _draw_thread(self) -> None:
        pane, title = self.query_one("#thread", Lines), self.query_one("#thread-title", Lines)
        beside = self.has_class("-side") and not self.reading
        edge: Line = (("│", "edge"),) if beside else ()
        room = self._thread_room(pane)
        now, zone = self.setting.clock(), self.setting.zone
        row = self.board.row(self._thread_of) if self._thread_of else None
        if row is None:
            title.show([(*edge, *rule("", "", room))])
            pane.show([edge] * pane.size.height)
            return
        code = self.setting.code(row.interval.opener.feed, row.network)
        look = "rule" if self.pane == "thread" else "dim"
        title.show([(*edge, *rule(*talk.heading(row, self._messages, code), room, look))])
        leaving = (self.board.reply(row.id), self.board.deed(row.id))
        other = self.board.writer(row.id, now)
        lines = talk.lines(
            row, self._messages, leaving, now, zone, room, self._approves(row), other.by if other else ""
        )
        lines += [()] * (pane.size.height - len(lines) if beside else 0)
        pane.show((*edge, *line) for line in lines)

    def _approves(self, row: Row) -> str:
        """The key that lets a message of the row through; empty where its network knows no such thing."""
        if not any(message.pending for message in self._messages):
            return ""
        can = self.setting.desk.capabilities(row.interval.opener.feed)
        return self.setting.key("queue.approve") if can and "approve" in can.deeds else ""

    def _draw_stats(self) -> None:
        room = self.size.width
        if self.has_class("-side"):
            lines = numbers.boxes(self.board.figures, room)
            if self.size.height >= boxed.TALL:
                lines += boxed.pictures(self.board.pictures, self.setting.clock(), room, self._called)
        else:
            lines = [rule("24 h", "", room), *numbers.few_lines(self.board.figures, room)]
        pane = self.query_one("#stats", Lines)
        pane.styles.height = len(lines)
        pane.show(lines)

    def _called(self, key: str) -> str:
        row = self.board.row(key)
        return who(row.interval.author) if row else key

    def _line(self, name: str, line: Line) -> None:
        self.query_one(f"#{name}", Lines).show([line])

    def _sleep(self) -> None:
        """Set the one timer to when a visible text changes next."""
        now = self.setting.clock()
        times = [header.header_holds(self.board, now)]
        if (rows := self.list.hold(now)) is not None:
            times.append(rows)
        asleep = self.board.inbox.asleep
        if asleep and (wakes := asleep[0].interval.snoozed_until):
            times.append(wakes - now)
        sends = [one.until - now for one in self.board.outbox
                 if one.state == "queued" and one.until and not one.far(now)]  # fmt: skip
        times += [timedelta(seconds=left.total_seconds() % 1 + 0.001) for left in sends if left > timedelta()]
        if not len(self.board.listing):
            times.append(timedelta(seconds=1))  # the advice says when the next poll comes
        # a clock that stands still must not be asked again and again
        least = 1.0 if now == self._ticked else 0.001
        self._ticked = now
        if self._timer is not None:
            self._timer.stop()
        self.sleeps = max(min(times).total_seconds(), least)
        self._timer = self.set_timer(self.sleeps, self.tick)

    # the thread

    @property
    def thread_shown(self) -> bool:
        """Whether the thread on the screen is that of the row under the cursor."""
        return self._thread_of == self.list.cursor

    def _read_thread(self) -> None:
        """Read the thread of the row under the cursor; the last row asked for wins."""
        self.run_worker(partial(self._thread, self.list.cursor), group="thread", exclusive=True)

    async def _thread(self, key: str | None) -> None:
        from asyncio import sleep

        if key is not None:
            await sleep(REST)
            try:
                messages = await self.setting.desk.thread(key)
            except CxtuiError as error:
                self.say(f"the thread could not be read: {error}", bad=True)
                return
            if not self.query("#thread"):  # the screen went away meanwhile, and its panes before it
                return
            self._messages = messages
        other = key is not None and key != self._thread_of
        self._thread_of = key
        self._draw_thread()
        if other:
            self._show_what_waits()

    def _show_what_waits(self) -> None:
        """Scroll a thread that is longer than its pane to the words that wait for an answer."""
        row, pane = self.board.row(self._thread_of or ""), self.query_one("#thread", Lines)
        if row is not None and pane.size.width:
            now, zone = self.setting.clock(), self.setting.zone
            above = talk.above(row, self._messages, now, zone, self._thread_room(pane))
            pane.scroll_to(y=above, animate=False, force=True)

    def _thread_room(self, pane: Lines) -> int:
        """The width of the text, without the line that parts it from the list beside it."""
        return max(pane.size.width - (self.has_class("-side") and not self.reading), 1)
