"""A server of a test tells why it did not start, and none of its programs outlives it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from tests.servers import process
from tests.servers.process import Starter, running

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]); input()"


def words(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def up(log: Path) -> Callable[[], bool]:
    """Whether the program says so."""
    return lambda: "up" in log.read_text(encoding="utf-8")


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def alive(session: int) -> bool:
    """Whether anybody of a session could still do anything."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, its, *_ = status.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(its) == session and state not in "ZX":
                return True
    return False


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "program.log"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE", 0.2)


@pytest.mark.parametrize(
    ("program", "by"), [(SLEEP, SIGTERM), (STUBBORN, SIGKILL)], ids=["willing", "stubborn"]
)
def test_it_ends_with_the_context(log: Path, program: str, by: int) -> None:
    with running(words(program), log, up(log)) as started:
        assert started.poll() is None
    assert started.returncode == -by


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_what_it_started_itself_ends_too(log: Path) -> None:
    with running(words(PARENT), log, up(log), stdin=-1) as started:
        assert alive(started.pid)
    until(lambda: not alive(started.pid))


def test_one_that_dies_tells_the_end_of_its_log(log: Path) -> None:
    dies = words("raise SystemExit('the port is taken')")
    with (
        pytest.raises(RuntimeError, match="program did not start:\nthe port is taken"),
        running(dies, log, lambda: False),
    ):
        pass


@pytest.mark.parametrize("refuses", [False, True], ids=["says no", "raises"])
def test_one_that_is_never_ready_is_stopped(
    log: Path, monkeypatch: pytest.MonkeyPatch, *, refuses: bool
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.1)
    seen = log.with_suffix(".pid")

    def ready() -> bool:
        until(seen.is_symlink)
        if refuses:
            raise ConnectionRefusedError
        return False

    writes = f"import os; os.symlink(str(os.getpid()), {str(seen)!r}); {SLEEP}"
    with pytest.raises(RuntimeError, match="did not start"), running(words(writes), log, ready):
        pass
    with pytest.raises(ProcessLookupError):
        os.kill(int(seen.readlink().name), 0)


class Two(Starter):
    """Starts two things, of which the second may fail; notes what is stopped."""

    def __init__(self, *, fails: bool) -> None:
        self.fails = fails
        self.stopped: list[str] = []

    def _start(self, ends: ExitStack) -> None:
        ends.callback(self.stopped.append, "first")
        if self.fails:
            raise RuntimeError("the second did not start")
        ends.callback(self.stopped.append, "second")


def test_a_start_that_fails_half_way_stops_what_had_started() -> None:
    two = Two(fails=True)
    with pytest.raises(RuntimeError, match="second"), two:
        pass
    assert two.stopped == ["first"]


def test_it_stops_in_the_opposite_order_and_once() -> None:
    with Two(fails=False) as two:
        assert two.stopped == []
        two.stop()
    assert two.stopped == ["second", "first"]
