"""Measures the numbers over a large store: a tick of the pane, the stats screen, `cxtui stats`.

    python tests/bench/figures.py [--size N] [--open N] [--keep FOLDER]

Beside each stands a naive pass: the same numbers counted anew from every document. Processor time, since
other programs may run; a whole process also by the clock. Prints, never judges.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cxtui.core.filters import Sight, parse
from cxtui.core.item import Author, Clean, Event, Item, Reply
from cxtui.core.metrics import Ledger
from cxtui.core.metrics.figure import stamp
from cxtui.core.metrics.sheet import Question, boxes, sheet
from cxtui.core.policies import Policies
from cxtui.core.triage import Act
from cxtui.store import Store, open_store
from cxtui.store.contacts import settle_all, written
from cxtui.store.tinydb import open_tables

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAYS = 90
FEEDS = ("shop", "blog", "post", "reviews")
FILTERS = (
    "feed:shop",
    "stars:<=2",
    "tone:complaint",
    "by:nok",
    "since:-7d",
    "is:answered",
    "from:@customer12",
)
TONES = (None, None, None, "complaint", "question", "praise")
SAID = "the lamp came with a broken switch and nobody answers the phone ຂໍ້ຄວາມ مصباح please help"


def told(size: int, waiting: int) -> Iterator[tuple[Item, list[Reply], list[Event]]]:
    """So many contacts over three months, the last of them without an answer yet."""
    dice = random.Random(7)  # noqa: S311 - no secret
    step = timedelta(days=DAYS) / size
    for number in range(size):
        at = NOW - timedelta(days=DAYS) + step * number
        feed = dice.choice(FEEDS)
        key = f"{feed}:{100_000_000 + number}"
        who = Clean(f"@customer{dice.randrange(max(size // 4, 1))}")
        review = feed == "reviews"
        item = Item(
            key, feed, "demo", "review" if review else "comment", key, Author(who, who, dice.randrange(5000)),
            Clean(SAID), at, at + timedelta(seconds=dice.randrange(120)), url=f"https://shop.example/{number}",
            stars=float(dice.randint(1, 5)) if review else None, tone=dice.choice(TONES),
            tone_by="rule", score=dice.randint(0, 10) if dice.random() < 0.02 else None,
        )  # fmt: skip
        replies: list[Reply] = []
        events: list[Event] = []
        end = at + timedelta(minutes=dice.expovariate(1 / 45))
        if number < size - waiting:
            if dice.random() < 0.03:
                events.append(Event(f"e{number}", key, "closed", "nok", end, {"reason": "no-answer-needed"}))
            else:
                if dice.random() < 0.1:
                    held = at + (end - at) / 2
                    replies.append(
                        Reply(key, "nok", Clean("we look"), held, "holding", remote_id=f"h{number}")
                    )
                replies.append(Reply(key, "nok", Clean("on its way"), end, remote_id=f"r{number}"))
            if dice.random() < 0.02:
                events.append(Event(f"o{number}", key, "recommends", "nok", end + timedelta(days=1)))
        yield item, replies, events


def fill(folder: Path, size: int, waiting: int) -> None:
    """The store."""
    tables = open_tables(folder)
    some: list[str] = []

    def settle() -> None:
        settle_all(tables, some, Policies())
        some.clear()

    story = told(size, waiting)
    ended = False
    while not ended:
        with tables.commit():
            for _ in range(1000):
                found = next(story, None)
                if found is None:
                    ended = True
                    break
                item, replies, events = found
                some.append(item.contact)
                tables.put("items", item.id, written(item, contact=item.contact))
                for reply in replies:
                    key = str(reply.remote_id)
                    more = {"key": key, "parent": item.id, "thread": item.thread}
                    tables.put("replies", key, written(reply, contact=item.contact, **more))
                for event in events:
                    tables.put("events", event.id, written(event, contact=item.contact))
            settle()
    tables.close()


def taken(work: Callable[[], object], times: int) -> float:
    """The median of the milliseconds of processor time that some work takes."""
    found: list[float] = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append((time.process_time() - began) * 1000)
    return statistics.median(found)


async def inside(folder: Path) -> None:
    """Ticks, windows and acts in one process that keeps its store open."""
    store = await open_store(folder)
    began = time.process_time()
    ledger = await store.count(lambda ledger: ledger)
    ledger.figures(NOW, "24h")
    print(f"first count of a program      {(time.process_time() - began) * 1000:9.1f} ms")
    facts = await store.facts()
    naive = taken(lambda: Ledger.of(facts).figures(NOW, "all"), 1)
    moments = iter(NOW + timedelta(seconds=n) for n in range(1, 1000))

    def line(what: str, found: float) -> None:
        print(f"{what:30}{found:9.1f} ms   a naive pass takes {naive / found:8.0f} times as long")

    line("a tick of the pane", taken(lambda: ledger.figures(next(moments), "24h"), 200))
    line("its pictures", taken(lambda: boxes(ledger, next(moments), UTC), 50))
    for window in ("24h", "7d", "all"):
        first = taken(lambda window=window: sheet(ledger, Question(next(moments), UTC, window)), 1)
        line(f"stats screen, {window}", first)
    for window in ("7d", "30d", "all"):
        line(
            f"the first time {window}", taken(lambda window=window: ledger.figures(next(moments), window), 1)
        )
        line(f"again {window}", taken(lambda window=window: ledger.figures(next(moments), window), 20))
    for words in FILTERS:
        only, began = parse(words), time.process_time()
        asked = Question(next(moments), UTC, "7d", filter=only)
        await store.count(lambda ledger, asked=asked: sheet(ledger, asked), only, Sight(asked.now, UTC))
        line(f"stats screen, 7d, {words}", (time.process_time() - began) * 1000)
    acts: list[float] = []
    for row in (await store.rows())[:20]:
        await store.act(Act(row.id, "tagged", {"tag": "bench"}), "desk", NOW)
        began = time.process_time()
        await store.count(lambda ledger: ledger.figures(NOW + timedelta(minutes=10), "24h"))
        acts.append((time.process_time() - began) * 1000)
    line("a tick after an act", statistics.median(acts))
    for words in FILTERS:
        found = await acts_beside(store, words)
        said = f"median {statistics.median(found):.1f} ms, longest {found[-1]:.1f} ms by the clock"
        print(f"acts while {words} is counted: {said}")
    await store.close()


async def acts_beside(store: Store, words: str) -> list[float]:
    """How many milliseconds acts take by the clock while somebody counts under a filter, shortest first."""
    rows, found = await store.rows(), list[float]()
    moment = NOW + timedelta(minutes=11)
    reckon, sight = partial(Ledger.figures, now=moment, window="all"), Sight(moment, UTC)
    counting = asyncio.ensure_future(store.count(reckon, parse(words), sight))
    while not counting.done():
        began = time.perf_counter()
        act = Act(rows[len(found) % len(rows)].id, "tagged", {"tag": f"{words} {len(found)}"})
        await store.act(act, "desk", NOW)
        found.append((time.perf_counter() - began) * 1000)
    await counting
    return sorted(found)


def whole(folder: Path, times: int, *words: str) -> tuple[float, float]:
    """Median seconds of `cxtui stats --json --window all`: by the clock, and of processor time."""
    argv = [sys.executable, "-m", "cxtui", "--data", str(folder), "stats", *words, "--json", "--window=all"]
    clock: list[float] = []
    cpu: list[float] = []
    for _ in range(times):
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        env = {"CXTUI_NOW": stamp(NOW), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
        subprocess.run(argv, check=True, capture_output=True, env=env)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        clock.append(time.perf_counter() - began)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(clock), statistics.median(cpu)


def main() -> None:
    """Fill a store, count it, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=1000, dest="waiting")
    parser.add_argument("--keep", type=Path, help="a folder whose store is made once and used again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        if not any(folder.glob("*.db")):
            began = time.perf_counter()
            fill(folder, asked.size, asked.waiting)
            print(f"filled in {time.perf_counter() - began:.0f} s")
        asyncio.run(inside(folder))
        for words in ((), *((word,) for word in FILTERS)):
            clock, cpu = whole(folder, 3, *words)
            argv = " ".join(("cxtui stats --json --window all", *words))
            print(f"{argv:50} {clock:6.2f} s by the clock, {cpu:.2f} s of processor time")


if __name__ == "__main__":
    main()
