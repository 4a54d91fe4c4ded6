"""The whole screen on a desk that a test holds in its hands."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from cxtui.config.views import View
from cxtui.core.macros import Macro
from cxtui.ui.app import Cxtui
from cxtui.ui.board import Board
from cxtui.ui.cellwidth import overlay
from cxtui.ui.commands.own import command_of
from cxtui.ui.keys import keymap
from cxtui.ui.screens.queue import Queue
from cxtui.ui.setting import Setting
from tests.screen import shown
from tests.ui.fakedesk import FakeDesk

ZONE = ZoneInfo("Asia/Vientiane")


@dataclass(slots=True)
class Seconds:
    """A clock for key repeat; every look at it takes a second, unless it is told otherwise."""

    now: float = 0.0
    step: float = 1.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@dataclass(slots=True)
class Stage:
    """A running app."""

    app: Cxtui
    pilot: Pilot[Any]
    desk: FakeDesk
    seconds: Seconds = field(default_factory=Seconds)

    @property
    def queue(self) -> Queue:
        return self.app.queue

    @property
    def board(self) -> Board:
        return self.app.board

    @property
    def text(self) -> str:
        return shown(self.app)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def cursor(self) -> str:
        """The handle under the cursor."""
        row = self.queue.list.row
        return row.interval.author.handle if row else ""

    async def press(self, *keys: str) -> None:
        """Press keys, each after the one before was worked off."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def type(self, words: str) -> None:
        await self.pilot.press(*words)
        await self.pilot.pause()

    async def sees(self, *words: str) -> str:
        """Wait until the screen shows all the words."""
        return await self._until(words, shown=True)

    async def misses(self, *words: str) -> str:
        """Wait until the screen shows none of the words."""
        return await self._until(words, shown=False)

    async def _until(self, words: tuple[str, ...], *, shown: bool) -> str:
        for _ in range(300):
            text = self.text
            if all((word in text) == shown for word in words):
                return text
            await self.pilot.pause(0.01)
        raise AssertionError(f"{words} never {'came' if shown else 'went'}:\n{self.text}")


@asynccontextmanager
async def stage(
    desk: FakeDesk,
    size: tuple[int, int] = (80, 24),
    keys: Mapping[str, str] | None = None,
    *,
    colour: bool = True,
    views: Sequence[View] = (),
    macros: tuple[Macro, ...] = (),
) -> AsyncGenerator[Stage, None]:
    """The app on a desk, when its first rows, numbers and thread are drawn."""
    overlay()
    seconds = Seconds()
    board = Board(views, ZONE, desk.operator)
    table = keymap(keys or {}, [command_of(one) for one in macros])
    setting = Setting(desk, board, desk.clock, ZONE, table, macros=macros, seconds=seconds)
    app = Cxtui(setting, colour=colour)
    async with app.run_test(size=size) as pilot:
        on = Stage(app, pilot, desk, seconds)
        if any(row.interval.open for row in desk.rows()) and desk.broken is None:
            for _ in range(300):
                drawn = app.board.opened and app.queue.list.cursor and app.queue.thread_shown
                if drawn and (app.board.figures or not desk.numbers):
                    break
                await pilot.pause(0.01)
        await pilot.pause()
        yield on
