"""Mastodon: an answer reaches its customer, seen by no more people than the question, and once."""

from __future__ import annotations

from typing import Any

import pytest

from cxtui.connectors import can
from cxtui.errors import Refused, Rejected, Throttled, Unreachable
from tests.connectors.mastodon.straight import ANA, MAI, US, Desk
from tests.servers.pretended_mastodon import Reply

SAID = "It left the house this morning."


@pytest.fixture
def desk() -> Desk:
    return Desk()


def sent(desk: Desk) -> list[dict[str, Any]]:
    """What was posted."""
    return [said for method, _, _, said in desk.http.sent if method == "POST"]


def ours(desk: Desk) -> list[str]:
    return [toot.id for toot in desk.stub.toots.values() if toot.by.acct == US]


async def test_an_answer_hangs_under_the_question(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    made = await desk.reading().reply(desk.draft(asked, SAID))
    toot = desk.stub.toots[made.remote_id or ""]
    assert (toot.parent, toot.text, toot.visibility) == (asked, f"@mai {SAID}", "public")
    assert (made.url, made.at, made.held) == (f"https://shop.example/@lampco/{toot.id}", desk.now, None)


async def test_the_customer_is_called_and_nobody_else(desk: Desk) -> None:
    asked = desk.says(ANA, f"@{US} @{MAI} where is it?")
    await desk.reading().reply(desk.draft(asked, SAID))
    assert sent(desk)[-1]["status"] == f"@{ANA} {SAID}"


@pytest.mark.parametrize(
    ("by", "text", "same"),
    [
        (MAI, f"{SAID} @mai", True),
        (MAI, f"@MAI: {SAID}", True),
        (MAI, f"@mai@shop.example, {SAID}", True),
        (MAI, f"@mai@away.example {SAID}", False),
        (MAI, f"@maisie {SAID}", False),
        (MAI, f"https://shop.example/@mai {SAID}", False),
        (ANA, f"@{ANA.upper()} {SAID}", True),
        (ANA, f"@{ANA}. {SAID}", True),
        (ANA, f"@ana {SAID}", False),
        (ANA, f"@{ANA}.org {SAID}", False),
    ],
)
async def test_who_is_called_already_is_not_called_again(
    desk: Desk, by: str, text: str, *, same: bool
) -> None:
    asked = desk.says(by, f"@{US} where is it?")
    await desk.reading().reply(desk.draft(asked, text))
    assert sent(desk)[-1]["status"] == (text if same else f"@{by} {text}")


async def test_we_do_not_call_ourselves(desk: Desk) -> None:
    post = desk.says(US, "New lamps are in.")
    await desk.reading().reply(desk.draft(post, SAID))
    assert sent(desk)[-1]["status"] == SAID


@pytest.mark.parametrize("account", [None, {}, {"acct": ""}])
async def test_whom_nobody_knows_is_not_called(desk: Desk, account: dict[str, str] | None) -> None:
    asked = desk.asks("where is it?")
    with desk.edited(lambda status: status.update(account=account)):
        await desk.reading().reply(desk.draft(asked, SAID))
    assert sent(desk)[-1]["status"] == SAID


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
async def test_an_answer_is_seen_by_those_who_see_the_question(desk: Desk, visibility: str) -> None:
    asked = desk.asks("where is it?", visibility=visibility)
    await desk.reading().reply(desk.draft(asked, SAID))
    assert sent(desk)[-1]["visibility"] == visibility


@pytest.mark.parametrize("visibility", ["public", "private", "direct"])
async def test_an_answer_may_be_kept_to_the_customer(desk: Desk, visibility: str) -> None:
    asked = desk.asks("where is it?", visibility=visibility)
    await desk.reading().reply(desk.draft(asked, SAID, visibility="direct"))
    assert sent(desk)[-1]["visibility"] == "direct"


async def test_a_direct_message_is_not_answered_in_public(desk: Desk) -> None:
    asked = desk.asks("my number is 7", visibility="direct")
    with pytest.raises(Rejected, match="not answered in public"):
        await desk.reading().reply(desk.draft(asked, SAID))
    assert not sent(desk)


async def test_what_turned_direct_or_says_not_is_not_answered_in_public(desk: Desk) -> None:
    asked = desk.asks("my number is 7")
    with desk.edited(lambda status: status.pop("visibility")), pytest.raises(Rejected, match="in public"):
        await desk.reading().reply(desk.draft(asked, SAID))
    assert not sent(desk)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_question_that_is_gone_is_not_answered(desk: Desk, status: int) -> None:
    asked = desk.asks("where is it?")
    gone = Reply(status, {"error": "Record not found"})
    with (
        desk.broken("GET", f"/api/v1/statuses/{asked}", gone),
        pytest.raises(Rejected, match="is gone"),
    ):
        await desk.reading().reply(desk.draft(asked, SAID))
    assert not sent(desk)


async def test_what_is_no_status_is_not_answered(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    with (
        desk.broken("GET", f"/api/v1/statuses/{asked}", Reply(200, {})),
        pytest.raises(Unreachable, match="no status"),
    ):
        await desk.reading().reply(desk.draft(asked, SAID))
    assert not sent(desk)


async def test_a_question_that_goes_while_we_write_is_told(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    gone = Reply(404, {"error": "The post you are trying to reply to does not appear to exist."})
    with desk.broken("POST", "/api/v1/statuses", gone), pytest.raises(Rejected, match="gone"):
        await desk.reading().reply(desk.draft(asked, SAID))


async def test_a_server_that_takes_an_answer_to_nothing_is_told_of(desk: Desk) -> None:
    asked = desk.asks("where is it?")
    desk.stub.minds_parents = False
    connector = desk.reading()
    question = desk.stub.toots.pop(asked)
    desk.http.tamper = lambda method, _path, good: (
        good if method == "POST" or good.status == 200 else Reply(200, desk.stub.shown(question, question.by))
    )
    made = await connector.reply(desk.draft(asked, SAID))
    assert made.remote_id
    assert "not as an answer" in (made.held or "")


# How long


async def test_the_servers_own_limit_counts(desk: Desk) -> None:
    desk.stub.most = 60
    asked = desk.asks("where is it?")
    connector = desk.reading()
    assert connector.capabilities.limit == can("mastodon").limit == 500
    with pytest.raises(Rejected, match=r"has 61 characters with @mai before it, shop.example takes 60"):
        await connector.reply(desk.draft(asked, "x" * 56))
    assert not sent(desk)
    assert connector.capabilities.limit == 60
    await connector.reply(desk.draft(asked, "x" * 55))
    assert len(ours(desk)) == 1


async def test_the_limit_is_asked_once_and_counts_as_the_server_does(desk: Desk) -> None:
    asked = desk.says(ANA, f"@{US} where is it?")
    connector = desk.reading()
    await connector.poll("", desk.now)
    link = "https://shop.example/" + "x" * 400
    await connector.reply(desk.draft(asked, f"{link} {link} " + "x" * 400))
    assert desk.paths().count("GET /api/v2/instance") == 1


@pytest.mark.parametrize(
    ("told", "limit"),
    [
        ({"configuration": {"statuses": {"max_characters": 5000}}}, 5000),
        ({"configuration": {"statuses": {"max_characters": "7000"}}}, 7000),
        ({"max_toot_chars": 3000, "uri": "https://shop.example/"}, 3000),
        ({"configuration": None}, 500),
        ({"configuration": {"statuses": {"max_characters": 0}}}, 500),
        ({}, 500),
    ],
)
async def test_other_software_says_its_limit_elsewhere_or_not_at_all(
    desk: Desk, told: dict[str, Any], limit: int
) -> None:
    def other(_method: str, path: str, good: Reply) -> Reply:
        match path:
            case "/api/v2/instance":
                return Reply(404, {"error": "not found"})
            case "/api/v1/instance":
                return Reply(200, told)
            case _:
                return good

    desk.http.tamper = other
    native = desk.asks("hello")
    connector = desk.reading()
    assert (await desk.heard(native, connector)).author.handle == "@mai@shop.example"
    assert connector.capabilities.limit == limit


async def test_a_server_without_a_page_about_itself_is_read_too(desk: Desk) -> None:
    native = desk.asks("hello")
    gone = Reply(404, {"error": "not found"})
    desk.http.tamper = lambda _method, path, good: gone if path.endswith("/instance") else good
    assert (await desk.heard(native)).author.handle == "@mai@shop.example"


@pytest.mark.parametrize(
    ("version", "keeps"),
    [
        ("4.4.3", True),
        ("4.5.0-nightly+glitch", True),
        ("2.7.2 (compatible; Pleroma 2.9.1)", True),
        ("2.7.2 (compatible; Akkoma 3.15.2)", True),
        ("2.7.2 (compatible; Pixelfed 0.12.5)", False),
        ("0.19.1+git-b4e2f6a", False),
    ],
)
async def test_where_no_keys_are_kept_nothing_is_sent_twice(version: str, *, keeps: bool) -> None:
    desk = Desk(version=version)
    connector = desk.reading()
    await desk.poll(connector)
    assert (connector.capabilities.retry is not None) is keeps


# What the server says to it


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (Reply(422, {"error": "Validation failed: Text can't be blank"}), Rejected, "Text can't be blank"),
        (Reply(422), Rejected, "no reason"),
        (Reply(400, {"error": "<b>bad</b>\nrequest \x1b]0;x\x07"}), Rejected, "bad request"),
        (Reply(413, "x"), Rejected, "no reason"),
        (Reply(403, {"error": "This action is not allowed"}), Rejected, "This action is not allowed"),
        (
            Reply(403, {"error": "This action is outside the authorized scopes"}),
            Refused,
            "scope write:statuses",
        ),
        (Reply(401, {"error": "The access token was revoked"}), Refused, "was revoked"),
        (Reply(429, {"error": "Too many requests"}), Throttled, "wait"),
        (Reply(500, {"error": "oops"}), Unreachable, "fault"),
        (Reply(200, {}), Unreachable, "what became of the reply"),
        (Reply(200, []), Unreachable, "cannot be read"),
        (Reply(201, b"<html>Hello"), Unreachable, "web page"),
    ],
)
async def test_what_the_server_says_to_a_reply_is_passed_on(
    desk: Desk, said: Reply, kind: type[Exception], words: str
) -> None:
    asked = desk.asks("where is it?")
    with desk.broken("POST", "/api/v1/statuses", said), pytest.raises(kind, match=words) as error:
        await desk.reading().reply(desk.draft(asked, SAID))
    assert str(error.value).isprintable()


# Thanks


async def test_a_like_is_a_favourite_and_only_one(desk: Desk) -> None:
    native = desk.asks("thank you!")
    for _ in range(2):
        await desk.reading().do("like", native, native)
    assert desk.stub.toots[native].favoured == {desk.stub.accounts[US].id}


async def test_what_is_gone_is_not_liked(desk: Desk) -> None:
    with pytest.raises(Rejected, match="gone"):
        await desk.reading().do("like", "7", "7")


async def test_nobody_is_approved_here(desk: Desk) -> None:
    with pytest.raises(Rejected, match="approve"):
        await desk.reading().do("approve", desk.asks("hello"), "")
    assert not sent(desk)
