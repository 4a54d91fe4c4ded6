"""A real Isso on 127.0.0.1 with a site to belong to, a folder of its own and a visitor's side to check by.

Isso comes with the ``dev`` extra. `program` is None where it is not installed.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from cxtui.core.text import from_html
from tests.servers.gate import Gate
from tests.servers.place import When
from tests.servers.scripted import Scripted, answer

PAGE = "/lamps/"
PATIENCE = 30.0

_SETTINGS = """
[general]
dbpath = {folder}/comments.db
host = {site}/
latest-enabled = {latest}
notify = stdout
log-file = {folder}/isso.log

[moderation]
enabled = {moderated}

[server]
listen = http://127.0.0.1:{port}
public-endpoint = http://127.0.0.1:{port}

[guard]
enabled = {guarded}

[hash]
salt = {salt}
"""


def missing() -> str | None:
    """What is not installed."""
    return None if program() else "the Isso server is not installed (extra: dev)"


def program() -> str | None:
    """Where Isso is: beside this Python, or where the shell would find it."""
    beside = Path(sys.executable).parent / "isso"
    return str(beside) if beside.exists() else shutil.which("isso")


@dataclass
class Isso:
    """One server; starts as a context manager and stops when it is left."""

    folder: Path
    latest: bool = True
    moderated: bool = False
    guarded: bool = False
    salt: str = "Eech7co8Ohloopo9Ol6baimi"

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._running: subprocess.Popen[bytes] | None = None
        self.site = Scripted()
        self.site.on("/", answer(200, "a shop"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        found = program()
        if found is None:
            raise FileNotFoundError("isso")
        self.site.__enter__()
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "isso.cfg"
        settings.write_text(
            _SETTINGS.format(
                folder=self.folder,
                site=self.site.url,
                port=self.port,
                latest=str(self.latest).lower(),
                moderated=str(self.moderated).lower(),
                guarded=str(self.guarded).lower(),
                salt=self.salt,
            ),
            encoding="utf-8",
        )
        with (self.folder / "output.log").open("wb") as output:
            self._running = subprocess.Popen(
                [found, "-c", str(settings), "run"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            self._await()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self.site.__exit__(None, None, None)
        running, self._running = self._running, None
        if running is None:
            return
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()

    def write(
        self,
        text: str,
        *,
        author: str | None = "Mai",
        email: str | None = None,
        parent: int | None = None,
        page: str = PAGE,
    ) -> dict[str, Any]:
        """A comment as the page's own form sends it; gives it as the server took it."""
        said = {"text": text, "author": author, "email": email, "parent": parent, "title": f"Page {page}"}
        status, made = self.ask("POST", "/new", {"uri": page}, said)
        assert status in (201, 202), (status, made)
        return made

    def page(self, page: str = PAGE) -> list[dict[str, Any]]:
        """What a visitor of the page sees: its comments, each with its ``replies``."""
        status, seen = self.ask("GET", "/", {"uri": page})
        assert status == 200, seen
        return seen["replies"]

    def ask(self, method: str, path: str, query: Mapping[str, str], said: object = None) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            body = None if said is None else json.dumps(said)
            kind = {"Content-Type": "application/json"}
            connection.request(method, f"{path}?{urlencode(query)}", body, kind)
            answer = connection.getresponse()
            raw = answer.read()
            plain = answer.headers.get_content_type() != "application/json"
            return answer.status, raw.decode() if plain else json.loads(raw)
        finally:
            connection.close()

    def _await(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self._running is not None
            if self._running.poll() is not None:
                break
            try:
                if self.ask("GET", "/config", {})[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        said = (self.folder / "output.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"isso did not start:\n{said}")


class IssoPlace:
    """An Isso behind a gate, and a visitor of its page."""

    name = "isso"

    def __init__(self, folder: Path) -> None:
        self._isso = Isso(folder)
        self._gate = Gate(self._isso.port, b"POST /new")
        self.env: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        self._isso.__enter__()
        self._gate.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        self._gate.__exit__(kind, value, where)
        self._isso.__exit__(kind, value, where)

    @property
    def feed(self) -> str:
        return f"""
[[feeds]]
name = "place"
connector = "isso"
url = "http://127.0.0.1:{self._gate.port}"
user = "Shop Desk"
email = "desk@shop.example"
allow_private = true
"""

    def ask(self, text: str) -> str:
        return str(self._isso.write(text)["id"])

    def answers(self, native: str) -> list[str]:
        (asked,) = [one for one in self._isso.page() if str(one["id"]) == native]
        return [from_html(one["text"]) for one in asked["replies"]]

    def arm(self, when: When, strike: Callable[[], None]) -> None:
        self._gate.arm(when, strike)
