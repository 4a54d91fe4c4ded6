"""A store that fails for a time: all goes on as soon as it can, and nothing is forgotten meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from engine_fakes import Clock, FakeNetwork
from operator_desk import DEAD, Desk

from cxtui.config import Config, StorePlace
from cxtui.connectors import Sent
from cxtui.core.feed import NETWORKS, Feed, Network
from cxtui.core.triage import Act
from cxtui.engine import enduring
from cxtui.engine.desk import News, Words
from cxtui.engine.enduring import AGAIN, endure
from cxtui.engine.leading import Leading, Term
from cxtui.engine.live import LiveDesk
from cxtui.engine.recovery import Recovery
from cxtui.errors import (
    Conflict,
    Rejected,
    StoreBroken,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReplaced,
    Throttled,
    Unreachable,
)
from cxtui.store import Store, open_store

FULL = StoreFull("no space left")
FEED = Feed("f", "fake", allow_private=True, backfill_after=timedelta(days=36_500))


@pytest.fixture
async def desk(store: Store, network: FakeNetwork, clock: Clock) -> Desk:
    desk = Desk(store, network, clock)
    await desk.hear()
    return desk


def always(*_: object, **__: object) -> bool:
    return True


def noted_as_sent(_: str, to: str, *__: object, **___: object) -> bool:
    return to == "sent"


def not_at_the_start(*facts: object, **_: object) -> bool:
    return facts != (None,)


class Failing:
    """A command of a store that fails while ``fault`` stands and ``when`` says so."""

    def __init__(self, store: Store, name: str, when: Callable[..., bool] = always) -> None:
        self.fault: StoreError | None = None
        self.failed = 0
        self._command = getattr(store, name)
        self._when = when
        setattr(store, name, self)

    async def __call__(self, *facts: Any, **more: Any) -> Any:
        if self.fault is not None and self._when(*facts, **more):
            self.failed += 1
            raise self.fault
        return await self._command(*facts, **more)


async def test_it_goes_on_as_soon_as_it_can_and_says_each_reason_once() -> None:
    answers: list[StoreError | None] = [FULL, FULL, StoreBroken("no answer"), FULL, None]
    told: list[str] = []
    rests: list[float] = []

    async def work() -> str:
        answer = answers.pop(0)
        if answer:
            raise answer
        return "done"

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    assert await endure(work, told.append, late=5, rest=rest) == "done"
    assert told == [f"not saved: {why}" for why in ("no space left", "no answer", "no space left")]
    assert rests == [2, 4, 5, 5], "ever later, so that no server is asked again and again"


async def test_what_is_well_again_says_so_and_is_tried_soon_where_it_fails_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(enduring, "WELL", 0.0)
    answers: list[StoreError | None] = [FULL, FULL, FULL, None]
    told: list[str] = []
    rests: list[float] = []
    well = asyncio.Event()

    def tell(said: str) -> None:
        told.append(said)
        if said == AGAIN:
            well.set()

    async def work() -> None:
        if len(answers) == 2:
            await well.wait()
        if answer := answers.pop(0):
            raise answer

    async def rest(pause: float) -> None:
        rests.append(pause)

    await endure(work, tell, rest=rest)
    assert told == ["not saved: no space left", AGAIN, "not saved: no space left"]
    assert rests == [2, 4, 2]


@pytest.mark.parametrize("error", [StoreDamaged("flipped"), StoreReplaced("moved"), Conflict("faster")])
async def test_what_no_waiting_mends_ends_it(error: Exception) -> None:
    async def work() -> None:
        raise error

    with pytest.raises(type(error)):
        await endure(work, print)


async def test_what_has_left_is_noted_as_sent_however_long_the_disk_is_full(desk: Desk) -> None:
    told: list[str] = []
    move = Failing(desk.store, "move", noted_as_sent)
    move.fault = FULL

    async def rest(seconds: float) -> None:
        desk.clock.forward(seconds=seconds)
        if move.failed == 3:
            move.fault = None

    desk.clock.rest = rest  # type: ignore[method-assign]
    desk.outbox = desk.restarted()
    desk.outbox.noting.tell = told.append
    reply = await desk.outbox.deliver((await desk.queue()).id)
    assert (reply.state, len(desk.network.sent), move.failed) == ("sent", 1, 3)
    assert told == ["not saved yet how the last reply ended: no space left"]
    assert await desk.state() == "answered"


async def test_a_process_that_stays_waits_longer_than_that(desk: Desk) -> None:
    move, well = Failing(desk.store, "move", noted_as_sent), asyncio.Event()
    move.fault = FULL

    async def rest(seconds: float) -> None:
        desk.clock.forward(seconds=seconds)
        if move.failed == 40:
            move.fault = None
            well.set()

    desk.clock.rest = rest  # type: ignore[method-assign]
    at = desk.clock() + timedelta(minutes=1)
    row = await desk.store.row("f:1")
    planned = await desk.restarted().queue(row, "on its way", "answer", timedelta(), at=at)
    await desk.store.move(planned.id, "queued", desk.clock(), owner="")
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    running = asyncio.create_task(recovery.run())
    async with asyncio.timeout(20):
        await well.wait()
        await asyncio.wait(recovery._tasks.values())  # pyright: ignore[reportPrivateUsage]
    left = await desk.store.outgoing(planned.id)
    running.cancel()
    await recovery.aclose()
    assert (left.state, len(desk.network.sent), move.failed) == ("sent", 1, 40)


@pytest.mark.parametrize(
    "answer", [Throttled("later"), Unreachable("no answer"), Rejected("too long")], ids=["wait", "lost", "no"]
)
async def test_an_answer_that_comes_late_undoes_no_attempt_of_another_process(
    desk: Desk, answer: Exception
) -> None:
    queued = await desk.queue()

    async def reply(_: object) -> Sent:
        taken = await desk.store.move(queued.id, "unknown", desk.clock())
        facts: dict[str, Any] = {"attempts": 2, "owner": "elsewhere:7:1"}
        await desk.store.move(queued.id, "sending", desk.clock(), expected=taken, **facts)
        raise answer

    desk.network.reply = reply  # type: ignore[method-assign]
    with pytest.raises(Conflict, match="another process was faster: the reply is sending"):
        await desk.outbox.deliver(queued.id)
    stands = await desk.store.outgoing(queued.id)
    assert (stands.state, stands.attempts) == ("sending", 2)


async def test_what_ends_is_not_tried_again() -> None:
    tries: list[int] = []

    async def work() -> None:
        tries.append(1)
        raise FULL

    async def rest(_: float) -> None:
        raise AssertionError("it waited")

    with pytest.raises(StoreFull):
        await endure(work, lambda _: None, over=lambda: True, rest=rest)
    assert tries == [1]


async def test_a_command_waits_half_a_minute_and_leaves_it_to_the_next_start(desk: Desk) -> None:
    Failing(desk.store, "move", noted_as_sent).fault = FULL
    queued, began = await desk.queue(), desk.clock()
    with pytest.raises(StoreFull):
        await desk.outbox.deliver(queued.id)
    assert desk.clock() - began == timedelta(seconds=30)
    (left,) = await desk.store.outbox()
    assert (left.state, len(desk.network.sent)) == ("sending", 1)


async def test_a_deed_that_was_done_is_noted_as_soon_as_that_is_possible(desk: Desk) -> None:
    desk.network.deeds = ("spam",)
    move = Failing(desk.store, "move", noted_as_sent)
    move.fault = FULL

    async def rest(seconds: float) -> None:
        desk.clock.forward(seconds=seconds)
        move.fault = None

    desk.clock.rest = rest  # type: ignore[method-assign]
    desk.outbox = desk.restarted()
    deed = await desk.outbox.queue_deed(await desk.store.row("f:1"), "spam", timedelta())
    done = await desk.outbox.deliver(deed.id)
    assert (done.state, len(desk.network.done)) == ("sent", 1)


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(minutes=-7)])
async def test_a_clock_that_is_set_back_makes_no_window_longer(desk: Desk, jump: timedelta) -> None:
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)
        desk.clock.at += timedelta(seconds=seconds) + (jump if len(rested) == 3 else timedelta())

    desk.clock.rest = rest  # type: ignore[method-assign]
    desk.outbox = desk.restarted()
    done = await desk.outbox.deliver((await desk.queue(hold=timedelta(seconds=10))).id)
    assert done.state == "sent"
    assert 10 <= sum(rested) < 10.5


async def leads(store: Store, owner: str) -> None:
    """Another process polls."""
    await store.lead(await store.leader(), owner, "joy", "c", datetime.now(UTC))


async def test_what_is_past_its_window_is_left_to_a_living_poller_and_sent_there(desk: Desk) -> None:
    queued = await desk.queue()
    await leads(desk.store, "elsewhere:7:1")
    left = await desk.outbox.leave(queued.id)
    assert (left.state, left.owner, left.planned) == ("queued", "", queued.until)
    assert left.error == "left to the program that polls"
    sent = await desk.recovered()
    assert (sent.state, len(desk.network.sent)) == ("sent", 1)


@pytest.mark.parametrize(
    ("hold", "owner"), [(10, "elsewhere:7:1"), (0, DEAD), (0, "")], ids=["window", "dead", "nobody"]
)
async def test_what_is_in_its_window_or_nobody_would_send_is_a_draft_again(
    desk: Desk, hold: int, owner: str
) -> None:
    queued = await desk.queue(hold=timedelta(seconds=hold))
    if owner:
        await leads(desk.store, owner)
    left = await desk.outbox.leave(queued.id)
    assert (left.state, left.text) == ("draft", "on its way")


async def test_what_nobody_sent_after_all_goes_back_to_its_writer(desk: Desk) -> None:
    queued = await desk.queue()
    await leads(desk.store, "elsewhere:7:1")
    await desk.outbox.leave(queued.id)
    desk.clock.forward(minutes=6)
    left = await desk.recovered()
    assert (left.state, desk.network.sent) == ("draft", [])


async def test_a_term_that_could_not_be_ended_is_no_other_leader(store: Store, clock: Clock) -> None:
    """With a full disk nobody polls, and this process does again as soon as something can be written."""
    seconds = [0.0]
    leading = Leading(store, clock, "nok", "c", elapsed=lambda: seconds[0])
    resign, lead = Failing(store, "resign"), Failing(store, "lead")
    assert await leading.take()
    resign.fault = lead.fault = FULL

    async def poll(_: Term) -> None:
        raise FULL

    with pytest.raises(StoreFull):
        await leading.led(poll)
    assert not await leading.take()
    resign.fault = lead.fault = None
    assert await leading.take()
    assert seconds == [0.0]


class Screen:
    """What the screen hears."""

    def __init__(self) -> None:
        self.news = News()
        self.notices: list[str] = []
        self.rows: dict[str, Any] = {}
        self._told = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def tell(self) -> None:
        self._loop.call_soon_threadsafe(self._told.set)

    async def until(self, desk: LiveDesk, ready: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not ready():
                await self._told.wait()
                self._told.clear()
                news = desk.take()
                self.rows |= {row.id: row for row in news.rows}
                self.notices += news.notices


def made(folder: Path, opened: Callable[[], Awaitable[Store]], hold: float = 0.0) -> LiveDesk:
    config = Config(
        None, "nok", ZoneInfo("UTC"), StorePlace("tinydb", folder), folder, (FEED,), timedelta(seconds=hold)
    )
    return LiveDesk(config, opened, clock=lambda: datetime.now(UTC))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NETWORKS, "fake", Network("fake_net"))
    monkeypatch.setattr(enduring, "SOON", 0.01)


@pytest.mark.usefixtures("quick")
async def test_the_screen_polls_and_hears_again_when_the_disk_is_well(tmp_path: Path) -> None:
    commands: dict[str, Failing] = {}

    async def opened() -> Store:
        store = await open_store(tmp_path / "data")
        for name in ("ingest", "changes", "outbox"):
            commands[name] = Failing(store, name, not_at_the_start)
        commands["ingest"].fault = FULL
        return store

    desk, screen = made(tmp_path, opened), Screen()
    await desk.open()
    desk.start(screen.tell)
    await screen.until(desk, lambda: "not saved: no space left" in screen.notices)
    assert screen.rows == {}
    for name in ("changes", "outbox"):
        commands[name].fault = StoreBroken("the disk does not answer")
    commands["ingest"].fault = None
    await screen.until(desk, lambda: "not saved: the disk does not answer" in screen.notices)
    for one in commands.values():
        one.fault = None
    await screen.until(desk, lambda: screen.rows)
    assert [*screen.rows] == ["f:1"], "what was missed meanwhile is heard"
    assert not any("has stopped" in said for said in screen.notices)
    assert await desk.close() == ()


@pytest.mark.usefixtures("quick")
async def test_quitting_with_a_full_disk_sends_nothing_more_and_loses_nothing(tmp_path: Path) -> None:
    commands: list[Failing] = []

    async def opened() -> Store:
        store = await open_store(tmp_path / "data")
        commands.append(Failing(store, "move"))
        return store

    desk, screen = made(tmp_path, opened, hold=60), Screen()
    await desk.open()
    desk.start(screen.tell)
    await screen.until(desk, lambda: screen.rows)
    (row,) = screen.rows.values()
    await desk.reply(row.id, Words("on its way", "answer", row.interval.items))
    commands[0].fault = FULL
    async with asyncio.timeout(5):
        assert await desk.close() == ()
    store = await open_store(tmp_path / "data")
    (left,) = await store.outbox()
    assert (left.state, left.text) == ("queued", "on its way"), "the next start makes it a draft and says why"
    await store.act(Act(row.id, "tagged", {"tag": "vip"}), "nok", datetime.now(UTC))
    await store.close()
