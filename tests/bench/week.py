"""A week of 2,000 feeds of every mood in a few minutes: the real poller, schedule, reader and store.

    python -m tests.bench.week [--feeds 2000] [--days 7] [--seed 1]

The net is made up (`tests.bench.strangers`) and so is the time: the loop's clock stands still
while there is work and jumps when there is none. The machine is suspended, its clock is set
wrong and right again, and the program is restarted. Prints what went wrong, and how often.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import selectors
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from cxtui.connectors.feed import Reading
from cxtui.core.feed import Feed
from cxtui.core.triage import Act
from cxtui.engine.poller import Poller
from cxtui.http import Client
from cxtui.store.book import Book
from cxtui.store.memory import MemoryTables
from cxtui.store.tables import Doc
from tests.bench.strangers import DAY, HOUR, START, Stranger, World, strangers


class Selector(selectors.DefaultSelector):
    """Never waits: tells how long it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready; where nothing is, time passes at once."""
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits, and nobody for a time")
        if not ready and timeout:
            self.now += timeout
        return ready


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose time is made up."""

    def __init__(self) -> None:
        self._selector_of_time = Selector()
        super().__init__(self._selector_of_time)

    def time(self) -> float:
        """Made-up seconds."""
        return self._selector_of_time.now


class Here:
    """The store's thread, without a thread."""

    async def run(self, command: Callable[..., Any], *args: Any) -> Any:
        """The command's result."""
        return command(*args)

    def close(self) -> None:
        """Nothing to end."""


class Kept(MemoryTables):
    """Tables whose change feed nobody reads."""

    def append(self, table: str, doc: Doc) -> int:
        """Keep all but the change feed."""
        return 0 if table == "log" else super().append(table, doc)


async def opened(tables: MemoryTables) -> Book:
    """A store whose commands take no time and no thread."""
    store = Book(lambda: tables)
    store._thread.close()  # pyright: ignore[reportPrivateUsage] - made-up time knows no other thread
    store._thread = cast("Any", Here())  # pyright: ignore[reportPrivateUsage]
    await store.open()
    return store


@dataclass(slots=True)
class Report:
    """What a week came to."""

    requests: int = 0
    early: Counter[str] = field(default_factory=Counter[str])
    written: int = 0
    kept: int = 0
    duplicates: int = 0
    lost: int = 0
    unmarked: int = 0
    gaps: int = 0
    moved: int = 0
    most: int = 0
    seconds: float = 0.0
    states: Counter[str] = field(default_factory=Counter[str])
    unmarked_moods: Counter[str] = field(default_factory=Counter[str])

    def lines(self) -> list[str]:
        """The report, a line each."""
        early = [f"    {count} × {what}" for what, count in self.early.items()]
        return [
            f"requests                           {self.requests:>9,}   (at most {self.most} at once)",
            f"requests earlier than allowed      {self.early.total():>9,}",
            *early,
            f"messages written, kept             {self.written:>9,} {self.kept:,}",
            f"duplicates                         {self.duplicates:>9,}",
            f"lost where windows overlap         {self.lost:>9,}",
            f"windows that overflowed unmarked   {self.unmarked:>9,}   (marked: {self.gaps:,} gaps)",
            *(f"    {count} × {mood}" for mood, count in self.unmarked_moods.items() if count),
            f"feeds that moved for good          {self.moved:>9,}",
            f"feeds at the end                   {dict(self.states)}",
            f"wall time                          {self.seconds:>9,.1f} s",
        ]


async def live(world: World, feeds: list[Stranger], store: Book, days: float, roll: random.Random) -> None:
    """Run the poller for so many days with restarts, suspends and clocks set wrong."""
    servers = {one.feed.name: one for one in feeds}

    def connector(feed: Feed) -> Reading:
        return Reading(feed, cast("Client", servers[feed.name]))

    end = days * DAY
    every = max(end / 7, DAY / 4)
    troubles = [_sleep, _jump(DAY), _jump(-DAY), _nothing]
    turn = 0
    while world.true() < end:
        poller = Poller(
            tuple(one.feed for one in feeds),
            connector,
            store,
            world.wall,
            elapsed=world.true,
            roll=roll.random,
        )
        polling = asyncio.create_task(poller.run())
        until = min(world.true() + every, end)
        await asyncio.sleep(every / 3)
        troubles[turn % len(troubles)](world)
        turn += 1
        while world.true() < until:
            await asyncio.wait({polling}, timeout=min(6 * HOUR, max(until - world.true(), 1.0)))
            if polling.done():
                polling.result()
            await _close_all(store, world)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        print(f"  {world.true() / DAY:.1f} days, {world.requests:,} requests", file=sys.stderr, flush=True)


def _sleep(world: World) -> None:
    world.asleep += 5 * HOUR


def _nothing(_: World) -> None:
    pass


def _jump(seconds: float) -> Callable[[World], None]:
    def jump(world: World) -> None:
        world.jumped += seconds

    return jump


async def _close_all(store: Book, world: World) -> None:
    """The operator answers everybody, so that quiet feeds are asked less."""
    for row in await store.rows():
        await store.act(Act(row.id, "closed", {"reason": "answered-elsewhere"}), "nok", world.wall())


def judged(world: World, feeds: list[Stranger], tables: MemoryTables) -> Report:
    """What is wrong with what was kept."""
    report = Report(world.requests, world.early, most=world.most)
    copies = Counter(str(doc["text"]).split()[3] for doc in tables.find("items"))
    gaps = tables.find("gaps")
    marked = Counter(str(doc["feed"]) for doc in gaps)
    report.gaps = len(gaps)
    for one in feeds:
        names = [f"{one.feed.name}-{n}" for n in range(len(one.written))]
        report.written += len(names)
        report.kept += sum(1 for name in names if copies[name])
        report.duplicates += sum(max(copies[name] - 1, 0) for name in names)
        report.lost += sum(1 for n in one.shown if not copies[names[n]])
        torn = sum(
            1 for (_, _, end), (_, first, _) in zip(one.windows, one.windows[1:], strict=False) if first > end
        )
        unmarked = max(torn - marked[one.feed.name], 0)
        report.unmarked += unmarked
        report.unmarked_moods[one.mood] += unmarked
    for doc in tables.find("feeds"):
        report.states[str(doc["state"])] += 1
        report.moved += doc["address"] is not None
    return report


def week(count: int, days: float, seed: int) -> Report:
    """Let the time pass and judge."""
    began = time.perf_counter()
    loop = Loop()
    try:
        return loop.run_until_complete(_week(loop, count, days, seed, began))
    finally:
        loop.close()


async def _week(loop: Loop, count: int, days: float, seed: int, began: float) -> Report:
    world = World(loop.time)
    feeds = strangers(world, count, days, seed)
    tables = Kept()
    store = await opened(tables)
    await live(world, feeds, store, days, random.Random(seed))  # noqa: S311 - dice, not keys
    report = judged(world, feeds, tables)
    report.seconds = time.perf_counter() - began
    return report


def main(words: Sequence[str] | None = None) -> int:
    """Run and print; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description="a simulated week of feeds of every mood")
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(words)
    gc.set_threshold(100_000, 50, 100)  # millions of documents live as long as the week
    report = week(args.feeds, args.days, args.seed)
    print(f"{args.feeds:,} feeds, {args.days:g} days from {START:%Y-%m-%d}, seed {args.seed}")
    print("\n".join(report.lines()))
    return 1 if report.early or report.duplicates or report.lost or report.unmarked else 0


if __name__ == "__main__":
    sys.exit(main())
