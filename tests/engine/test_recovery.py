"""After a crash: what arrived is found, what surely did not is sent again where that is safe, once."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from engine_fakes import START, Clock, FakeNetwork, asks
from operator_desk import Desk

from cxtui.connectors import Draft, Sent, find
from cxtui.core.item import Arrival, Voice
from cxtui.core.triage import Act
from cxtui.engine import owner
from cxtui.engine.owner import me
from cxtui.engine.recovery import Recovery
from cxtui.engine.sending import drafted
from cxtui.errors import Conflict, Refused, Unreachable
from cxtui.store import OutboxState, Store

HOUR = timedelta(hours=1)
STATES: tuple[OutboxState, ...] = ("sending", "unknown")


@pytest.fixture
async def desk(store: Store, network: FakeNetwork, clock: Clock) -> Desk:
    network.retry = HOUR
    desk = Desk(store, network, clock)
    await desk.hear()
    return desk


@pytest.mark.parametrize("state", STATES)
async def test_what_had_arrived_is_found_and_not_sent_again(desk: Desk, state: OutboxState) -> None:
    await desk.network.reply(drafted(await desk.left(state)))
    assert (await desk.recovered()).state == "sent"
    assert len(desk.network.sent) == 1
    assert await desk.state() == "answered"


@pytest.mark.parametrize("state", STATES)
async def test_what_surely_had_not_arrived_is_sent_again_under_its_token(
    desk: Desk, state: OutboxState
) -> None:
    left = await desk.left(state)
    done = await desk.recovered()
    assert (done.state, done.attempts, done.begun) == ("sent", 2, left.begun)
    assert [draft.token for draft in desk.network.sent] == [left.id]


async def test_another_reply_of_ours_is_not_taken_for_it_however_alike(desk: Desk) -> None:
    """The network's words for its replies are all the same: only what is known tells them apart."""
    desk.network.ours = lambda draft, message: message.own is not None  # type: ignore[method-assign] # noqa: ARG005
    desk.network.said.append(asks("9", "and mine?"))
    desk.network.said[-1] = replace(desk.network.said[-1], thread="9", author=Voice("@tom"))
    await desk.hear()
    other = await desk.outbox.queue(await desk.store.row("f:9"), "on its way", "answer", timedelta())
    assert (await desk.outbox.deliver(other.id)).state == "sent"
    left = await desk.left("sending")
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    await recovery.once(5)
    assert (await desk.store.outgoing(left.id)).attempts == 2
    assert len(desk.network.sent) == 2


async def test_what_looked_like_it_before_it_left_is_not_taken_for_it(desk: Desk) -> None:
    """Somebody wrote the same words on that page before; this one never arrived."""
    desk.network.retry = None
    desk.network.ours = lambda draft, message: message.own is not None  # type: ignore[method-assign] # noqa: ARG005
    theirs = Arrival("7", "on its way", Voice("desk"), thread="9", parent="8", posted=START, own="strong")
    desk.network.said.append(theirs)
    desk.network.reply_fault, desk.network.arrives = Unreachable("line lost"), False
    done = await desk.sent()
    assert (done.state, done.alike) == ("unknown", ("7",))


class Seeker(FakeNetwork):
    """A network on which a reply is looked for by its words: it finds the likest of ours."""

    async def find(self, draft: Draft) -> Sent | None:
        del draft
        return Sent("7")


async def test_a_look_that_finds_another_reply_of_ours_has_found_nothing() -> None:
    seeker, draft = Seeker([asks()]), Draft("1", "1", "we are on it and write again at 9", "t")
    assert await find(seeker, draft) == Sent("7")
    assert await find(seeker, draft, {"7"}) is None


async def test_when_it_is_too_long_ago_a_person_is_asked(desk: Desk) -> None:
    await desk.left("sending", begun=HOUR + timedelta(seconds=1))
    done = await desk.recovered()
    assert (done.state, desk.network.sent) == ("unknown", [])
    assert "too long ago to send it to net once more" in (done.error or "")


async def test_the_last_second_of_the_time_counts(desk: Desk) -> None:
    await desk.left("sending", begun=HOUR - timedelta(seconds=10))
    assert (await desk.recovered()).state == "sent"


@pytest.mark.parametrize("fault", [Unreachable("no answer"), Refused("token expired"), KeyError("id")])
async def test_a_look_that_fails_sends_nothing(desk: Desk, fault: Exception) -> None:
    await desk.left("sending")
    desk.network.thread_fault = fault
    done = await desk.recovered()
    assert (done.state, desk.network.sent) == ("unknown", [])
    assert "could not be looked for" in (done.error or "")


async def test_the_second_look_counts_as_much_as_the_first(desk: Desk) -> None:
    looks = 0
    thread = desk.network.thread

    async def second_fails(native: str, root: str) -> object:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise Unreachable("no answer")
        return await thread(native, root)

    await desk.left("sending")
    desk.network.thread = second_fails  # type: ignore[method-assign, assignment]
    assert (await desk.recovered()).state == "unknown"
    assert (looks, desk.network.sent) == (2, [])


async def test_looks_before_the_networks_lag_is_over_prove_nothing(desk: Desk) -> None:
    """It arrived, but the network shows it only after its lag: found then, and never sent twice."""
    desk.network.lag = timedelta(seconds=30)
    desk.network.retry = timedelta(days=1)
    left = await desk.left("sending")
    shown_from = desk.clock() + timedelta(seconds=29)
    await desk.network.reply(drafted(left))
    thread = desk.network.thread

    async def behind(native: str, root: str) -> object:
        heard = await thread(native, root)
        return heard if desk.clock() >= shown_from else tuple(a for a in heard if a.own is None)

    desk.network.thread = behind  # type: ignore[method-assign, assignment]
    done = await desk.recovered()
    assert (done.state, done.attempts) == ("sent", 1)
    assert len(desk.network.sent) == 1


async def test_a_thread_that_changed_meanwhile_gives_the_text_back(desk: Desk) -> None:
    await desk.left("sending")
    desk.network.said.append(asks("2", "forget it"))
    done = await desk.recovered()
    assert (done.state, desk.network.sent) == ("draft", [])
    assert "wrote again" in (done.error or "")


async def test_a_row_that_was_closed_meanwhile_gives_the_text_back(desk: Desk) -> None:
    await desk.left("sending")
    await desk.store.act(Act("f:1", "closed", {"reason": "spam"}), "mai", desk.clock())
    done = await desk.recovered()
    assert (done.state, done.error) == ("draft", "not sent: meanwhile it was closed")


async def test_a_feed_that_is_gone_from_the_configuration_leaves_it_unknown(desk: Desk) -> None:
    await desk.left("sending")
    desk.configured = False
    done = await desk.recovered()
    assert (done.state, desk.network.sent) == ("unknown", [])
    assert "not configured any more" in (done.error or "")


async def test_a_network_that_cannot_be_read_is_left_to_a_person(desk: Desk) -> None:
    await desk.left("sending")
    desk.network.readable = False
    done = await desk.recovered()
    assert (done.state, desk.network.sent) == ("unknown", [])
    assert "nothing can be looked for" in (done.error or "")


async def test_a_second_attempt_that_is_lost_too_is_looked_for_and_then_left(desk: Desk) -> None:
    await desk.left("sending")
    desk.network.reply_fault, desk.network.arrives = Unreachable("line lost"), False
    done = await desk.recovered()
    assert (done.state, done.attempts) == ("unknown", 2)
    assert "did not arrive, 2 times" in (done.error or "")
    desk.network.reply_fault = None
    assert (await desk.recovered()).state == "sent"
    assert len(desk.network.sent) == 1


async def test_attempts_come_to_an_end(desk: Desk) -> None:
    await desk.left("sending")
    desk.network.reply_fault, desk.network.arrives = Unreachable("line lost"), False
    states = [await desk.recovered() for _ in range(7)]
    done = states[-1]
    assert (done.state, done.attempts) == ("unknown", 5)


async def test_of_two_processes_that_recover_at_once_one_sends(desk: Desk) -> None:
    left = await desk.left("sending")
    begun, sends = asyncio.Event(), asyncio.Event()
    attempts: list[Draft] = []

    async def slow(draft: Draft) -> Sent:
        attempts.append(draft)
        begun.set()
        await sends.wait()
        return Sent("r1")

    desk.network.reply = slow  # type: ignore[method-assign, assignment]
    recoveries = [Recovery(desk.restarted(), desk.store, desk.clock) for _ in range(2)]
    both = [asyncio.create_task(one.once(5)) for one in recoveries]
    await begun.wait()
    for _ in range(200):
        await asyncio.sleep(0)
    assert (await desk.store.outgoing(left.id)).owner == me()
    sends.set()
    await asyncio.gather(*both)
    assert len(attempts) == 1
    assert (await desk.store.outgoing(left.id)).state == "sent"


async def test_the_step_from_unknown_to_sending_has_one_winner(desk: Desk) -> None:
    left = await desk.left("unknown")
    facts: dict[str, Any] = {"attempts": 2, "owner": me()}
    await desk.store.move(left.id, "sending", desk.clock(), expected=left, **facts)
    with pytest.raises(Conflict, match="another process was faster"):
        await desk.store.move(left.id, "sending", desk.clock(), expected=left, **facts)
    await desk.store.move(left.id, "unknown", desk.clock())
    with pytest.raises(Conflict, match="another process was faster"):
        await desk.store.move(left.id, "sending", desk.clock(), expected=left, **facts)
    with pytest.raises(Conflict, match="cannot become sending"):
        await desk.store.move(left.id, "sending", desk.clock(), **facts)


async def test_what_a_living_process_is_sending_is_left_to_it(desk: Desk) -> None:
    left = await desk.left("unknown")
    await desk.store.move(left.id, "sending", desk.clock(), expected=left, owner=me())
    assert (await desk.recovered()).state == "sending"


@pytest.fixture
def neighbour() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Another process of this machine, and what it is called."""
    with subprocess.Popen(["sleep", "60"]) as other:
        host = me().rpartition(":")[0].rpartition(":")[0]
        yield f"{host}:{other.pid}:{owner._started(other.pid)}", other  # pyright: ignore[reportPrivateUsage]
        other.kill()


async def test_another_living_process_looks_for_its_own(
    desk: Desk, neighbour: tuple[str, subprocess.Popen[bytes]]
) -> None:
    name, process = neighbour
    left = await desk.left("unknown")
    await desk.store.move(left.id, "unknown", desk.clock(), owner=name)
    assert (await desk.recovered()).state == "unknown"
    process.kill()
    process.wait()
    assert (await desk.recovered()).state == "sent"


async def test_an_unknown_reply_is_looked_for_again_later_and_ever_less_often(desk: Desk) -> None:
    desk.network.thread_fault = Unreachable("no answer")
    left = await desk.left("sending")
    recovery = Recovery(desk.outbox, desk.store, desk.clock)
    began = desk.clock()
    seen: list[float] = []
    for _ in range(60 * 4):
        if any(one.id == left.id for one in await recovery.sweep()):
            seen.append((desk.clock() - began).total_seconds() // 60)
        for _ in range(20):
            await asyncio.sleep(0)
        desk.clock.at = began + timedelta(minutes=1 + (desk.clock() - began).total_seconds() // 60)
    await recovery.aclose()
    steps = [later - earlier for earlier, later in pairwise(seen)]
    assert steps[0] == 1
    assert steps == sorted(steps)
    assert 55 <= steps[-1] <= 62


@pytest.mark.parametrize(("minutes", "state", "times"), [(14, "sending", 0), (16, "sent", 1)])
async def test_what_a_machine_of_a_former_name_was_sending_is_taken_over_in_the_end(
    desk: Desk, minutes: int, state: OutboxState, times: int
) -> None:
    reply = await desk.queue()
    facts: dict[str, Any] = {"owner": "former-name:7:1", "begun": desk.clock(), "attempts": 1}
    await desk.store.move(reply.id, "sending", desk.clock(), **facts)
    desk.clock.forward(minutes=minutes)
    left = await desk.recovered()
    assert (left.state, len(desk.network.sent)) == (state, times)


async def test_what_a_machine_of_a_former_name_had_queued_goes_back_to_its_writer(desk: Desk) -> None:
    reply = await desk.queue(hold=timedelta(seconds=10))
    await desk.store.put_outgoing(replace(await desk.store.outgoing(reply.id), owner="former-name:7:1"))
    assert (await desk.recovered()).state == "queued"
    desk.clock.forward(minutes=16)
    left = await desk.recovered()
    assert (left.state, desk.network.sent) == ("draft", [])
    assert left.error == "not sent: cxtui ended before it went out. Send it or edit it"


async def test_a_clock_set_back_does_not_put_off_the_next_look_for_ever(desk: Desk) -> None:
    desk.network.retry = None
    await desk.left("unknown")
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    await recovery.once(5)
    desk.clock.forward(days=-1)
    assert [one.state for one in await recovery.sweep()] == ["unknown"]
    assert await recovery.sweep() == [], "and not at every look either"
    await recovery.aclose()
