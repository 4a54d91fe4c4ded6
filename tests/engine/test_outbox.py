"""Sending: exactly once, or shown as unknown."""

import asyncio
import os
import socket
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from engine_fakes import START, Clock, FakeNetwork, asks
from operator_desk import DEAD, Desk

from cxtui.connectors import Draft, Sent
from cxtui.core.item import Voice
from cxtui.core.triage import Act
from cxtui.engine.owner import alive, me
from cxtui.engine.sending import REFUSALS
from cxtui.errors import Conflict, Refused, Rejected, SecretError, Throttled, Unreachable
from cxtui.store import Store


@pytest.fixture
async def desk(store: Store, network: FakeNetwork, clock: Clock) -> Desk:
    desk = Desk(store, network, clock)
    await desk.hear()
    return desk


async def test_a_reply_reaches_the_network_and_the_customer_waits_no_more(desk: Desk) -> None:
    reply = await desk.queue()
    done = await desk.outbox.deliver(reply.id)
    assert (done.state, done.remote_id) == ("sent", reply.id)
    assert [d.text for d in desk.network.sent] == ["on its way"]
    assert await desk.state() == "answered"


async def test_a_holding_reply_holds(desk: Desk) -> None:
    await desk.outbox.deliver((await desk.queue(kind="holding")).id)
    assert await desk.state() == "held"


async def test_nothing_leaves_before_the_window_is_over(desk: Desk) -> None:
    reply = await desk.queue(hold=timedelta(seconds=10))
    assert (reply.state, reply.until) == ("queued", desk.clock() + timedelta(seconds=10))
    back = await desk.outbox.recall(reply.id)
    assert (back.state, back.text) == ("draft", "on its way")
    desk.clock.forward(seconds=11)
    assert (await desk.outbox.deliver(reply.id)).state == "draft"
    assert desk.network.sent == []


async def test_a_server_that_takes_more_than_is_usual_is_asked_when_a_text_is_long(desk: Desk) -> None:
    desk.network.limit, desk.network.grants = 10, 500
    reply = await desk.queue("it left the house this morning")
    assert reply.state == "queued"
    with pytest.raises(Rejected, match="takes 500"):
        await desk.queue("x" * 501)


@pytest.mark.parametrize("fault", [None, Unreachable("it is away")])
async def test_what_is_too_long_there_too_is_refused(desk: Desk, fault: Exception | None) -> None:
    desk.network.limit, desk.network.grants, desk.network.fault = 10, 10, fault
    with pytest.raises(Rejected, match="takes 10"):
        await desk.queue("it left the house this morning")


async def test_a_recalled_text_is_the_rows_draft(desk: Desk) -> None:
    await desk.outbox.recall((await desk.queue()).id)
    kept = await desk.outbox.kept("f:1")
    assert kept is not None
    assert kept.text == "on its way"


async def test_a_new_word_of_the_customer_puts_the_reply_back(desk: Desk) -> None:
    reply = await desk.queue()
    desk.network.said.append(asks("2", "forget it"))
    done = await desk.outbox.deliver(reply.id)
    assert done.state == "draft"
    assert "wrote again" in (done.error or "")
    assert desk.network.sent == []


async def test_a_colleagues_answer_puts_the_reply_back(desk: Desk) -> None:
    reply = await desk.queue()
    await desk.store.act(Act("f:1", "closed", {"reason": "answered-elsewhere"}), "mai", desk.clock())
    done = await desk.outbox.deliver(reply.id)
    assert (done.state, desk.network.sent) == ("draft", [])
    assert "answered by mai" in (done.error or "")


async def test_a_question_that_is_gone_gets_no_reply(desk: Desk) -> None:
    reply = await desk.queue()
    desk.network.said.clear()
    done = await desk.outbox.deliver(reply.id)
    assert "no longer there" in (done.error or "")
    assert desk.network.sent == []


async def test_a_thread_that_cannot_be_read_sends_nothing(desk: Desk) -> None:
    reply = await desk.queue()
    desk.network.fault = Unreachable("no answer")
    done = await desk.outbox.deliver(reply.id)
    assert (done.state, desk.network.sent) == ("draft", [])
    assert "no answer" in (done.error or "")


async def test_a_lost_answer_is_looked_for_and_found(desk: Desk) -> None:
    desk.network.reply_fault = Unreachable("line lost")
    done = await desk.sent()
    assert (done.state, len(desk.network.sent)) == ("sent", 1)
    assert await desk.state() == "answered"


async def test_a_lost_reply_is_unknown_where_a_second_attempt_could_stand_there_twice(desk: Desk) -> None:
    desk.network.reply_fault, desk.network.arrives = Unreachable("line lost"), False
    reply = await desk.sent()
    assert (reply.state, desk.network.sent) == ("unknown", [])
    assert "not found, but a second attempt could stand on net twice" in (reply.error or "")
    desk.network.reply_fault = None
    desk.clock.forward(hours=2)
    assert (await desk.recovered()).state == "unknown"
    assert desk.network.sent == []
    assert (await desk.outbox.settle(reply.id, sent=False)).state == "draft"


async def test_a_fault_of_ours_while_sending_is_unknown_and_not_stuck(desk: Desk) -> None:
    desk.network.reply_fault, desk.network.arrives = KeyError("id"), False
    done = await desk.outbox.deliver((await desk.queue()).id)
    assert done.state == "unknown"
    assert "a fault in cxtui: KeyError" in (done.error or "")


async def test_a_token_that_its_source_does_not_give_fails_the_reply(desk: Desk) -> None:
    desk.network.reply_fault, desk.network.arrives = SecretError("pass said no"), False
    done = await desk.outbox.deliver((await desk.queue()).id)
    assert (done.state, done.error) == ("failed", "pass said no")


async def test_a_refused_text_is_kept_with_the_reason(desk: Desk) -> None:
    desk.network.reply_fault, desk.network.arrives = Rejected("no links, please"), False
    done = await desk.outbox.deliver((await desk.queue()).id)
    assert (done.state, done.error, done.text) == ("failed", "no links, please", "on its way")
    desk.network.reply_fault = None
    assert (await desk.outbox.deliver((await desk.queue("then without")).id)).state == "sent"


async def test_a_refused_sign_in_fails_the_reply(desk: Desk) -> None:
    desk.network.reply_fault, desk.network.arrives = Refused("token expired"), False
    assert (await desk.outbox.deliver((await desk.queue()).id)).state == "failed"


async def test_a_server_that_asks_for_long_patience_gets_the_reply_back(desk: Desk) -> None:
    desk.network.arrives = False
    desk.network.reply_fault = Throttled("busy", desk.clock() + timedelta(hours=2))
    done = await desk.outbox.deliver((await desk.queue()).id)
    assert (done.state, done.error) == ("failed", "busy")


async def test_a_server_that_puts_it_off_for_ever_gets_the_reply_back(desk: Desk) -> None:
    """A customer's full mailbox is refused for now each time: nobody waits for that."""
    desk.network.reply_fault, desk.network.arrives = Throttled("mailbox full"), False
    done = await desk.outbox.deliver((await desk.queue()).id)
    assert (done.state, done.error, done.attempts) == ("failed", "mailbox full", REFUSALS)


async def test_who_says_to_come_back_at_once_is_not_asked_ten_times_in_a_second(desk: Desk) -> None:
    begun = desk.clock()
    desk.network.reply_fault, desk.network.arrives = Throttled("busy", begun), False
    assert (await desk.outbox.deliver((await desk.queue()).id)).state == "failed"
    assert desk.clock() - begun > timedelta(minutes=15)


async def test_one_customer_whose_server_puts_us_off_holds_up_nobody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail is refused for now by the mailbox of one person; all others are answered meanwhile."""
    desk.network.said.append(replace(asks("9", "and mine?"), thread="9", author=Voice("@tom")))
    await desk.hear()
    reply, answered = desk.network.reply, list[datetime]()

    async def picky(draft: Draft) -> Sent:
        if draft.native == "1":
            raise Throttled("mailbox full")
        answered.append(desk.clock())
        return await reply(draft)

    monkeypatch.setattr(desk.network, "reply", picky)
    first = await desk.queue()
    other = await desk.outbox.queue(await desk.store.row("f:9"), "yours too", "answer", timedelta())
    delivered = await asyncio.gather(*map(desk.outbox.deliver, (first.id, other.id)))
    assert [one.state for one in delivered] == ["failed", "sent"]
    assert answered[0] < START + timedelta(minutes=1)


async def test_what_was_taken_although_the_server_asked_to_come_back_is_not_sent_again(desk: Desk) -> None:
    """A proxy says that the site is out of service while the site behind it takes the text."""
    desk.network.reply_fault = Throttled("out of service (503)")
    done = await desk.outbox.deliver((await desk.queue()).id)
    assert (done.state, len(desk.network.sent)) == ("sent", 1)
    assert done.remote_id == desk.network.sent[0].token
    assert await desk.state() == "answered"


async def test_two_replies_to_one_customer_cannot_be_on_their_way(desk: Desk) -> None:
    await desk.queue(hold=timedelta(seconds=10))
    with pytest.raises(Conflict, match="waits to be sent"):
        await desk.queue("another")


@pytest.mark.parametrize(("text", "words"), [("  \n ", "empty"), ("x" * 301, "301")])
async def test_a_text_that_cannot_be_sent_is_refused_before_anything_is_kept(
    desk: Desk, text: str, words: str
) -> None:
    with pytest.raises(Rejected, match=words):
        await desk.queue(text)
    assert await desk.store.outbox() == ()


async def test_a_feed_without_replies_says_why(desk: Desk) -> None:
    desk.network.can_reply = False
    with pytest.raises(Rejected, match="read only"):
        await desk.queue()


async def test_a_text_over_the_limit_in_bytes_is_refused(desk: Desk) -> None:
    with pytest.raises(Rejected, match="603 bytes, net takes 600"):
        await desk.queue("ຂ" * 201)


async def test_what_a_dead_process_had_queued_is_given_back_and_never_sent(desk: Desk) -> None:
    reply = await desk.queue()
    await desk.store.put_outgoing(await desk.store.move(reply.id, "draft", desk.clock(), owner="gone:1:1"))
    dead = await desk.store.move(reply.id, "queued", desk.clock(), owner=DEAD)
    assert not alive(dead.owner)
    kept = await desk.recovered()
    assert (kept.state, desk.network.sent) == ("draft", [])
    assert "not sent" in (kept.error or "")


async def test_what_a_living_process_has_queued_is_left_to_it(desk: Desk) -> None:
    await desk.queue(hold=timedelta(seconds=10))
    assert (await desk.recovered()).state == "queued"


async def test_the_own_process_is_alive_and_a_reused_process_id_is_not() -> None:
    assert alive(me())
    assert not alive(me().rpartition(":")[0] + ":12345")
    assert not alive("")


def test_a_process_that_died_and_was_not_buried_is_dead() -> None:
    """In a container nobody may ever ask how it ended: its number stays taken."""
    child = subprocess.Popen(["sleep", "60"])
    start = Path(f"/proc/{child.pid}/stat")
    if not start.exists():
        child.kill()
        child.wait()
        pytest.skip("there is no /proc here")
    owner = f"{socket.gethostname()}:{child.pid}:{start.read_text().rpartition(')')[2].split()[19]}"
    assert alive(owner)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert start.exists()
    assert not alive(owner)
    child.wait()
