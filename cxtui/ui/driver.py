"""The terminal as Textual writes to it."""

from __future__ import annotations

import os
import select
import sys
from threading import Event, current_thread, main_thread
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App


class Terminal(LinuxDriver):
    """Draws on standard output, so that errors can be sent elsewhere, and outlives a hang-up."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType]
        self.exit_event = _Ending(self.fileno)
        if sys.__stdout__ is not None:
            self._file = _Patient(sys.__stdout__)


class _Ending(Event):
    """Whether the terminal is left. The thread that reads keys asks before it looks for some.

    It gets its answer when there is something to read, or at the end: otherwise it would look ten
    times a second. After a key it may look as often as it likes, since a key may come in parts.
    """

    def __init__(self, keyboard: int) -> None:
        super().__init__()
        self._keyboard = keyboard
        self._read, self._write = os.pipe()
        self._awake = 0.0

    def set(self) -> None:
        super().set()
        os.write(self._write, b".")

    def clear(self) -> None:
        super().clear()
        while select.select([self._read], [], [], 0)[0]:
            os.read(self._read, 64)

    def is_set(self) -> bool:
        if not super().is_set() and current_thread() is not main_thread() and monotonic() > self._awake:
            select.select([self._keyboard, self._read], [], [])
            self._awake = monotonic() + 1
        return super().is_set()


class _Patient:
    """A stream whose terminal may be gone: then there is nobody left to read, and nothing to fail."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            return

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()
