"""What a writer is told and given, who may see a reply, and taking back what went out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engine_fakes import FEED, Clock, FakeNetwork, asks

from cxtui.config import Config, StorePlace
from cxtui.connectors import Capabilities
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival, Voice
from cxtui.engine.engine import Engine
from cxtui.engine.preparing import Preparing
from cxtui.errors import Rejected, Unlawful, Unreachable
from cxtui.store import Outgoing, Store


class Net(FakeNetwork):
    """A network with direct messages, from which replies can be taken away."""

    removed: tuple[str, ...] = ()
    refuses: Exception | None = None
    keeps = False

    @property
    def capabilities(self) -> Capabilities:
        base = super().capabilities
        return replace(base, visibility=("public", "direct"), deletes=not self.keeps)

    async def delete(self, native: str, thread: str) -> None:
        del thread
        if self.refuses:
            raise self.refuses
        self.removed = (*self.removed, native)
        self.sent = [one for one in self.sent if one.token != native]


def config(folder: Path) -> Config:
    store = StorePlace("tinydb", folder)
    return Config(folder / "config.toml", "nok", ZoneInfo("UTC"), store, folder, (FEED,))


class Desk:
    """An engine over a store, with what a writer needs."""

    def __init__(self, store: Store, network: FakeNetwork, clock: Clock, config: Config) -> None:
        self.store, self.network, self.clock, self.config = store, network, clock, config
        self.engine = Engine(config, store, clock=clock)
        self.engine.connector = self._connector
        self.outbox = self.engine.outbox
        self.outbox._ways._connector = self._connector  # pyright: ignore[reportPrivateUsage]
        self.prepares = Preparing(self.engine, store, clock)

    def _connector(self, feed: Feed) -> FakeNetwork:
        del feed
        return self.network

    async def hear(self, *said: Arrival) -> None:
        self.network.said += said
        await self.store.ingest("net", "comment", self.network.said, self.clock(), feed="f")

    async def sent(self, text: str = "on its way") -> Outgoing:
        row = await self.store.row("f:1")
        queued = await self.outbox.queue(row, text, "answer", timedelta())
        return await self.outbox.deliver(queued.id)

    async def state(self) -> str:
        return (await self.store.row("f:1")).state(self.clock())


@pytest.fixture
async def desk(store: Store, clock: Clock, tmp_path: Path) -> Desk:
    made = Desk(store, Net([]), clock, config(tmp_path))
    await made.hear(asks())
    return made


async def test_a_reply_that_is_deleted_opens_the_wait_again(desk: Desk) -> None:
    reply = await desk.sent()
    assert (reply.state, await desk.state()) == ("sent", "answered")
    assert [one.id for one in await desk.prepares.sent()] == [reply.id]
    await desk.prepares.take_away(reply.id)
    assert desk.network.removed == (reply.remote_id,)  # type: ignore[attr-defined]
    row = await desk.store.row("f:1")
    assert (row.state(desk.clock()), row.interval.contacted) == ("waiting", None)
    said = await desk.store.thread("f:1")
    assert [one.note for one in said if one.ours] == ["deleted"]
    await desk.hear()
    assert await desk.state() == "waiting", "the next poll changes nothing of it"


@pytest.mark.parametrize("fault", [Unreachable("no answer"), Rejected("not yours"), ValueError("a fault")])
async def test_a_reply_that_the_network_keeps_stays_an_answer(desk: Desk, fault: Exception) -> None:
    reply = await desk.sent()
    desk.network.refuses = fault  # type: ignore[attr-defined]
    with pytest.raises((Unreachable, Rejected)) as refused:
        await desk.prepares.take_away(reply.id)
    assert "a fault" not in str(refused.value) or "ValueError" in str(refused.value)
    assert await desk.state() == "answered"


async def test_what_was_not_sent_or_cannot_be_deleted_there_is_said(desk: Desk) -> None:
    row = await desk.store.row("f:1")
    draft = await desk.outbox.draft(row, "half a thought")
    with pytest.raises(Unlawful, match="this one is draft"):
        await desk.prepares.take_away(draft.id)
    reply = await desk.sent()
    desk.network.keeps = True  # type: ignore[attr-defined]
    with pytest.raises(Rejected, match="not told from here to delete"):
        await desk.prepares.take_away(reply.id)


async def test_old_replies_are_not_listed_and_the_newest_stand_first(desk: Desk) -> None:
    first = await desk.sent("first")
    desk.clock.forward(days=8)
    assert await desk.prepares.sent() == ()
    await desk.hear(replace(asks("2", "and now?"), posted=desk.clock()))
    row = await desk.store.row("f:2")
    desk.clock.forward(minutes=1)
    second = await desk.outbox.deliver((await desk.outbox.queue(row, "second", "answer", timedelta())).id)
    assert [one.id for one in await desk.prepares.sent()] == [second.id]
    assert first.id != second.id


async def test_a_direct_message_is_never_answered_or_drafted_in_public(desk: Desk) -> None:
    await desk.hear(Arrival("7", "psst", Voice("@ana"), thread="7", posted=desk.clock(), visibility="direct"))
    row = await desk.store.row("f:7")
    for work in (
        desk.outbox.queue(row, "hello", "answer", timedelta(), visibility="public"),
        desk.outbox.draft(row, "hello", visibility="public"),
    ):
        with pytest.raises(Rejected, match="not answered in public"):
            await work
    assert (await desk.outbox.draft(row, "hello")).visibility == "direct"
    reply = await desk.outbox.queue(row, "hello", "answer", timedelta())
    await desk.outbox.deliver(reply.id)
    assert [one.visibility for one in desk.network.sent] == ["direct"]


async def test_a_public_question_is_answered_direct_where_the_network_can(desk: Desk) -> None:
    row = await desk.store.row("f:1")
    assert (await desk.outbox.draft(row, "psst", visibility="direct")).visibility == "direct"
    reply = await desk.outbox.queue(row, "psst", "answer", timedelta(), visibility="direct")
    await desk.outbox.deliver(reply.id)
    assert [one.visibility for one in desk.network.sent] == ["direct"]


async def test_a_network_without_direct_replies_refuses_one(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    desk = Desk(store, FakeNetwork([]), clock, config(tmp_path))
    await desk.hear(asks())
    row = await desk.store.row("f:1")
    with pytest.raises(Rejected, match="takes no direct replies"):
        await desk.outbox.queue(row, "psst", "answer", timedelta(), visibility="direct")


async def test_a_recalled_reply_keeps_who_may_see_it(desk: Desk) -> None:
    row = await desk.store.row("f:1")
    reply = await desk.outbox.queue(row, "psst", "answer", timedelta(seconds=10), visibility="direct")
    assert (await desk.outbox.recall(reply.id)).visibility == "direct"


async def test_the_thread_is_compared_with_what_the_writer_saw(desk: Desk) -> None:
    basis = (await desk.store.row("f:1")).interval.items
    assert await desk.prepares.reread("f:1", basis) is None
    desk.network.said.append(replace(asks("2", "forget it"), posted=desk.clock()))
    assert await desk.prepares.reread("f:1", basis) == "@mai wrote again; read it first"
    assert (await desk.store.row("f:1")).interval.count == 2
    desk.network.said.clear()
    assert await desk.prepares.reread("f:1", basis) == "the message it answers is no longer there"
    desk.network.fault = Unreachable("no answer")
    with pytest.raises(Unreachable):
        await desk.prepares.reread("f:1", basis)
    assert await desk.store.outbox() == (), "nothing is kept of looking"


async def test_who_we_are_is_asked_once(desk: Desk) -> None:
    assert await desk.prepares.handle(desk.config, "f") == ""
    desk.network.grants = 300
    fresh = Preparing(desk.engine, desk.store, desk.clock)
    assert await fresh.handle(desk.config, "f") == "desk"
    desk.network.fault = Unreachable("no answer")
    assert await fresh.handle(desk.config, "f") == "desk"
    assert await fresh.handle(desk.config, "gone") == ""


async def test_the_shelf_has_the_customers_language_and_the_users_own_first(
    desk: Desk, tmp_path: Path
) -> None:
    place = tmp_path / "canned" / "en"
    await asyncio.to_thread(place.mkdir, parents=True)
    (place / "hello.txt").write_text("Hello {name|there}")
    (place / "bad.txt").write_text("Hello {name}")
    await desk.hear(
        Arrival("8", "ກະລຸນາຊ່ວຍແດ່, ໂຄມໄຟແຕກ", Voice("@ana"), thread="8", posted=desk.clock(), lang="lo")
    )
    shelf = await desk.prepares.shelf(desk.config, "f:8")
    assert [one.lang for one in shelf.texts[:1]] == ["lo"]
    assert next(one.name for one in shelf.texts if one.lang == "en") == "hello"
    assert [one.startswith(f"{place}/bad.txt:1 {{name}} needs a fallback") for one in shelf.problems] == [
        True
    ]
