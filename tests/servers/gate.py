"""A gate before a server on 127.0.0.1: lets everything through until it is armed.

It reads what passes as HTTP/1.1 with one request on a connection, which is how cxtui asks.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.servers.place import When

PIECE = 65_536
PATIENCE = 30.0


class Gate:
    """Listens on ``port`` and speaks to ``behind``. ``sends`` is how a request begins that sends a reply."""

    def __init__(self, behind: int, sends: bytes) -> None:
        self.behind = behind
        self.sends = sends
        self._door = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._armed: tuple[When, Callable[[], None]] | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._door.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a thread that waits in accept is woken by this, by close alone it is not
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(PATIENCE)

    def arm(self, when: When, strike: Callable[[], None]) -> None:
        """Strike once, at the next request that sends a reply."""
        with self._lock:
            self._armed = (when, strike)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(PATIENCE)
            asked = _request(client)
            strike = self._taken(asked)
            if strike and strike[0] == "before":
                strike[1]()
                return
            with socket.create_connection(("127.0.0.1", self.behind), PATIENCE) as server:
                server.sendall(asked)
                answer = b""
                while piece := server.recv(PIECE):
                    answer += piece
                    if not strike:
                        client.sendall(piece)
            if strike:
                strike[1]()

    def _taken(self, asked: bytes) -> tuple[When, Callable[[], None]] | None:
        with self._lock:
            if self._armed is None or not asked.startswith(self.sends):
                return None
            armed, self._armed = self._armed, None
            return armed


def _request(client: socket.socket) -> bytes:
    """One whole request: its head and as many bytes as the head says."""
    asked = b""
    while b"\r\n\r\n" not in asked:
        piece = client.recv(PIECE)
        if not piece:
            return asked
        asked += piece
    head, _, body = asked.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length:
        piece = client.recv(PIECE)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body
