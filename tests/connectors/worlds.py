"""One small world per connector, so that the same promises can be held against all of them.

A world is a place where a customer has said something and can say more. To put a new
connector under the contract, write its world and name it in `WORLDS`.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

import pytest

import tests.servers.mail
from cxtui.connectors import Connector, connect
from cxtui.connectors.demo import feeds
from cxtui.core.feed import Feed, Secret
from cxtui.http import Client, Limits
from tests.servers.mail import DESK, Mail
from tests.servers.mastodon import MAI, TOKEN, US, mount, peopled
from tests.servers.pretended_bluesky import PretendedBluesky
from tests.servers.pretended_isso import PretendedIsso
from tests.servers.pretended_json import OPTIONS, Board
from tests.servers.pretended_json import TOKEN as BOARD_TOKEN
from tests.servers.pretended_mastodon import PretendedMastodon
from tests.servers.pretended_wordpress import PASSWORD, USER, PretendedWordPress
from tests.servers.scripted import Asked, Scripted, Step, answer

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class World(Protocol):
    """Something has been said in it. ``server`` is None where nothing is asked over the net."""

    now: datetime
    server: Scripted | None

    def connector(self) -> Connector:
        """A connector that knows nothing yet."""
        ...

    def speak(self) -> None:
        """Let a customer say something new."""
        ...

    def close(self) -> None: ...


class Served:
    """What the worlds behind a web server share."""

    now: datetime
    server: Scripted | None

    def __init__(self, name: str, path: str = "", user: str | None = None, email: str | None = None) -> None:
        self.now = START
        self._running = Scripted().__enter__()
        self.server = self._running
        url = self._running.url + path
        self._feed = Feed("page", name, url, allow_private=True, user=user, email=email)

    def connector(self) -> Connector:
        quick = Limits(silence=0.6, whole=4)
        http = Client(self._feed, agent="cxtui/1", clock=lambda: self.now, limits=quick)
        return connect(self._feed, http)

    def close(self) -> None:
        self._running.__exit__(None, None, None)


class IssoWorld(Served):
    """A page with a question, an answer to it and an anonymous word."""

    def __init__(self) -> None:
        super().__init__("isso", user="LampCo Support", email="desk@shop.example")
        self.isso = PretendedIsso(self.now.timestamp())
        self.isso.mount(self._running)
        self.isso.write("When does my lamp come?")
        self.isso.write("Mine came broken.", author=None, email="127.0.0.0")
        self.isso.write("Tomorrow.", author="LampCo Support", email="desk@shop.example", parent=1)

    def speak(self) -> None:
        self.now += timedelta(minutes=1)
        self.isso.now = self.now.timestamp()
        self.isso.write("[/s] and \x1b]0;where\x07 is it now?", author="Noy")


class MastodonWorld(Served):
    """An account with a mention, an answer under its post, a direct message and an answer of its own."""

    def __init__(self) -> None:
        super().__init__("mastodon")
        self._feed = replace(self._feed, token=Secret(lambda: TOKEN))
        self.stub = peopled(PretendedMastodon(clock=lambda: self.now, base=self._running.url))
        mount(self.stub, self._running)
        post = self.stub.toot(US, "New lamps are in.")
        asked = self.stub.toot(MAI, f"@{US} When does my lamp come?")
        self.stub.toot(US, f"@{MAI} Tomorrow.", parent=asked.id)
        self.stub.toot(MAI, "Mine came broken.", parent=post.id)
        self.stub.toot(MAI, f"@{US} My number is 7.", visibility="direct")

    def speak(self) -> None:
        self.now += timedelta(minutes=1)
        self.stub.toot(MAI, f"@{US} [/s] and \x1b]0;where\x07 is it now?")


class BlueskyWorld(Served):
    """An account with a mention, an answer under its post and an answer of its own."""

    def __init__(self) -> None:
        self.sky = PretendedBluesky(START - timedelta(minutes=5))
        super().__init__("bluesky", user=self.sky.handle)
        self._feed = replace(self._feed, token=Secret(lambda: self.sky.password))
        self.sky.mount(self._running)
        post = self.sky.write("New lamps are in.", self.sky.brand)
        asked = self.sky.mention("When does my lamp come?")
        self.sky.write("Tomorrow.", self.sky.brand, to=asked)
        self.sky.write("Mine came broken.", to=post)

    def speak(self) -> None:
        self.now += timedelta(minutes=1)
        self.sky.now = self.now
        self.sky.mention("[/s] and \x1b]0;where\x07 is it now?")


class WordPressWorld(Served):
    """A post with a question, an answer to it and a word that waits for a moderator."""

    def __init__(self) -> None:
        super().__init__("wordpress", user=USER)
        self._feed = replace(self._feed, token=Secret(lambda: PASSWORD))
        self.site = PretendedWordPress(self.now)
        self.site.mount(self._running)
        self.site.write("When does my lamp come?")
        self.site.write("Mine came broken.", name="", status="hold")
        self.site.write("Tomorrow.", author=2, name="LampCo Support", parent=1)
        self.site.write("And mine?", name="Noy")

    def speak(self) -> None:
        self.now += timedelta(minutes=1)
        self.site.now = self.now
        self.site.write("[/s] and \x1b]0;where\x07 is it now?", name="Noy")


class FeedWorld(Served):
    """A JSON Feed of two comments, with validators."""

    def __init__(self) -> None:
        super().__init__("feed", "/comments.json")
        self._said: list[dict[str, object]] = []
        self._running.on("/comments.json", self._answer)
        self.speak()
        self.speak()

    def speak(self) -> None:
        self.now += timedelta(minutes=1)
        number = len(self._said) + 1
        self._said.insert(0, {
            "id": f"https://shop.example/lamps/#comment-{number}",
            "url": f"https://shop.example/lamps/#comment-{number}",
            "content_text": f"[/s] Question {number}?",
            "authors": [{"name": "Mai"}],
            "date_published": self.now.isoformat(),
        })  # fmt: skip

    def _answer(self, asked: Asked) -> Iterable[Step]:
        page = {"version": "https://jsonfeed.org/version/1.1", "title": "Comments", "items": self._said}
        body = json.dumps(page)
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:12]}"'
        if asked.headers.get("if-none-match") == tag:
            return answer(304, headers={"ETag": tag, "Content-Length": "0"})
        return answer(200, body, {"ETag": tag}, "application/feed+json")


class JsonWorld(Served):
    """A board with a question, an answer to it and a removed word, over two pages."""

    def __init__(self) -> None:
        super().__init__("json", "/board/messages")
        self._feed = replace(self._feed, token=Secret(lambda: BOARD_TOKEN), options=OPTIONS)
        self.board = Board(START - timedelta(minutes=5), size=2)
        self.board.mount(self._running)
        self.board.write("When does my lamp come?")
        self.board.write("Tomorrow.", "desk", 1)
        self.board.write("Never mind.", "Noy", removed=True)
        self.board.write("Mine came broken.", "Noy")

    def speak(self) -> None:
        self.now += timedelta(minutes=1)
        self.board.now = self.now
        self.board.write("[/s] and \x1b]0;where\x07 is it now?", "Noy")


class Written:
    """What the worlds in a folder of this machine share: lines of records, one for each message."""

    server: Scripted | None = None

    def __init__(self, name: str, **options: object) -> None:
        self.now = START
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self._feed = Feed("page", name, options=options)
        self._number = 0
        self.speak()
        self.speak()

    def connector(self) -> Connector:
        return connect(self._feed, Client(self._feed, agent="cxtui/1"))

    def speak(self) -> None:
        self.now += timedelta(minutes=1)
        self._number += 1
        said = {"id": self._number, "text": f"[/s] Question {self._number}?", "author": "Mai"}
        self.put(json.dumps({**said, "posted": self.now.isoformat()}) + "\n")

    def put(self, line: str) -> None:
        with (self.folder / "said.jsonl").open("a", encoding="utf-8") as file:
            file.write(line)

    def close(self) -> None:
        self._folder.cleanup()


GUESTBOOK = """
import json, pathlib, sys

asked = json.loads(sys.stdin.readline())
book = pathlib.Path("said.jsonl")
if asked["type"] == "reply":
    said = {"id": asked["token"], "parent": asked["id"], "text": asked["text"], "role": "own"}
    with book.open("a") as file:
        print(json.dumps(said), file=file)
    print(json.dumps({"id": said["id"]}))
else:
    print(book.read_text())
"""


class ExecWorld(Written):
    """A program that prints a guest book and writes replies into it."""

    def __init__(self) -> None:
        super().__init__("exec", command=(sys.executable, "-c", GUESTBOOK), replies=True, threads=True)
        self._feed = replace(self._feed, options={**self._feed.options, "folder": str(self.folder)})


class FileWorld(Written):
    """A file that grows."""

    def __init__(self) -> None:
        super().__init__("ingest")
        self._feed = replace(self._feed, options={"path": str(self.folder / "said.jsonl")})


class DropWorld(Written):
    """A folder into which files are dropped."""

    def __init__(self) -> None:
        super().__init__("ingest")
        self._feed = replace(self._feed, options={"path": str(self.folder), "done": True})

    def put(self, line: str) -> None:
        file = self.folder / f"{self._number}.jsonl.tmp"
        file.write_text(line, encoding="utf-8")
        file.rename(self.folder / f"{self._number}.jsonl")


class MailWorld:
    """A mailbox on a real Dovecot with a question, an answer to another one, and an automatic mail."""

    server: Scripted | None = None

    def __init__(self) -> None:
        lacking = tests.servers.mail.missing()
        if lacking:
            pytest.skip(lacking)
        self.now = START
        self._folder = tempfile.TemporaryDirectory()
        self.place = Mail(Path(self._folder.name)).__enter__()
        asked = self._put("When does my lamp come?")
        answer = self.place.letter("Tomorrow.", who=DESK, In_Reply_To=f"<{asked}>", References=f"<{asked}>")
        self.place.drop(DESK, answer.as_bytes(), "Sent", "S")
        self._put("I am away.", Auto_Submitted="auto-replied")
        self._put("Mine came broken.")

    def connector(self) -> Connector:
        feed = self.place.configured()
        return connect(feed, Client(feed, agent="cxtui/1", clock=lambda: self.now))

    def speak(self) -> None:
        self.now += timedelta(minutes=1)
        self._put("[/s] and \x1b]0;where\x07 is it now?")

    def close(self) -> None:
        self.place.__exit__(None, None, None)
        self._folder.cleanup()

    def _put(self, text: str, **headers: str) -> str:
        mail = self.place.letter(text, Date=format_datetime(self.now), **headers)
        self.place.drop(DESK, mail.as_bytes())
        return str(mail["Message-ID"])[1:-1]


class DemoWorld:
    """The made-up world; time passes, and somebody speaks."""

    server: Scripted | None = None

    def __init__(self, place: str) -> None:
        self.now = START
        self._feed = next(feed for feed in feeds(7, 40) if feed.name == place)

    def connector(self) -> Connector:
        return connect(self._feed, Client(self._feed, agent="cxtui/1"))

    def speak(self) -> None:
        self.now += timedelta(hours=2)

    def close(self) -> None:
        pass


WORLDS = {
    "isso": IssoWorld,
    "wordpress": WordPressWorld,
    "mastodon": MastodonWorld,
    "bluesky": BlueskyWorld,
    "mail": MailWorld,
    "feed": FeedWorld,
    "json": JsonWorld,
    "exec": ExecWorld,
    "ingest file": FileWorld,
    "ingest folder": DropWorld,
    "demo mastodon": lambda: DemoWorld("mastodon"),
    "demo reviews": lambda: DemoWorld("reviews"),
}
SERVED = [name for name, world in WORLDS.items() if isinstance(world, type) and issubclass(world, Served)]
