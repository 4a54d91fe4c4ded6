"""Reading an API that nobody knew before, bad answers included."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cxtui.connectors import Connector, Page, connect
from cxtui.connectors.json import PAGES
from cxtui.core.feed import Feed, Secret
from cxtui.errors import Missing, Refused, Throttled, Unreachable, Unreadable
from cxtui.http import Client, Limits
from tests.servers.pretended_json import OPTIONS, TOKEN, Board
from tests.servers.scripted import Asked, Scripted, Step, answer, json_answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MAP = {"id": "id", "text": "text"}
QUICK = Limits(silence=0.5, whole=5)


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as running:
        yield running


@pytest.fixture
def board(server: Scripted) -> Board:
    made = Board(NOW - timedelta(minutes=5), size=2)
    made.mount(server)
    return made


def connector(feed: Feed) -> Connector:
    return connect(feed, Client(feed, agent="cxtui/1", clock=lambda: NOW, limits=QUICK))


def at(
    server: Scripted,
    path: str = "/list",
    options: Mapping[str, object] | None = None,
    token: Secret | None = None,
    user: str | None = None,
) -> Connector:
    wanted = {"map": MAP, **(options or {})}
    url = server.url + path
    return connector(Feed("desk", "json", url, allow_private=True, token=token, user=user, options=wanted))


def on_board(server: Scripted, secret: str = TOKEN, **more: object) -> Connector:
    return at(server, "/board/messages", {**OPTIONS, **more}, Secret(lambda: secret))


def serve(server: Scripted, value: object) -> None:
    server.on("/list", json_answer(json.dumps(value)))


async def polled(server: Scripted, value: object, **options: object) -> Page:
    serve(server, value)
    return await at(server, options=options).poll("", NOW)


def items(*numbers: int) -> list[dict[str, object]]:
    return [{"id": number, "text": f"Question {number}?"} for number in numbers]


def natives(page: Page) -> list[str]:
    return [arrival.native for arrival in page.items]


async def test_the_fields_of_a_message_are_where_the_map_says(server: Scripted, board: Board) -> None:
    board.write("When &amp; where?")
    board.write("Tomorrow.", "desk", 1)
    ours, theirs = (await on_board(server).poll("", NOW)).items
    assert (theirs.native, theirs.text, theirs.author.name, theirs.own) == ("1", "When & where?", "Mai", None)
    assert theirs.url == f"{server.url}/b/1#1"
    assert theirs.posted is not None
    assert abs(theirs.posted - board.now) < timedelta(seconds=1)
    assert (ours.own, ours.parent, ours.thread, ours.flat) == ("strong", "1", "1", False)


async def test_all_pages_are_read_once_and_then_no_further_than_needed(
    server: Scripted, board: Board
) -> None:
    for number in range(7):
        board.write(f"Question {number}?")
    one = on_board(server)
    first = await one.poll("", NOW)
    assert len(first.items) == 7
    board.write("One more?")
    server.asked.clear()
    more = await one.poll(first.cursor, NOW)
    assert natives(more) == ["8"]
    assert [asked.target for asked in server.asked] == ["/board/messages", "/board/messages?from=2"]
    quiet = await one.poll(more.cursor, NOW)
    assert quiet.not_modified
    assert quiet.gap is None


async def test_an_edit_and_a_withdrawal_are_heard(server: Scripted, board: Board) -> None:
    board.write("Wher is it?")
    board.write("Never mind")
    one = on_board(server)
    first = await one.poll("", NOW)
    board.said[1]["body"] = "Where is it?"
    board.said[2]["removed"] = True
    later = {arrival.native: arrival for arrival in (await one.poll(first.cursor, NOW)).items}
    assert later["1"].text == "Where is it?"
    assert later["2"].withdrawn


async def test_a_cursor_pages_where_a_parameter_is_named(server: Scripted) -> None:
    def page(asked: Asked) -> list[Step]:
        place = int(asked.query.get("after", "0"))
        more = place + 1 if place < 3 else None
        return json_answer(json.dumps({"list": items(place), "meta": {"after": more}}))

    server.on("/list", page)
    options = {"items": "list", "next": "meta.after", "next_param": "after", "params": {"status": "open"}}
    found = await at(server, options=options).poll("", NOW)
    assert natives(found) == ["0", "1", "2", "3"]
    assert [asked.query for asked in server.asked][:2] == [
        {"status": "open"}, {"status": "open", "after": "1"},
    ]  # fmt: skip


async def test_pages_without_end_end(server: Scripted) -> None:
    count = iter(range(1000))

    def page(_: Asked) -> list[Step]:
        number = next(count)
        return json_answer(json.dumps({"list": items(number), "next": f"/list?p={number}"}))

    server.on("/list", page)
    found = await at(server, options={"items": "list", "next": "next"}).poll("", NOW)
    assert len(found.items) == PAGES == len(server.asked)
    assert found.gap == f"there are more than {PAGES} pages; the rest was not read"


async def test_a_page_that_names_itself_as_the_next_is_left(server: Scripted) -> None:
    serve(server, {"list": items(1), "next": "/list?again"})
    found = await at(server, options={"items": "list", "next": "next"}).poll("", NOW)
    assert natives(found) == ["1"]
    assert len(server.asked) == 2


async def test_no_other_server_is_asked_for_the_next_page(server: Scripted) -> None:
    with Scripted() as other:
        for path in (f"{other.url}/list", f"//127.0.0.1:{other.port}/list"):
            found = await polled(server, {"list": items(1), "next": path}, items="list", next="next")
            assert natives(found) == ["1"]
            assert found.gap == f"the next page is at 127.0.0.1:{other.port}, which is not asked"
        assert not other.asked


async def test_a_page_that_cannot_be_read_costs_no_other(server: Scripted) -> None:
    serve(server, {"list": items(1, 2), "next": "/more"})
    server.on("/more", answer(500))
    found = await at(server, options={"items": "list", "next": "next"}).poll("", NOW)
    assert natives(found) == ["1", "2"]
    assert found.gap is not None
    assert found.gap.startswith("page 2 could not be read: ")


async def test_validators_come_back(server: Scripted) -> None:
    server.on("/list", json_answer(json.dumps(items(1)), {"ETag": '"a"', "Last-Modified": "yesterday"}))
    one = at(server)
    first = await one.poll("", NOW)
    assert first.conditional
    server.on("/list", answer(304))
    again = await one.poll(first.cursor, NOW)
    assert again.not_modified
    assert again.gap is None
    assert server.asked[-1].headers["if-none-match"] == '"a"'
    assert server.asked[-1].headers["if-modified-since"] == "yesterday"


@pytest.mark.parametrize(
    ("value", "expression", "said"),
    [
        ({"data": None}, "data", "if that means none, write items = 'data || `[]`'"),
        ({"data": {"a": 1, "b": 2}}, "data",
         "items = 'data' is an object in its answer where a list is expected; it holds a, b"),
        ({"data": 7}, "data", "items = 'data' is a number in its answer where a list is expected"),
        ({"data": []}, "@", "items = '@' is an object in its answer where a list is expected; it holds data"),
        ({"data": 7}, "length(data)", "items = 'length(data)' cannot be worked out"),
    ],
)  # fmt: skip
async def test_where_there_is_no_list_it_says_what_is_there(
    server: Scripted, value: object, expression: str, said: str
) -> None:
    with pytest.raises(Unreadable) as error:
        await polled(server, value, items=expression)
    assert said in str(error.value)


async def test_an_empty_list_is_no_fault(server: Scripted) -> None:
    found = await polled(server, [])
    assert found.items == ()
    assert found.gap is None
    assert (await polled(server, {"data": None}, items="data || `[]`")).items == ()


async def test_a_bad_item_costs_no_other_and_is_told_once(server: Scripted) -> None:
    bad: list[object] = [
        {"text": "?"},
        None,
        {"id": 4, "text": {"raw": "?"}},
        "word",
        {"id": [], "text": "?"},
    ]
    serve(server, [*items(1), *bad, *items(2)])
    one = at(server)
    first = await one.poll("", NOW)
    assert natives(first) == ["1", "2"]
    second = await one.poll(first.cursor, NOW)
    assert second.gap == "left out 5 records, the first: item 2: map.id = 'id' finds nothing"
    third = await one.poll(second.cursor, NOW)
    assert third.gap is None
    serve(server, [*items(3, 1), {"id": True}, *bad])
    fourth = await one.poll(third.cursor, NOW)
    assert natives(fourth) == ["3"]
    assert fourth.gap == "left out 1 record: item 3: id must be a text or a whole number, is true or false"


async def test_a_server_that_says_nothing_is_new_hides_no_problem(server: Scripted) -> None:
    serve(server, [*items(1), {"text": "?"}])
    first = await at(server).poll("", NOW)
    server.on("/list", answer(304))
    second = await at(server).poll(first.cursor, NOW)
    assert second.gap == "left out 1 record: item 2: map.id = 'id' finds nothing"
    third = await at(server).poll(second.cursor, NOW)
    assert third.gap is None
    serve(server, [*items(1), {"text": "?"}])
    assert (await at(server).poll(third.cursor, NOW)).gap is None


async def test_more_messages_than_are_read_are_told(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxtui.connectors.json.reading.MOST", 3)
    found = await polled(server, items(1, 2, 3, 4, 5))
    assert natives(found) == ["1", "2", "3"]
    assert found.gap == "5 messages in one answer: the first 3 were read"


async def test_where_no_item_fits_the_feed_is_down_with_the_reason(server: Scripted) -> None:
    with pytest.raises(Unreadable, match=r"left out 2 records, the first: item 1: map\.id = 'uuid' finds"):
        await polled(server, items(1, 2), map={"id": "uuid", "text": "text"})


async def test_an_expression_that_does_not_fit_one_item_costs_its_field(server: Scripted) -> None:
    value = [{"id": 1, "text": "?", "tags": None}, {"id": 2, "text": "?", "tags": ["a"]}]
    found = await polled(server, value, map={**MAP, "score": "length(tags)"})
    assert [(arrival.native, arrival.score) for arrival in found.items] == [("1", None), ("2", 1)]
    assert found.gap is not None
    assert "item 1: map.score = 'length(tags)' cannot be worked out" in found.gap


async def test_a_huge_answer_is_refused_with_a_sentence(server: Scripted) -> None:
    with pytest.raises(Unreadable, match="more than 2 MiB"):
        await polled(server, [{"id": 1, "text": "x" * (3 << 20)}])


async def test_a_flat_list_says_so(server: Scripted) -> None:
    [arrival] = (await polled(server, items(1))).items
    assert arrival.flat


# Sign-in


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, {"authorization": "Bearer s3cret-token"}),
        ({"auth": "basic"}, {"authorization": "Basic ZGVzazpzM2NyZXQtdG9rZW4="}),
        ({"auth": "header:X-Api-Key"}, {"x-api-key": "s3cret-token"}),
        ({"headers": {"X-Key": "desk:{token}", "Accept-Language": "en"}},
         {"x-key": "desk:s3cret-token", "accept-language": "en"}),
        ({"auth": "none"}, {}),
    ],
)  # fmt: skip
async def test_the_token_goes_where_it_is_wanted(
    server: Scripted, options: dict[str, object], sent: dict[str, str]
) -> None:
    serve(server, [])
    await at(server, options=options, token=Secret(lambda: "s3cret-token"), user="desk").poll("", NOW)
    headers = server.asked[-1].headers
    assert {name: headers[name] for name in sent} == sent
    assert ("authorization" in headers) == ("authorization" in sent)


async def test_a_token_in_the_query_is_encoded_and_shown_in_no_sentence(server: Scripted) -> None:
    server.on("/list", answer(500))
    one = at(server, options={"auth": "query:key"}, token=Secret(lambda: "s3cret&token=1"))
    with pytest.raises(Unreachable) as error:
        await one.poll("", NOW)
    assert server.asked[-1].query == {"key": "s3cret&token=1"}
    assert "s3cret" not in str(error.value)


async def test_who_we_are_is_asked(server: Scripted, board: Board) -> None:
    del board
    who = await on_board(server).check()
    assert (who.handle, who.facts["id"]) == ("desk", "u-desk")


async def test_without_such_a_request_the_check_reads_the_list(server: Scripted) -> None:
    serve(server, [*items(1, 2), {"text": "?"}])
    assert (await at(server).check()).words == (
        "2 messages can be read; left out 1 record: item 3: map.id = 'id' finds nothing"
    )


async def test_a_wrong_or_revoked_token_is_told(server: Scripted, board: Board) -> None:
    one = on_board(server)
    await one.poll("", NOW)
    board.token = "another"
    with pytest.raises(Refused, match="refused our sign-in"):
        await one.poll("", NOW)
    with pytest.raises(Refused):
        await on_board(server, "wrong").check()


async def test_an_expired_token_is_asked_of_its_source_anew_once(server: Scripted, board: Board) -> None:
    board.write("Where?")
    tokens = iter(["old", TOKEN])
    options = {key: value for key, value in OPTIONS.items() if key != "us"}
    page = await at(server, "/board/messages", options, Secret(lambda: next(tokens))).poll("", NOW)
    assert natives(page) == ["1"]
    assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer old", f"Bearer {TOKEN}"]


async def test_a_missing_scope_is_told(server: Scripted) -> None:
    server.on("/list", json_answer('{"message": "scope comments:read is missing"}', status=403))
    with pytest.raises(Refused):
        await at(server, token=Secret(lambda: "t")).poll("", NOW)


async def test_haste_is_answered_with_patience(server: Scripted) -> None:
    server.on("/list", answer(429, headers={"X-RateLimit-Reset": str(int(NOW.timestamp()) + 90)}))
    with pytest.raises(Throttled) as error:
        await at(server).poll("", NOW)
    assert error.value.until == NOW + timedelta(seconds=90)


async def test_no_page_is_missing(server: Scripted) -> None:
    with pytest.raises(Missing):
        await at(server, "/other").poll("", NOW)


async def test_the_key_goes_to_no_other_server_by_a_redirect(server: Scripted) -> None:
    with Scripted() as other:
        other.on("/list", json_answer("[]"))
        server.on("/list", answer(302, headers={"Location": f"{other.url}/list"}))
        await at(server, token=Secret(lambda: "s3cret-token")).poll("", NOW)
        assert "authorization" not in other.asked[-1].headers


async def test_a_token_with_a_line_break_is_not_sent(server: Scripted) -> None:
    serve(server, [])
    feed = Feed("desk", "json", f"{server.url}/list", allow_private=True, options={"map": MAP})
    one = connector(replace(feed, token=Secret(lambda: "a\r\nX-Admin: 1")))
    with pytest.raises(Refused, match="line break"):
        await one.poll("", NOW)
    assert not server.asked
