"""A desk without an engine: rows in memory, worked out by the real rules, at a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from cxtui.connectors import Capabilities, Connector
from cxtui.core.attached import File
from cxtui.core.behind import Behind
from cxtui.core.calendar import Calendar
from cxtui.core.explain import Explanation, explain
from cxtui.core.feed import Gap
from cxtui.core.filters import Filter, Sight
from cxtui.core.guard import Finding
from cxtui.core.history import History, intervals
from cxtui.core.inbox import Row
from cxtui.core.item import Author, Clean, Deed, Event, Item, Reply, ReplyKind, Tone, Verb, Visibility
from cxtui.core.metrics import METRICS, Facts, Figure, Ledger
from cxtui.core.metrics.pictures import Picture
from cxtui.core.metrics.sheet import Question, Sheet, boxes, sheet
from cxtui.core.pledges import Pledge
from cxtui.core.policies import Policies
from cxtui.core.promises import Owed, judged, urgency
from cxtui.core.text import clean
from cxtui.core.triage import Act, check, redoable, undoable
from cxtui.data.promising import pledged
from cxtui.engine.attaching import Attached, attached
from cxtui.engine.desk import News, Words
from cxtui.engine.preparing import Shelf
from cxtui.errors import Conflict, Rejected, StoreError, Unlawful
from cxtui.store import FeedLog, FeedState, Message, Outgoing, Store
from cxtui.store.attachments import Attachments
from cxtui.store.promising import standing

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
    hold: timedelta = HOLD
    readonly: str = ""
    answered_elsewhere: set[str] = field(default_factory=set[str])
    """Names of customers whose rows take no reply any more, which nobody here knows yet."""
    broken: Exception | None = None
    refuses: Exception | None = None
    polls: int = 0
    gaps: list[Gap] = field(default_factory=list[Gap])
    asked: list[Question] = field(default_factory=list[Question])
    looked: list[str] = field(default_factory=list[str])
    writing: set[str] = field(default_factory=set[str])
    shelved: Shelf = field(default_factory=Shelf)
    handles: dict[str, str] | Exception = field(default_factory=dict[str, str])
    thread_says: str | Exception | None = None
    rereads: list[tuple[str, tuple[str, ...]]] = field(default_factory=list[tuple[str, tuple[str, ...]]])
    gone_out: list[Outgoing] = field(default_factory=list[Outgoing])
    overridden: dict[str, str] = field(default_factory=dict[str, str])
    findings: tuple[Finding, ...] = ()
    finds: dict[str, Finding] = field(default_factory=dict[str, Finding])
    policies: Policies = field(default_factory=Policies)
    copies: Attachments | None = None
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
                standing([], [one for one in self.events if one.item in ids]),
            )
            found += [Row(waits, waits.id[-4:]) for waits in intervals(known, self.policies)]
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
        kind: ReplyKind = "thanks" if one.deed else one.kind
        said = Reply(one.item, one.by, Clean(one.text), self.clock(), kind, "cxtui", remote_id=f"sent-{key}")
        self.replies.append(said)
        for n, promised in enumerate(one.pledged):
            detail = {"promise": f"promise{n}-{key}", "text": promised.text, "due": promised.due.isoformat(),
                      "reply": said.remote_id}  # fmt: skip
            self.events.append(Event(f"s{n}-{key}", one.item, "promised", one.by, self.clock(), detail))
        row = next(row for row in self.rows() if row.id == one.interval)
        self.hears(News(rows=(row,), outbox=tuple(self.out.values()), promises=self.owed()))

    def owed(self, *, everything: bool = False) -> tuple[Owed, ...]:
        """What is promised."""
        found: list[Owed] = []
        for row in self.rows():
            ids = row.interval.items
            known = [one for one in standing([], self.events) if one.item in ids]
            stand = [judged(one, ids, row.interval.answered, self.replies) for one in known]
            found += [Owed(one, row) for one in stand if everything or one.state == "open"]
        return tuple(sorted(found, key=urgency))

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

    def calendar(self, row: Row) -> Calendar:
        return self.policies.hours(row.interval.policy, row.interval.calendar)

    def explain(self, row: Row, now: datetime, zone: tzinfo) -> Explanation:
        return explain(row, now, zone, self.policies)

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
        more: dict[str, Any] = {"promise": f"promise{len(self.events)}"} if verb == "promised" else {}
        if verb == "promise_moved":
            owed = next(one for one in self.owed() if one.id == (detail or {}).get("promise"))
            more = {"from": owed.promise.due.isoformat()}
        told = {**(detail or {}), **more}
        self.events += [
            Event(f"e{len(self.events) + n}", key, verb, self.operator, self.clock(), told)
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

    async def kept(self, row: str) -> Outgoing | None:
        return next((o for o in self.out.values() if o.interval == row and o.state == "draft"), None)

    async def keep_draft(
        self, row: str, text: str, visibility: Visibility | None = None, files: Sequence[File] | None = None,
        kind: ReplyKind = "answer",
    ) -> None:  # fmt: skip
        if self.broken:
            raise self.broken
        key = f"d-{row}"
        had = self.out[key].files if key in self.out else ()
        if text or files:
            now = self._outgoing(key, row, text, "draft", visibility)
            self.out[key] = replace(now, kind=kind, files=had if files is None else tuple(files))
        else:
            self.out.pop(key, None)

    async def attach(self, feed: str, path: str, alt: str = "", beside: Sequence[File] = ()) -> Attached:
        assert self.copies is not None, "this test attaches nothing"
        copies = self.copies
        network = SimpleNamespace(capabilities=replace(self.can[feed], check=False))

        async def copy(path: str, most: int | None) -> tuple[File, bytes]:
            return copies.take(path, most)

        store = SimpleNamespace(attach=copy)
        return await attached(cast("Connector", network), cast("Store", store), path, alt, beside)

    async def reply(self, row: str, words: Words) -> Outgoing:
        if self.broken:
            raise self.broken
        if self.refuses:
            raise self.refuses
        if any(name in row for name in self.answered_elsewhere):
            raise Conflict("it was answered meanwhile")
        if not words.text.strip():
            raise Rejected("the reply is empty")
        self.overridden.update(words.overrides)
        self.out.pop(f"d-{row}", None)
        key = f"o{len(self.out)}-{row}"
        one = self._outgoing(key, row, words.text, "queued", words.visibility)
        until = words.at or self.clock() + self.hold + words.behind * timedelta(seconds=2)
        self.out[key] = replace(
            one, until=until, basis=words.basis, kind=words.kind, pledged=words.promised, planned=words.at,
            files=words.files,
        )  # fmt: skip
        return self.out[key]

    async def guard(
        self,
        row: Row,
        text: str,
        kind: ReplyKind,
        visibility: Visibility,
        basis: tuple[str, ...] | None = None,
        promised: datetime | None = None,
    ) -> tuple[Finding, ...]:
        del row, kind, visibility, basis, promised
        return (*self.findings, *(one for word, one in self.finds.items() if word in text))

    async def pledges(self, row: str, text: str) -> tuple[Pledge, ...]:
        del row
        return pledged(text, None, self.clock(), ZoneInfo("Asia/Vientiane"))

    async def promises(self, *, everything: bool = False) -> tuple[Owed, ...]:
        return self.owed(everything=everything)

    async def shelf(self, row: str) -> Shelf:
        found = next(one for one in self.rows() if one.id == row)
        return replace(self.shelved, texts=tuple(one for one in self.shelved.texts if one.fits(found)))

    async def handle(self, feed: str) -> str:
        if isinstance(self.handles, Exception):
            raise self.handles
        return self.handles.get(feed, "")

    async def reread(self, row: str, basis: tuple[str, ...]) -> str | None:
        self.rereads.append((row, basis))
        if isinstance(self.thread_says, Exception):
            raise self.thread_says
        return self.thread_says

    async def sent(self) -> tuple[Outgoing, ...]:
        return tuple(self.gone_out)

    async def take_away(self, key: str) -> None:
        if self.broken:
            raise self.broken
        if self.refuses:
            raise self.refuses
        self.gone_out = [one for one in self.gone_out if one.id != key]

    async def deed(self, row: str, deed: Deed, behind: int = 0) -> Outgoing:
        if self.broken:
            raise self.broken
        if self.refuses:
            raise self.refuses
        key = f"{deed}-{row}"
        one = self._outgoing(key, row, "", "queued")
        self.out[key] = replace(
            one, until=self.clock() + self.hold + behind * timedelta(seconds=2), deed=deed
        )
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

    async def figures(self, now: datetime, window: str, only: Filter | None = None) -> tuple[Figure, ...]:
        del now, window, only
        return self.numbers

    def facts(self) -> Facts:
        """What the numbers of the stats page are made of."""
        return Facts(
            tuple(row.interval for row in self.rows()),
            tuple(self.items),
            tuple(self.replies),
            tuple(self.events),
            gaps=tuple(self.gaps),
        )

    async def sheet(self, asked: Question) -> Sheet:
        if self.broken:
            raise self.broken
        self.asked.append(asked)
        only = asked.filter
        facts = self.facts()
        if only is not None:
            facts = facts.narrowed(only.keep(Sight(asked.now, asked.zone, asked.me)))
        return sheet(Ledger.of(facts), asked)

    async def boxes(self, now: datetime, zone: tzinfo) -> tuple[Picture, ...]:
        return boxes(Ledger.of(self.facts()), now, zone)

    async def closed_rows(self, now: datetime) -> tuple[Row, ...]:
        del now
        found = [row for row in self.rows() if row.interval.closed is not None]
        return tuple(sorted(found, key=lambda row: row.interval.closed or NOW, reverse=True))

    async def behind(self, ids: Sequence[str]) -> tuple[Behind, ...]:
        if self.broken:
            raise self.broken
        items = {one.id: one for one in self.items}
        waits = {key: row.interval for row in self.rows() for key in row.interval.items}
        self.looked += ids
        return tuple(Behind(key, items.get(key), waits.get(key)) for key in ids)

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

    def _outgoing(
        self, key: str, row: str, text: str, state: Any, visibility: Visibility | None = None
    ) -> Outgoing:
        waits = next(one.interval for one in self.rows() if one.id == row)
        return Outgoing(
            id=key, item=waits.items[-1], interval=row, feed=waits.opener.feed, native=row, thread=row,
            text=text, kind="answer", visibility=visibility or waits.visibility, state=state,
            by=self.operator, made=self.clock(), changed=self.clock(),
        )  # fmt: skip


def figure(
    metric: str, value: float | None, n: int, class_: str | None = None, *,
    low: float | None = None, high: float | None = None,
) -> Figure:  # fmt: skip
    """A number as it is counted from a store."""
    unit = METRICS[metric].unit
    kind = "estimate" if metric.startswith("reach") else "counted"
    return Figure(metric, value, n, unit, kind, NOW, low=low, high=high, class_=class_)


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
