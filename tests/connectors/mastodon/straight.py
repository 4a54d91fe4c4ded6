"""The connector and a pretended server without a network between them."""

from __future__ import annotations

import json as j
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from cxtui.connectors import Draft, Page
from cxtui.connectors.mastodon import Mastodon, connect
from cxtui.core.feed import Feed, Secret
from cxtui.core.item import Arrival
from cxtui.http import Answer, Client, Headers
from cxtui.http.answer import judge
from tests.servers.mastodon import ANA, MAI, TOKEN, US, peopled
from tests.servers.pretended_mastodon import PretendedMastodon, Reply

__all__ = ["ANA", "MAI", "TOKEN", "US", "Desk"]

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Tamper = Callable[[str, str, Reply], Reply]


class Straight:
    """A client that asks the pretended server without a network. ``tamper`` may change any answer."""

    def __init__(self, stub: PretendedMastodon) -> None:
        self.stub = stub
        self.sent: list[tuple[str, str, Mapping[str, str], Any]] = []
        self.tamper: Tamper | None = None

    @property
    def clock(self) -> Callable[[], datetime]:
        return self.stub.clock

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], accept: str, limit: int,
        also: Sequence[int], json: Any = None, content: bytes | None = None, seconds: float | None = None,
    ) -> Answer:  # fmt: skip
        assert (accept, limit) == ("application/json", 8 << 20)
        target = url.removeprefix("https://shop.example")
        self.sent.append((method, target, headers, json))
        small = {name.lower(): value for name, value in headers.items()}
        assert (content is None) == (seconds is None), "an upload has its own time"
        body = j.dumps(json).encode() if content is None else content
        said = self.stub.respond(method, target, small, body)
        if self.tamper:
            said = self.tamper(method, urlsplit(target).path, said)
        found = Headers([(name.encode(), value.encode()) for name, value in said.headers.items()])
        judge(said.status, found, "shop.example", also, self.clock(), "shop.example")
        told = said.said if isinstance(said.said, bytes) else j.dumps(said.said).encode()
        return Answer(said.status, found, told, url)


class Desk:
    """Us at a server. Time stands still until somebody speaks."""

    def __init__(self, **facts: Any) -> None:
        self.now = START
        self.stub = peopled(PretendedMastodon(clock=lambda: self.now, **facts))
        self.http = Straight(self.stub)
        self.token = TOKEN
        self.asked_for_token = 0

    def reading(self, *search: str, **facts: Any) -> Mastodon:
        options = {"search": [*search]} if search else {}
        feed = Feed(
            "page", "mastodon", "https://shop.example/", token=Secret(self._token), options=options, **facts
        )
        return connect(feed, cast("Client", self.http))

    def _token(self) -> str:
        self.asked_for_token += 1
        return self.token

    def says(self, by: str, text: str, **facts: Any) -> str:
        """Somebody writes a minute later; gives the id."""
        self.now += timedelta(minutes=1)
        return self.stub.toot(by, text, **facts).id

    def asks(self, text: str, **facts: Any) -> str:
        """A customer asks us."""
        return self.says(MAI, f"@{US} {text}", **facts)

    async def poll(self, connector: Mastodon | None = None, cursor: str = "") -> Page:
        return await (connector or self.reading()).poll(cursor, self.now)

    async def heard(self, native: str, connector: Mastodon | None = None) -> Arrival:
        page = await self.poll(connector)
        return next(arrival for arrival in page.items if arrival.native == native)

    def draft(self, native: str, text: str, **facts: Any) -> Draft:
        return replace(Draft(native, native, text, "token-1", sent_after=self.now), **facts)

    def paths(self) -> list[str]:
        """What was asked for since the last time."""
        asked, self.stub.asked = self.stub.asked, []
        return [f"{method} {path}" for method, path in asked]

    @contextmanager
    def broken(self, method: str, path: str, said: Reply) -> Generator[None]:
        """One kind of request gets this answer."""
        self.http.tamper = lambda m, p, good: said if (m, p) == (method, path) else good
        yield
        self.http.tamper = None

    @contextmanager
    def edited(self, edit: Callable[[dict[str, Any]], None]) -> Generator[None]:
        """All statuses of all answers are changed on their way."""
        self.http.tamper = lambda _m, _p, good: replace(good, said=_walked(good.said, edit))
        yield
        self.http.tamper = None


def _walked(value: Any, edit: Callable[[dict[str, Any]], None]) -> Any:
    if isinstance(value, list):
        return [_walked(one, edit) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    changed = {name: _walked(one, edit) for name, one in cast("dict[str, Any]", value).items()}
    if "content" in changed:
        edit(changed)
    return changed
