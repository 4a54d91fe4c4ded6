"""A connector that asks a pretended server without a network between them."""

from __future__ import annotations

import asyncio
import json as text
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from cxtui.connectors import Draft, Page
from cxtui.connectors.bluesky import Bluesky, connect
from cxtui.core.feed import Feed, Secret
from cxtui.core.item import Arrival
from cxtui.errors import Unreachable
from cxtui.http import Answer, Client, Headers
from cxtui.http.answer import judge
from tests.servers.pretended_bluesky import BRAND, HANDLES, PretendedBluesky

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SERVER = "https://pds.example"


class Straight:
    """A client whose requests are answered at once. ``lost``: names whose answers do not come back."""

    def __init__(self, sky: PretendedBluesky) -> None:
        self.sky = sky
        self.now = NOW
        self.lost: set[str] = set()
        self.said: list[Any] = []

    def clock(self) -> datetime:
        return self.now

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], also: Collection[int],
        json: Any = None, accept: str = "", content: bytes | None = None, seconds: float | None = None,
    ) -> Answer:  # fmt: skip
        assert accept == "application/json"
        assert url.startswith(f"{SERVER}/xrpc/")
        await asyncio.sleep(0)  # others may come in between, as on a network
        if json is not None:
            self.said.append(json)
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        assert (content is None) == (seconds is None), "an upload has its own time"
        body = content or (b"" if json is None else text.dumps(json).encode())
        kind = headers.get("Content-Type", "")
        status, names, told = self.sky.respond(method, url.removeprefix(SERVER), body, token, kind)
        if any(name in url for name in self.lost):
            raise Unreachable("the connection to pds.example broke off")
        found = Headers([(name.encode(), value.encode()) for name, value in names.items()])
        judge(status, found, "pds.example", also, self.now, "pds.example")
        raw = told.encode() if isinstance(told, str) else text.dumps(told).encode()
        return Answer(status, found, raw, url)


def joined(sky: PretendedBluesky, **facts: Any) -> tuple[Bluesky, Straight]:
    """Our account's connector and the client it asks with."""
    facts = {"user": HANDLES[BRAND], "token": Secret(lambda: sky.password), **facts}
    http = Straight(sky)
    return connect(Feed("place", "bluesky", SERVER, **facts), cast("Client", http)), http


def draft(
    asked: str, said: str = "Tomorrow.", thread: str | None = None, *, named: str = "reply-1",
    begun: datetime | None = NOW,
) -> Draft:  # fmt: skip
    return Draft(asked, thread or asked, said, named, sent_after=begun)


def one(heard: Page | tuple[Arrival, ...], native: str) -> Arrival:
    (found,) = [a for a in (heard.items if isinstance(heard, Page) else heard) if a.native == native]
    return found


def earlier(**span: float) -> datetime:
    return NOW - timedelta(**span)
