"""A gate before a server on 127.0.0.1: lets everything through until it is armed.

It reads what passes as HTTP/1.1 with one request on a connection, which is how cxtui asks.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.servers.listening import Listening
from tests.servers.place import When
from tests.servers.process import Starter

PIECE = 65_536
PATIENCE = 30.0


@dataclass
class Gate(Listening):
    """Listens on ``port`` and speaks to ``behind``. ``sends`` is how a request begins that sends a reply."""

    behind: int
    sends: bytes

    def __post_init__(self) -> None:
        super().__post_init__()
        self._lock = threading.Lock()
        self._armed: tuple[When, Callable[[], None]] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def arm(self, when: When, strike: Callable[[], None]) -> None:
        """Strike once, at the next request that sends a reply."""
        with self._lock:
            self._armed = (when, strike)

    def _talk(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(PATIENCE)
            asked = _request(client)
            strike = self._taken(asked)
            if strike and strike[0] == "before":
                strike[1]()
                return
            with socket.create_connection(("127.0.0.1", self.behind), PATIENCE) as server:
                server.sendall(asked)
                while piece := server.recv(PIECE):
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


class Gated(Starter):
    """A place whose feed asks through a gate."""

    gate: Gate

    @property
    def url(self) -> str:
        """Where cxtui asks: the gate."""
        return self.gate.url

    def arm(self, when: When, strike: Callable[[], None]) -> None:
        self.gate.arm(when, strike)


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
