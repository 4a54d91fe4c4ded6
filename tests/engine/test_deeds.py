"""Likes, approvals and spam marks: durable before the first byte, done again after a crash."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from engine_fakes import START, Clock, FakeNetwork, asks
from operator_desk import DEAD, NOW, Desk

from cxtui.core.item import Arrival, Deed, Voice
from cxtui.core.metrics import figures
from cxtui.engine.recovery import Recovery
from cxtui.engine.sending import REFUSALS
from cxtui.errors import Conflict, Rejected, Throttled, Unreachable
from cxtui.store import Outgoing, Store, open_store

DEEDS: tuple[Deed, ...] = ("like", "approve", "spam")


def praises(native: str = "1", **more: Any) -> Arrival:
    return Arrival(
        native, "great shop, thank you!", Voice("@mai"), thread="1", posted=START, tone="praise", **more
    )


@pytest.fixture
async def desk(store: Store, network: FakeNetwork, clock: Clock) -> Desk:
    network.deeds = DEEDS
    desk = Desk(store, network, clock)
    await desk.hear()
    return desk


@pytest.fixture
async def praised(store: Store, network: FakeNetwork, clock: Clock) -> Desk:
    network.deeds, network.said[:] = DEEDS, [praises()]
    desk = Desk(store, network, clock)
    await desk.hear()
    return desk


async def queue(desk: Desk, deed: Deed, hold: timedelta = NOW, item: str | None = None) -> Outgoing:
    return await desk.outbox.queue_deed(await desk.store.row("f:1"), deed, hold, item)


async def done(desk: Desk, deed: Deed, item: str | None = None) -> Outgoing:
    return await desk.outbox.deliver((await queue(desk, deed, item=item)).id)


async def test_a_like_thanks_for_praise_and_counts_as_thanks(praised: Desk) -> None:
    assert (await done(praised, "like")).state == "sent"
    assert praised.network.done == [("like", "1")]
    waits = (await praised.store.row("f:1")).interval
    assert (waits.answer_kind, waits.origin, waits.answered_by) == ("thanks", "cxtui", "nok")
    praised.clock.forward(hours=49)
    found = figures(await praised.store.facts(), praised.clock(), "all")
    (thanked,) = [one for one in found if one.metric == "thanked_within_48h"]
    assert (thanked.value, thanked.n) == (1.0, 1)


async def test_a_like_answers_no_question(desk: Desk) -> None:
    assert (await done(desk, "like")).state == "sent"
    assert await desk.state() == "waiting"
    assert (await desk.store.facts()).replies == ()


async def test_a_like_for_praise_leaves_the_question_beside_it_open(praised: Desk) -> None:
    praised.network.said.append(asks("2", "but where is my order?"))
    await praised.hear()
    await done(praised, "like")
    states = {row.id: row.state(praised.clock()) for row in await praised.store.rows(everything=True)}
    assert states == {"f:1": "answered", "f:2": "waiting"}


async def test_a_like_survives_export_and_import(praised: Desk) -> None:
    await done(praised, "like")
    records = await praised.store.export()
    other = await open_store(None)
    await other.load(list(enumerate(records, 1)), praised.clock())
    waits = (await praised.store.row("f:1")).interval
    assert (await other.row("f:1")).interval == replace(waits, evidence=None)
    assert await other.export() == records
    await other.close()


async def test_a_liked_message_shows_that_it_was(praised: Desk) -> None:
    await done(praised, "like")
    ours = [message for message in await praised.store.thread("f:1") if message.ours]
    assert [(message.text, message.note, message.kind) for message in ours] == [("", "liked", "thanks")]


async def test_an_approved_message_waits_no_more_for_a_moderator(store: Store, clock: Clock) -> None:
    network = FakeNetwork([asks(), asks("2", "hello?")], deeds=DEEDS)
    network.said[0] = Arrival("1", "where is it?", Voice("@mai"), thread="1", posted=START, pending=True)
    desk = Desk(store, network, clock)
    await desk.hear()
    assert (await store.row("f:1")).interval.opener.pending
    assert (await done(desk, "approve")).state == "sent"
    assert network.done == [("approve", "1")]
    assert not (await store.row("f:1")).interval.opener.pending
    assert [message.pending for message in await store.thread("f:1")] == [False, False]
    with pytest.raises(Rejected, match="nothing of @mai waits for a moderator"):
        await queue(desk, "approve")


async def test_a_later_poll_says_what_a_moderator_did(store: Store, clock: Clock) -> None:
    desk = Desk(store, FakeNetwork([asks()]), clock)
    for pending in (False, True, False):
        desk.network.said[:] = [
            Arrival("1", "where is it?", Voice("@mai"), thread="1", posted=START, pending=pending)
        ]
        await desk.hear()
        assert (await store.row("f:1")).interval.opener.pending is pending


async def test_pending_is_exported_only_where_it_is(store: Store, clock: Clock) -> None:
    desk = Desk(store, FakeNetwork([asks()]), clock)
    await desk.hear()
    assert "pending" not in (await store.export())[0]
    desk.network.said[:] = [Arrival("1", "where?", Voice("@mai"), thread="1", posted=START, pending=True)]
    await desk.hear()
    records = await store.export()
    assert records[0]["pending"] is True
    other = await open_store(None)
    await other.load(list(enumerate(records, 1)), clock())
    assert (await other.item("f:1")).pending
    await other.close()


async def test_spam_closes_the_row_in_the_operators_name(desk: Desk) -> None:
    desk.network.said.append(asks("2", "buy pills"))
    await desk.hear()
    assert (await done(desk, "spam")).state == "sent"
    assert desk.network.done == [("spam", "1"), ("spam", "2")]
    waits = (await desk.store.row("f:1")).interval
    assert (waits.closed_reason, waits.open) == ("spam", False)
    (event,) = (await desk.store.facts()).events
    assert (event.verb, event.by) == ("closed", "nok")


async def test_one_message_may_be_named(desk: Desk) -> None:
    desk.network.said.append(asks("2", "buy pills"))
    await desk.hear()
    await done(desk, "like", item="f:1")
    assert desk.network.done == [("like", "1")]


async def test_nothing_is_done_in_the_window_and_nothing_after_it_was_taken_back(desk: Desk) -> None:
    deed = await queue(desk, "spam", hold=timedelta(seconds=10))
    assert (await desk.store.outbox())[0].state == "queued"
    assert (await desk.outbox.recall(deed.id)).state == "dropped"
    desk.clock.forward(seconds=11)
    assert (await desk.outbox.deliver(deed.id)).state == "dropped"
    assert desk.network.done == []
    assert await desk.state() == "waiting"
    assert await desk.store.outbox() == ()


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("like", "no likes: thank in words"),
        ("approve", "to let a message through"),
        ("spam", "closes the row"),
    ],
)
async def test_what_a_network_does_not_know_is_refused_with_a_sentence(
    desk: Desk, deed: Deed, words: str
) -> None:
    desk.network.deeds = ()
    with pytest.raises(Rejected, match=words):
        await queue(desk, deed)
    assert await desk.store.outbox() == ()


async def test_a_network_that_does_not_answer_is_asked_again(desk: Desk) -> None:
    desk.network.deed_faults = [Unreachable("line lost"), Unreachable("line lost")]
    assert (await done(desk, "spam")).state == "sent"
    assert desk.network.done == [("spam", "1")]


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ([Rejected("you are no moderator")], "you are no moderator"),
        ([Unreachable("line lost")] * 3, "doing it again is safe: line lost"),
        ([KeyError("id")], "a fault in cxtui: KeyError"),
        ([Throttled("busy", START + timedelta(hours=2))], "busy"),
    ],
)
async def test_what_was_not_done_says_why_and_can_be_done_again(
    desk: Desk, faults: list[Exception], words: str
) -> None:
    desk.network.deed_faults = list(faults)
    failed = await done(desk, "spam")
    assert failed.state == "failed"
    assert words in (failed.error or "")
    assert await desk.state() == "waiting"
    again = await done(desk, "spam")
    assert (again.id, again.state) == (failed.id, "sent")


async def test_a_server_that_asks_to_wait_a_little_is_waited_for(desk: Desk) -> None:
    desk.network.deed_faults = [Throttled("busy", START + timedelta(minutes=2))]
    assert (await done(desk, "spam")).state == "sent"
    assert desk.clock() >= START + timedelta(minutes=2)


async def test_a_server_that_puts_it_off_for_ever_is_not_asked_for_ever(desk: Desk) -> None:
    desk.network.deed_faults = [Throttled("busy") for _ in range(50)]
    failed = await done(desk, "spam")
    assert (failed.state, failed.error, failed.attempts) == ("failed", "busy", REFUSALS)


async def left(desk: Desk, *, begun: bool) -> Outgoing:
    """A deed whose process died before or while it was done."""
    deed = await queue(desk, "spam")
    if begun:
        facts: dict[str, Any] = {"owner": DEAD, "begun": desk.clock(), "attempts": 1}
        return await desk.store.move(deed.id, "sending", desk.clock(), **facts)
    await desk.store.move(deed.id, "failed", desk.clock())
    return await desk.store.move(deed.id, "queued", desk.clock(), owner=DEAD)


async def recovered(desk: Desk) -> Outgoing:
    recovery = Recovery(desk.restarted(), desk.store, desk.clock)
    await recovery.once(5)
    await recovery.aclose()
    (deed,) = await desk.store.outbox(everything=True)
    return deed


async def test_what_a_dead_process_was_doing_is_done_again(desk: Desk) -> None:
    await left(desk, begun=True)
    assert (await recovered(desk)).state == "sent"
    assert desk.network.done == [("spam", "1")]


async def test_what_a_dead_process_had_not_begun_is_never_done_later(desk: Desk) -> None:
    await left(desk, begun=False)
    deed = await recovered(desk)
    assert (deed.state, deed.error) == ("failed", "not done: cxtui ended before the spam mark went out")
    assert desk.network.done == []


async def test_a_reply_and_a_deed_may_be_on_their_way_together_but_no_deed_twice(desk: Desk) -> None:
    await queue(desk, "like", hold=timedelta(seconds=10))
    with pytest.raises(Conflict, match="another like by nok waits to be sent"):
        await queue(desk, "like")
    assert (await desk.sent()).state == "sent"


async def test_a_failed_deed_is_no_draft_of_a_reply(desk: Desk) -> None:
    desk.network.deed_faults = [Rejected("you are no moderator")]
    await done(desk, "spam")
    assert await desk.outbox.kept("f:1") is None
