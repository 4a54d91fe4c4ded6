"""After any keys the terminal shows what it shows when everything is drawn anew."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal

KEYS = (
    "i j j k g G J K h l = | ? ? : s w d p + - b u U m x y Y v * / n N Space [ ] 1 2 3 4 5 6 7 9 M T X Z "
    "Enter Enter Escape Escape Escape Escape Tab Down Up Left Right PageDown PageUp Home End C-d C-u"
)
WORDS = ("订单", "مرحبا", "👍🏽", "ຂ້ອຍ")
STEPS = int(os.environ.get("CXTUI_WALK_STEPS", "8"))
SEED = int(os.environ.get("CXTUI_WALK_SEED", "1"))
"""Another walk, and how long it is: for a hunt."""


def rests(terminal: Terminal) -> list[str]:
    """The screen when nothing on it has moved for a while; the cursor of a field blinks."""
    before, since = shown(terminal), time.monotonic()
    while time.monotonic() - since < 0.4:
        now = shown(terminal)
        if now != before:
            before, since = now, time.monotonic()
    return before


def shown(terminal: Terminal) -> list[str]:
    return [line.rstrip() for line in terminal.screen().splitlines()]


def running(terminal: Terminal) -> int:
    """The number of the program on this terminal."""
    wanted = ["pgrep", "-t", terminal.tty.removeprefix("/dev/"), "-f", "walked.py"]
    return int(subprocess.run(wanted, capture_output=True, text=True, check=True).stdout.split()[0])


def drawn_anew(terminal: Terminal, program: int) -> list[str]:
    """The screen after it was wiped by somebody and the terminal said that it has its size."""
    Path(terminal.tty).write_text("\x1b7\x1b[0m\x1b[2J\x1b8")
    terminal.until(lambda: not any(shown(terminal)), "a blank screen")
    os.kill(program, signal.SIGWINCH)
    terminal.until(lambda: any(shown(terminal)), "the screen again")
    return rests(terminal)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 12), (120, 40)])
def test_no_line_stays_that_drawing_anew_would_change(tmp_path: Path, columns: int, rows: int) -> None:
    walk = random.Random(f"{SEED} {columns}")  # noqa: S311 - no secret
    look = [sys.executable, "tests/ui/walked.py"]
    with Terminal(tmp_path, look, columns=columns, rows=rows, env={"BROWSER": "true"}) as terminal:
        terminal.sees("late 10", "Help")
        program = running(terminal)
        pressed: list[str] = []
        for _ in range(STEPS):
            some = [
                walk.choice(WORDS) if walk.random() < 0.05 else walk.choice(KEYS.split()) for _ in range(3)
            ]
            terminal.type(*some)
            pressed += some
            before = rests(terminal)
            assert drawn_anew(terminal, program) == before, f"after {' '.join(pressed)}"
