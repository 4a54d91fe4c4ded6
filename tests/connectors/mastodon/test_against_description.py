"""Mastodon, held to its own description: the connector asks and the pretended server answers as it says.

``CXTUI_MASTODON_API`` names the file of the description (abraham/mastodon-openapi, dist/schema.json).
What a cut of it lacks is put together of its own parts, as docs.joinmastodon.org/methods tells.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cxtui.connectors import Draft
from cxtui.connectors.mastodon import Mastodon as Connector
from cxtui.connectors.mastodon import connect
from cxtui.core.feed import Feed, Secret
from cxtui.errors import FeedError, Rejected, Unreachable
from cxtui.http import Client
from tests.servers.mastodon import ANA, MAI, TOKEN, US, Mastodon
from tests.servers.prism import Prism, missing, sliced

pytestmark = pytest.mark.server

DESCRIPTION = "CXTUI_MASTODON_API"
DESCRIBED = (
    "/api/v1/accounts/verify_credentials",
    "/api/v1/notifications",
    "/api/v1/statuses",
    "/api/v1/statuses/{id}",
    "/api/v1/statuses/{id}/context",
)
STATUS = {"$ref": "#/components/schemas/Status"}
STATUSES = {"type": "array", "items": STATUS}
RULES = {
    "type": "object",
    "required": ["domain", "version", "configuration"],
    "properties": {
        "configuration": {
            "type": "object",
            "required": ["statuses"],
            "properties": {
                "statuses": {
                    "type": "object",
                    "required": ["max_characters"],
                    "properties": {"max_characters": {"type": "integer"}},
                }
            },
        }
    },
}
FOUND = {"type": "object", "required": ["statuses"], "properties": {"statuses": STATUSES}}


def operation(schema: dict[str, Any], *steps: str) -> dict[str, Any]:
    said = {"description": "as told", "content": {"application/json": {"schema": schema}}}
    path = [{"name": step, "in": "path", "required": True, "schema": {"type": "string"}} for step in steps]
    return {"responses": {"200": said}, "parameters": path}


MORE = {
    "/api/v2/instance": {"get": operation(RULES)},
    "/api/v2/search": {"get": operation(FOUND)},
    "/api/v1/accounts/{id}/statuses": {"get": operation(STATUSES, "id")},
    "/api/v1/timelines/tag/{hashtag}": {"get": operation(STATUSES, "hashtag")},
    "/api/v1/statuses/{id}/favourite": {"post": operation(STATUS, "id")},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mastodon]:
    with Mastodon(tmp_path_factory.mktemp("mastodon")) as running:
        yield running


@pytest.fixture(scope="module")
def prism(place: Mastodon, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    lacks = missing(DESCRIPTION)
    if lacks:
        pytest.skip(lacks)
    whole = json.loads(Path(os.environ[DESCRIPTION]).read_text(encoding="utf-8"))
    described = sliced(
        whole, DESCRIBED, {path: one for path, one in MORE.items() if path not in whole["paths"]}
    )
    with Prism(tmp_path_factory.mktemp("prism"), described, place.url) as running:
        yield running


def reading(prism: Prism, *search: str) -> Connector:
    options = {"search": search} if search else {}
    feed = Feed(
        "page", "mastodon", prism.url, allow_private=True, token=Secret(lambda: TOKEN), options=options
    )
    return connect(feed, Client(feed, agent="cxtui/1"))


async def poll(place: Mastodon, connector: Connector, cursor: str = "") -> dict[str, str]:
    """Texts by id."""
    page = await connector.poll(cursor, place.stub.clock())
    return {arrival.native: arrival.text for arrival in page.items}


async def test_who_we_are(prism: Prism) -> None:
    assert (await reading(prism).check()).handle == "@lampco@shop.example"


async def test_a_question_is_heard_and_answered(place: Mastodon, prism: Prism) -> None:
    asked = place.ask("where is my lamp?")
    connector = reading(prism)
    assert (await poll(place, connector))[asked] == "@lampco where is my lamp?"
    draft = Draft(asked, asked, "Tomorrow.", "token-1", sent_after=place.stub.clock())
    sent = await connector.reply(draft)
    assert place.answers(asked) == ["@mai Tomorrow."]
    assert (await connector.reply(draft)).remote_id == sent.remote_id
    assert place.answers(asked) == ["@mai Tomorrow."]
    found = await connector.find(draft)
    assert found is not None
    assert found.remote_id == sent.remote_id
    assert [(a.native, a.own) for a in await connector.thread(asked, asked)] == [
        (asked, None),
        (sent.remote_id, "strong"),
    ]


async def test_all_that_can_be_said_is_as_described(place: Mastodon, prism: Prism) -> None:
    stub = place.stub
    media = ({"id": "1", "type": "image", "url": "https://f.example/1.png", "description": "a crack"},)
    post = stub.toot(US, "New #lamps are in: https://shop.example/lamps?number=7")
    said = [
        stub.toot(ANA, f"@{US} broken", spoiler="glass", media=media, language=None),
        stub.toot(MAI, f"@{US} my number", visibility="direct"),
        stub.toot(MAI, "green ones?", parent=post.id, visibility="unlisted"),
        stub.toot(MAI, f"@{US} for followers", visibility="private"),
    ]
    heard = await poll(place, reading(prism))
    assert {toot.id for toot in said} <= set(heard)


async def test_more_than_a_page_is_heard(place: Mastodon, prism: Prism) -> None:
    connector = reading(prism)
    cursor = (await connector.poll("", place.stub.clock())).cursor
    new = [place.ask(f"where is lamp {number}?") for number in range(90)]
    assert list(await poll(place, connector, cursor)) == new


async def test_hashtags_and_words_are_heard(place: Mastodon, prism: Prism) -> None:
    tagged = place.stub.toot(ANA, "I like #LampCo").id
    found = place.stub.toot(ANA, "are lampco lamps good?").id
    heard = await poll(place, reading(prism, "#lampco", "lampco lamps"))
    assert {tagged, found} <= set(heard)


async def test_a_like_is_taken(place: Mastodon, prism: Prism) -> None:
    native = place.ask("thank you!")
    await reading(prism).do("like", native, native)
    assert place.stub.toots[native].favoured


async def test_a_direct_message_stays_direct(place: Mastodon, prism: Prism) -> None:
    asked = place.stub.toot(MAI, f"@{US} my number is 7", visibility="direct").id
    connector = reading(prism)
    with pytest.raises(Rejected, match="public"):
        await connector.reply(Draft(asked, asked, "Thanks.", "token-2"))
    sent = await connector.reply(Draft(asked, asked, "Thanks.", "token-2", "direct"))
    assert place.stub.toots[sent.remote_id or ""].visibility == "direct"


async def test_what_is_gone_is_said(place: Mastodon, prism: Prism) -> None:
    asked = place.ask("never mind")
    place.stub.delete(asked)
    connector = reading(prism)
    with pytest.raises(Rejected, match="gone"):
        await connector.reply(Draft(asked, asked, "Thanks.", "token-3"))
    assert [a.withdrawn for a in await connector.thread(asked, asked)] == [True]


async def test_an_answer_that_breaks_the_description_does_not_get_through(
    place: Mastodon, prism: Prism
) -> None:
    """So what gets through above is as described."""
    toot = place.stub.toots[place.ask("hello")]
    toot.visibility = "everybody"
    with pytest.raises(Unreachable):
        await reading(prism).thread(toot.id, toot.id)
    del place.stub.toots[toot.id]


async def test_a_request_that_breaks_the_description_does_not_get_through(
    place: Mastodon, prism: Prism
) -> None:
    connector = reading(prism)
    before = len(place.stub.toots)
    with pytest.raises(FeedError):
        await connector.server.write({"status": "hello", "visibility": "everybody"}, "token-4")
    assert len(place.stub.toots) == before
