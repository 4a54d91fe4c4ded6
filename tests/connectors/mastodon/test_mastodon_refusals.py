"""Mastodon: who we are is checked, and what a server refuses is said in a sentence one can act on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxtui.core.feed import Feed
from cxtui.errors import FeedError, Gone, Refused, Rejected, Throttled, Unreachable, Unreadable
from tests.connectors.mastodon.straight import MAI, TOKEN, US, Desk
from tests.servers.pretended_mastodon import Reply

ME = "/api/v1/accounts/verify_credentials"
SENT = "/api/v1/notifications"


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_who_we_are_is_asked_of_the_server(desk: Desk) -> None:
    who = await desk.reading().check()
    assert who.handle == "@lampco@shop.example"
    assert who.words == "@lampco@shop.example on shop.example, replies up to 500 characters"
    assert who.facts == {"server": "shop.example", "version": "4.4.3"}


async def test_without_a_token_nothing_is_asked(desk: Desk) -> None:
    connector = desk.reading()
    feed = Feed("page", "mastodon", "https://shop.example/")
    connector.server.feed = feed
    connector = type(connector)(feed, connector.server)
    assert "no token" in connector.capabilities.why_not
    assert not connector.capabilities.reply
    with pytest.raises(Refused, match="no token"):
        await connector.check()
    assert not desk.http.sent


@pytest.mark.parametrize("words", ["is invalid", "was revoked", "has expired"])
async def test_a_token_that_counts_no_more_is_refused_in_the_servers_words(desk: Desk, words: str) -> None:
    said = Reply(401, {"error": f"The access token {words}"})
    with desk.broken("GET", ME, said), pytest.raises(Refused, match=f"token: The access token {words}"):
        await desk.reading().check()


async def test_a_wrong_token_is_refused(desk: Desk) -> None:
    desk.token = "wrong"
    with pytest.raises(Refused, match="refused our token"):
        await desk.poll()


async def test_a_new_token_is_used_without_a_failure(desk: Desk) -> None:
    """Its source is asked once more where the one at hand is refused."""
    desk.token = "old"
    connector = desk.reading()
    with pytest.raises(Refused):
        await connector.check()
    assert desk.asked_for_token == 2
    desk.token = TOKEN
    await connector.check()
    assert desk.asked_for_token == 3


async def test_a_token_is_not_asked_for_at_every_request(desk: Desk) -> None:
    connector = desk.reading()
    await desk.poll(connector)
    await desk.poll(connector)
    assert desk.asked_for_token == 1


@pytest.mark.parametrize(
    ("scopes", "needed"),
    [
        (("write",), "read:accounts"),
        (("read:accounts", "write"), "read:statuses"),
        (("read:accounts", "read:statuses"), "read:notifications"),
    ],
)
async def test_a_missing_scope_is_named_by_the_check(
    desk: Desk, scopes: tuple[str, ...], needed: str
) -> None:
    desk.stub.accounts[US].scopes = scopes
    with pytest.raises(Refused, match=f"needs the scope {needed};"):
        await desk.reading().check()


async def test_a_search_needs_no_notifications_but_its_own_scope(desk: Desk) -> None:
    desk.stub.accounts[US].scopes = ("read:accounts", "read:statuses")
    await desk.reading("#lampco").check()
    with pytest.raises(Refused, match="read:search"):
        await desk.reading("#lampco", "lampco lamps").check()


@pytest.mark.parametrize(("act", "needed"), [("reply", "write:statuses"), ("like", "write:favourites")])
async def test_a_token_for_reading_answers_and_likes_nothing(desk: Desk, act: str, needed: str) -> None:
    desk.stub.accounts[US].scopes = ("read",)
    native = desk.asks("hello")
    connector = desk.reading()
    doing = connector.reply(desk.draft(native, "Hi")) if act == "reply" else connector.do("like", native, "")
    with pytest.raises(Refused, match=needed):
        await doing


async def test_a_token_of_nobody_is_refused(desk: Desk) -> None:
    said = Reply(422, {"error": "This method requires an authenticated user"})
    with desk.broken("GET", ME, said), pytest.raises(Refused, match="belongs to no account"):
        await desk.reading().check()


async def test_a_closed_account_is_refused_in_the_servers_words(desk: Desk) -> None:
    said = Reply(403, {"error": "Your login is currently disabled"})
    with desk.broken("GET", ME, said), pytest.raises(Refused, match="login is currently disabled"):
        await desk.reading().check()


async def test_too_many_requests_are_waited_for_as_long_as_the_server_says() -> None:
    """`X-RateLimit-Reset` is an ISO time here."""
    desk = Desk(per_window=6)
    begun = desk.now
    connector = desk.reading()
    cursor = (await desk.poll(connector)).cursor
    desk.now += timedelta(minutes=2)
    await desk.poll(connector, cursor)
    with pytest.raises(Throttled) as error:
        await desk.poll(connector, cursor)
    assert error.value.until == begun + timedelta(minutes=5)
    assert error.value.host == "shop.example"
    desk.now = begun + timedelta(minutes=5)
    await desk.poll(connector, cursor)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Reply(500), Unreachable),
        (Reply(502, b"<html>Bad Gateway"), Unreachable),
        (Reply(503), Throttled),
        (Reply(404, {"error": "Not found"}), Unreachable),
        (Reply(404, b"<html>What?"), Unreachable),
        (Reply(410), Gone),
        (Reply(403, b"<html>Are you a robot?"), Refused),
        (Reply(200, b"<!doctype html><p>Sign in"), Unreadable),
        (Reply(200, b'[{"id": "1", "typ'), Unreadable),
        (Reply(200, b""), Unreadable),
        (Reply(200, {}), Unreadable),
        (Reply(200, [7]), Unreadable),
        (Reply(200, [{"id": {"a": 1}}]), Unreadable),
    ],
)
@pytest.mark.parametrize("path", [ME, SENT, "/api/v1/accounts/acc1/statuses"])
async def test_a_bad_answer_is_said_and_nothing_is_kept(
    desk: Desk, path: str, said: Reply, kind: type[FeedError]
) -> None:
    desk.asks("hello")
    with desk.broken("GET", path, said), pytest.raises(kind) as error:
        await desk.poll()
    assert len(str(error.value).split()) >= 3
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    "rows", [[{"type": "mention"}], [{"id": "1", "type": "mention", "status": None}], [{}]]
)
async def test_rows_that_say_nothing_stop_no_other(desk: Desk, rows: list[dict[str, object]]) -> None:
    native = desk.asks("hello")
    good = desk.stub.respond("GET", SENT, {"authorization": f"Bearer {TOKEN}"}, b"").said
    with desk.broken("GET", SENT, Reply(200, [*rows, *good])):
        assert [a.native for a in (await desk.poll()).items] == [native]


async def test_the_token_goes_to_the_feeds_own_server_only(desk: Desk) -> None:
    """A link to the next page may name any server; only its query is used."""
    connector = desk.reading()
    desk.asks("one")
    cursor = (await desk.poll(connector)).cursor
    for number in range(50):
        desk.asks(f"more {number}")
    desk.stub.base = "https://evil.example"
    page = await desk.poll(connector, cursor)
    assert len(page.items) == 50
    assert all(target.startswith("/api/") for _, target, _, _ in desk.http.sent)


async def test_a_cursor_of_another_account_is_none_of_ours(desk: Desk) -> None:
    native = desk.asks("hello")
    cursor = (await desk.poll()).cursor
    desk.stub.accounts[MAI].token, desk.token = "", "mai-token"
    desk.stub.accounts[US].token, desk.stub.accounts[MAI].token = "", "mai-token"
    assert [a.native for a in (await desk.poll(desk.reading(), cursor)).items] == [native]


async def test_what_is_gone_is_said_of_a_like_too(desk: Desk) -> None:
    native = desk.asks("hello")
    desk.stub.delete(native)
    with pytest.raises(Rejected, match="gone"):
        await desk.reading().do("like", native, native)
