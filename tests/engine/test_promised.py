"""Promises over a running engine: dated by the row's hours, opened when sent, heard by every process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cxtui.config import Config, StorePlace
from cxtui.core.calendar import Calendar
from cxtui.core.clock import Policy
from cxtui.core.feed import NETWORKS, Feed, Network
from cxtui.core.item import Arrival, Voice
from cxtui.core.policies import Policies
from cxtui.core.promises import Owed, Pledged
from cxtui.engine.desk import Words
from cxtui.engine.live import LiveDesk
from cxtui.store import open_store

FEED = Feed("f", "fake", allow_private=True, backfill_after=timedelta(days=36_500))
OFFICE = Calendar("office", ZoneInfo("UTC"), (*[((9 * 60, 16 * 60),)] * 5, (), ()))
POLICIES = Policies(last=Policy(calendar=OFFICE))


@pytest.fixture(autouse=True)
def fake_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NETWORKS, "fake", Network("fake_net"))


class Heard:
    """A desk, and the promises that it tells of."""

    def __init__(self, folder: Path, *, polls: bool = True, hold: float = 0) -> None:
        config = Config(
            None, "nok", ZoneInfo("UTC"), StorePlace("tinydb", folder), folder, (FEED,),
            timedelta(seconds=hold),
            policies=POLICIES,
        )  # fmt: skip
        self.desk = LiveDesk(
            config, lambda: open_store(folder, config.policies), clock=lambda: datetime.now(UTC), polls=polls
        )
        self.promises: tuple[Owed, ...] | None = None
        self._told = asyncio.Event()

    async def open(self) -> None:
        await self.desk.open()
        loop = asyncio.get_running_loop()

        def tell() -> None:
            loop.call_soon_threadsafe(self._told.set)

        self.desk.start(tell)

    async def until(self, count: int) -> tuple[Owed, ...]:
        """Take news until so many promises bind somebody."""
        async with asyncio.timeout(10):
            while self.promises is None or len(self.promises) != count:
                await self._told.wait()
                self._told.clear()
                news = self.desk.take()
                self.promises = self.promises if news.promises is None else news.promises
        return self.promises


async def waits(folder: Path) -> str:
    """A customer waits; gives the row."""
    store = await open_store(folder, POLICIES)
    asked = Arrival("1", "where is it?", Voice("@mai"), posted=datetime.now(UTC) - timedelta(minutes=5))
    await store.ingest("net", "comment", [asked], datetime.now(UTC), feed="f")
    (row,) = await store.rows()
    await store.close()
    return row.id


async def test_a_promise_opens_when_its_reply_is_sent_and_every_process_hears_of_it(tmp_path: Path) -> None:
    row = await waits(tmp_path)
    mine, theirs = Heard(tmp_path), Heard(tmp_path, polls=False)
    await mine.open()
    await theirs.open()
    assert await theirs.until(0) == ()
    due = datetime.now(UTC) + timedelta(hours=3)
    await mine.desk.reply(row, Words("we look", "holding", (row,), promised=(Pledged("a word", due),)))
    for one in (mine, theirs):
        (owed,) = await one.until(1)
        assert (owed.promise.text, owed.promise.due, owed.promise.by, owed.row.id) == (
            "a word",
            due,
            "nok",
            row,
        )
    (owed,) = await theirs.desk.promises()
    await theirs.desk.act([row], "promise_released", {"promise": owed.id, "reason": "she called"})
    await mine.until(0)
    assert [one.promise.state for one in await mine.desk.promises(everything=True)] == ["released"]
    await mine.desk.close()
    await theirs.desk.close()


async def test_a_reply_recalled_in_its_window_leaves_nothing_promised(tmp_path: Path) -> None:
    row = await waits(tmp_path)
    heard = Heard(tmp_path, polls=False, hold=60)
    await heard.open()
    due = datetime.now(UTC) + timedelta(hours=3)
    words = Words("we look", "holding", (row,), promised=(Pledged("a word", due),))
    queued = await heard.desk.reply(row, words)
    await heard.desk.recall(queued.id)
    assert await heard.desk.promises(everything=True) == ()
    await heard.desk.close()


async def test_a_drafts_promises_are_dated_by_the_hours_of_the_rows_policy(tmp_path: Path) -> None:
    row = await waits(tmp_path)
    heard = Heard(tmp_path, polls=False)
    await heard.open()
    (found,) = await heard.desk.pledges(row, "Sorry for that! We will write to you on Friday.")
    assert found.due is not None
    assert f"{found.due:%A %H:%M}" == "Friday 16:00"
    (german,) = await heard.desk.pledges(row, "Ich melde mich bei Ihnen am Freitag um 12 Uhr.")
    assert german.due is not None
    assert f"{german.due:%A %H:%M}" == "Friday 12:00"
    assert await heard.desk.pledges(row, "Here it is, thank you for waiting.") == ()
    await heard.desk.close()
