"""The terminal as Textual writes to it."""

from __future__ import annotations

import os
import select
import sys
from codecs import getincrementaldecoder
from threading import Event
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual import constants
from textual._xterm_parser import XTermParser  # pyright: ignore[reportPrivateUsage] - what reads keys has no other home
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

    from cxtui.ui.app import Cxtui

LOOK = 0.1
"""Seconds between two looks while a key may still be half of another."""


class Terminal(LinuxDriver):
    """Draws on standard output, so that errors can be sent elsewhere, and outlives a hang-up."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType]
        self._drawn = cast("Cxtui", app).drawn
        self.exit_event = self._ending = _Ending()
        if sys.__stdout__ is not None:
            self._file = _Patient(sys.__stdout__)

    def start_application_mode(self) -> None:
        """Begin on a blank screen, after an editor or a shell, too."""
        self._drawn.forget()
        super().start_application_mode()

    def run_input_thread(self) -> None:
        """Read keys until the terminal is left. Between keys it waits; Textual would look ten times a second.

        After a key it goes on looking until a lone Esc can be no part of another key any more.
        """
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        quiet = 0
        while not self.exit_event.is_set():
            wait = LOOK if quiet * LOOK <= constants.ESCAPE_DELAY + LOOK else None
            ready = select.select([self.fileno, self._ending.heard], [], [], wait)[0]
            quiet = 0 if self.fileno in ready else quiet + 1
            if self.fileno in ready:
                try:
                    read = os.read(self.fileno, 4096)
                except OSError:
                    read = b""
                if not read:  # hung up; the signal of it ends the program
                    return
                if text := decode(read):
                    for event in parser.feed(text):
                        self.process_message(event)
            for event in parser.tick():
                self.process_message(event)


class _Ending(Event):
    """Whether the terminal is left, with a pipe to be read from then on: who waits for keys hears of it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard, self._write = os.pipe()

    def set(self) -> None:
        super().set()
        os.write(self._write, b".")

    def clear(self) -> None:
        super().clear()
        while select.select([self.heard], [], [], 0)[0]:
            os.read(self.heard, 64)


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
