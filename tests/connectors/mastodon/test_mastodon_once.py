"""Mastodon: a reply that was begun stands there once, whatever happened on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cxtui.core.item import Arrival
from cxtui.errors import Unreachable
from tests.connectors.mastodon.straight import ANA, MAI, US, Desk
from tests.servers.pretended_mastodon import Reply

SAID = "It left the house this morning."


@pytest.fixture
def desk() -> Desk:
    return Desk()


def ours(desk: Desk) -> list[str]:
    return [toot.id for toot in desk.stub.toots.values() if toot.by.acct == US]


async def test_a_second_attempt_is_the_same_reply(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    draft = desk.draft(asked, SAID)
    first = await desk.reading().reply(draft)
    desk.now += timedelta(seconds=1)
    assert await desk.reading().reply(draft) == first
    assert len(ours(desk)) == 1
    assert {headers["Idempotency-Key"] for method, _, headers, _ in desk.http.sent if method == "POST"} == {
        "token-1"
    }


@pytest.mark.parametrize("after", [timedelta(minutes=1), timedelta(hours=3)])
async def test_where_no_keys_are_kept_an_attempt_is_looked_for_first(desk: Desk, after: timedelta) -> None:
    desk.stub.keeps_keys = False
    asked = desk.asks("where is it?")
    draft = desk.draft(asked, SAID)
    first = await desk.reading().reply(draft)
    desk.now += after
    assert await desk.reading().reply(draft) == first
    assert len(ours(desk)) == 1


async def test_for_as_long_as_it_says_a_second_attempt_is_the_same_reply(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    connector = desk.reading()
    said = {"status": SAID, "in_reply_to_id": asked}
    first = await connector.server.write(said, "token-1")
    desk.now += connector.capabilities.retry or timedelta()
    assert (await connector.server.write(said, "token-1")).id == first.id
    desk.now += timedelta(minutes=6)
    assert (await connector.server.write(said, "token-1")).id != first.id


@pytest.mark.parametrize("keeps", [True, False])
async def test_an_attempt_that_did_not_arrive_is_made_again(desk: Desk, *, keeps: bool) -> None:
    desk.stub.keeps_keys = keeps
    asked = desk.asks("where is it?")
    draft = desk.draft(asked, SAID)
    with desk.broken("POST", "/api/v1/statuses", Reply(502)), pytest.raises(Unreachable):
        await desk.reading().reply(draft)
    lost = ours(desk)
    desk.stub.delete(lost[0])
    desk.now += timedelta(minutes=1)
    await desk.reading().reply(draft)
    assert len(ours(desk)) == 1
    assert ours(desk) != lost


async def test_another_token_is_another_reply(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    await desk.reading().reply(desk.draft(asked, SAID))
    await desk.reading().reply(desk.draft(asked, "And it is green.", token="token-2"))
    assert len(ours(desk)) == 2


async def test_a_reply_that_arrived_is_found(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    draft = desk.draft(asked, SAID)
    assert await desk.reading().find(draft) is None
    made = await desk.reading().reply(draft)
    assert await desk.reading().find(draft) == made


async def test_it_is_found_below_the_question_among_much_else(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    draft = desk.draft(asked, SAID)
    made = await desk.reading().reply(draft)
    for number in range(60):
        desk.says(US, f"Lamp {number}")
    assert await desk.reading().find(draft) == made


async def test_it_is_found_although_the_question_is_gone(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    draft = desk.draft(asked, SAID)
    made = await desk.reading().reply(draft)
    desk.stub.delete(asked)
    found = await desk.reading().find(draft)
    assert found is not None
    assert found.remote_id == made.remote_id


async def test_others_words_are_not_taken_for_a_reply(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    draft = desk.draft(asked, SAID)
    desk.says(ANA, f"@{MAI} {SAID}", parent=asked)
    desk.says(US, "New lamps are in.")
    desk.says(US, f"@{MAI} {SAID}", parent=desk.asks("another question"))
    assert await desk.reading().find(draft) is None


async def test_where_it_cannot_be_looked_for_that_is_said(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    with (
        desk.broken("GET", f"/api/v1/statuses/{asked}/context", Reply(500)),
        pytest.raises(Unreachable),
    ):
        await desk.reading().find(desk.draft(asked, SAID))


async def test_a_reply_is_known_as_the_draft_it_was(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    draft = desk.draft(asked, f"@mai {SAID}")
    hour = timedelta(hours=1)
    base = Arrival(
        "9",
        "@mai@shop.example it left the house  this MORNING.",
        own="strong",
        parent=asked,
        posted=desk.now,
    )
    connector = desk.reading()
    assert connector.ours(draft, base)
    assert connector.ours(draft, replace(base, text="something the server made of it"))
    assert connector.ours(draft, replace(base, parent=None))
    assert connector.ours(replace(draft, sent_after=None), base)
    assert connector.ours(draft, replace(base, posted=desk.now - timedelta(minutes=1)))
    for other in (
        replace(base, own=None),
        replace(base, own="weak"),
        replace(base, withdrawn=True),
        replace(base, parent="8"),
        replace(base, posted=desk.now - hour),
        replace(base, parent=None, text="New lamps are in."),
        replace(base, text="One moment, please.", posted=desk.now - timedelta(minutes=1)),
    ):
        assert not connector.ours(draft, other)
