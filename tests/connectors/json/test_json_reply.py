"""Answering by a request that the configuration describes: once, to who is meant, or with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from cxtui.connectors import Connector, Draft, connect
from cxtui.core.feed import Feed, Secret
from cxtui.core.item import Arrival
from cxtui.errors import Missing, Refused, Rejected, Throttled, Unreachable
from cxtui.http import Client, Limits
from tests.servers.pretended_json import OPTIONS, TOKEN, Board
from tests.servers.scripted import HANG, Scripted, answer, json_answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TEXT = "It left the house this morning."
BARE = {"map": {"id": "id", "text": "text"}}


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as running:
        yield running


@pytest.fixture
def board(server: Scripted) -> Board:
    made = Board(NOW - timedelta(minutes=5))
    made.mount(server)
    made.write("When does my lamp come?")
    return made


def made(server: Scripted, path: str, options: dict[str, object]) -> Connector:
    url = server.url + path
    feed = Feed("desk", "json", url, allow_private=True, token=Secret(lambda: TOKEN), options=options)
    return connect(
        feed, Client(feed, agent="cxtui/1", clock=lambda: NOW, limits=Limits(silence=0.3, whole=2))
    )


def on_board(server: Scripted, **more: object) -> Connector:
    return made(server, "/board/messages", {**OPTIONS, **more})


def blind(server: Scripted, **reply: object) -> Connector:
    """One that cannot look first."""
    usual = {"url": "/answers", "json": {"of": "{id}", "body": "{text}"}, "id": "id"}
    return made(server, "/list", {**BARE, "reply": {**usual, **reply}})


def draft(native: str = "1", text: str = TEXT) -> Draft:
    return Draft(native, "1", text, "key-1", "public", NOW)


async def test_a_reply_stands_there_and_says_where(server: Scripted, board: Board) -> None:
    one = on_board(server)
    sent = await one.reply(draft(text='Tom said "}{" & more\n{id}'))
    assert (sent.remote_id, sent.url) == ("2", f"{server.url}/b/1#2")
    asked = board.posted[-1]
    assert json.loads(asked.body) == {"answers": "1", "topic": "1", "body": 'Tom said "}{" & more\n{id}'}
    assert asked.headers["idempotency-key"] == "key-1"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["content-type"] == "application/json"


async def test_the_same_reply_again_is_there_once(server: Scripted, board: Board) -> None:
    one = on_board(server)
    assert await one.reply(draft()) == await one.reply(draft())
    assert len(board.said) == 2


async def test_a_reply_can_be_told_after_a_crash(server: Scripted, board: Board) -> None:
    one = on_board(server)
    board.now = NOW + timedelta(seconds=2)
    board.write("It left, did it?")
    number = board.write(TEXT, "desk", 1)
    board.write(TEXT, "Copycat", 1)
    heard = await on_board(server).thread("1", "1")
    assert [message.native for message in heard if one.ours(draft(), message)] == [str(number)]


def test_words_from_before_or_other_words_are_not_the_draft(server: Scripted) -> None:
    one = on_board(server)

    def ours(text: str, posted: datetime | None = NOW, *, withdrawn: bool = False) -> bool:
        return one.ours(
            draft(), Arrival("9", text, own="strong", parent="1", posted=posted, withdrawn=withdrawn)
        )

    assert ours(TEXT)
    assert ours("It left the house <b>this</b> morning.".replace("<b>", "").replace("</b>", ""), None)
    assert not ours(TEXT, NOW - timedelta(hours=1))
    assert not ours("We look into it.")
    assert not ours(TEXT, withdrawn=True)


async def test_a_form_is_encoded(server: Scripted) -> None:
    server.on("/answers/7%2Fx", json_answer('{"id": 9}'))
    form = {"url": "/answers/{id}?t={thread}", "form": {"body": "{text}", "u": "7"}, "id": "id"}
    one = made(server, "/list", {**BARE, "reply": form})
    sent = await one.reply(draft("7/x", "a=b&c=ü\n1+1"))
    assert sent.remote_id == "9"
    asked = server.asked[-1]
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.body.decode()) == {"body": ["a=b&c=ü\n1+1"], "u": ["7"]}
    assert asked.target == "/answers/7%2Fx?t=1"


async def test_without_an_id_to_look_for_it_is_sent_all_the_same(server: Scripted) -> None:
    server.on("/answers", answer(204))
    one = made(server, "/list", {**BARE, "reply": {"url": "/answers", "json": {"body": "{text}"}}})
    assert (await one.reply(draft())).remote_id is None


@pytest.mark.parametrize("body", ["", "{}", '{"id": null}', "<p>Thanks", '{"id"'])
async def test_an_answer_without_the_id_leaves_the_outcome_open(server: Scripted, body: str) -> None:
    server.on("/answers", json_answer(body, status=201))
    with pytest.raises(Unreachable):
        await blind(server).reply(draft())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"error": "closed <b>topic</b>"}', "closed <b>topic</b> (422)"),
        ('{"errors": [{"detail": "body is too long"}]}', "body is too long (422)"),
        ('{"error": {"code": 7, "message": "no"}}', "no (422)"),
        ("<html><body><h1>Not here</h1></body></html>", "Not here (422)"),
        ('{"code": 7}', "it gave no reason (422)"),
        ("", "it gave no reason (422)"),
        ('{"error": "\x1b]0;x\x07bad\u202e"}', "(422)"),
    ],
)
async def test_a_refusal_carries_the_reason(server: Scripted, body: str, said: str) -> None:
    server.on("/answers", json_answer(body, status=422))
    with pytest.raises(Rejected) as error:
        await blind(server).reply(draft())
    assert str(error.value).endswith(said)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("status", [400, 404, 409, 410, 413, 422])
async def test_a_text_that_was_not_taken_is_surely_not_there(server: Scripted, status: int) -> None:
    server.on("/answers", answer(status))
    with pytest.raises(Rejected):
        await blind(server).reply(draft())


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        (answer(401), Refused),
        (answer(403), Refused),
        (answer(429, headers={"Retry-After": "5"}), Throttled),
        (answer(500), Unreachable),
        (answer(408), Unreachable),
        (answer(302, headers={"Location": "/elsewhere"}), Unreachable),
        ([HANG], Unreachable),
        ([b"HTTP/1.1 201 Made\r\nContent-Length: 50\r\n\r\n{"], Unreachable),
    ],
)
async def test_other_failures_are_what_they_are(
    server: Scripted, steps: list[bytes | float], kind: type[Exception]
) -> None:
    server.on("/answers", steps)
    with pytest.raises(kind) as error:
        await blind(server).reply(draft())
    assert type(error.value) is not Rejected


async def test_a_message_that_vanished_is_not_answered(server: Scripted, board: Board) -> None:
    one = on_board(server)
    board.said[1]["removed"] = True
    with pytest.raises(Rejected, match="no longer there"):
        await one.reply(draft())
    board.said.clear()
    with pytest.raises(Rejected, match="no longer there"):
        await one.reply(draft())
    with pytest.raises(Missing):
        await one.thread("1", "1")
    assert not board.posted


async def test_where_the_look_fails_nothing_is_sent_and_that_is_known(server: Scripted, board: Board) -> None:
    server.on("/board/topic", answer(500))
    with pytest.raises(Rejected, match="not sent: what it answers could not be read: "):
        await on_board(server).reply(draft())
    server.on("/board/topic", answer(429))
    with pytest.raises(Throttled):
        await on_board(server).reply(draft())
    assert not board.posted


async def test_a_server_that_takes_replies_to_nothing_gets_none(server: Scripted, board: Board) -> None:
    with pytest.raises(Rejected, match="no longer there"):
        await on_board(server).reply(draft("999"))
    assert not board.posted


async def test_a_direct_message_is_never_answered_in_public(server: Scripted, board: Board) -> None:
    board.said[1]["private"] = True
    one = on_board(server)
    [heard] = await one.thread("1", "1")
    assert heard.visibility == "direct"
    with pytest.raises(Rejected, match="direct message"):
        await one.reply(draft())
    private = Draft("1", "1", TEXT, "key-1", "direct", NOW)
    with pytest.raises(Rejected, match="not for direct messages"):
        await one.reply(private)
    assert not board.posted


async def test_a_direct_answer_needs_a_request_that_says_so(server: Scripted) -> None:
    server.on("/answers", json_answer('{"id": 9}'))
    one = blind(server, json={"body": "{text}", "visibility": "{visibility}"})
    assert one.capabilities.visibility == ("public", "direct")
    assert (await one.reply(Draft("1", "1", TEXT, "key-1", "direct", NOW))).remote_id == "9"
    assert json.loads(server.asked[-1].body)["visibility"] == "direct"


async def test_what_cannot_be_sent_is_not(server: Scripted) -> None:
    one = blind(server, limit=20)
    assert one.capabilities.limit == 20
    for text in ("", " \n ", "x" * 21):
        with pytest.raises(Rejected):
            await one.reply(draft(text=text))
    with pytest.raises(Rejected, match="cannot stand in an address"):
        await blind(server, url="/answers/{id}").reply(draft(".."))
    assert not server.asked


async def test_an_id_leads_to_no_other_place(server: Scripted) -> None:
    server.on("/answers/..%2F..%2Fadmin", json_answer('{"id": 9}'))
    with pytest.raises(Rejected):
        await blind(server, url="/answers/{id}").reply(draft("../../admin"))
    assert not server.asked


async def test_without_idempotency_a_reply_is_not_sent_twice_by_itself(server: Scripted) -> None:
    assert blind(server).capabilities.retry is None
    with pytest.raises(Rejected, match="no request for a thread"):
        await blind(server).thread("1", "1")
