"""One small world per connector, so that the same promises can be held against all of them.

A world is a place where a customer has said something and can say more. To put a new
connector under the contract, write its world and name it in `WORLDS`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cxtui.connectors import Connector, connect
from cxtui.connectors.demo import feeds
from cxtui.core.feed import Feed
from cxtui.http import Client, Limits
from tests.servers.pretended_isso import PretendedIsso
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
        quick = Limits(silence=0.3, whole=2)
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
    "feed": FeedWorld,
    "demo mastodon": lambda: DemoWorld("mastodon"),
    "demo reviews": lambda: DemoWorld("reviews"),
}
SERVED = [name for name, world in WORLDS.items() if isinstance(world, type) and issubclass(world, Served)]
