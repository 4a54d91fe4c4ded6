"""Several processes on one store: who answers whom, how soon others see it, what it costs to wait.

    python -m tests.bench.crowd [--processes 4] [--intervals 300] [--seed 1]

Four processes race to claim and answer everybody through a network in a file, which now and then
cuts a line after the reply has arrived or before. Then one process writes and the desk of another
looks: how long until the change is there. At last two screens stand idle, one of which polls.
Prints what was found; ends with 1 where a customer was answered twice or not at all.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import os
import pty
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cxtui.config import Config, StorePlace
from cxtui.connectors import Capabilities, Draft, Page, Sent
from cxtui.core.feed import NETWORKS, Feed, Network
from cxtui.core.item import Arrival, Voice
from cxtui.core.triage import Act
from cxtui.engine.engine import Engine
from cxtui.engine.live import LiveDesk
from cxtui.errors import Conflict, Unlawful, Unreachable
from cxtui.http import Client
from cxtui.store import Store, open_store
from cxtui.store.records import stamp

LEASE = timedelta(minutes=10)
NEAREST = 2
"""Rows from the top that a process chooses among, so that several want the same one."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class FileNetwork:
    """A network that all processes share: what was said stands in a file, one JSON object a line.

    A reply's token names it for good. One in ``cut`` connections breaks, as often after the reply
    arrived as before.
    """

    file: Path
    dice: random.Random
    cut: int = 25

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities("crowd", "crd", reply=True, thread=True, retry=timedelta(days=1))

    async def poll(self, cursor: str, now: datetime) -> Page:
        del now
        return Page((), cursor=cursor)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        del thread
        said = [one for one in standing(self.file) if one["native"] == native]
        ours = [
            Arrival(one["token"], one["text"], Voice("desk"), thread=native, parent=native, own="strong",
                    posted=datetime.fromisoformat(one["at"]))
            for one in said
        ]  # fmt: skip
        return (question(native), *ours)

    async def reply(self, draft: Draft) -> Sent:
        await asyncio.sleep(self.dice.random() * 0.004)
        luck = self.dice.randrange(2 * self.cut)
        if luck == 0:
            raise Unreachable("the line broke before it arrived")
        self._stand(draft)
        if luck == 1:
            raise Unreachable("the line broke after it arrived")
        return Sent(draft.token)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        return message.native == draft.token

    def _stand(self, draft: Draft) -> None:
        with self.file.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if all(json.loads(line)["token"] != draft.token for line in file):
                at = datetime.now(UTC).isoformat()
                record = {"token": draft.token, "native": draft.native, "text": draft.text, "at": at}
                file.write(json.dumps(record) + "\n")


def connect(feed: Feed, http: Client) -> FileNetwork:
    """The network of a feed, whose ``user`` is the file and ``email`` the seed."""
    del http
    return FileNetwork(Path(feed.user or ""), random.Random(feed.email))  # noqa: S311 - luck


def standing(file: Path) -> list[dict[str, Any]]:
    """The replies that stand on the network."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def question(native: str) -> Arrival:
    """What a customer wrote, a few minutes ago."""
    number = int(native)
    posted = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    return Arrival(native, f"where is order {number}?", Voice(f"@mai{number}"), thread=native, posted=posted)


def configured(folder: Path, who: str) -> Config:
    """One operator's configuration over the store in a folder."""
    NETWORKS["crowd"] = Network("tests.bench.crowd")
    feed = Feed("f", "crowd", allow_private=True, user=str(folder / "net.jsonl"), email=f"{folder} {who}")
    place = StorePlace("tinydb", folder / "data")
    return Config(None, who, ZoneInfo("UTC"), place, folder, (feed,), timedelta())


def clock() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass
class Raced:
    """How a race went: replies that stand there by customer, answers in the store, and who was beaten."""

    intervals: int
    seconds: float = 0.0
    stand: Counter[str] = field(default_factory=Counter[str])
    answered: int = 0
    still_open: int = 0
    replies: int = 0
    by: Counter[str] = field(default_factory=Counter[str])
    beaten: int = 0
    cut: int = 0

    @property
    def once(self) -> int:
        """Customers that were answered exactly once."""
        return sum(count == 1 for count in self.stand.values())

    @property
    def twice(self) -> int:
        """Customers that were answered more than once."""
        return sum(count > 1 for count in self.stand.values())


async def prepare(folder: Path, intervals: int) -> None:
    """A store in which so many customers wait, and an empty network."""
    (folder / "net.jsonl").touch()
    store = await open_store(folder / "data")
    heard = [question(str(number)) for number in range(intervals)]
    await store.ingest("crowd", "comment", heard, clock(), feed="f")
    await store.close()


async def work(folder: Path, who: str) -> dict[str, int]:
    """Claim and answer until nobody waits; gives how often it answered, was beaten, was cut off."""
    config = configured(folder, who)
    store = await open_store(config.store.path)
    engine = Engine(config, store, clock=clock)
    dice = random.Random(who)  # noqa: S311 - luck
    told = Counter[str]()
    try:
        while rows := await store.rows():
            now = clock()
            free = [r for r in rows if not (r.interval.claimed_until and r.interval.claimed_until > now)]
            mine = [r for r in rows if r.interval.claimed_by == who]
            among = free[:NEAREST] or mine
            if not among:
                await asyncio.sleep(0.01)
                continue
            row = dice.choice(among)
            told[await _answer(store, engine, row.id, who)] += 1
    finally:
        await engine.aclose()
        await store.close()
    return dict(told)


async def _answer(store: Store, engine: Engine, row: str, who: str) -> str:
    try:
        await store.act(Act(row, "claimed", {"until": stamp(clock() + LEASE), "for": who}), who, clock())
        queued = await engine.queue(await store.row(row), f"on its way, says {who}", hold=timedelta())
        ended = await engine.deliver(queued.id)
    except Unlawful:  # a Conflict is one: somebody was faster
        return "beaten"
    if ended.state == "unknown":
        with suppress(Conflict):
            await engine.outbox.settle(ended.id, sent=False)
    return "answered" if ended.state == "sent" else "cut"


def race(folder: Path, processes: int, intervals: int) -> Raced:
    """Let so many processes answer so many customers."""
    asyncio.run(prepare(folder, intervals))
    raced = Raced(intervals)
    began = time.monotonic()
    argv = [sys.executable, "-m", "tests.bench.crowd", "--folder", str(folder), "--work"]
    workers = [
        subprocess.Popen([*argv, f"w{n}"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for n in range(processes)
    ]
    for number, worker in enumerate(workers):
        out, _ = worker.communicate(timeout=600)
        told = json.loads(out)
        raced.by[f"w{number}"] = told.get("answered", 0)
        raced.beaten += told.get("beaten", 0)
        raced.cut += told.get("cut", 0)
    raced.seconds = time.monotonic() - began
    raced.stand = Counter({str(number): 0 for number in range(intervals)})
    raced.stand.update(one["native"] for one in standing(folder / "net.jsonl"))
    asyncio.run(_count(folder, raced))
    return raced


async def _count(folder: Path, raced: Raced) -> None:
    store = await open_store(folder / "data")
    rows = await store.rows(everything=True)
    raced.answered = sum(row.interval.answered is not None for row in rows)
    raced.still_open = len(await store.rows())
    raced.replies = sum(record["type"] == "reply" for record in await store.export())
    await store.close()


async def seen(folder: Path, times: int) -> list[float]:
    """Seconds from the beginning of another process's act until a desk here had the changed row."""
    config = configured(folder, "watcher")
    desk = LiveDesk(config, partial(open_store, config.store.path), clock=clock, polls=False)
    loop, news = asyncio.get_running_loop(), asyncio.Event()
    found: list[float] = []
    await desk.open()

    def tell() -> None:
        loop.call_soon_threadsafe(news.set)

    desk.start(tell)
    argv = [sys.executable, "-m", "tests.bench.crowd", "--folder", str(folder), "--tag", str(times)]
    writer = subprocess.Popen(argv, cwd=ROOT)  # noqa: ASYNC220 - it is only begun here
    try:
        while len(found) < times:
            await asyncio.wait_for(news.wait(), 20)
            news.clear()
            now = time.monotonic()
            found += [now - float(tag[1:]) for row in desk.take().rows for tag in row.interval.tags[-1:]]
    finally:
        writer.kill()
        writer.wait()
        await desk.close()
    return found


async def tag(folder: Path, times: int) -> None:
    """Change a row so many times, at odd moments; the tag says when."""
    store = await open_store(folder / "data")
    dice = random.Random(times)  # noqa: S311 - luck
    (row, *_) = await store.rows(everything=True)
    for _ in range(times):
        await asyncio.sleep(0.6 + dice.random() * 0.5)
        await store.act(Act(row.id, "tagged", {"tag": f"t{time.monotonic()}"}), "writer", clock())
    await store.close()


class Site(BaseHTTPRequestHandler):
    """A feed of one question that has much time left."""

    def do_GET(self) -> None:
        at = (clock() - timedelta(minutes=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        body = (
            '<rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>q</title>'
            f"<description>where is it?</description><author>mai</author><pubDate>{at}</pubDate></item>"
            "</channel></rss>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def idle(folder: Path, seconds: float, *words: str) -> list[float]:
    """The share of a core that each of two processes takes that stand idle on one store.

    Screens, or commands where there are ``words``; the first one polls.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (folder / "config.toml").write_text(
        f'operator = "nok"\n[[feeds]]\nname = "a"\nconnector = "feed"\nevery = "1h"\nallow_private = true\n'
        f'url = "http://127.0.0.1:{server.server_port}/"\nbackfill_after = "24h"\n'
    )
    screens = [_started(folder, words) for _ in range(2)]
    try:
        time.sleep(12)
        before = [_used(pid) for pid, _ in screens]
        time.sleep(seconds)
        after = [_used(pid) for pid, _ in screens]
    finally:
        for pid, terminal in screens:
            os.kill(pid, 15)
            os.waitpid(pid, 0)
            os.close(terminal)
        server.shutdown()
    return [(late - early) / seconds for early, late in zip(before, after, strict=True)]


def _started(folder: Path, words: Sequence[str]) -> tuple[int, int]:
    place = ["--config", str(folder / "config.toml"), "--data", str(folder / "idle")]
    argv = [sys.executable, "-m", "cxtui", *words, *place]
    pid, terminal = pty.fork()
    if pid == 0:
        env = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLUMNS": "100",
            "LINES": "30",
            "PYTHONPATH": str(ROOT),
        }
        os.execve(sys.executable, argv, env)  # noqa: S606 - our own program
    threading.Thread(target=_drain, args=(terminal,), daemon=True).start()
    return pid, terminal


def _drain(terminal: int) -> None:
    with suppress(OSError):
        while os.read(terminal, 65_536):
            pass


def _used(pid: int) -> float:
    """Seconds of processor time that all threads of a process have used, as the scheduler counts them."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text(encoding="utf-8").split()[0]) for file in threads) / 1e9


def _wanted(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="crowd")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--intervals", type=int, default=300)
    parser.add_argument("--times", type=int, default=60, help="changes whose way to another process is timed")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds that two screens stand idle")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--work", metavar="NAME")
    parser.add_argument("--tag", type=int)
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Race, watch, stand idle; print how it went."""
    wanted = _wanted(words)
    if wanted.work:
        sys.stdout.write(json.dumps(asyncio.run(work(wanted.folder, wanted.work))))
        return 0
    if wanted.tag:
        asyncio.run(tag(wanted.folder, wanted.tag))
        return 0
    with tempfile.TemporaryDirectory(prefix="crowd-") as name:
        folder = Path(name)
        raced = race(folder, wanted.processes, wanted.intervals)
        say = sys.stdout.write
        say(
            f"{wanted.processes} processes, {raced.intervals} intervals, {raced.seconds:.1f} s: answered "
            f"once {raced.once}, twice {raced.twice}, never {raced.intervals - raced.once - raced.twice}; "
            f"in the store {raced.answered} answered by {raced.replies} replies, {raced.still_open} open; "
            f"beaten {raced.beaten} times, left unknown {raced.cut} times; {dict(sorted(raced.by.items()))}\n"
        )
        if wanted.times:
            waits = sorted(asyncio.run(seen(folder, wanted.times)))
            middle = statistics.median(waits)
            say(f"another's change was there after {middle:.3f} s (median), {waits[-1]:.3f} s (longest of "
                f"{len(waits)})\n")  # fmt: skip
        if wanted.idle:
            for what, command in (("screens", ()), ("`cxtui poll`", ("poll",))):
                shares = idle(folder, wanted.idle, *command)
                said = ", ".join(f"{share:.2%}" for share in shares)
                say(f"two idle {what}, {wanted.idle:.0f} s: {said} of a core\n")
    whole = raced.once == raced.intervals == raced.answered == raced.replies
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
