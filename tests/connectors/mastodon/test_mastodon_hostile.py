"""Servers that do something else than they were told, and rows nobody expects: no harm to anybody."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.mastodon.wire import SEEN_BY, number
from cxtui.errors import FeedError, Rejected, Throttled
from tests.connectors.mastodon.straight import MAI, TOKEN, US, Desk
from tests.connectors.oddities import spoil
from tests.servers.pretended_mastodon import Reply

SAID = "It left the house this morning."
SENT = "/api/v1/notifications"
POST = "/api/v1/statuses"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def posted(desk: Desk) -> list[dict[str, Any]]:
    return [said for method, _, _, said in desk.http.sent if method == "POST"]


def told(desk: Desk) -> list[dict[str, Any]]:
    """The notifications as the server gives them."""
    return desk.stub.respond("GET", SENT, {"authorization": f"Bearer {TOKEN}"}, b"").said


@pytest.mark.parametrize("asked_by", SEEN_BY)
@pytest.mark.parametrize("made", [*SEEN_BY, None, "circle"])
async def test_an_answer_shown_to_more_people_than_it_should_is_told_of(
    desk: Desk, asked_by: str, made: str | None
) -> None:
    asked = desk.asks("my number is 7", visibility=asked_by)
    draft = desk.draft(asked, SAID, visibility="direct" if asked_by == "direct" else "public")

    def shown(method: str, path: str, good: Reply) -> Reply:
        return (
            replace(good, said=good.said | {"visibility": made}) if (method, path) == ("POST", POST) else good
        )

    desk.http.tamper = shown
    sent = await desk.reading().reply(draft)
    wider = made in SEEN_BY and SEEN_BY.index(made) < SEEN_BY.index(asked_by)
    assert bool(sent.held) == wider
    assert not wider or "more people" in str(sent.held)


@pytest.mark.parametrize("circle", ["mutuals_only", "list", "limited", "", None])
async def test_who_may_see_a_message_in_a_way_we_do_not_know_is_answered_alone(
    desk: Desk, circle: str | None
) -> None:
    asked = desk.asks("where is it?")
    with desk.edited(lambda status: status.update(visibility=circle)):
        heard = await desk.heard(asked)
        assert heard.visibility == "direct"
        with pytest.raises(Rejected, match="in public"):
            await desk.reading().reply(desk.draft(asked, SAID))
        await desk.reading().reply(desk.draft(asked, SAID, visibility="direct"))
    assert [said["visibility"] for said in posted(desk)] == ["direct"]


@pytest.mark.parametrize("account", [None, {}, {"acct": ""}])
async def test_a_direct_answer_to_nobody_is_not_sent(desk: Desk, account: dict[str, str] | None) -> None:
    asked = desk.asks("my number is 7", visibility="direct")
    with (
        desk.edited(lambda status: status.update(account=account)),
        pytest.raises(Rejected, match="reach nobody"),
    ):
        await desk.reading().reply(desk.draft(asked, SAID, visibility="direct"))
    assert not posted(desk)


ODD: list[tuple[str, object]] = [
    ("language", ["en"]), ("url", 7), ("media_attachments", {}), ("media_attachments", [7]),
    ("replies_count", 1.5), ("spoiler_text", False), ("reblog", True), ("created_at", {}),
    ("in_reply_to_id", []), ("content", 7), ("uri", {}), ("account", 7), ("replies_count", "9" * 5000),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), ODD)
async def test_an_odd_field_costs_itself_and_no_message(desk: Desk, name: str, value: object) -> None:
    odd, good = desk.asks("odd"), desk.asks("where is it?")
    rows = told(desk)
    next(row for row in rows if row["status"]["id"] == odd)["status"][name] = value
    with desk.broken("GET", SENT, Reply(200, rows)):
        page = await desk.poll()
    assert {one.native for one in page.items} == {odd, good}


async def test_an_odd_fact_about_its_writer_leaves_us_ourselves(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    made = await desk.reading().reply(desk.draft(asked, SAID))

    def many(status: dict[str, Any]) -> None:
        status["account"] |= {"followers_count": 12.5, "url": 7}

    with desk.edited(many):
        heard = {one.native: one for one in (await desk.poll()).items}
        thread = {one.native: one for one in await desk.reading().thread(asked, asked)}
    assert heard[made.remote_id or ""].own == "strong"
    assert thread[made.remote_id or ""].own == "strong"
    assert (heard[asked].own, heard[asked].author.handle) == (None, f"@{MAI}@shop.example")


def test_a_number_may_be_a_text_but_not_without_end() -> None:
    assert [number(told) for told in (7, "7", "", None, "x", -7, "9" * 16, 10**5000)] == [
        7, 7, None, None, None, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "-x", 7, ""])
async def test_an_attachment_leads_to_the_web_or_nowhere(desk: Desk, url: object) -> None:
    asked = desk.asks("look", media=({"id": "1", "type": "image", "description": "a lamp", "url": url},))
    (part,) = (await desk.heard(asked)).attachments or (None,)
    assert part is None or part.url is None


@pytest.mark.parametrize("path", [SENT, "/api/v1/accounts/acc1/statuses", "/api/v1/statuses"])
async def test_a_limit_in_the_middle_of_a_poll_or_at_a_send_loses_nothing(desk: Desk, path: str) -> None:
    asked = desk.asks("where is it?")
    until = desk.now + timedelta(seconds=70)
    limit = Reply(
        429, {"error": "Too many requests"}, {"X-RateLimit-Reset": until.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    )
    connector = desk.reading()
    method = "POST" if path == POST else "GET"
    with desk.broken(method, path, limit), pytest.raises(Throttled) as error:
        await (connector.reply(desk.draft(asked, SAID)) if method == "POST" else desk.poll(connector))
    assert error.value.until == until
    assert asked in {one.native for one in (await desk.poll(connector)).items}
    made = await connector.reply(desk.draft(asked, SAID))
    assert made.remote_id in desk.stub.toots


async def test_two_of_us_answering_in_one_second_stand_there_both_and_are_told_apart(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    mine, theirs = desk.draft(asked, SAID), desk.draft(asked, "Tomorrow, I am told.", token="token-2")
    first, second = await desk.reading().reply(mine), await desk.reading().reply(theirs)
    assert len({first.remote_id, second.remote_id}) == 2
    assert await desk.reading().find(mine) == first
    assert await desk.reading().find(theirs) == second


@pytest.mark.parametrize("keeps", [True, False])
async def test_what_we_said_before_is_not_taken_for_the_answer(desk: Desk, *, keeps: bool) -> None:
    """The server's clock runs a minute ahead, and it answers slowly."""
    desk.stub.keeps_keys = keeps
    asked = desk.asks("where is it?")
    holding = await desk.reading().reply(desk.draft(asked, "One moment, please."))
    begun = desk.now - timedelta(minutes=1)
    answer = desk.draft(asked, SAID, token="token-2", sent_after=begun)
    made = await desk.reading().reply(answer)
    assert made.remote_id != holding.remote_id
    desk.now += timedelta(minutes=1)
    assert await desk.reading().reply(answer) == made
    assert len([one for one in desk.stub.toots.values() if one.by.acct == US]) == 2


@pytest.mark.parametrize("above", [True, False])
async def test_a_thread_of_a_thousand_is_read(desk: Desk, *, above: bool) -> None:
    root = desk.says(US, "New lamps are in.")
    last = root
    for n in range(1000):
        last = desk.stub.toot(MAI, f"Number {n}", parent=last if above else root).id
    heard = await desk.reading().thread(last, root)
    assert len(heard) == 1001
    assert {one.thread for one in heard} <= {root, None}


WORDS = [
    "\u202e\u2066evil",
    "\x1b]0;x\x07\x9b31m",
    "[@click=app.quit]x",
    "x" * 100_000,
    "a\0b",
    "@lampco@shop.example",
]


@pytest.mark.parametrize("words", WORDS)
async def test_hostile_words_and_names_cost_nobody_else(desk: Desk, words: str) -> None:
    odd, good = desk.asks("odd"), desk.asks("where is it?")
    rows = told(desk)
    status = next(row for row in rows if row["status"]["id"] == odd)["status"]
    status["content"] = status["spoiler_text"] = words
    status["account"] |= {"display_name": words}
    with desk.broken("GET", SENT, Reply(200, rows)):
        heard = {one.native: one for one in (await desk.poll()).items}
    assert set(heard) == {odd, good}
    assert (heard[odd].own, heard[odd].author.handle) == (None, f"@{MAI}@shop.example")


TIMES = [
    "2026-11-22T09:01:00.000Z",
    "2026-11-22 09:01:00",
    "Sun, 22 Nov 2026 10:01:00 +0100",
    1795338060,
    "1795338060000",
]


@pytest.mark.parametrize("time", TIMES)
async def test_times_in_many_spellings(desk: Desk, time: str | int) -> None:
    asked = desk.asks("where is it?")
    with desk.edited(lambda status: status.update(created_at=time)):
        assert (await desk.heard(asked)).posted == datetime(2026, 11, 22, 9, 1, tzinfo=UTC)


@given(st.data())
async def test_whatever_stands_in_a_notification_no_other_error_leaves_us(data: st.DataObject) -> None:
    desk = Desk()
    desk.asks("where is it?", media=({"id": "1", "type": "image", "url": "https://shop.example/1"},))
    rows = told(desk)
    spoil(rows, data)
    with desk.broken("GET", SENT, Reply(200, rows)), suppress(FeedError):
        page = await desk.poll()
        assert all(one.native for one in page.items)
