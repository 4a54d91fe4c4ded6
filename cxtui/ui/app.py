"""The program on the screen: opens the desk, hears its news, ends whole."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App
from textual.binding import BindingsMap
from textual.color import Color
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from cxtui.core.alarms import Warnings
from cxtui.engine.outbox import LEFT
from cxtui.errors import CxtuiError, StoreError
from cxtui.ui.board import Board, ViewName
from cxtui.ui.cellwidth import overlay
from cxtui.ui.commands.own import command_of
from cxtui.ui.drawn import Drawn
from cxtui.ui.keys import keymap
from cxtui.ui.messages import NewsCame
from cxtui.ui.narrowing import thanks
from cxtui.ui.ringing import Title, ring
from cxtui.ui.screens.keyed import Keyed
from cxtui.ui.screens.queue import BESIDE, Queue
from cxtui.ui.setting import Setting
from cxtui.ui.terminal import ask_the_size, refusal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cxtui.config.views import View
    from cxtui.core.inbox import Row
    from cxtui.core.macros import Macro
    from cxtui.engine.desk import Desk
    from cxtui.store import Outgoing

COUNT_EVERY = timedelta(seconds=30)
"""Numbers that only time has changed are counted again after this long."""
NOTHING_SAID = Warnings()
"""Warnings as they come without any configuration."""
NOT_OPEN = "the store did not open"
REOPEN = 5.0
"""Seconds until a store that did not open is tried again."""
COUNT_PAUSE = 2.0
"""Seconds between two countings while news keeps coming."""

PAGES = {
    "outbox": ("cxtui.ui.screens.outbox", "OutboxPage"),
    "feeds": ("cxtui.ui.screens.feeds", "Feeds"),
    "promises": ("cxtui.ui.screens.promises", "PromisesPage"),
    "stats": ("cxtui.ui.screens.stats", "Stats"),
}
"""The pages that a key opens, by module and class: imported when first needed."""


class Colourless(LineFilter):
    """Takes every colour out; bold, dim and reverse stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments without colour."""
        del background
        return [Segment(text, style and without_colour(style), control) for text, style, control in segments]


def without_colour(style: Style) -> Style:
    """The style's attributes alone."""
    return style.without_color


class Cxtui(App[int]):
    """The app. What it shows is in the board; what it does is in `cxtui.ui.commands`."""

    CSS_PATH = "cxtui.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, setting: Setting, *, colour: bool = True) -> None:
        super().__init__(ansi_color=True)
        self._bindings = BindingsMap()
        self.setting = setting
        self.board = setting.board
        self.queue = Queue(setting)
        self.theme = "ansi-dark"
        if not colour:
            self._filters = [Colourless()]
        elif self.no_color:  # Textual minds a NO_COLOR that is empty, too
            self._filters = [one for one in self._filters if not isinstance(one, NoColor)]
        self._opening: asyncio.Future[tuple[Row, ...]] | None = None
        self._counted: datetime | None = None
        self._counting = False
        self._took = 0.0  # seconds; what takes long to count is counted less often
        self._leaving = False
        self._stood: dict[str, str | None] = {}
        self._title = Title(self)
        self.drawn = Drawn()

    def get_default_screen(self) -> Screen[None]:
        """The live queue."""
        return self.queue

    def on_load(self) -> None:
        """Open the store while the screen is being built."""
        self._opening = asyncio.ensure_future(self.setting.desk.open())

    def on_mount(self) -> None:
        """Catch signals and show the rows as soon as they are there."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(name, self._signalled, 128 + name)
        self.run_worker(self._open(), group="flows")

    def on_unmount(self) -> None:
        """Give the signals and the title back."""
        self._title.leave()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.remove_signal_handler(name)

    def on_resize(self, event: events.Resize) -> None:
        """A terminal of another size does not show any more what was sent.

        Textual leaves it at that where the size is the old one again, be it after `fg` or two quick changes.
        """
        self.drawn.forget()
        if self.board.opened and event.size == self.size:
            self.redraw()

    def redraw(self) -> None:
        """Send the whole screen again."""
        self.drawn.forget()
        self.screen.refresh(layout=True)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, self.drawn.only_new(renderable))  # pyright: ignore[reportUnknownMemberType] - Textual's generic Screen

    def on_key(self, event: events.Key) -> None:
        """Give what was typed before a field was there to it: a fast writer's words are no commands."""
        screen = self.screen
        if isinstance(screen, Keyed) and screen.TYPES and event.character and event.is_printable:
            event.prevent_default()
            screen.type_ahead(event.character)

    def on_news_came(self, message: NewsCame) -> None:
        """Take what the engine has, once for a burst."""
        message.stop()
        news = self.setting.desk.take()
        self.board.hear(news, self.setting.clock())
        if news.alarms:
            ring(self, news.alarms, self.setting.warnings)
        self.draw()
        if news.counts:
            self.count()
        if self._leaving and not self.board.unsent():
            self._left()

    def draw(self) -> None:
        """Draw every screen that is open."""
        self.entitle()
        for screen in self.screen_stack:
            if isinstance(screen, Keyed) and screen.is_mounted:
                screen.news()

    def entitle(self) -> None:
        """Have the terminal's title say how many are late."""
        if self.setting.warnings.title:
            self._title.show(self.board.inbox.due_before(self.setting.clock()))

    def count(self, *, stale: bool = False) -> None:
        """Count the numbers again, soon; with ``stale`` only when they are old."""
        now = self.setting.clock()
        rest = max(COUNT_EVERY, timedelta(seconds=self._took * 100))
        if self._counting or (stale and self._counted and now - self._counted < rest):
            return
        self._counting = True
        self.run_worker(self._count(), group="count")

    def go(self, place: str) -> None:
        """To a view of the queue or to a page."""
        self.board.session.turn()
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if place in PAGES:
            self.push_screen(_page(place, self.setting))
            return
        view: ViewName = "snoozed" if place == "snoozed" else "unanswered"
        narrowing, now = self.board.narrowing, self.setting.clock()
        before = "thanks" if narrowing.view == thanks() else self.board.view
        self._stood[before] = self.queue.list.cursor
        self.board.show(view)
        if place == "thanks" != before:
            self.board.choose(thanks(), now)
        elif before == "thanks" != place:
            self.board.choose(None, now)
        self.queue.view_changed(self._stood.get(place))

    def step_over(self, keys: set[str]) -> None:
        """Put the queue's cursor on the next row."""
        self.queue.list.step_over(keys)

    def leave_when_sent(self) -> None:
        """Quit as soon as the last reply has left."""
        self._leaving = True
        self.board.session.say("quits once it is sent")
        self.draw()

    async def leave(self, code: int) -> None:
        """End, with an unfinished text kept as a draft."""
        from cxtui.ui.screens.compose import Compose

        for screen in self.screen_stack:
            if isinstance(screen, Compose):
                await screen.save()
        self.exit(code)

    async def _open(self) -> None:
        """Begin as soon as the store opens; somebody may have to free its disk, or to mend it, before."""
        desk = self.setting.desk
        while (why := await self._not_opened()) is not None:
            self.board.session.say(why, bad=True)
            self.draw()
            await asyncio.sleep(REOPEN)
            self._opening = asyncio.ensure_future(desk.open())
        if self.board.session.notice.startswith(NOT_OPEN):
            self.board.session.say("")
        desk.start(self._heard)
        self.draw()
        self.count()

    async def _not_opened(self) -> str | None:
        """Why nothing can be shown yet, in a sentence."""
        desk, clock = self.setting.desk, self.setting.clock
        try:
            if self._opening is not None:
                self.board.open(await self._opening, clock())
            self.draw()
            self.board.feeds = await desk.feeds()
            self.board.put_outbox(await desk.outbox())
        except CxtuiError as error:
            return f"{NOT_OPEN}: {error}" if isinstance(error, StoreError) else str(error)
        return None

    def _left(self) -> None:
        """The last reply on its way has ended: quit, unless it came back."""
        self._leaving = False
        if any(one.error or one.state in ("failed", "unknown") for one in self.board.outbox):
            self.board.session.say("a reply was not sent; the outbox says why", bad=True)
            self.draw()
        else:
            self.run_worker(self.leave(0), group="flows")

    def _heard(self) -> None:
        self.post_message(NewsCame())

    async def _count(self) -> None:
        try:
            if self._counted is not None:
                await asyncio.sleep(max(COUNT_PAUSE, self._took * 10))
            now, began = self.setting.clock(), monotonic()
            desk = self.setting.desk
            if self.size.width >= BESIDE or self.queue.has_class("-side"):
                self.board.pictures = await desk.boxes(now, self.setting.zone)
            self.board.figures = await desk.figures(now, "24h")
            self._counted, self._took = now, monotonic() - began
        except CxtuiError as error:
            self.board.session.say(f"not counted: {error}", bad=True)
        finally:
            self._counting = False
        self.draw()

    def _signalled(self, code: int) -> None:
        self.run_worker(self.leave(code), group="flows")

    def _fatal_error(self) -> None:
        """A crash shows where, and no values: they are customers' words and tokens."""
        from rich.traceback import Traceback

        self.panic(Traceback(show_locals=False, width=None))


def _page(place: str, setting: Setting) -> Screen[None]:
    module, name = PAGES[place]
    page: Screen[None] = getattr(import_module(module), name)(setting)
    return page


def left_over(unsent: Sequence[Outgoing]) -> list[str]:
    """The lines for the shell about what was taken back at the end."""
    handed = sum(one.error == LEFT for one in unsent)
    planned = sum(one.planned is not None for one in unsent) - handed
    replies = sum(one.deed is None for one in unsent) - planned - handed
    words = "1 reply is" if replies == 1 else f"{replies} replies are"
    lines = [f"{words} not sent; `cxtui outbox` shows them\n"] if replies else []
    if handed:
        lines.append(f"{handed} on the way: the program that polls sends {'it' if handed == 1 else 'them'}\n")
    if planned:
        many = f"{planned} planned replies go out at their"
        count = "1 planned reply goes out at its" if planned == 1 else many
        lines.append(f"{count} time only where cxtui runs then\n")
    return lines + [f"not done: {one.what} ({one.interval})\n" for one in unsent if one.deed is not None]


def run(
    desk: Desk,
    *,
    clock: Callable[[], datetime],
    zone: ZoneInfo,
    colour: bool,
    mouse: bool,
    keys: Mapping[str, str],
    title: str = "",
    warnings: Warnings = NOTHING_SAID,
    state: Path | None = None,
    views: Sequence[View] = (),
    macros: tuple[Macro, ...] = (),
) -> int:
    """Show the screen until it is left; gives the exit code. ``state`` is a folder for short-lived files.

    ``keys`` must be free of `cxtui.ui.keys.problems`. Raises: CxtuiError where no screen can be drawn.
    """
    why = refusal(os.environ, sys.__stdin__, sys.__stdout__)
    if why:
        raise CxtuiError(why)
    ask_the_size(os.environ)
    board = Board(views, zone, desk.operator)
    table = keymap(keys, [command_of(one) for one in macros])
    setting = Setting(desk, board, clock, zone, table, title, warnings, macros, state)
    return asyncio.run(_shown(setting, colour=colour, mouse=mouse))


async def _shown(setting: Setting, *, colour: bool, mouse: bool) -> int:
    from cxtui.ui.driver import Terminal

    overlay()
    app = Cxtui(setting, colour=colour)
    app.driver_class = Terminal
    unsent: tuple[Outgoing, ...] = ()
    try:
        code = await app.run_async(mouse=mouse)
    finally:
        unsent = await setting.desk.close()
    sys.stderr.writelines(left_over(unsent))
    return code if code is not None else app.return_code or 0
