"""A program on a pseudo-terminal of its own, watched like a person would: what it writes, and when.

Nothing is drawn or understood; bytes are counted with the time at which they came. The
only words said back to the program besides keys are a terminal's answer to "where is the
cursor", which some programs wait for. Linux only: CPU time and memory come from /proc.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

ROWS, COLUMNS = 40, 120
QUIET = 0.06
"""Seconds without a byte after which a program is taken to have finished drawing."""

_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_WHERE = b"\x1b[6n"


@dataclass(frozen=True, slots=True)
class Press:
    """One key: seconds until the first and the last byte of what it changed; 0 bytes is no change."""

    first: float
    seconds: float
    size: int


@dataclass(frozen=True, slots=True)
class Rest:
    """What a program did while nobody touched it, per minute."""

    size: float
    cpu: float


class Watched:
    """One running program. Use as a context manager: it is stopped at the end."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        self.started = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            _become(argv, {**os.environ, "TERM": "xterm-256color", **env}, cwd)
        self._news = threading.Condition()
        self._size = 0
        self._last = self.started
        self._heard = bytearray()
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _read(self) -> None:
        while True:
            try:
                some = os.read(self._terminal, 65_536)
            except OSError:
                some = b""
            with self._news:
                self._last = time.perf_counter()
                self._size += len(some)
                self._heard += some
                self._over = not some
                self._news.notify_all()
            if not some:
                return
            if _WHERE in some:
                os.write(self._terminal, b"\x1b[1;2R")

    @property
    def words(self) -> str:
        """Everything written so far without escape sequences."""
        with self._news:
            return _ESCAPES.sub(b"", bytes(self._heard)).decode(errors="replace")

    def when(self, seen: Callable[[str], bool], seconds: float) -> float | None:
        """Seconds since the start until ``seen`` is true of the words, None where it never was."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            with self._news:
                at, over = self._last, self._over
            if seen(self.words):
                return at - self.started
            if over:
                return None
            with self._news:
                if self._last == at:
                    self._news.wait(0.2)
        return None

    def settle(self, quiet: float = 0.5, seconds: float = 20) -> None:
        """Wait until nothing was written for a while, at most ``seconds``."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            with self._news:
                left = self._last + quiet - time.perf_counter()
            if left <= 0:
                return
            time.sleep(left)

    def press(self, key: bytes, patience: float = 1.0) -> Press:
        """Type a key and wait until what it changed is drawn."""
        with self._news:
            before = self._size
        first = 0.0
        pressed = time.perf_counter()
        os.write(self._terminal, key)
        while True:
            with self._news:
                moved, last, now = self._size > before, self._last, time.perf_counter()
                if moved and not first:
                    first = last - pressed
                if moved and now - last >= QUIET:
                    return Press(first, last - pressed, self._size - before)
                if not moved and now - pressed >= patience:
                    return Press(0.0, 0.0, 0)
                self._news.wait(QUIET - (now - last) if moved else patience - (now - pressed))

    def rest(self, seconds: float) -> Rest:
        """Leave it alone and see what it does."""
        size, cpu = self._size, self.cpu
        time.sleep(seconds)
        minutes = seconds / 60
        return Rest((self._size - size) / minutes, (self.cpu - cpu) / minutes)

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Resident memory in MB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self, keys: Sequence[bytes] = ()) -> bool:
        """Quit by keys, else by signal. Whether the keys were enough."""
        for key in keys:
            if not self._over:
                os.write(self._terminal, key)
                self._reader.join(1.5)
        by_keys = self._over
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self._over:
                os.kill(self.pid, number)
                self._reader.join(3)
        if self.pid:
            os.waitpid(self.pid, 0)
            os.close(self._terminal)
            self.pid = 0
        return by_keys


def _become(argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> NoReturn:
    """Turn the forked child into the program; the size is set before it can ask for it."""
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.chdir(cwd)
        os.execvpe(argv[0], list(argv), dict(env))  # noqa: S606 - the child becomes the program, no shell
    finally:
        os._exit(127)
