"""A network in memory: what the test put into `SAID` is there, what is sent lands in `SENT`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.errors import CxtuiError, FeedError
from cxtui.http import Client

SAID: list[Arrival] = []
SENT: list[Draft] = []
FAULTS: dict[str, CxtuiError] = {}
"""What a poll (``poll``) or a reply (``reply``) fails with."""
WHILE_SENDING: list[Callable[[], None]] = []
"""Called once each while a reply is on its way."""


def clear() -> None:
    """Forget what other tests did."""
    for kept in (SAID, SENT, FAULTS, WHILE_SENDING):
        kept.clear()


@dataclass(frozen=True, slots=True)
class Network:
    """One feed of it."""

    feed: Feed

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities("net", "net", reply=True, limit=100, thread=True)

    async def check(self) -> Identity:
        return Identity("desk")

    async def poll(self, cursor: str, now: datetime) -> Page:
        if "poll" in FAULTS:
            raise FAULTS["poll"]
        self.token()
        if cursor:
            return Page(cursor=cursor, not_modified=True)
        return Page(tuple(SAID), cursor=f"{now}")

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        del native
        return tuple(a for a in SAID if (a.thread or a.native) == thread)

    async def reply(self, draft: Draft) -> Sent:
        while WHILE_SENDING:
            WHILE_SENDING.pop()()
            await asyncio.sleep(0.1)
        fault = FAULTS.get("reply")
        if isinstance(fault, FeedError):
            raise fault
        SENT.append(draft)
        return Sent("r1", "https://shop.example/#r1", held="a moderator looks at it" if fault else None)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        del draft, message
        return False

    def token(self) -> str:
        """What it signs in with."""
        return self.feed.token.reveal() if self.feed.token else ""


def connect(feed: Feed, http: Client) -> Network:
    """The connector."""
    del http
    return Network(feed)
