"""What every screen is given: the engine, the clock, the zone, the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cxtui.core.alarms import Warnings
from cxtui.core.macros import Macro
from cxtui.errors import CxtuiError
from cxtui.ui.board import Board
from cxtui.ui.keys import label

if TYPE_CHECKING:
    from cxtui.engine.desk import Desk


@dataclass(frozen=True, slots=True)
class Setting:
    """``clock`` is the program's time; ``seconds`` a clock that is never set, for key repeat.

    ``state`` is the folder for what an editor is given.
    """

    desk: Desk
    board: Board
    clock: Callable[[], datetime]
    zone: ZoneInfo
    keys: Mapping[str, tuple[str, ...]]
    title: str = ""
    warnings: Warnings = field(default_factory=Warnings)
    macros: tuple[Macro, ...] = ()
    state: Path | None = None
    seconds: Callable[[], float] = monotonic
    codes: dict[str, str] = field(default_factory=dict[str, str])

    def key(self, name: str) -> str:
        """A command's first key as people write it; its id where it has none."""
        return label(self.keys[name][0]) if self.keys[name] else name

    def code(self, feed: str, network: str) -> str:
        """The three letters of a feed's network; asked once, since every row shows them."""
        if feed not in self.codes:
            try:
                can = self.desk.capabilities(feed)
            except CxtuiError:  # why is said in the feeds list; a row must be drawn
                can = None
            self.codes[feed] = can.code if can else network[:3]
        return self.codes[feed]
