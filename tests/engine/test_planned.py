"""A reply for a later hour: sent by whichever process runs then, a draft if the customer writes first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from engine_fakes import START, Clock, FakeNetwork, asks
from operator_desk import DEAD, Desk

from cxtui.engine.owner import me
from cxtui.engine.recovery import Recovery
from cxtui.errors import Conflict, StoreFull, UsageError
from cxtui.store import OutboxState, Outgoing, Store

HOLD = timedelta(seconds=10)
LATER = START + timedelta(hours=3)


@pytest.fixture
async def desk(store: Store, network: FakeNetwork, clock: Clock) -> Desk:
    desk = Desk(store, network, clock)
    await desk.hear()
    return desk


async def planned(desk: Desk) -> Outgoing:
    return await desk.outbox.queue(await desk.store.row("f:1"), "on its way", "answer", HOLD, at=LATER)


async def test_it_goes_out_at_its_time_and_not_before(desk: Desk) -> None:
    reply = await planned(desk)
    assert (reply.state, reply.until) == ("queued", LATER)
    done = await desk.outbox.deliver(reply.id)
    assert done.state == "sent"
    assert LATER <= desk.clock() < LATER + timedelta(seconds=1)


async def test_it_is_a_draft_as_soon_as_the_customer_writes_first(desk: Desk) -> None:
    reply = await planned(desk)
    rest = desk.clock.rest

    async def writes(seconds: float) -> None:
        await rest(seconds)
        if len(desk.network.said) == 1 and desk.clock() > START + timedelta(hours=1):
            desk.network.said.append(asks("2", "forget it, I found it"))
            await desk.hear()

    desk.clock.rest = writes  # type: ignore[method-assign]
    desk.outbox = desk.restarted()
    done = await desk.outbox.deliver(reply.id)
    assert done.state == "draft"
    assert "wrote again" in (done.error or "")
    assert desk.clock() < START + timedelta(hours=1, minutes=1), "at once, not at its time"
    assert desk.network.sent == []


async def test_a_word_on_the_network_that_nobody_polled_yet_keeps_it_back_too(desk: Desk) -> None:
    reply = await planned(desk)
    desk.network.said.append(asks("2", "forget it"))
    done = await desk.outbox.deliver(reply.id)
    assert (done.state, desk.network.sent) == ("draft", [])


async def test_it_can_be_taken_back_until_it_leaves(desk: Desk) -> None:
    reply = await planned(desk)
    back = await desk.outbox.recall(reply.id)
    assert (back.state, back.text) == ("draft", "on its way")
    assert (await desk.outbox.deliver(reply.id)).state == "draft"
    assert desk.network.sent == []


async def test_a_time_within_the_window_or_past_is_refused(desk: Desk) -> None:
    row = await desk.store.row("f:1")
    for at in (START, START + HOLD, START - HOLD):
        with pytest.raises(UsageError, match="a time to come"):
            await desk.outbox.queue(row, "x", "answer", HOLD, at=at)


async def test_the_next_process_sends_what_one_left_at_its_end(desk: Desk) -> None:
    reply = await desk.outbox.release((await planned(desk)).id)
    assert reply.owner == ""
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    await recovery.sweep()
    (task,) = recovery._tasks.values()  # pyright: ignore[reportPrivateUsage]
    assert (await task).state == "sent"
    assert desk.clock() >= LATER
    assert len(desk.network.sent) == 1


async def test_what_a_dead_process_planned_is_sent_by_one_that_lives_then(desk: Desk) -> None:
    reply = await planned(desk)
    await desk.store.move(reply.id, "queued", desk.clock(), owner=DEAD)
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    await recovery.sweep()
    (task,) = recovery._tasks.values()  # pyright: ignore[reportPrivateUsage]
    assert (await task).state == "sent"


async def test_who_released_it_sends_it_no_more(desk: Desk) -> None:
    reply = await planned(desk)
    released = await desk.outbox.release(reply.id)
    done = await desk.outbox.deliver(reply.id)
    assert (done.state, done.owner) == ("queued", released.owner)
    assert desk.network.sent == []


async def test_what_is_on_its_way_is_left_to_nobody_else(desk: Desk) -> None:
    reply = await planned(desk)
    await desk.store.move(reply.id, "sending", desk.clock(), attempts=1, begun=desk.clock())
    for let_go in (desk.outbox.release, desk.outbox.leave):
        with pytest.raises(Conflict, match="too late: the reply is sending"):
            await let_go(reply.id)
    assert (await desk.store.outgoing(reply.id)).owner == me(), "or another process would send it, too"


async def test_it_is_sent_as_soon_as_the_store_works_again(desk: Desk) -> None:
    reply = await desk.outbox.release((await planned(desk)).id)
    move, failed = desk.store.move, 0

    async def full(key: str, to: OutboxState, *facts: Any, **more: Any) -> Outgoing:
        nonlocal failed
        if to == "sending" and failed < 2:
            failed += 1
            raise StoreFull("no space left")
        return await move(key, to, *facts, **more)

    desk.store.move = full  # type: ignore[method-assign]
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    await recovery.sweep()
    await asyncio.wait(recovery._tasks.values())  # pyright: ignore[reportPrivateUsage]
    assert ((await desk.store.outgoing(reply.id)).state, failed, len(desk.network.sent)) == ("sent", 2, 1)


async def test_only_one_of_two_processes_takes_it_over(desk: Desk) -> None:
    reply = await desk.outbox.release((await planned(desk)).id)
    await desk.store.move(reply.id, "queued", desk.clock(), expected=reply, owner=me())
    with pytest.raises(Conflict, match="faster"):
        await desk.restarted().adopt(reply)


async def test_when_nothing_ran_at_its_time_it_is_never_sent_silently_later(desk: Desk) -> None:
    reply = await desk.outbox.release((await planned(desk)).id)
    desk.clock.at = LATER + timedelta(minutes=6)
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    await recovery.sweep()
    back = await desk.store.outgoing(reply.id)
    assert back.state == "draft"
    assert back.error == "not sent: no cxtui ran at its time. Send it or edit it"


async def test_poll_once_waits_for_no_hour_that_is_far(desk: Desk) -> None:
    reply = await desk.outbox.release((await planned(desk)).id)
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    assert await recovery.once(5) == []
    assert (await desk.store.outgoing(reply.id)).owner == "", "it is left to a process that stays"
    assert desk.clock() == START
