"""Processes of their own on one store, killed and stopped as the system does it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engine_fakes import asks

from cxtui.config import Config, StorePlace
from cxtui.core.feed import Feed
from cxtui.core.triage import Act
from cxtui.engine.desk import News
from cxtui.engine.live import LiveDesk
from cxtui.errors import Conflict, StoreLocked
from cxtui.store import Store, open_store
from cxtui.store.records import stamp
from cxtui.store.tinydb import connection
from tests.bench.crowd import race

PATIENCE = 30.0
PROCESS = Path(__file__).with_name("leader_process.py")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data")
    yield store
    await store.close()


@contextmanager
def process(folder: Path, name: str, lease: float) -> Generator[subprocess.Popen[bytes]]:
    """A process that polls when it leads."""
    argv = [sys.executable, str(PROCESS), str(folder), name, str(lease)]
    with subprocess.Popen(argv, env={"PYTHONPATH": str(Path.cwd())}) as running:
        try:
            yield running
        finally:
            running.kill()


async def until(ready: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await ready():  # noqa: ASYNC110 - it is another process that makes it ready
            await asyncio.sleep(0.05)


def polled_by(store: Store, who: str) -> Callable[[], Awaitable[bool]]:
    """Whether a feed's last state is what this leader wrote, in whatever term: slow machines have more."""

    async def ready() -> bool:
        states = await store.feed_states()
        return "f" in states and states["f"].cursor.startswith(f"{who} ")

    return ready


async def test_a_killed_leader_is_replaced_though_its_lease_has_hours_to_run(
    store: Store, tmp_path: Path
) -> None:
    with process(tmp_path, "a", 7200) as first:
        await until(polled_by(store, "a"))
        with process(tmp_path, "b", 7200):
            first.kill()
            first.wait()
            await until(polled_by(store, "b"))
            assert (await store.feed_states())["f"].cursor == "b 2"


async def stop(store: Store, running: subprocess.Popen[bytes]) -> None:
    """Stop a process between two commits: in the middle of one it would hold up everybody."""
    stopped = False
    while not stopped:
        running.send_signal(signal.SIGSTOP)
        try:
            await store.ask_feeds()
            stopped = True
        except StoreLocked:
            running.send_signal(signal.SIGCONT)


async def test_a_stopped_leader_is_replaced_and_writes_nothing_when_it_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "WAIT", 0.5)
    over = tmp_path / "over"
    with process(tmp_path, "a", 1.0) as first:
        await until(polled_by(store, "a"))
        with process(tmp_path, "b", 1.0) as second:
            await stop(store, first)
            before = (await store.feed_states())["f"].cursor
            await until(polled_by(store, "b"))
            first.send_signal(signal.SIGCONT)

            async def ended() -> bool:
                return over.exists() and f"{before}\n" in over.read_text()

            await until(ended)
            assert (await store.feed_states())["f"].cursor != before
            second.kill()
            second.wait()
            await until(polled_by(store, "a"))
            assert (await store.feed_states())["f"].cursor != before


def test_four_processes_answer_everybody_exactly_once(tmp_path: Path) -> None:
    raced = race(tmp_path, processes=4, intervals=24)
    assert (raced.once, raced.twice, raced.still_open) == (24, 0, 0)
    assert (raced.answered, raced.replies) == (24, 24)


class Screen:
    """One of two people's screens, in a process of its own as far as the store can tell."""

    def __init__(self, folder: Path, who: str) -> None:
        feed = Feed("f", "fake", allow_private=True)
        place = StorePlace("tinydb", folder)
        config = Config(None, who, ZoneInfo("UTC"), place, folder, (feed,), timedelta(minutes=1))
        opened = lambda: open_store(folder)  # noqa: E731 - one line says it
        self.desk = LiveDesk(config, opened, clock=lambda: datetime.now(UTC), polls=False, session=who)
        self.heard: list[News] = []
        self._told = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def begin(self) -> None:
        await self.desk.open()
        self.desk.start(self._tell)

    def _tell(self) -> None:
        self._loop.call_soon_threadsafe(self._told.set)

    async def hears(self, ready: Callable[[News], object]) -> News:
        """The first news that fits."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for news in self.heard:
                    if ready(news):
                        return news
                await self._told.wait()
                self._told.clear()
                self.heard.append(self.desk.take())


@pytest.fixture
async def screens(store: Store, tmp_path: Path) -> AsyncIterator[tuple[Screen, Screen]]:
    await store.ingest("net", "comment", [asks()], datetime.now(UTC), feed="f")
    nok, mai = Screen(tmp_path / "data", "nok"), Screen(tmp_path / "data", "mai")
    await nok.begin()
    await mai.begin()
    yield nok, mai
    await nok.desk.close()
    await mai.desk.close()


async def test_others_see_that_a_reply_is_being_written_and_when_it_is_no_more(
    screens: tuple[Screen, Screen],
) -> None:
    nok, mai = screens
    await nok.desk.writes("f:1", now=True)
    news = await mai.hears(lambda news: news.replying)
    assert [(one.row, one.by) for one in news.replying or ()] == [("f:1", "nok")]
    mai.heard.clear()
    await nok.desk.writes("f:1", now=False)
    await mai.hears(lambda news: news.replying == ())
    assert not [news for news in nok.heard if news.replying], "nobody is told of himself"


async def test_who_writes_holds_up_nobody(screens: tuple[Screen, Screen], store: Store) -> None:
    nok, mai = screens
    await nok.desk.writes("f:1", now=True)
    (row,) = await mai.desk.act(["f:1"], "closed", {"reason": "spam"})
    assert row.interval.closed
    assert (await store.row("f:1")).interval.closed


async def test_a_claim_is_shown_to_others_kept_from_them_and_lapses(
    screens: tuple[Screen, Screen], store: Store
) -> None:
    nok, mai = screens
    until = datetime.now(UTC) + timedelta(hours=1)
    claim = {"until": stamp(until), "for": "nok"}
    await nok.desk.act(["f:1"], "claimed", claim)
    news = await mai.hears(lambda news: any(row.interval.claimed_by for row in news.rows))
    assert news.rows[0].interval.claimed_by == "nok"
    later = {"until": stamp(until + timedelta(hours=1)), "for": "mai"}
    with pytest.raises(Conflict, match="nok has it"):
        await mai.desk.act(["f:1"], "claimed", later)
    row = await store.act(Act("f:1", "claimed", later), "mai", until)
    assert row.interval.claimed_by == "mai", "when its time is over anybody may have it"


async def test_who_has_a_claim_may_hand_it_over(screens: tuple[Screen, Screen]) -> None:
    nok, mai = screens
    until = stamp(datetime.now(UTC) + timedelta(hours=1))
    await nok.desk.act(["f:1"], "claimed", {"until": until, "for": "nok"})
    (row,) = await nok.desk.act(["f:1"], "claimed", {"until": until, "for": "mai"})
    assert row.interval.claimed_by == "mai"
    (row,) = await mai.desk.act(["f:1"], "claimed", {"until": until, "for": "mai"})
    assert row.interval.claimed_by == "mai"
