"""Answers that lie, break off or lead astray: nobody is lost, nothing is said twice, no key is shown."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cxtui.connectors import Connector, Draft, Page, connect
from cxtui.connectors.json import PAGES
from cxtui.connectors.json.reading import reason
from cxtui.core.feed import Feed, Secret
from cxtui.core.identity import LONGEST
from cxtui.errors import Rejected, Throttled, Unreachable
from cxtui.http import Answer, Client, Headers, Limits
from tests.servers.scripted import Asked, Scripted, Step, answer, json_answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = "s3cret-token"
MAP = {"id": "id", "text": "text", "url": "url", "posted": "posted"}
IN_QUERY: Mapping[str, object] = {"auth": "query:k"}
LISTED: Mapping[str, object] = {"items": "list", "next": "next"}
REPLY = {"url": "/answers", "json": {"of": "{id}", "body": "{text}"}, "id": "id", "url_of": "url"}


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as running:
        yield running


def at(server: Scripted, options: Mapping[str, object], secret: str | None = None) -> Connector:
    wanted = {"map": MAP, **options}
    token = Secret(lambda: secret) if secret else None
    feed = Feed("desk", "json", f"{server.url}/list", allow_private=True, token=token, options=wanted)
    return connector(feed)


def connector(feed: Feed) -> Connector:
    limits = Limits(silence=0.5, whole=5)
    return connect(feed, Client(feed, agent="cxtui/1", clock=lambda: NOW, limits=limits))


def draft(native: str = "1", text: str = "It left the house.") -> Draft:
    return Draft(native, "1", text, "key-1", "public", NOW)


def message(number: int) -> dict[str, object]:
    """One of many, each a minute after the other."""
    return {"id": number, "text": f"Question {number}?", "posted": 1_795_000_000 + 60 * number}


def serve(server: Scripted, *pages: list[int]) -> None:
    """A list in pages, at /list, /2, /3 and so on."""
    for at_page, numbers in enumerate(pages, 1):
        onward = f"/{at_page + 1}" if at_page < len(pages) else None
        said = {"list": [message(number) for number in numbers], "next": onward}
        server.on("/list" if at_page == 1 else f"/{at_page}", json_answer(json.dumps(said)))


def natives(page: Page) -> list[str]:
    return [arrival.native for arrival in page.items]


@pytest.mark.parametrize("trouble", [answer(500), answer(429), answer(200, "<html>"), answer(404)])
async def test_what_stands_on_a_page_that_could_not_be_read_is_heard_later(
    server: Scripted, trouble: list[Step]
) -> None:
    serve(server, [9, 8], [7, 6], [5, 4])
    server.on("/2", trouble)
    first = await at(server, LISTED).poll("", NOW)
    assert (natives(first), first.next_after) == (["9", "8"], None)
    still = await at(server, LISTED).poll(first.cursor, NOW)
    assert natives(still) == []
    serve(server, [9, 8], [7, 6], [5, 4])
    then = await at(server, LISTED).poll(still.cursor, NOW)
    assert natives(then) == ["7", "6", "5", "4"]
    before = len(server.asked)
    assert natives(await at(server, LISTED).poll(then.cursor, NOW)) == []
    assert len(server.asked) == before + 1


async def test_a_limit_in_the_middle_of_a_poll_is_waited_for(server: Scripted) -> None:
    serve(server, [9, 8], [7, 6])
    server.on("/2", answer(429, headers={"Retry-After": "90"}))
    page = await at(server, LISTED).poll("", NOW)
    assert natives(page) == ["9", "8"]
    assert page.next_after == timedelta(seconds=90)


async def test_a_list_with_the_oldest_first_is_read_to_its_end(server: Scripted) -> None:
    serve(server, [1, 2], [3, 4], [5])
    first = await at(server, LISTED).poll("", NOW)
    assert natives(first) == ["1", "2", "3", "4", "5"]
    serve(server, [1, 2], [3, 4], [5, 6])
    then = await at(server, LISTED).poll(first.cursor, NOW)
    assert natives(then) == ["6"]
    serve(server, [1, 2], [3, 4], [5, 6], [7])
    assert natives(await at(server, LISTED).poll(then.cursor, NOW)) == ["7"]


async def test_a_list_too_long_for_its_newest_to_be_read_says_what_to_do(server: Scripted) -> None:
    serve(server, *[[number] for number in range(PAGES + 2)])
    page = await at(server, LISTED).poll("", NOW)
    assert len(page.items) == PAGES
    assert str(page.gap).startswith(f"there are more than {PAGES} pages")
    assert "the newest are on the last page" in str(page.gap)
    serve(server, *[[100 - number] for number in range(PAGES + 2)])
    assert "newest" not in str((await at(server, LISTED).poll("", NOW)).gap)


async def test_half_a_thread_does_not_say_that_a_message_is_gone(server: Scripted) -> None:
    server.on("/topic", json_answer(json.dumps({"list": [message(1)], "next": "/rest"})))
    server.on("/rest", answer(500))
    one = at(server, {**LISTED, "thread": {"url": "/topic"}, "reply": REPLY})
    with pytest.raises(Unreachable):
        await one.thread("2", "1")
    with pytest.raises(Rejected, match="could not be read"):
        await one.reply(draft("2"))
    assert not [asked for asked in server.asked if asked.target == "/answers"]


async def test_no_address_of_a_message_has_our_key_in_it(server: Scripted) -> None:
    told = [{"id": n, "text": "When?", "url": url} for n, url in enumerate(("#5", "?page=2", "/b/7", "x"))]
    server.on("/list", json_answer(json.dumps(told)))
    page = await at(server, IN_QUERY, KEY).poll("", NOW)
    assert server.asked[-1].query == {"k": KEY}
    assert [one.url for one in page.items] == [
        f"{server.url}/{end}" for end in ("list#5", "list?page=2", "b/7", "x")
    ]


async def test_the_address_of_a_reply_has_not_our_key_in_it(server: Scripted) -> None:
    server.on("/answers", json_answer('{"id": 9, "url": "#9"}'))
    made = await at(server, {**IN_QUERY, "reply": REPLY}, KEY).reply(draft())
    assert made.url == f"{server.url}/answers#9"


@pytest.mark.parametrize("url", ["http://[", "https://[::1", "//[bad]/"])
async def test_an_address_that_is_none_costs_only_itself(server: Scripted, url: str) -> None:
    server.on("/list", json_answer(json.dumps({"list": [message(1)], "next": url})))
    page = await at(server, LISTED).poll("", NOW)
    assert natives(page) == ["1"]
    assert page.gap == "the next page is at that address, which is not asked"
    server.on("/answers", json_answer(json.dumps({"id": 9, "url": url})))
    made = await at(server, {"reply": REPLY}).reply(draft())
    assert (made.remote_id, made.url) == ("9", None)


async def test_a_refusal_that_repeats_our_key_is_told_without_it(server: Scripted) -> None:
    server.on("/answers", answer(422, f"POST /answers?k={KEY}: <b>too early</b>"))
    with pytest.raises(Rejected, match="too early") as error:
        await at(server, {**IN_QUERY, "reply": REPLY}, KEY).reply(draft())
    assert KEY not in str(error.value)


@pytest.mark.parametrize("depth", [3, 700])
def test_a_reason_however_deep_is_no_fault_of_ours(depth: int) -> None:
    body = b'{"error":' * depth + b'"too early"' + b"}" * depth
    said = reason(Answer(422, Headers(), body, "https://shop.example/"))
    assert said == ("too early (422)" if depth == 3 else "it gave no reason (422)")


async def test_a_server_out_of_service_may_have_taken_a_reply_that_has_no_key(server: Scripted) -> None:
    server.on("/answers", answer(503, headers={"Retry-After": "5"}))
    with pytest.raises(Unreachable, match="out of service"):
        await at(server, {"reply": REPLY}).reply(draft())
    with pytest.raises(Throttled):
        await at(server, {"reply": {**REPLY, "idempotency": "Idempotency-Key"}}).reply(draft())


@pytest.mark.parametrize("native", ["a\r\nb", "x" * (LONGEST + 1), "a\u202eb"])
async def test_an_id_that_could_not_be_kept_is_not_answered(server: Scripted, native: str) -> None:
    server.on("/list", json_answer(json.dumps([{"id": native, "text": "When?"}])))
    server.on("/answers", json_answer('{"id": 9}', status=201))
    one = at(server, {"reply": REPLY})
    (heard,) = (await one.poll("", NOW)).items
    with pytest.raises(Rejected, match="cannot be sent back"):
        await one.reply(draft(heard.native))
    with pytest.raises(Rejected, match="cannot be sent back"):
        await one.reply(replace(draft(), thread=heard.native))
    assert [asked.target for asked in server.asked] == ["/list"]


@pytest.mark.parametrize(
    "native", ["../admin", "?x=1", "#", "a/b", "a&b=c", '","of":"2', "ünï", "%2e%2e", "{text}", "a;b"]
)
async def test_a_hostile_id_stays_one_value(server: Scripted, native: str) -> None:
    targets: list[Asked] = []

    def take(asked: Asked) -> list[Step]:
        targets.append(asked)
        return json_answer('{"id": 9}', status=201)

    server.on("/answers", take)
    wanted = {**REPLY, "url": "/answers?of={id}"}
    await at(server, {"reply": wanted}).reply(draft(native))
    assert targets[0].query == {"of": native}
    assert json.loads(targets[0].body) == {"of": native, "body": "It left the house."}


async def test_a_message_nested_without_end_hides_no_other(server: Scripted) -> None:
    deep = "[" * 5000 + "]" * 5000
    server.on("/list", json_answer(f'[{{"id": 1, "text": "a", "more": {deep}}}, {{"id": 2, "text": "b"}}]'))
    assert natives(await at(server, {}).poll("", NOW)) == ["1", "2"]


async def test_a_token_is_asked_for_where_nobody_else_has_to_wait(server: Scripted) -> None:
    server.on("/list", json_answer("[]"))
    asked_by: list[threading.Thread] = []

    def slow() -> str:
        asked_by.append(threading.current_thread())
        return KEY

    feed = Feed("desk", "json", f"{server.url}/list", allow_private=True, options={"map": MAP})
    await connector(replace(feed, token=Secret(slow))).poll("", NOW)
    assert asked_by
    assert threading.main_thread() not in asked_by
