"""Bell, notification and terminal title: numbers only, never a stranger's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from cxtui.core.alarms import Alarm, Warnings, told

if TYPE_CHECKING:
    from textual.app import App

BELL: Final = "\a"
KEEP_TITLE: Final = "\x1b[22;2t"
GIVE_TITLE_BACK: Final = "\x1b[23;2t"


def ring(app: App[Any], alarms: Sequence[Alarm], how: Warnings) -> None:
    """Ring once for many warnings, and have terminals that can notify do so (OSC 9)."""
    if how.osc:
        write(app, f"\x1b]9;cxtui: {told(alarms)}\a")
    if how.bell:
        write(app, BELL)


class Title:
    """The terminal's title while the program runs; what stood there before comes back."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._shown: str | None = None

    def show(self, late: int) -> None:
        """How many rows are late, when that is news."""
        words = f"({late} late) cxtui" if late else "cxtui"
        if words != self._shown and write(self._app, f"{'' if self._shown else KEEP_TITLE}\x1b]2;{words}\a"):
            self._shown = words

    def leave(self) -> None:
        """Give the title back."""
        if self._shown is not None:
            write(self._app, GIVE_TITLE_BACK)
            self._shown = None


def write(app: App[Any], codes: str) -> bool:
    """Send codes to the terminal, beside what is drawn; false while there is none."""
    driver = app._driver  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - Textual has no other way
    if driver is None:
        return False
    driver.write(codes)
    driver.flush()
    return True
