"""A web server on 127.0.0.1 that answers what a test tells it to, hostile answers among them.

It runs in threads of its own, so that tests with and without an event loop, and programs
started by tests, can all ask it.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

Step = bytes | float
"""Bytes to send, or seconds of silence; `HANG` is silence until the server is stopped."""
HANG = float("inf")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {key: values[-1] for key, values in parse_qs(urlsplit(self.target).query).items()}


def answer(
    status: int = 200,
    body: bytes | str = b"",
    headers: Mapping[str, str] | None = None,
    kind: str = "text/plain",
) -> list[Step]:
    """A whole, well-formed answer."""
    raw = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": kind, "Content-Length": str(len(raw)), **(headers or {})}
    head = f"HTTP/1.1 {status} Said\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return [head.encode("latin-1") + b"\r\n" + raw]


def json_answer(body: bytes | str, headers: Mapping[str, str] | None = None, status: int = 200) -> list[Step]:
    return answer(status, body, headers, "application/json")


def redirect(to: str, status: int = 302) -> list[Step]:
    return answer(status, headers={"Location": to})


Script = Callable[[Asked], Iterable[Step]]


@dataclass
class Scripted:
    """Answers by path; what has no script is a 404. Use as a context manager.

    ``heard`` is set by each request.
    """

    tls: ssl.SSLContext | None = None
    scripts: dict[str, Script] = field(default_factory=dict[str, Script])
    asked: list[Asked] = field(default_factory=list[Asked])

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._stop = threading.Event()
        self.heard = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def on(self, path: str, script: Script | Iterable[Step]) -> None:
        """Answer ``path`` with steps, or with what a function of the request gives."""
        if callable(script):
            self.scripts[path] = script
        else:
            steps = list(script)
            self.scripts[path] = lambda _: steps

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stop.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._start(lambda connection=connection: self._serve(connection))

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        # the other side may go away at any time; that is what many tests are about
        with suppress(OSError, ValueError), connection:
            spoken = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with spoken:
                asked = _heard(spoken)
                self.asked.append(asked)
                self.heard.set()
                script = self.scripts.get(asked.path, lambda _: answer(404, "nothing here"))
                for step in script(asked):
                    if isinstance(step, bytes):
                        spoken.sendall(step)
                    elif self._stop.wait(None if step == HANG else step):
                        return


def _heard(connection: socket.socket) -> Asked:
    with connection.makefile("rb") as stream:
        method, target, _ = stream.readline().decode("latin-1").split()
        headers: dict[str, str] = {}
        for line in iter(stream.readline, b"\r\n"):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)
