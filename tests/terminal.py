"""A real terminal to live in: tmux, keys typed, the pane read."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import pytest

PATIENCE = 20.0


class Terminal:
    """One tmux server with one window of its own; ends with the ``with`` block."""

    def __init__(
        self, folder: Path, argv: Sequence[str], *, columns: int = 80, rows: int = 24,
        env: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        if shutil.which("tmux") is None:
            pytest.skip("tmux is not installed")
        self._socket = str(folder / "tmux")
        self._argv = list(argv)
        self._size = (str(columns), str(rows))
        self._env = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})}

    def __enter__(self) -> Self:
        columns, rows = self._size
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, "bash --norc")
        self._tmux("set", "-g", "remain-on-exit", "on")
        self.type("PS1='shell> '; clear", "Enter")
        self.until(lambda: self.screen().startswith("shell>"))
        self.type(" ".join(self._argv), "Enter")
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")

    def type(self, *keys: str) -> None:
        """Press keys, by tmux's names; a text is typed."""
        for key in keys:
            self._tmux("send-keys", key)

    def screen(self) -> str:
        """What stands on the screen."""
        return self._tmux("capture-pane", "-p")

    def sees(self, *words: str) -> str:
        """The screen as soon as all the words stand on it."""
        self.until(lambda: all(word in self.screen() for word in words), f"{words} on the screen")
        return self.screen()

    def until(self, ready: Callable[[], object], what: str = "it") -> None:
        """Wait until something is true; fails with the screen after 20 seconds."""
        end = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > end:
                pytest.fail(f"waited {PATIENCE:.0f} s for {what}; the screen:\n{self.screen()}")
            time.sleep(0.05)

    @property
    def tty(self) -> str:
        """The device that its programs write to."""
        return self._tmux("display-message", "-p", "#{pane_tty}").strip()

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def wait(self, seconds: float) -> None:
        """Take one's time, as a person does."""
        time.sleep(seconds)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words], env=self._env, capture_output=True, text=True, check=True
        )
        return done.stdout
