"""Running somebody's program once: words in, words out, an end that is sure to come."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from cxtui.core.text import clean, one_line
from cxtui.core.web import LONG_SECRET
from cxtui.errors import FeedError, Refused, Rejected, Throttled, Unreachable, Unreadable

MOST = 2 << 20
"""Bytes that a program may print."""
SHOWN = 8 << 10
"""Bytes of its messages that are kept, the last."""
GRACE = 0.5
"""Seconds that its output may stay open after it has ended."""
LATER, NO_ENTRY = 75, 77
"""Exit codes: try again later, sign-in refused. Source: sysexits.h, EX_TEMPFAIL and EX_NOPERM."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: what it printed, and its exit code."""

    printed: bytes
    messages: bytes
    code: int


@dataclass(frozen=True, slots=True)
class Program:
    """A program, its words, the folder it runs in and the seconds it may take. No shell sees any of it.

    ``name`` is what a sentence calls it.
    """

    name: str
    argv: Sequence[str]
    folder: str
    timeout: int

    async def run(self, word: str, told: bytes, env: Mapping[str, str], secret: str = "") -> bytes:
        """What it prints when it is called with ``word`` and ``told`` on its standard input.

        Where it complains, no sentence repeats the ``secret``.
        Raises: Rejected where it cannot be started, Throttled, Refused, Unreachable, Unreadable.
        """
        ended = await self._run(word, told, env)
        if ended.code:
            raise self._failure(ended, secret)
        return ended.printed

    async def _run(self, word: str, told: bytes, env: Mapping[str, str]) -> Ended:
        loop = asyncio.get_running_loop()
        try:
            transport, talk = await loop.subprocess_exec(
                _Talk, *self.argv, word, cwd=self.folder, env=dict(env), start_new_session=True
            )
        except (OSError, ValueError) as wrong:
            raise Rejected(self._not_started(wrong)) from wrong
        try:
            talk.tell(told)
            async with asyncio.timeout(self.timeout):
                await talk.over.wait()
        except TimeoutError as late:
            raise Unreachable(f"{self.name} was not done after {self.timeout} s and was stopped") from late
        finally:
            await talk.stop()
        if len(talk.printed) > MOST:
            raise Unreadable(f"{self.name} printed more than {MOST >> 20} MiB and was stopped")
        return Ended(bytes(talk.printed), bytes(talk.messages), transport.get_returncode() or 0)

    def _not_started(self, wrong: OSError | ValueError) -> str:
        file = str(one_line(clean(self.argv[0])))[:80]
        if not Path(self.folder).is_dir():
            return f"{self.name} cannot be started: there is no folder {self.folder}"
        why = wrong.strerror if isinstance(wrong, OSError) else "its words cannot be passed on"
        return f"{self.name} cannot be started: {file}: {why}"

    def _failure(self, ended: Ended, secret: str) -> FeedError:
        last = ended.messages.decode(errors="replace").strip().rpartition("\n")[2]
        lines = one_line(clean(hushed(last, secret)))
        why = f": {str(lines)[:200]}" if lines else ""
        if ended.code == LATER:
            return Throttled(f"{self.name} asks to wait (exit code {LATER}){why}")
        if ended.code == NO_ENTRY:
            return Refused(f"{self.name} says that its sign-in was refused (exit code {NO_ENTRY}){why}")
        if ended.code < 0:
            return Unreachable(f"{self.name} was ended by signal {-ended.code}{why}")
        return Unreachable(f"{self.name} failed (exit code {ended.code}){why}")


def hushed(words: str, secret: str) -> str:
    """Somebody's words without a secret in them."""
    return words.replace(secret, "***") if len(secret) >= LONG_SECRET else words


class _Talk(asyncio.SubprocessProtocol):
    """What passes between us and a running program. ``over``: nothing more will come."""

    def __init__(self) -> None:
        self.printed = bytearray()
        self.messages = bytearray()
        self.over = asyncio.Event()
        self._gone = asyncio.Event()
        self._open = {1, 2}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def tell(self, told: bytes) -> None:
        """Write to its standard input and end that; a program need not read it."""
        pipe = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))
        pipe.write(told)
        pipe.close()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self.messages = (self.messages + data)[-SHOWN:]
        elif len(self.printed) <= MOST:
            self.printed += data
            if len(self.printed) > MOST:
                self.over.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        del exc
        self._open.discard(fd)
        if not self._open and self._gone.is_set():
            self.over.set()

    def process_exited(self) -> None:
        self._gone.set()
        if self._open:  # what it printed is still on its way, or something it started holds on
            asyncio.get_running_loop().call_later(GRACE, self.over.set)
        else:
            self.over.set()

    async def stop(self) -> None:
        """End it with all that it started, where they have not ended by themselves, and collect it."""
        if self._open or not self._gone.is_set():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._transport.get_pid(), signal.SIGKILL)
        try:
            await self._gone.wait()  # to close earlier would take its end from whoever waits for it
        finally:
            self._transport.close()
