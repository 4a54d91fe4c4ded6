"""Reading what the strict reader finds broken: the lenient reader, in a process that may not do much.

feedparser mends more than we would, and takes seconds and hundreds of megabytes for the
wrong bytes. So it works in `worker`, a process of its own with limits, started when the
first broken feed comes.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from cxtui.connectors.feed import mended, reader
from cxtui.connectors.feed.entry import Broken, Parsed
from cxtui.connectors.feed.worker import LENGTH
from cxtui.errors import Unreadable

LARGEST = 2 << 20
"""Bytes of a document that the lenient reader is given."""
MOST = 16 << 20
"""Bytes of its answer."""
PATIENCE, START = 6.0, 15.0
"""Seconds on the clock for one document and for the process to begin; of the processor's it has two."""
TRIES = 3
"""A feed that used up its time so often is not given to the lenient reader again."""

COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("worker.py")))
_NEEDED = ("PATH", "HOME", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""Of the environment, which may hold secrets, what a Python needs to start."""


class _Overrun(Exception):
    """The process used up what it may use."""


class Lenient:
    """The lenient reader. One process, begun when needed, begun again when it died; for any thread."""

    def __init__(self, command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._lock = threading.Lock()
        self._one = ThreadPoolExecutor(1, "lenient")  # not the loop's threads: there names are looked up
        self.process: subprocess.Popen[bytes] | None = None
        self._overruns: Counter[str] = Counter()

    def mend(self, broken: Broken, source: str) -> Parsed:
        """The feed that a broken document was meant to be. Raises: Unreadable."""
        if len(broken.document) > LARGEST:
            raise Unreadable(f"{broken}; it is too large to be mended") from broken
        if self._overruns[source] >= TRIES:
            told = f"{broken}; mending it took too long {TRIES} times, so it is read again only once repaired"
            raise Unreadable(told) from broken
        try:
            with self._lock:
                found = self.ask(broken.document)
        except _Overrun as late:
            self._overruns[source] += 1
            raise Unreadable(f"{broken}; mending it took too long and was given up") from late
        del self._overruns[source]
        parsed = mended.parsed(found, broken, source)
        if parsed is None:
            raise Unreadable(str(broken)) from broken
        return parsed

    async def mend_soon(self, broken: Broken, source: str) -> Parsed:
        """The same, while the loop goes on. Who stops waiting stops the work."""
        job = self._one.submit(self.mend, broken, source)
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            process = self.process
            if not job.cancel() and process is not None:
                process.kill()
            raise

    def close(self) -> None:
        """End the process; it begins again if it is needed again."""
        with self._lock:
            self._end()

    def ask(self, document: bytes) -> dict[str, Any]:
        """What the process found in a document. Not for two threads at once."""
        process = self.process
        if process is None or process.poll() is not None:
            process = self._begun()
        return json.loads(self._exchange(process, LENGTH.pack(len(document)) + document, self._patience))

    def _begun(self) -> subprocess.Popen[bytes]:
        self._end()
        process = self.process = subprocess.Popen(  # noqa: S603 - our own program, by its full path
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},
            start_new_session=True,
        )
        atexit.unregister(self.close)
        atexit.register(self.close)
        self._exchange(process, b"", START)
        return process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
        """One request and its answer, in time or not at all."""
        if process.stdin is None or process.stdout is None:
            raise _Overrun
        end = threading.Timer(seconds, process.kill)
        end.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            head = process.stdout.read(LENGTH.size)
            size = min(LENGTH.unpack(head)[0], MOST) if len(head) == LENGTH.size else 0
            answer = process.stdout.read(size)
        except OSError as gone:
            self._end()
            raise _Overrun from gone
        finally:
            end.cancel()
        if len(head) < LENGTH.size or len(answer) < size:
            self._end()
            raise _Overrun
        return answer

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()  # it keeps nothing that a gentle end would save
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


LENIENT = Lenient()
"""The one that all feeds of this process share."""


def read(body: bytes, content_type: str | None, source: str, lenient: Lenient = LENIENT) -> Parsed:
    """The feed in an answer that came from ``source``, mended where it is broken. Raises: Unreadable."""
    try:
        return reader.read(body, content_type, source)
    except Broken as broken:
        return lenient.mend(broken, source)


async def read_soon(body: bytes, content_type: str | None, source: str, lenient: Lenient = LENIENT) -> Parsed:
    """The same, while the loop goes on."""
    try:
        return reader.read(body, content_type, source)
    except Broken as broken:
        return await lenient.mend_soon(broken, source)
