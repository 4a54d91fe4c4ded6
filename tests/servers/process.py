"""How a server's programs are started for a test, waited for and stopped, so that none is left behind."""

from __future__ import annotations

import os
import signal
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from types import TracebackType
from typing import Any, Self, cast

PATIENCE = 60.0
GRACE = 15.0


class Starter(ABC):
    """What starts as a whole or not at all, and stops in the opposite order when its context is left."""

    _ends: ExitStack

    @abstractmethod
    def _start(self, ends: ExitStack) -> None:
        """Start everything; what stops it goes into ``ends``."""

    def __enter__(self) -> Self:
        with ExitStack() as ends:
            self._start(ends)
            self._ends = ends.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self._ends.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


@contextmanager
def running(
    words: Sequence[str | Path], log: Path, ready: Callable[[], bool], **more: Any
) -> Generator[Popen[bytes]]:
    """A program in a session of its own that adds what it prints to ``log``, from when it is ``ready`` on.

    ``ready`` may raise OSError for no; ``more`` is for Popen. All of the session ends with the context.
    Raises: RuntimeError with the log's end where it ends or is not ready in time.
    """
    with log.open("ab") as output:
        options: dict[str, Any] = {"stdin": DEVNULL, "stdout": output, "stderr": output, **more}
        started = cast("Popen[bytes]", Popen(words, start_new_session=True, **options))
    with started:
        try:
            _await(started, log, ready)
            yield started
        finally:
            _end(started)


def _await(started: Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and started.poll() is None:
        with suppress(OSError):
            if ready():
                return
        time.sleep(0.05)
    raise RuntimeError(f"{log.stem} did not start:\n{tail(log)}")


def _end(started: Popen[bytes]) -> None:
    # nobody of the session is left, or (on macOS) nobody who is not already dead
    with suppress(ProcessLookupError, PermissionError):
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGTERM)
            with suppress(TimeoutExpired):
                started.wait(GRACE)
        os.killpg(started.pid, signal.SIGKILL)
