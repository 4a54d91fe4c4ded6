"""Measures the embedded store beside bare SQLite, at several sizes, in one run on one machine.

    python tests/bench/store.py [--short] [--sizes N,N,…] [--rounds N]

The yardstick is a bare sqlite3 connection to a store of the same size and the same tables that
commits the same rows: every row that one act or one poll of 50 messages wrote, once and as it
stood in the end, goes into a copy with the same indexes, with the event, the checksum over every
document, what is searched and what the numbers count by. Both take turns, round by round, so that
a busy machine weighs on both alike. Without fsync nothing is waited for, so that processor time
is what counts there. A backup is told in two times: until the
copy lies on the disk, and until it has been examined, from when on it counts. Prints, never judges.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from cxtui.core.item import Arrival, Author, Clean, Item, Reply, Voice
from cxtui.core.policies import Policies
from cxtui.core.triage import Act
from cxtui.store import Store, open_store
from cxtui.store.contacts import settle_all, written
from cxtui.store.keeping import Backup
from cxtui.store.tinydb import FILE, TinyTables, backups, open_tables
from tests.bench.yardstick import Bare, noted

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SIZES, SHORT = (1_000, 10_000, 100_000), (500, 2_000)
PAGE, POLL = 60, 50
SAID = "the lamp came with a broken switch and nobody answers the phone ຂໍ້ຄວາມ مصباح please help"
WORDS = SAID.split()


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of the store and of the yardstick, round by round."""

    ours: list[float]
    bare: list[float]

    @property
    def ratio(self) -> float:
        """How many times the yardstick's median the store's is."""
        return statistics.median(self.ours) / statistics.median(self.bare)

    @property
    def words(self) -> str:
        """Median, yardstick, ratio."""
        ours, bare = statistics.median(self.ours), statistics.median(self.bare)
        return f"{ours:.2f} ms ({bare:.2f}) {self.ratio:.1f}x"


def item(number: int, size: int) -> Item:
    """One customer's message; the last ones are the most urgent."""
    said = " ".join(WORDS[(number + n * 7) % len(WORDS)] for n in range(8 + number % 9))
    at = NOW - timedelta(seconds=30 * (size - number))
    author = Author(Clean(f"@customer{number}"), Clean(f"Customer {number}"), number % 5000)
    key = f"shop:{100_000_000 + number}"
    url = f"https://shop.example/{number}"
    return Item(key, "shop", "demo", "comment", key, author, Clean(said), at, at, url=url)


def fill(folder: Path, size: int) -> None:
    """A store of so many intervals, every second one answered."""
    tables = open_tables(folder)
    for first in range(0, size, 1000):
        with tables.commit():
            fresh = [item(number, size) for number in range(first, min(first + 1000, size))]
            for one in fresh:
                tables.put("items", one.id, written(one, contact=one.contact))
                tables.put("aliases", f"words of {one.id}", {"kind": "words", "items": [one.id]})
                if int(one.id[-1]) % 2:
                    said = Reply(
                        one.id, "desk", Clean("it is on its way"), one.posted, remote_id=f"r{one.id}"
                    )
                    more = {"key": f"r{one.id}", "parent": one.id, "thread": one.thread}
                    tables.put("replies", f"r{one.id}", written(said, contact=one.contact, **more))
            settle_all(tables, [one.contact for one in fresh], Policies())
    tables.close()
    asyncio.run(_begin(folder, item(0, size).id))


async def _begin(folder: Path, key: str) -> None:
    """One act and one poll, so that every table is there."""
    store = await open_store(folder)
    await store.act(Act(key, "tagged", {"tag": "first"}), "desk", NOW)
    await store.ingest("demo", "comment", [Arrival("first", "first", posted=NOW)], NOW, feed="shop")
    await store.close()


async def opened(folder: Path, *, fsync: bool) -> Store:
    """The store, and without fsync where that is asked for, which only a bench may do."""
    store = await open_store(folder)
    if not fsync:
        ask: Any = store._ask  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage, reportUnknownMemberType]
        await ask(_without_fsync)
    return store


def _without_fsync(tables: TinyTables) -> None:
    tables._storage._file.rows("PRAGMA synchronous = OFF")  # pyright: ignore[reportPrivateUsage] - no user may


async def acts(folder: Path, copy: Path, size: int, rounds: int, *, fsync: bool) -> Taken:
    """One act each on another row: noting a tag, which settles the row and writes event, row and log."""
    store, bare, taken = await opened(folder, fsync=fsync), Bare(copy, fsync=fsync), Taken([], [])
    clock = time.perf_counter if fsync else time.process_time
    with noted(folder / FILE) as left:
        for n in range(rounds):
            one = item((n * 7919 * 2) % size, size)
            left.begin()
            began = clock()
            await store.act(Act(one.id, "tagged", {"tag": f"t{n}"}), "desk", NOW)
            taken.ours.append((clock() - began) * 1000)
            rows = left.rows()
            began = clock()
            bare.commit(rows)
            taken.bare.append((clock() - began) * 1000)
    await store.close()
    bare.close()
    return taken


async def flatness(small: Path, few: int, large: Path, many: int, rounds: int) -> float:
    """How many times as long one act takes in the large store as in the small one, in turns."""
    stores = [await opened(folder, fsync=True) for folder in (small, large)]
    taken: list[list[float]] = [[], []]
    for n in range(rounds):
        for place, (store, size) in enumerate(zip(stores, (few, many), strict=True)):
            key = item((n * 7919 * 2 + 2) % size, size).id
            began = time.perf_counter()
            await store.act(Act(key, "tagged", {"tag": f"f{n}"}), "desk", NOW)
            taken[place].append(time.perf_counter() - began)
    for store in stores:
        await store.close()
    return statistics.median(taken[1]) / statistics.median(taken[0])


def heard_now(native: str, text: str) -> Arrival:
    """A new customer's message."""
    return Arrival(native, text, Voice(f"@new{native}"), posted=NOW)


async def polls(folder: Path, copy: Path, rounds: int, *, fsync: bool) -> Taken:
    """Polls that bring 50 new messages each."""
    store, bare, taken = await opened(folder, fsync=fsync), Bare(copy, fsync=fsync), Taken([], [])
    clock = time.perf_counter if fsync else time.process_time
    with noted(folder / FILE) as left:
        for n in range(rounds):
            heard = [
                heard_now(f"{fsync}{n}-{k}", f"{n}-{k} {' '.join(WORDS[k % 7 :])} order {n}{k}")
                for k in range(POLL)
            ]
            left.begin()
            began = clock()
            await store.ingest("demo", "comment", heard, NOW, feed="shop")
            taken.ours.append((clock() - began) * 1000)
            rows = left.rows()
            began = clock()
            bare.commit(rows)
            taken.bare.append((clock() - began) * 1000)
    await store.close()
    bare.close()
    return taken


OPENING = """
import asyncio, json, sys, time
from pathlib import Path
from cxtui.store import open_store
import cxtui.store.book, cxtui.store.tinydb, tempfile
def memory(name):
    return next(int(l.split()[1]) / 1000 for l in open("/proc/self/status") if l.startswith(name + ":"))
async def go(folder, limit):
    store = await open_store(folder)
    rows = await store.page(limit=limit) if limit else await store.rows()
    return store, rows
async def main():
    store, _ = await go(Path(tempfile.mkdtemp()), 60)  # what is imported late is in memory now
    await store.close()
    open("/proc/self/clear_refs", "w").write("5")
    before, began = memory("VmRSS"), time.perf_counter()
    store, rows = await go(Path(sys.argv[1]), int(sys.argv[2]))
    took = (time.perf_counter() - began) * 1000
    print(json.dumps([took, memory("VmHWM") - before, len(rows)]))
    await store.close()
asyncio.run(main())
"""


def opening(folder: Path, limit: int, times: int) -> tuple[float, float]:
    """Median milliseconds to open a store and read its first rows (0: all), and megabytes of growth."""
    argv = [sys.executable, "-c", OPENING, str(folder), str(limit)]
    found = [json.loads(subprocess.run(argv, check=True, capture_output=True).stdout) for _ in range(times)]
    return statistics.median(took for took, _, _ in found), statistics.median(grown for _, grown, _ in found)


WRITING = """
import asyncio, sys, time
from datetime import UTC, datetime
from pathlib import Path
from cxtui.core.triage import Act
from cxtui.store import open_store
async def main():
    store = await open_store(Path(sys.argv[1]))
    rows = await store.page(limit=1000)
    print("ready", flush=True)
    n = 0
    while True:
        n += 1
        await store.act(Act(rows[n % len(rows)].id, "tagged", {"tag": f"w{n}"}), "other", datetime.now(UTC))
asyncio.run(main())
"""


@contextmanager
def writing(folder: Path) -> Generator[None]:
    """Another process does one act after another meanwhile."""
    argv = [sys.executable, "-c", WRITING, str(folder)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        try:
            yield
        finally:
            other.kill()


async def pages(folder: Path, size: int, rounds: int) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds of a page anywhere in the queue while another writes."""
    store, taken = await open_store(folder), list[float]()
    chance = random.Random(7)  # noqa: S311 - the same places every time
    rows = await store.page(limit=size)
    with writing(folder):
        for _ in range(rounds):
            after = rows[chance.randrange(len(rows))]
            began = time.perf_counter()
            await store.page(after, limit=PAGE)
            taken.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.005)
    await store.close()
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.99)]


@contextmanager
def copied() -> Generator[list[float]]:
    """When stores of this process have made their copies, before these are examined."""
    times: list[float] = []
    before = backups.copy

    def copy(path: Path, now: datetime) -> Backup:
        made = before(path, now)
        times.append(time.perf_counter())
        return made

    backups.copy = copy
    try:
        yield times
    finally:
        backups.copy = before


async def backup(folder: Path) -> tuple[float, float, float]:
    """Milliseconds that a whole copy takes, that examining it takes, and the longest poll meanwhile."""
    store, other = await open_store(folder), await open_store(folder)
    with copied() as times:
        began = time.perf_counter()
        copying = asyncio.ensure_future(store.backup(NOW))
        longest, n = 0.0, 0
        while not copying.done():
            n += 1
            started = time.perf_counter()
            await other.ingest("demo", "comment", [heard_now(f"meanwhile{n}", "hello")], NOW, feed="shop")
            longest = max(longest, (time.perf_counter() - started) * 1000)
        await copying
    ended = time.perf_counter()
    await other.close()
    await store.close()
    return (times[0] - began) * 1000, (ended - times[0]) * 1000, longest


SEARCHES = ("lam", "the phone", "ຂໍ້ຄວາມ", "مصباح", "customer99", "phone answers")
"""Looked for in turn: short, common, Lao, Arabic, a name, and common words that never stand together."""


async def searches(folder: Path, rounds: int) -> list[float]:
    """Median milliseconds of the first rows of each search."""
    store, medians = await open_store(folder), list[float]()
    for text in SEARCHES:
        taken: list[float] = []
        for _ in range(max(rounds // 20, 5)):
            began = time.perf_counter()
            await store.search(text, PAGE)
            taken.append((time.perf_counter() - began) * 1000)
        medians.append(statistics.median(taken))
    await store.close()
    return medians


def measured(folder: Path, size: int, rounds: int) -> Iterator[tuple[str, str]]:
    """Each line of the table at one size: its name, and its figures in words."""
    copy = folder.with_name(f"{folder.name}-copy.db")
    for fsync in (True, False):
        how = "with fsync" if fsync else "processor time"
        shutil.copy(folder / FILE, copy)
        one = asyncio.run(acts(folder, copy, size, rounds, fsync=fsync))
        yield f"one act, {how}", one.words
        shutil.copy(folder / FILE, copy)
        many = asyncio.run(polls(folder, copy, max(rounds // 10, 5), fsync=fsync))
        yield f"{POLL} messages, {how}", many.words
    took, grown = opening(folder, PAGE, 5)
    yield f"open and first {PAGE} rows", f"{took:.1f} ms, {grown:.1f} MB"
    took, grown = opening(folder, 0, 1)
    yield "open and all rows", f"{took:.0f} ms, {grown:.0f} MB"
    half, most = asyncio.run(pages(folder, size, rounds * 2))
    yield f"page of {PAGE}, another writes", f"{half:.2f} ms, p99 {most:.1f} ms"
    found = asyncio.run(searches(folder, rounds))
    yield f"first {PAGE} found; never found", f"{max(found[:-1]):.1f} ms; {found[-1]:.1f} ms"
    took, examined, longest = asyncio.run(backup(folder))
    yield "backup, examined", f"{took:.0f} ms, {examined:.0f} ms"
    yield "longest poll meanwhile", f"{longest:.1f} ms"


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="the embedded store beside bare SQLite")
    parser.add_argument("--short", action="store_true", help="small stores, few rounds: for CI")
    parser.add_argument("--sizes", help="how many intervals, e.g. 1000,10000")
    parser.add_argument("--rounds", type=int, help="acts measured at each size (200)")
    args = parser.parse_args(words)
    if not sys.platform.startswith("linux"):
        print("the bench reads /proc and runs on Linux only", file=sys.stderr)
        return 2
    sizes = tuple(map(int, args.sizes.split(","))) if args.sizes else SHORT if args.short else SIZES
    rounds = args.rounds or (40 if args.short else 200)
    table: dict[str, dict[int, str]] = {}
    with tempfile.TemporaryDirectory(prefix="cxtui-bench-") as place:
        folders = {size: Path(place) / str(size) for size in sizes}
        for size, folder in folders.items():
            folder.mkdir(0o700)
            fill(folder, size)
        flat = asyncio.run(flatness(folders[sizes[0]], sizes[0], folders[sizes[-1]], sizes[-1], rounds))
        for size, folder in folders.items():
            for name, said in measured(folder, size, rounds):
                table.setdefault(name, {})[size] = said
    print(f"{'ms (bare SQLite) ratio':32}" + "".join(f"{f'{size:,} intervals':>28}" for size in sizes))
    for name, by_size in table.items():
        print(f"{name:32}" + "".join(f"{by_size[size]:>28}" for size in sizes))
    print(f"one act at {sizes[-1]:,} intervals beside one at {sizes[0]:,}, in turns: {flat:.2f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
