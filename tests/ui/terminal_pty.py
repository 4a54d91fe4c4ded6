"""A program on a pseudo-terminal: keys in, bytes out."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

LOOK = Path(__file__).parent / "look.py"


class Terminal:
    """``look.py`` on a terminal of its own; everything it wrote is in ``out``."""

    def __init__(
        self, *words: str, size: tuple[int, int] = (80, 24), env: Mapping[str, str] | None = None
    ) -> None:
        self.out = b""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        clean = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        self.process = subprocess.Popen(
            [sys.executable, str(LOOK), *words],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True, close_fds=True,
            env={**clean, "TERM": "xterm-256color", "PYTHONWARNINGS": "ignore", **(env or {})},
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)

    def until(self, wanted: str, seconds: float = 20) -> bytes:
        """Read until the text was written; fails where it does not come."""
        start = len(self.out)
        ends = time.monotonic() + seconds
        while wanted.encode() not in self.out[start:]:
            assert time.monotonic() < ends, f"{wanted!r} did not come; the last was {self.out[-2000:]!r}"
            if not self.read(0.1):
                break
        return self.out[start:]

    def read(self, seconds: float) -> bool:
        """Read what comes within a time; False at the end."""
        if select.select([self._master], [], [], seconds)[0]:
            try:
                more = os.read(self._master, 65536)
            except OSError:
                return False
            self.out += more
            return bool(more)
        return True

    def rest(self, seconds: float = 20) -> int:
        """Read until the program ends; gives its exit code."""
        ends = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < ends:
            self.read(0.1)
        while select.select([self._master], [], [], 0)[0] and self.read(0):
            pass
        assert self.process.poll() is not None, "it did not end"
        return self.process.returncode

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def signal(self, which: signal.Signals) -> None:
        """Send a signal to the program."""
        self.process.send_signal(which)
