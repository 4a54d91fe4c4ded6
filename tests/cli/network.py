"""A network in memory: what the test put into `SAID` is there, what is sent lands in `SENT`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.attaching import contents
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival, Deed
from cxtui.errors import CxtuiError, FeedError
from cxtui.http import Client

SAID: list[Arrival] = []
SENT: list[Draft] = []
FAULTS: dict[str, CxtuiError] = {}
"""What a poll (``poll``) or a reply (``reply``) fails with."""
DEEDS: list[Deed] = []
"""What can be done there beside replying; what was lands in `DONE`."""
DONE: list[tuple[Deed, str]] = []
RETRY: list[timedelta] = []
"""How long a reply may be sent again; empty where it must not."""
FILES: list[int] = []
"""How many files a reply may bring; empty where none.
What they had in them when they were sent lands in `CONTENTS`."""
CONTENTS: list[bytes] = []
WHILE_SENDING: list[Callable[[], None]] = []
"""Called once each while a reply is on its way."""


def clear() -> None:
    """Forget what other tests did."""
    for kept in (SAID, SENT, FAULTS, WHILE_SENDING, DEEDS, DONE, RETRY, FILES, CONTENTS):
        kept.clear()


@dataclass(frozen=True, slots=True)
class Network:
    """One feed of it."""

    feed: Feed

    @property
    def capabilities(self) -> Capabilities:
        retry = RETRY[0] if RETRY else None
        return Capabilities(
            "net", "net", reply=True, limit=100, thread=True, deeds=tuple(DEEDS), retry=retry,
            attachments=sum(FILES), attachment_bytes=4_000, alt_limit=50,
        )  # fmt: skip

    async def check(self) -> Identity:
        if "check" in FAULTS:
            raise FAULTS["check"]
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
        CONTENTS.extend(await contents(draft.files))
        SENT.append(draft)
        key = f"r{len(SENT)}"
        return Sent(key, f"https://shop.example/#{key}", held="a moderator looks at it" if fault else None)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        del draft, message
        return False

    async def do(self, deed: Deed, native: str, thread: str) -> None:
        del thread
        fault = FAULTS.get("do")
        if isinstance(fault, FeedError):
            raise fault
        DONE.append((deed, native))

    def token(self) -> str:
        """What it signs in with."""
        return self.feed.token.reveal() if self.feed.token else ""


def connect(feed: Feed, http: Client) -> Network:
    """The connector."""
    del http
    if "connect" in FAULTS:
        raise FAULTS["connect"]
    return Network(feed)
