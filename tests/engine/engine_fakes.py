"""A network in memory whose answers a test decides, and a clock it moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival, Deed, Voice

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time, moved by hand."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **length: float) -> None:
        self.at += timedelta(**length)

    async def rest(self, seconds: float) -> None:
        """Waiting moves it."""
        self.forward(seconds=seconds)


@dataclass
class FakeNetwork:
    """Says what the test put into ``said`` and keeps what was sent; ``fault`` is raised instead."""

    said: list[Arrival] = field(default_factory=list[Arrival])
    sent: list[Draft] = field(default_factory=list[Draft])
    cursors: list[str] = field(default_factory=list[str])
    fault: Exception | None = None
    reply_fault: Exception | None = None
    arrives: bool = True
    can_reply: bool = True
    limit: int | None = 300
    gap: str | None = None
    grants: int | None = None
    gives_no_page: bool = False
    thread_fault: Exception | None = None
    readable: bool = True
    retry: timedelta | None = None
    lag: timedelta = timedelta()
    deeds: tuple[Deed, ...] = ()
    done: list[tuple[Deed, str]] = field(default_factory=list[tuple[Deed, str]])
    deed_faults: list[Exception] = field(default_factory=list[Exception])
    closings: int = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            "net", "net", reply=self.can_reply, limit=self.limit, why_not="read only",
            thread=self.readable, retry=self.retry, lag=self.lag, deeds=self.deeds, most_bytes=600,
            check=self.grants is not None,
        )  # fmt: skip

    async def check(self) -> Identity:
        if self.fault:
            raise self.fault
        self.limit = self.grants
        return Identity("desk")

    async def poll(self, cursor: str, now: datetime) -> Page:
        self.cursors.append(cursor)
        if self.fault:
            raise self.fault
        if self.gives_no_page:
            return cast("Page", None)
        return Page(tuple(self.said), cursor=f"after {len(self.cursors)} at {now:%H:%M}", gap=self.gap)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        if self.fault or self.thread_fault:
            raise self.fault or self.thread_fault or RuntimeError
        replies = [
            Arrival(
                d.token, d.text, Voice("desk"), thread=thread, parent=d.native, posted=START, own="strong"
            )
            for d in self.sent
        ]
        return (*self.said, *replies) if native else ()

    async def reply(self, draft: Draft) -> Sent:
        if self.reply_fault and not self.arrives:
            raise self.reply_fault
        if self.retry is None or all(known.token != draft.token for known in self.sent):
            self.sent.append(draft)
        if self.reply_fault:
            raise self.reply_fault
        return Sent(draft.token, "https://net.example/r")

    def ours(self, draft: Draft, message: Arrival) -> bool:
        return message.native == draft.token

    async def do(self, deed: Deed, native: str, thread: str) -> None:
        del thread
        if self.deed_faults:
            raise self.deed_faults.pop(0)
        self.done.append((deed, native))

    async def aclose(self) -> None:
        self.closings += 1


FEED = Feed("f", "fake", allow_private=True)


def asks(native: str = "1", text: str = "where is it?") -> Arrival:
    return Arrival(native, text, Voice("@mai"), thread="1", posted=START)
