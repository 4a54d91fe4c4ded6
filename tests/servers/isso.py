"""A real Isso on 127.0.0.1 with a site to belong to, a folder of its own and a visitor's side to check by.

Isso comes with the ``dev`` extra. `program` is None where it is not installed.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cxtui.core.text import from_html
from tests.servers.gate import Gate, Gated
from tests.servers.process import Starter, free_port, running
from tests.servers.scripted import Scripted, answer

PAGE = "/lamps/"
US = "Shop Desk"
OUR_EMAIL = "desk@shop.example"
NOW = timedelta()

_SETTINGS = """
[general]
dbpath = {folder}/comments.db
host = {site}/
latest-enabled = {latest}
notify = stdout
max-age = {age}

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
class Isso(Starter):
    """One server; starts as a context manager and stops when it is left."""

    folder: Path
    latest: bool = True
    moderated: bool = False
    guarded: bool = False
    salt: str = "Eech7co8Ohloopo9Ol6baimi"
    max_age: str = "15m"

    def __post_init__(self) -> None:
        self.port = free_port()
        self.site = Scripted()
        self.site.on("/", answer(200, "a shop"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _start(self, ends: ExitStack) -> None:
        found = program()
        if found is None:
            raise FileNotFoundError("isso")
        ends.enter_context(self.site)
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
                age=self.max_age,
            ),
            encoding="utf-8",
        )
        words = [found, "-c", str(settings), "run"]
        ends.enter_context(running(words, self.folder / "isso.log", self._ready))

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

    def store(self, command: str, *values: object) -> None:
        """Change what the server keeps behind its back, as nobody can by its pages."""
        with closing(sqlite3.connect(self.folder / "comments.db", timeout=10)) as kept, kept:
            kept.execute(command, values)

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

    def _ready(self) -> bool:
        return self.ask("GET", "/config", {})[0] == 200


class IssoPlace(Gated):
    """An Isso behind a gate, and a visitor of its page."""

    name = "isso"

    def __init__(self, folder: Path) -> None:
        self._isso = Isso(folder)
        self.gate = Gate(self._isso.port, b"POST /new")
        self.env: Mapping[str, str] = {}

    def _start(self, ends: ExitStack) -> None:
        ends.enter_context(self.gate)
        ends.enter_context(self._isso)

    @property
    def feed(self) -> str:
        return f"""
[[feeds]]
name = "place"
connector = "isso"
url = "{self.url}"
user = "{US}"
email = "{OUR_EMAIL}"
allow_private = true
"""

    def ask(self, text: str, author: str = "Mai", *, ago: timedelta = NOW) -> str:
        return self._aged(self._isso.write(text, author=author), ago)

    def reply(self, native: str, text: str, *, ago: timedelta = NOW) -> str:
        """Our own answer, written on the page itself; gives its id."""
        parent = int(native)
        return self._aged(self._isso.write(text, author=US, email=OUR_EMAIL, parent=parent), ago)

    def empty(self) -> None:
        """Take everything from the page."""
        self._isso.store("DELETE FROM comments")

    def answers(self, native: str) -> list[str]:
        (asked,) = [one for one in self._isso.page() if str(one["id"]) == native]
        return [from_html(one["text"]) for one in asked["replies"]]

    def _aged(self, made: Mapping[str, Any], ago: timedelta) -> str:
        if ago:
            self._isso.store(
                "UPDATE comments SET created = created - ? WHERE id = ?", ago.total_seconds(), made["id"]
            )
        return str(made["id"])
