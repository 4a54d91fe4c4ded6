"""Servers of every mood, on a made-up net in made-up time: what they give, and what they saw of us.

Each `Stranger` is one feed. `World` is the time they live in and the judge of how they were asked.
"""

from __future__ import annotations

import asyncio
import random
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from cxtui.core.feed import Feed
from cxtui.engine import hosts
from cxtui.errors import Unreachable
from cxtui.http.answer import Answer, Headers, judge

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = 86_400.0, 3_600.0, 60.0
WINDOW = 10
"""Entries that a feed shows."""
SLACK = 0.5
"""Seconds that rounding to whole seconds in a header may cost."""

MOODS = (
    "well", "no validators", "cached", "slow", "429 seconds", "429 date", "429 silent", "503 bursts",
    "missing", "gone", "sign-in", "moved", "elsewhere", "clock wrong", "new ids", "yesterday", "overflowing",
    "overflowing pages", "reddit", "network down",
)  # fmt: skip


@dataclass(slots=True)
class World:
    """True seconds since the start: those the loop counts and those the machine slept."""

    loop: Callable[[], float]
    asleep: float = 0.0
    jumped: float = 0.0
    early: Counter[str] = field(default_factory=Counter[str])
    requests: int = 0
    flying: int = 0
    most: int = 0
    started: float = -1.0
    hosts: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    shut: dict[str, float] = field(default_factory=dict[str, float])

    def true(self) -> float:
        """Seconds that have really passed."""
        return self.loop() + self.asleep

    def wall(self) -> datetime:
        """What the clock of this machine shows."""
        return START + timedelta(seconds=self.true() + self.jumped)

    def begin(self, feed: Feed, mood: str) -> None:
        """A request starts: is it allowed to?"""
        now, host = self.true(), hosts.host_of(feed)
        last, busy = self.hosts.get(host, [-1e9, 0])
        self._note("too soon after the last one at that host", now - last < hosts.spacing(feed) - 1e-3)
        self._note("two at once at one host", bool(busy))
        self._note("more than fifty a second", now - self.started < 0.0199)
        self._note(f"while the host asked to wait ({mood})", now < self.shut.get(host, -1.0) - SLACK)
        self.hosts[host] = [now, 1]
        self.started = now
        self.requests += 1
        self.flying += 1
        self.most = max(self.most, self.flying)
        self._note("more than eight at once", self.flying > hosts.AT_ONCE)

    def end(self, feed: Feed) -> None:
        """A request is over."""
        self.flying -= 1
        self.hosts[hosts.host_of(feed)][1] = 0

    def note(self, what: str, *, wrong: bool) -> None:
        """Count a request that came earlier than allowed."""
        self._note(what, wrong)

    def _note(self, what: str, wrong: bool) -> None:  # noqa: FBT001
        if wrong:
            self.early[what] += 1


@dataclass(slots=True)
class Stranger:
    """One feed: when its messages are written, and how it answers."""

    number: int
    mood: str
    feed: Feed
    world: World
    written: list[float]
    roll: random.Random
    free_at: float = -1.0
    asked_at: float = -1e9
    refused: int = 0
    shut_silent: int = 0
    shown: set[int] = field(default_factory=set[int])
    windows: list[tuple[float, int, int]] = field(default_factory=list[tuple[float, int, int]])
    """True time, first and one past the last message of each window that was read as a page."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, int] | None = None,
        accept: str = "",
    ) -> Answer:
        """What `cxtui.http.Client` would give for it. Raises: FeedError."""
        del method, accept
        asked = self.feed if not params else None
        if asked is not None:
            self._asked()
            self.world.begin(self.feed, self.mood)
        try:
            await asyncio.sleep(self._latency())
        except asyncio.CancelledError:
            self.asked_at = -1e9  # the program was ended meanwhile and knows nothing of it
            raise
        else:
            return self._answer(url, headers or {}, (params or {}).get("paged", 1))
        finally:
            if asked is not None:
                self.world.end(self.feed)

    def _asked(self) -> None:
        now = self.world.true()
        self.world.note("before the cache is old", wrong=now < self.free_at - SLACK)
        soon = now - self.asked_at
        self.world.note(f"{soon:.0f} s after the last time ({self.mood})", wrong=soon < 29.9)
        self.world.note("after it said that it is gone", wrong=self.mood == "gone" and self.refused > 0)
        self.world.note(
            "a fourth time with a refused sign-in", wrong=self.mood == "sign-in" and self.refused > 2
        )
        self.asked_at = now

    def _latency(self) -> float:
        return self.roll.uniform(5, 29) if self.mood == "slow" else self.roll.uniform(0.05, 0.4)

    def _answer(self, url: str, headers: Mapping[str, str], page: int) -> Answer:
        now = self.world.true()
        host = hosts.host_of(self.feed)
        status, more = self._status(now)
        if status >= 400:
            told = Headers((name.encode(), value.encode()) for name, value in more.items())
            if status in (429, 503):
                self._shut(host, now, more)
            judge(status, told, host, (), self.world.wall(), urlsplit(self.feed.url).hostname)
        self.refused = self.shut_silent = 0
        return self._page(url, headers, page, now, more)

    def _status(self, now: float) -> tuple[int, dict[str, str]]:  # noqa: PLR0911 - a table of moods
        day = now / DAY
        match self.mood:
            case "429 seconds" | "429 date" | "429 silent" if self.roll.random() < 0.03:
                return 429, self._wait(now)
            case "503 bursts" if day % 1 < 0.1:
                return self.roll.choice([500, 502, 503]), {}
            case "missing" if 0.3 < day < 0.6 or 2 < day < 4:
                return 404, {}
            case "gone" if day > 0.5:
                return self._refuse(410)
            case "sign-in" if day > 0.4:
                return self._refuse(401)
            case "network down" if day % 2 < 0.5:
                raise Unreachable("no answer")
            case "cached":
                age = (300, 900, 3000, 7200)[self.number // 20 % 4]
                self.free_at = now + min(age, HOUR)
                return 200, {"Cache-Control": f"public, max-age={age}"}
            case _:
                return 200, {}

    def _wait(self, now: float) -> dict[str, str]:
        seconds = self.roll.choice([0, 30, 600, 7200])
        if self.mood != "429 date":
            return {"Retry-After": str(seconds)} if self.mood == "429 seconds" else {}
        theirs = START + timedelta(seconds=now - DAY)
        until = theirs + timedelta(seconds=seconds)
        return {
            "Date": format_datetime(theirs, usegmt=True),
            "Retry-After": format_datetime(until, usegmt=True),
        }

    def _refuse(self, status: int) -> tuple[int, dict[str, str]]:
        self.refused += 1
        return status, {}

    def _shut(self, host: str, now: float, more: Mapping[str, str]) -> None:
        until = more.get("Retry-After", "")
        if until.isdigit():
            wait = float(until)
        elif until:
            theirs = datetime.strptime(more["Date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
            wait = (
                datetime.strptime(until, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) - theirs
            ).total_seconds()
        else:
            self.shut_silent += 1
            wait = 15 * MINUTE
        self.world.shut[host] = max(self.world.shut.get(host, 0.0), now + wait)

    def _page(
        self, url: str, headers: Mapping[str, str], page: int, now: float, more: dict[str, str]
    ) -> Answer:
        moved = self._moved(url, now)
        old = self.mood == "yesterday" and self.roll.random() < 0.2 and now > DAY
        end = bisect_right(self.written, now - DAY if old else now) - WINDOW * (page - 1)
        first, end = max(end - WINDOW, 0), max(end, 0)
        names = "b" if self.mood == "new ids" and now > DAY / 2 else "a"
        tag = f'"{first}-{end}-{names}"'
        if self.mood not in ("no validators", "overflowing pages"):
            more = {**more, "ETag": tag, "Last-Modified": "some day"}
        told = Headers((name.encode(), value.encode()) for name, value in more.items())
        if headers.get("If-None-Match") == tag and page == 1:
            return Answer(304, told, b"", moved or url, self._hops(moved))
        self.shown.update(range(first, end))
        if page == 1 and not old:
            self.windows.append((now, first, end))
        elif not old and self.windows:
            at, _, last = self.windows[-1]
            self.windows[-1] = at, first, last
        return Answer(200, told, self._body(first, end, names), moved or url, self._hops(moved))

    def _moved(self, url: str, now: float) -> str | None:
        if self.mood == "moved" and now > DAY / 4 and "/old/" in url:
            return url.replace("/old/", "/new/")
        return url.replace("/old/", "/now/") if self.mood == "elsewhere" else None

    def _hops(self, moved: str | None) -> tuple[int, ...]:
        return () if moved is None else (301,) if self.mood == "moved" else (302,)

    def _body(self, first: int, end: int, names: str) -> bytes:
        wrong = DAY if self.mood == "clock wrong" else 0.0
        entries = "".join(self._entry(n, names, wrong) for n in range(end - 1, first - 1, -1))
        site = "<generator>https://wordpress.org/?v=6</generator>" if self.mood == "overflowing pages" else ""
        head = f'<rss version="2.0"><channel><title>{self.feed.name}</title>{site}'
        return f"{head}{entries}</channel></rss>".encode()

    def _entry(self, n: int, names: str, wrong: float) -> str:
        at = format_datetime(START + timedelta(seconds=int(self.written[n] + wrong)), usegmt=True)
        return (
            f"<item><guid isPermaLink='false'>{names}{n}</guid>"
            f"<link>https://{self.feed.name}.example/page#comment-{n}</link>"
            f"<author>c{n % 7}@{self.feed.name}.example (c{n % 7})</author><pubDate>{at}</pubDate>"
            f"<description>where is order {self.feed.name}-{n} please</description></item>"
        )


def strangers(world: World, count: int, days: float, seed: int) -> list[Stranger]:
    """So many feeds of all moods, five on each host but a crowd on reddit."""
    return [
        _stranger(world, number, days, random.Random(f"{seed} {number}"))  # noqa: S311 - dice, not keys
        for number in range(count)
    ]


def _stranger(world: World, number: int, days: float, roll: random.Random) -> Stranger:
    mood = MOODS[number % len(MOODS)]
    host = "www.reddit.com" if mood == "reddit" else f"h{number // 5}.example"
    promise = {0: 5, 1: 30, 2: 30, 3: 30}.get(zlib.crc32(str(number).encode()) % 200, 240)
    feed = Feed(f"f{number}", "feed", f"https://{host}/old/{number}", promise=timedelta(minutes=promise))
    end = days * DAY
    each = roll.choice([0.1, 0.5, 3, 10]) * days + 3
    written = [roll.uniform(-2 * DAY, end) for _ in range(int(each))]
    if mood.startswith("overflowing"):
        for _ in range(max(1, int(2 * days))):
            burst = roll.uniform(0, end)
            written += [burst + roll.uniform(0, 10 * MINUTE) for _ in range(25)]
    return Stranger(number, mood, feed, world, sorted(written), roll)
