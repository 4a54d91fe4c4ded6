"""Whatever ends the program, the terminal is whole afterwards; and what colours it is sent."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ui.terminal_pty import LOOK, Terminal

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")


def whole(out: bytes) -> bool:
    """The alternate screen is left, the cursor shown, the mouse off, the keyboard as before."""
    left = out.rfind(b"\x1b[?1049l") > out.rfind(b"\x1b[?1049h") >= 0
    cursor = out.rfind(b"\x1b[?25h") > out.rfind(b"\x1b[?25l") >= 0
    mouse = all(
        out.rfind(b"\x1b[?%sl" % mode) > out.rfind(b"\x1b[?%sh" % mode)
        for mode in (b"1000", b"1003", b"1006")
    )
    keyboard = b"\x1b[<u" in out
    return left and cursor and mouse and keyboard


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_the_terminal_whole(which: signal.Signals) -> None:
    with Terminal() as terminal:
        terminal.until("nok_vte")
        terminal.signal(which)
        assert terminal.rest() == 128 + which
        assert whole(terminal.out)


def test_a_signal_while_a_reply_is_written_leaves_the_terminal_whole() -> None:
    with Terminal() as terminal:
        terminal.until("nok_vte")
        terminal.type("r")
        terminal.until("Reply to")
        terminal.type("sorry")
        terminal.until("5/500")
        terminal.signal(signal.SIGTERM)
        assert terminal.rest() == 128 + signal.SIGTERM
        assert whole(terminal.out)


def test_q_leaves_the_terminal_whole_and_gives_0() -> None:
    with Terminal() as terminal:
        terminal.until("nok_vte")
        terminal.type("q")
        assert terminal.rest() == 0
        assert whole(terminal.out)


def test_a_suspended_program_gives_the_terminal_back_and_comes_back() -> None:
    with Terminal() as terminal:
        terminal.until("nok_vte")
        terminal.type("\x1a")
        terminal.until("\x1b[?1049l")
        stopped = Path(f"/proc/{terminal.process.pid}/stat")
        for _ in range(100):
            if (
                not stopped.exists()
                or stopped.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T"
            ):
                break
            terminal.read(0.05)
        terminal.read(0.05)
        assert whole(terminal.out)  # all that it says before it stops, not only the first of it
        terminal.signal(signal.SIGCONT)
        terminal.until("\x1b[?1049h")
        terminal.until("nok_vte")
        terminal.type("q")
        assert terminal.rest() == 0
        assert whole(terminal.out)


def test_a_lone_esc_is_read_however_long_after_the_key_before_it_comes() -> None:
    with Terminal() as terminal:
        terminal.until("nok_vte")
        for pause in (0.05, 0.5, 1.0, 1.05, 1.1):
            terminal.type("s")
            began = time.monotonic()
            terminal.until("Snooze @")
            while time.monotonic() < began + pause:
                terminal.read(0.01)
            terminal.type("\x1b")
            assert b"Reply" in terminal.until("Reply", 10), pause


@pytest.mark.parametrize("env", [{"COLUMNS": "", "LINES": ""}, {"COLUMNS": "100", "LINES": "30"}])
def test_a_terminal_that_does_not_know_its_size_is_drawn_once_and_left(env: dict[str, str]) -> None:
    with Terminal(size=(0, 0), env=env) as terminal:
        terminal.until("nok_vte")
        terminal.until("reply 96%")
        terminal.type("q")
        assert terminal.rest() == 0
    assert whole(terminal.out)


def test_ctrl_l_draws_everything_again() -> None:
    with Terminal() as terminal:
        terminal.until("nok_vte")
        terminal.until("reply 96%")
        terminal.type("\x0c")
        terminal.until("power supply hums")


def test_without_colour_no_colour_code_is_sent() -> None:
    with Terminal("--no-color") as terminal:
        terminal.until("nok_vte")
        for keys, sign in (
            ("s", "Snooze @"),
            ("\x1b", "Reply"),
            ("?", "Help"),
            ("q", "open 11"),
            ("r", "mastodon"),
        ):
            terminal.type(keys)
            terminal.until(sign)
        terminal.type("hello")
        terminal.until("5/500")
        terminal.signal(signal.SIGTERM)
        terminal.rest()
    sent = {part for found in SGR.findall(terminal.out) for part in re.split(rb"[;:]", found) if part}
    assert sent <= {b"0", b"1", b"2", b"3", b"4", b"7"}
    assert b"7" in sent, "the cursor's row is still to be seen"


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": ""}], ids=["not set", "empty"])
def test_with_colour_only_the_terminals_own_sixteen_are_sent(env: dict[str, str]) -> None:
    with Terminal(env=env) as terminal:
        terminal.until("nok_vte")
        terminal.type("r")
        terminal.until("mastodon")
        terminal.signal(signal.SIGTERM)
        terminal.rest()
    codes = set(SGR.findall(terminal.out))
    assert not any(b"38" in code.split(b";") or b"48" in code.split(b";") for code in codes)
    assert any(code.startswith(b"31") or b";31" in code for code in codes)


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_is_refused_with_what_to_do_instead(term: str) -> None:
    with Terminal(env={"TERM": term}) as terminal:
        terminal.until("cxtui list")
        assert terminal.rest() == 1
        assert b"\x1b[?1049h" not in terminal.out


def test_no_terminal_is_refused_with_what_to_do_instead() -> None:
    done = subprocess.run(
        [sys.executable, str(LOOK)], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"cxtui list" in done.stderr
    assert b"\x1b" not in done.stdout + done.stderr
