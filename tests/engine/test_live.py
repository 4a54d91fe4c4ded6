"""The desk: from a feed to the screen's side and back, over a running engine thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engine_fakes import FakeNetwork, asks
from operator_desk import DEAD

from cxtui.config import Config, StorePlace
from cxtui.core.feed import NETWORKS, Feed, Network
from cxtui.core.inbox import Row
from cxtui.core.item import Arrival, Voice
from cxtui.engine.desk import Words
from cxtui.engine.live import LiveDesk
from cxtui.engine.outbox import Outbox
from cxtui.errors import Conflict, Rejected, Unlawful
from cxtui.store import Outgoing, open_store

LONG_AGO = datetime(2026, 11, 20, tzinfo=UTC)
FEED = Feed("f", "fake", allow_private=True, backfill_after=timedelta(days=36_500))


class Screen:
    """What the screen does: it is told that there is news and takes it."""

    def __init__(self, desk: LiveDesk) -> None:
        self.desk = desk
        self.rows: dict[str, Row] = {}
        self.outbox: tuple[Outgoing, ...] = ()
        self.notices: list[str] = []
        self.states: dict[str, str] = {}
        self._told = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def tell(self) -> None:
        self._loop.call_soon_threadsafe(self._told.set)

    async def until(self, ready: object) -> None:
        """Take news until ``ready()`` is true."""
        async with asyncio.timeout(10):
            while not ready():  # type: ignore[operator]
                await self._told.wait()
                self._told.clear()
                news = self.desk.take()
                self.rows |= {row.id: row for row in news.rows}
                self.outbox = self.outbox if news.outbox is None else news.outbox
                self.notices += news.notices
                self.states |= {one.feed: one.state for one in news.feeds or ()}


def config(folder: Path, hold: float = 0.0) -> Config:
    return Config(
        None, "nok", ZoneInfo("UTC"), StorePlace("tinydb", folder), folder, (FEED,), timedelta(seconds=hold)
    )


@pytest.fixture(autouse=True)
def fake_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NETWORKS, "fake", Network("fake_net"))


async def desk_over(folder: Path, hold: float = 0.0) -> LiveDesk:
    return LiveDesk(config(folder, hold), lambda: open_store(folder), clock=lambda: datetime.now(UTC))


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    desk = await desk_over(tmp_path / "data")
    screen = Screen(desk)
    assert await desk.open() == ()
    desk.start(screen.tell)
    await screen.until(lambda: screen.rows)
    yield screen
    await desk.close()


async def test_a_polled_question_reaches_the_screen_and_its_answer_the_network(screen: Screen) -> None:
    (row,) = screen.rows.values()
    queued = await screen.desk.reply(row.id, Words("on its way", "answer", row.interval.items))
    assert queued.state == "queued"
    await screen.until(lambda: screen.rows[row.id].interval.answered)
    assert [m.text for m in await screen.desk.thread(row.id)] == ["where is it?", "on its way"]


async def test_the_most_urgent_rows_come_first_and_the_others_behind_them_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxtui.engine.room.FIRST", 3)
    monkeypatch.setattr("cxtui.engine.watching.PAGE", 2)
    store = await open_store(tmp_path / "data")
    for n in range(8):
        arrival = Arrival(f"old{n}", "where is it?", Voice(f"@c{n}"), posted=LONG_AGO + timedelta(minutes=n))
        await store.ingest("net", "comment", [arrival], LONG_AGO + timedelta(hours=1), feed="f")
    every = [row.id for row in await store.rows()]
    await store.close()
    desk = LiveDesk(
        config(tmp_path), lambda: open_store(tmp_path / "data"), clock=lambda: datetime.now(UTC), polls=False
    )
    assert [row.id for row in await desk.open()] == every[:3]
    rest: list[str] = []
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell() -> None:
        loop.call_soon_threadsafe(told.set)

    desk.start(tell)
    async with asyncio.timeout(10):
        while len(rest) < 5:
            await told.wait()
            told.clear()
            rest += [row.id for row in desk.take().rest]
    await desk.close()
    assert rest == every[3:]


async def test_an_act_comes_back_as_a_changed_row(screen: Screen) -> None:
    (row,) = screen.rows.values()
    await screen.desk.act([row.id], "closed", {"reason": "spam"})
    await screen.until(lambda: screen.rows[row.id].interval.closed)
    _, undone = await screen.desk.undo()
    assert undone.verb == "closed"
    await screen.until(lambda: not screen.rows[row.id].interval.closed)
    with pytest.raises(Unlawful):
        await screen.desk.undo()


async def test_what_another_process_did_reaches_the_screen(screen: Screen, tmp_path: Path) -> None:
    (row,) = screen.rows.values()
    other = await desk_over(tmp_path / "data")
    await other.open()
    await other.act([row.id], "tagged", {"tag": "vip"})
    await screen.until(lambda: screen.rows[row.id].interval.tags == ("vip",))
    await other.close()
    assert screen.notices == []


async def test_quitting_in_the_window_gives_the_reply_back_unsent(tmp_path: Path) -> None:
    desk = await desk_over(tmp_path / "data", hold=60)
    screen = Screen(desk)
    await desk.open()
    desk.start(screen.tell)
    await screen.until(lambda: screen.rows)
    (row,) = screen.rows.values()
    await desk.reply(row.id, Words("on its way", "answer", row.interval.items))
    with pytest.raises(Conflict):
        await desk.reply(row.id, Words("again", "answer", row.interval.items))
    (unsent,) = await desk.close()
    assert (unsent.state, unsent.text) == ("draft", "on its way")
    again = await desk_over(tmp_path / "data")
    await again.open()
    assert await again.draft(row.id) == "on its way"
    await again.keep_draft(row.id, "")
    assert await again.draft(row.id) == ""
    await again.close()


async def test_a_feed_is_paused_and_resumed_wherever_it_is_polled(screen: Screen, tmp_path: Path) -> None:
    other = await desk_over(tmp_path / "data")
    await other.open()
    paused = await other.pause_feed("f")
    assert paused.state == "paused"
    await screen.until(lambda: screen.states.get("f") == "paused")
    resumed = await screen.desk.resume_feed("f")
    assert resumed.state == "ok"
    await screen.until(lambda: screen.states.get("f") == "ok")
    log = await screen.desk.feed_log("f")
    assert [gap.words for gap in log.gaps] == ["not read: paused by hand"]
    assert log.polls[-1].new == 1
    await other.close()


async def test_a_deed_leaves_after_its_window_and_closes_the_row(screen: Screen) -> None:
    (row,) = screen.rows.values()
    queued = await screen.desk.deed(row.id, "spam")
    assert (queued.state, queued.deed) == ("queued", "spam")
    await screen.until(lambda: screen.rows[row.id].interval.closed)
    assert screen.rows[row.id].interval.closed_reason == "spam"
    with pytest.raises(Rejected, match="no likes"):
        await screen.desk.deed(row.id, "like")


async def test_quitting_in_the_window_drops_a_deed(tmp_path: Path) -> None:
    desk = await desk_over(tmp_path / "data", hold=60)
    screen = Screen(desk)
    await desk.open()
    desk.start(screen.tell)
    await screen.until(lambda: screen.rows)
    (row,) = screen.rows.values()
    await desk.deed(row.id, "spam")
    (dropped,) = await desk.close()
    assert (dropped.state, dropped.what) == ("dropped", "spam mark")


async def test_a_feed_whose_keys_do_not_fit_is_down_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NETWORKS, "fake", Network("unfit_net"))
    desk = await desk_over(tmp_path / "data")
    screen = Screen(desk)
    await desk.open()
    desk.start(screen.tell)
    await screen.until(lambda: screen.states.get("f") == "down")
    (state,) = await desk.feeds()
    assert state.error == "map and items do not fit"
    can = desk.capabilities("f")
    assert can is not None
    assert (can.reply, can.why_not) == (False, "map and items do not fit")
    await desk.close()
    assert screen.notices == []


async def test_what_a_dead_process_was_sending_is_looked_for_beside_the_polling(tmp_path: Path) -> None:
    folder, ago = tmp_path / "data", datetime.now(UTC) - timedelta(minutes=5)
    store = await open_store(folder)
    await store.ingest("net", "comment", [asks()], ago, feed="f")
    outbox = Outbox((FEED,), lambda _: FakeNetwork(), store, lambda: ago, "nok")
    reply = await outbox.queue(await store.row("f:1"), "on its way", "answer", timedelta())
    await store.move(reply.id, "sending", ago, owner=DEAD, begun=ago, attempts=1)
    await store.close()
    desk = await desk_over(folder)
    screen = Screen(desk)
    await desk.open()
    desk.start(screen.tell)
    await screen.until(lambda: any("looked for and not found" in (one.error or "") for one in screen.outbox))
    assert [one.state for one in screen.outbox] == ["unknown"]
    await desk.close()
