"""What every server of threads on 127.0.0.1 does, whatever it speaks."""

from __future__ import annotations

import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self


class Listening(ABC):
    """Gives each connection a thread, from the entering of its context to the leaving.

    ``_stopped`` is set when it is left: whoever waits in a thread waits for this too.
    """

    def __post_init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self._door.getsockname()[1])

    @abstractmethod
    def _talk(self, client: socket.socket) -> None:
        """Speak with one client and close the connection."""

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stopped.set()
        with suppress(OSError):  # a thread that waits in accept is woken by this, by close alone it is not
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for thread in self._threads:
            thread.join(5)

    def _run(self, act: Callable[[], None]) -> None:
        thread = threading.Thread(target=act, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            self._run(lambda client=client: self._talk(client))
