"""A desk without an engine: rows in memory, worked out by the real rules, at a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cxtui.connectors import Capabilities
from cxtui.core.clock import DEFAULT
from cxtui.core.history import History, intervals
from cxtui.core.inbox import Row
from cxtui.core.item import Author, Clean, Deed, Event, Item, Reply, ReplyKind, Tone, Verb
from cxtui.core.metrics import Figure
from cxtui.core.text import clean
from cxtui.core.triage import Act, check, redoable, undoable
from cxtui.engine.desk import News
from cxtui.errors import Conflict, Rejected, StoreError, Unlawful
from cxtui.store import FeedLog, FeedState, Message, Outgoing

NOW = datetime(2026, 11, 20, 7, 7, tzinfo=UTC)
HOLD = timedelta(seconds=10)


@dataclass(slots=True)
class Clock:
    """A clock that moves only when it is told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **length: float) -> None:
        self.now += timedelta(**length)


def item(
    handle: str,
    text: str,
    ago: timedelta,
    *,
    feed: str = "bsk",
    network: str = "bsky",
    tone: Tone | None = None,
    stars: float | None = None,
    followers: int | None = None,
    url: str | None = "https://shop.example/thread/1",
    seen: timedelta | None = None,
    thread: str | None = None,
) -> Item:
    """What a customer wrote ``ago`` before `NOW`."""
    native = f"{feed}:{handle}-{int(ago.total_seconds())}"
    return Item(
        id=native, feed=feed, network=network, kind="comment", thread=thread or native,
        author=Author(clean(handle), clean(handle), followers), text=clean(text), posted=NOW - ago,
        seen=NOW - (ago if seen is None else seen), tone=tone, stars=stars, url=url,
    )  # fmt: skip


@dataclass(slots=True)
class FakeDesk:
    """`cxtui.engine.desk.Desk` in memory. ``broken`` is what every writing command fails with."""

    clock: Clock
    items: list[Item] = field(default_factory=list[Item])
    replies: list[Reply] = field(default_factory=list[Reply])
    events: list[Event] = field(default_factory=list[Event])
    out: dict[str, Outgoing] = field(default_factory=dict[str, Outgoing])
    states: tuple[FeedState, ...] = ()
    logs: dict[str, FeedLog] = field(default_factory=dict[str, FeedLog])
    numbers: tuple[Figure, ...] = ()
    can: dict[str, Capabilities] = field(default_factory=dict[str, Capabilities])
    operator: str = "nok"
    broken: Exception | None = None
    refuses: Exception | None = None
    polls: int = 0
    writing: set[str] = field(default_factory=set[str])
    closed: bool = False
    tell: Callable[[], None] | None = None
    coming: News = field(default_factory=News)

    # what a test does to it

    def row(self, handle: str) -> Row:
        """The last row of a customer."""
        return next(row for row in reversed(self.rows()) if row.interval.author.handle == handle)

    def rows(self) -> list[Row]:
        """Every row there is."""
        found: list[Row] = []
        for contact in dict.fromkeys(one.contact for one in self.items):
            items = [one for one in self.items if one.contact == contact]
            ids = {one.id for one in items}
            known = History(
                items,
                [one for one in self.replies if one.item in ids],
                [one for one in self.events if one.item in ids],
            )
            found += [Row(waits, waits.id[-4:]) for waits in intervals(known, lambda _: DEFAULT)]
        return found

    def arrives(self, *items: Item) -> None:
        """Customers write."""
        self.items += items
        touched = {one.contact for one in items}
        rows = [row for row in self.rows() if row.interval.opener.contact in touched]
        self.hears(News(rows=tuple(rows)))

    def sends(self, key: str) -> None:
        """The window of a reply is over and the network took it."""
        one = self.out.pop(key)
        kind: ReplyKind = "thanks" if one.deed else "answer"
        self.replies.append(Reply(one.item, one.by, Clean(one.text), self.clock(), kind, "cxtui"))
        row = next(row for row in self.rows() if row.id == one.interval)
        self.hears(News(rows=(row,), outbox=tuple(self.out.values())))

    def becomes(self, key: str, **facts: Any) -> None:
        """A reply changes its state."""
        self.out[key] = replace(self.out[key], changed=self.clock(), **facts)
        self.hears(News(outbox=tuple(self.out.values())))

    def hears(self, news: News) -> None:
        """Tell the screen."""
        self.coming = news
        if self.tell:
            self.tell()

    # the desk

    async def open(self) -> tuple[Row, ...]:
        if self.broken:
            raise self.broken
        return tuple(row for row in self.rows() if row.interval.open)

    def start(self, news: Callable[[], None]) -> None:
        self.tell = news

    def take(self) -> News:
        news, self.coming = self.coming, News()
        return news

    def capabilities(self, feed: str) -> Capabilities | None:
        return self.can.get(feed)

    async def thread(self, some_id: str) -> tuple[Message, ...]:
        row = next(row for row in self.rows() if row.id == some_id)
        theirs = [
            Message(
                one.id,
                one.author.handle,
                ours=False,
                text=one.text,
                at=one.posted,
                url=one.url,
                kind=one.kind,
                pending=one.pending,
            )
            for one in self.items
            if one.thread == row.interval.opener.thread
        ]
        ids = {one.id for one in theirs}
        ours = [
            Message(f"reply{n}", one.by, True, one.text, one.at, one.url, one.kind)  # noqa: FBT003
            for n, one in enumerate(self.replies)
            if one.item in ids
        ]
        return tuple(sorted((*theirs, *ours), key=lambda message: message.at))

    async def act(
        self, ids: Sequence[str], verb: Verb, detail: dict[str, Any] | None = None
    ) -> tuple[Row, ...]:
        if self.broken:
            raise self.broken
        for key in ids:
            waits = next(row.interval for row in self.rows() if row.id == key)
            check(Act(key, verb, detail or {}), waits, self.clock())
        self.events += [
            Event(f"e{len(self.events) + n}", key, verb, self.operator, self.clock(), detail or {})
            for n, key in enumerate(ids)
        ]
        return tuple(row for row in self.rows() if row.id in ids)

    async def undo(self) -> tuple[Row, Event]:
        event = undoable(self.events, self.operator)
        if event is None:
            raise Unlawful("there is nothing to undo")
        return self._undo(event), event

    async def redo(self) -> tuple[Row, Event]:
        undoing = redoable(self.events, self.operator)
        if undoing is None:
            raise Unlawful("there is nothing to redo")
        self._undo(undoing)
        event = next(one for one in self.events if one.id == undoing.detail["event"])
        return next(row for row in self.rows() if event.item in row.interval.items), event

    async def draft(self, row: str) -> str:
        return next(
            (one.text for one in self.out.values() if one.interval == row and one.state == "draft"), ""
        )

    async def keep_draft(self, row: str, text: str) -> None:
        if self.broken:
            raise self.broken
        key = f"d-{row}"
        if text:
            self.out[key] = self._outgoing(key, row, text, "draft")
        else:
            self.out.pop(key, None)

    async def reply(self, row: str, text: str, kind: ReplyKind, basis: tuple[str, ...]) -> Outgoing:
        if self.broken:
            raise self.broken
        if self.refuses:
            raise self.refuses
        del kind
        if not text.strip():
            raise Rejected("the reply is empty")
        self.out.pop(f"d-{row}", None)
        key = f"o{len(self.out)}-{row}"
        one = self._outgoing(key, row, text, "queued")
        self.out[key] = replace(one, until=self.clock() + HOLD, basis=basis)
        return self.out[key]

    async def deed(self, row: str, deed: Deed) -> Outgoing:
        if self.broken:
            raise self.broken
        if self.refuses:
            raise self.refuses
        key = f"{deed}-{row}"
        one = self._outgoing(key, row, "", "queued")
        self.out[key] = replace(one, until=self.clock() + HOLD, deed=deed)
        return self.out[key]

    async def recall(self, key: str) -> Outgoing:
        one = self.out.get(key)
        if one is None or one.state != "queued":
            raise Conflict("too late: the reply is on its way")
        if one.deed is not None:
            return replace(self.out.pop(key), state="dropped")
        self.out[key] = replace(one, state="draft", until=None)
        return self.out[key]

    async def discard(self, key: str) -> None:
        self.out.pop(key, None)

    async def settle(self, key: str, *, sent: bool) -> Outgoing:
        self.out[key] = replace(self.out[key], state="sent" if sent else "draft")
        return self.out[key]

    async def outbox(self) -> tuple[Outgoing, ...]:
        return tuple(self.out.values())

    async def figures(self, now: datetime, window: str) -> tuple[Figure, ...]:
        del now, window
        return self.numbers

    async def feeds(self) -> tuple[FeedState, ...]:
        return self.states

    async def pause_feed(self, name: str) -> FeedState:
        return self._feed(name, state="paused", next_try=None)

    async def resume_feed(self, name: str) -> FeedState:
        return self._feed(name, state="ok", next_try=self.clock(), error=None)

    def _feed(self, name: str, **facts: Any) -> FeedState:
        if self.broken:
            raise self.broken
        self.states = tuple(replace(one, **facts) if one.feed == name else one for one in self.states)
        return next(one for one in self.states if one.feed == name)

    async def who(self, name: str) -> str:
        if self.broken:
            raise self.broken
        return f"writes as the shop on {name}"

    async def feed_log(self, name: str) -> FeedLog:
        return self.logs.get(name, FeedLog(name))

    async def poll_now(self) -> None:
        self.polls += 1

    async def writes(self, row: str, *, now: bool) -> None:
        if self.broken:
            raise self.broken
        (self.writing.add if now else self.writing.discard)(row)

    async def close(self) -> tuple[Outgoing, ...]:
        self.closed = True
        return tuple(one for one in self.out.values() if one.state == "queued")

    def _undo(self, event: Event) -> Row:
        detail = {"event": event.id}
        self.events.append(
            Event(f"e{len(self.events)}", event.item, "undone", self.operator, self.clock(), detail)
        )
        return next(row for row in self.rows() if event.item in row.interval.items)

    def _outgoing(self, key: str, row: str, text: str, state: Any) -> Outgoing:
        waits = next(one.interval for one in self.rows() if one.id == row)
        return Outgoing(
            id=key, item=waits.items[-1], interval=row, feed=waits.opener.feed, native=row, thread=row,
            text=text, kind="answer", visibility="public", state=state, by=self.operator,
            made=self.clock(), changed=self.clock(),
        )  # fmt: skip


def figure(
    metric: str, value: float | None, n: int, class_: str | None = None, *,
    low: float | None = None, high: float | None = None,
) -> Figure:  # fmt: skip
    """A counted number."""
    return Figure(metric, value, n, "", "counted", NOW, low=low, high=high, class_=class_)


NETWORKS = {
    "mst": Capabilities(
        "mastodon",
        "mst",
        title="Mastodon",
        reply=True,
        limit=500,
        counted="statuses",
        thread=True,
        deeds=("like",),
    ),
    "bsk": Capabilities("bluesky", "bsk", reply=True, limit=300, counted="graphemes", thread=True),
    "fbk": Capabilities("facebook", "fb", reply=True),
    "site": Capabilities(
        "wordpress", "wp", title="WordPress", reply=True, thread=True, deeds=("approve", "spam")
    ),
    "rss": Capabilities("feed", "rss", why_not="a feed can only be read"),
}

MINUTE = timedelta(minutes=1)


def late(minutes: int, seconds: int = 0) -> timedelta:
    """How long ago a message was written whose 60 minutes ended so long ago."""
    return timedelta(minutes=60 + minutes, seconds=seconds)


def left(minutes: int, seconds: int = 0) -> timedelta:
    """How long ago a message was written whose 60 minutes end in so long."""
    return timedelta(minutes=60) - timedelta(minutes=minutes, seconds=seconds)


def busy() -> FakeDesk:
    """The day of the mock-up."""
    desk = FakeDesk(Clock(), can=dict(NETWORKS))
    desk.items = [
        item(
            "nok_vte", "order 4512 still not here, third time I ask", late(12), feed="mst", network="mastodon"
        ),
        item("riad", "طلبت قبل أسبوع", late(3, 31), followers=3100, thread="bsk:t", tone="complaint"),
        item("riad", "أين طلبي 4512", late(3, 31) - timedelta(minutes=21), thread="bsk:t"),
        item("joy.r", "[angry] refund please [/s]", late(0, 20), feed="fbk", network="facebook"),
        item("mai", "ນ້ຳໜັກບໍ່ຖືກ", left(1, 48), feed="mst", network="mastodon"),
        item("yelp:Kim", "'waited 40 min, nobody came'", left(3, 10), feed="rss", network="feed", stars=2),
        item("tess", "is the red one in stock?", left(18)),
        item("karan", "मेरा ऑर्डर कहाँ है? हिन्दी में लिखिए", left(25), feed="mst", network="mastodon"),
        item("rupa", "আমার অর্ডার কোথায়", left(33)),
        item("lan", "商品がまだ届きません", left(45), feed="mst", network="mastodon"),
        item("bee", "great shop, thank you all!", timedelta(hours=3), tone="praise"),
    ]
    tom = item("tom", "power supply hums", timedelta(hours=4), feed="mst", network="mastodon")
    desk.items.append(tom)
    held = NOW - timedelta(hours=3, minutes=19)
    desk.replies.append(Reply(tom.id, "nok", Clean("we look into it"), held, kind="holding"))
    desk.states = (
        *(
            FeedState(name, "feed", state="ok", items=12, last_ok=NOW - timedelta(seconds=40),
                      next_try=NOW + timedelta(seconds=20))
            for name in ("mst", "bsk", "fbk", "rss", "blog")
        ),
        FeedState("shop", "isso", state="down", failures=3, failing_since=NOW - timedelta(minutes=9),
                  next_try=NOW + timedelta(minutes=4), error="the server answered 503", items=4),
    )  # fmt: skip
    desk.numbers = (
        figure("response_rate", 0.96, 212), figure("waiting_now", 6, 6), figure("late_now", 3, 3),
        figure("first_response_median", 240, 200), figure("first_response_p90", 1860, 200),
        figure("answered_within_5m", 0.58, 212), figure("answered_within_30m", 0.89, 210),
        figure("answered_within_60m", 0.95, 208), figure("share_bad", 14, 14), figure("share_good", 41, 41),
        figure("reach_bad", 18_000, 14), figure("reach_good", 52_300, 41), figure("probably_now", 0, 0),
        figure("ever_ignored", 0.02, 180), figure("in_target", 0.94, 212),
        figure("recommend", 0.68, 22, "fast", low=0.47, high=0.84),
        figure("recommend", 0.31, 13, "late", low=0.13, high=0.58),
        figure("recommend", 0.25, 4, "never", low=0.05, high=0.7),
    )  # fmt: skip
    return desk


FULL = StoreError("no space left on the device")
