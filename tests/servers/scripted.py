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
from urllib.parse import parse_qs, urlsplit

from tests.servers.listening import Listening

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
class Scripted(Listening):
    """Answers by path; what has no script is a 404. Use as a context manager.

    ``heard`` is set by each request.
    """

    tls: ssl.SSLContext | None = None
    scripts: dict[str, Script] = field(default_factory=dict[str, Script])
    asked: list[Asked] = field(default_factory=list[Asked])
    heard: threading.Event = field(default_factory=threading.Event)

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

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(10)
        # the other side may go away at any time; that is what many tests are about
        with suppress(OSError, ValueError), client:
            spoken = self.tls.wrap_socket(client, server_side=True) if self.tls else client
            with spoken:
                asked = _heard(spoken)
                self.asked.append(asked)
                self.heard.set()
                script = self.scripts.get(asked.path, lambda _: answer(404, "nothing here"))
                for step in script(asked):
                    if isinstance(step, bytes):
                        spoken.sendall(step)
                    elif self._stopped.wait(None if step == HANG else step):
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
