"""The terminal is hung up while a reply is under way: it ends as sent or as not known, never lost."""

from __future__ import annotations

import json
import os
import pty
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cxtui.ui.screens.review import QUIET
from tests.program import Program

PATIENCE = 30.0
SLOW = """
import json, pathlib, sys, time
asked = json.loads(sys.stdin.readline())
book = pathlib.Path("book.jsonl")
if asked["type"] == "reply":
    pathlib.Path("begun").touch()
    time.sleep(2)
    with book.open("a") as file:
        said = {"id": asked["token"], "parent": asked["id"], "text": asked["text"], "role": "own"}
        print(json.dumps(said), file=file)
    print(json.dumps({"id": asked["token"]}))
else:
    print(book.read_text())
"""
FEED = """
[[feeds]]
name = "book"
connector = "exec"
command = ["{python}", "slow.py"]
folder = "{home}"
replies = true
threads = true
"""


def until(ready: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


class Screen:
    """The program on a terminal that can be hung up."""

    def __init__(self, home: Path) -> None:
        self.said = b""
        words = ["--config", str(home / "config.toml"), "--data", str(home / "data")]
        env = {**os.environ, "TERM": "xterm-256color", "HOME": str(home), "PYTHONPATH": str(Path.cwd())}
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            argv = [sys.executable, "-m", "cxtui", *words]
            os.execve(sys.executable, argv, env)  # noqa: S606 - our own program
        termios.tcsetwinsize(self._terminal, (30, 100))
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with suppress(OSError):
            while more := os.read(self._terminal, 65_536):
                self.said += more

    def sees(self, words: str) -> None:
        until(lambda: words.encode() in self.said)

    def types(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def hang_up(self) -> None:
        os.kill(self.pid, signal.SIGHUP)

    def ends(self) -> int:
        """The exit code; fails where the program goes on."""
        ended = (0, 0)

        def over() -> bool:
            nonlocal ended
            ended = os.waitpid(self.pid, os.WNOHANG)
            return ended[0] != 0

        until(over)
        return os.waitstatus_to_exitcode(ended[1])


def test_a_hang_up_while_a_reply_is_being_sent_waits_for_its_end(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    question = {"id": 1, "author": "mai", "text": "When does my lamp come?"}
    (tmp_path / "book.jsonl").write_text(json.dumps(question) + "\n")
    cxtui = Program(tmp_path, FEED.format(python=sys.executable, home=tmp_path))
    screen = Screen(tmp_path)
    try:
        screen.sees("When does my lamp come?")
        screen.types("r")
        screen.sees("Reply to")
        screen.types("tomorrow")
        screen.sees("tomorrow")
        screen.types("\x12")
        screen.sees("Send?")

        def begun() -> bool:
            time.sleep(QUIET + 0.3)  # a key that comes sooner was meant for the text
            screen.types("y")
            return (tmp_path / "begun").exists()

        until(begun)
        screen.hang_up()
        assert screen.ends() == 128 + signal.SIGHUP
    finally:
        with suppress(ProcessLookupError):
            os.kill(screen.pid, signal.SIGKILL)
    (reply,) = cxtui.run("outbox", "--all")
    assert reply["state"] in ("sent", "unknown")
    cxtui.run("poll", "--once")
    (reply,) = cxtui.run("outbox", "--all")
    answers = [line for line in (tmp_path / "book.jsonl").read_text().splitlines() if "tomorrow" in line]
    assert (reply["state"], len(answers)) == ("sent", 1)
