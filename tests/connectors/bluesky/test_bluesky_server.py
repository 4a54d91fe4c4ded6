"""Bluesky on real servers: a PDS, the AppView, and a customer who reads with an account of their own."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cxtui.connectors import Draft, Page
from cxtui.connectors.bluesky import Bluesky as Connector
from cxtui.connectors.bluesky import connect
from cxtui.core.feed import Feed, Secret
from cxtui.core.item import Arrival
from cxtui.core.lengths import measured
from cxtui.errors import Gone, Refused, Rejected
from cxtui.http import Answer, Client
from tests.connectors.files_of import kept, picture
from tests.pictures import png
from tests.servers.bluesky import BRAND, CUSTOMER, PASSWORD, Bluesky, missing, stamp

pytestmark = pytest.mark.server

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ANSWER = "It left the house this morning."


class Watched(Client):
    """A client that notes what it was asked to ask."""

    def __init__(self, feed: Feed) -> None:
        super().__init__(feed, agent="cxtui/1")
        self.names: list[str] = []

    async def request(self, method: str, url: str, **more: Any) -> Answer:
        self.names.append(url.partition("/xrpc/")[2].partition("?")[0])
        return await super().request(method, url, **more)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bluesky]:
    lacking = missing()
    if lacking:
        pytest.skip(lacking)
    with Bluesky(tmp_path_factory.mktemp("bluesky")) as running:
        yield running


@pytest.fixture
def other(place: Bluesky, request: pytest.FixtureRequest) -> str:
    """The handle of an account of this test's own."""
    handle = f"o{abs(hash(request.node.name)) % 10**9}.test"
    place.network.account(handle)
    return handle


def joined(
    place: Bluesky, handle: str = BRAND, password: str = "", **options: Any
) -> tuple[Connector, Watched]:
    token = Secret(lambda: password or place.env["PLACE_TOKEN"])
    feed = Feed("place", "bluesky", place.url, user=handle, token=token, allow_private=True, options=options)
    http = Watched(feed)
    return connect(feed, http), http


def draft(asked: str, text: str, thread: str | None = None, token: str = "") -> Draft:
    return Draft(asked, thread or asked, text, token or f"{asked} {text}", sent_after=datetime.now(UTC))


def found(page: Page, native: str) -> Arrival:
    (arrival,) = [one for one in page.items if one.native == native]
    return arrival


async def test_an_expired_token_is_renewed_without_signing_in(place: Bluesky) -> None:
    connector, http = joined(place)
    session = await connector.xrpc.signed_in()
    stale = place.network.act("expired", did=session.did)["token"]
    connector.xrpc.session = type(session)(session.did, stale, session.refreshJwt, session.handle)
    status, _, told = place.network.ask("GET", "com.atproto.server.getSession", stale)
    assert (status, told["error"]) == (400, "ExpiredToken")
    await connector.poll("", datetime.now(UTC))
    assert http.names.count("com.atproto.server.refreshSession") == 1
    assert http.names.count("com.atproto.server.createSession") == 1


async def test_a_revoked_app_password_is_refused_when_its_token_has_run_out(
    place: Bluesky, other: str
) -> None:
    made = place.network.call("POST", "com.atproto.server.createAppPassword", other, said={"name": "desk"})
    connector, http = joined(place, other, made["password"])
    session = await connector.xrpc.signed_in()
    place.network.call("POST", "com.atproto.server.revokeAppPassword", other, said={"name": "desk"})
    stale = place.network.act("expired", did=session.did)["token"]
    connector.xrpc.session = type(session)(session.did, stale, session.refreshJwt, session.handle)
    with pytest.raises(Refused, match="app password"):
        await connector.poll("", datetime.now(UTC))
    assert http.names[-2:] == ["com.atproto.server.refreshSession", "com.atproto.server.createSession"]


async def test_a_wrong_password_is_refused(place: Bluesky) -> None:
    connector, _ = joined(place, password="wrong")
    with pytest.raises(Refused, match="app password of lampco"):
        await connector.check()


async def test_an_account_that_was_taken_down_is_refused(place: Bluesky, other: str) -> None:
    connector, _ = joined(place, other, PASSWORD)
    await connector.check()
    did = place.network.did(other)
    said = {
        "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": did},
        "takedown": {"applied": True, "ref": "test"},
    }
    admin = place.network.act("admin")["authorization"]
    status, _, told = place.network.ask("POST", "com.atproto.admin.updateSubjectStatus", admin, said)
    assert status == 200, told
    with pytest.raises(Refused, match="suspended"):
        await connector.poll("", datetime.now(UTC))
    again, _ = joined(place, other, PASSWORD)
    with pytest.raises(Refused, match="taken down"):
        await again.check()


async def test_a_deactivated_account_is_refused(place: Bluesky, other: str) -> None:
    place.network.call("POST", "com.atproto.server.deactivateAccount", other, said={})
    connector, _ = joined(place, other, PASSWORD)
    with pytest.raises(Refused, match="not active"):
        await connector.poll("", datetime.now(UTC))


async def test_our_reply_is_in_the_thread_before_the_appview_has_read_it(place: Bluesky) -> None:
    connector, _ = joined(place)
    asked = place.ask("Is it there?")
    sent = await connector.reply(draft(asked, ANSWER))
    heard = await connector.thread(asked, asked)
    assert [(one.native, one.own) for one in heard] == [(asked, None), (sent.remote_id, "strong")]
    place.network.settle()
    later = await connector.thread(asked, asked)
    assert [one.native for one in later] == [asked, sent.remote_id]


async def test_a_picture_is_what_the_customer_sees(place: Bluesky, tmp_path: Path) -> None:
    connector, _ = joined(place)
    asked = place.ask("Which one?")
    files = (picture(tmp_path, alt="A red lamp – ໂຄມໄຟ"),)
    sent = await connector.reply(replace(draft(asked, ANSWER), files=files))
    place.network.settle()
    (shown,) = place.network.call("GET", "app.bsky.feed.getPosts", CUSTOMER, uris=str(sent.remote_id))[
        "posts"
    ]
    (image,) = shown["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == ("A red lamp – ໂຄມໄຟ", {"width": 40, "height": 30})
    assert shown["record"]["embed"]["images"][0]["image"]["size"] == files[0].size


async def test_a_picture_larger_than_the_lexicon_allows_is_refused_by_the_server(
    place: Bluesky, tmp_path: Path
) -> None:
    connector, _ = joined(place)
    asked = place.ask("How large?")
    large = kept(tmp_path, "big.png", "image/png", png(40, 30, b"x" * 2_000_001))
    with pytest.raises(Rejected, match=r"did not take it|nothing was sent"):
        await connector.reply(replace(draft(asked, ANSWER), files=(large,)))
    assert place.answers(asked) == []


async def test_two_attempts_are_one_reply(place: Bluesky) -> None:
    connector, _ = joined(place)
    asked = place.ask("Once?")
    said = draft(asked, ANSWER)
    assert await connector.find(said) is None
    first = await connector.reply(said)
    again, _ = joined(place)
    assert await again.reply(said) == first
    assert await again.find(said) == first
    assert place.answers(asked) == [ANSWER]


async def test_the_server_itself_refuses_a_second_record_under_one_key(place: Bluesky) -> None:
    connector, _ = joined(place)
    sent = await connector.reply(draft(place.ask("Key?"), ANSWER))
    key = str(sent.remote_id).rpartition("/")[2]
    record = {"$type": "app.bsky.feed.post", "text": "another", "createdAt": "2026-01-01T00:00:00Z"}
    said = {"repo": BRAND, "collection": "app.bsky.feed.post", "rkey": key, "record": record}
    token = (await connector.xrpc.signed_in()).accessJwt
    status, _, told = place.network.ask("POST", "com.atproto.repo.createRecord", token, said)
    assert (status, told["error"]) == (500, "InternalServerError")


async def test_links_handles_and_hashtags_stand_where_the_customer_sees_them(place: Bluesky) -> None:
    connector, _ = joined(place)
    asked = place.ask("Where?")
    text = f"👩🏽‍🚀 ສະບາຍດີ @{CUSTOMER} @nobody.test: https://shop.example/a?b=(c). مرحبا #LampCo!"
    sent = await connector.reply(draft(asked, text))
    place.network.settle()
    (post,) = place.network.call("GET", "app.bsky.feed.getPosts", CUSTOMER, uris=str(sent.remote_id))["posts"]
    raw = text.encode()
    cut = {
        raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in post["record"]["facets"]
    }
    assert {shown: next(iter(feature.values())) for shown, feature in cut.items()} == {
        f"@{CUSTOMER}": place.network.did(CUSTOMER),
        "https://shop.example/a?b=(c)": "https://shop.example/a?b=(c)",
        "#LampCo": "LampCo",
    }


async def test_a_customer_who_answers_us_is_heard_with_a_reply_to_the_root(place: Bluesky) -> None:
    connector, _ = joined(place)
    post = place.network.write(BRAND, {"text": "New lamps."})
    place.network.settle()  # repositories are read beside each other: an answer could come first
    said = {"text": "Nice, but mine?", "reply": {"root": _ref(post), "parent": _ref(post)}}
    asked = place.network.write(CUSTOMER, said)["uri"]
    place.network.settle()
    page = await connector.poll("", datetime.now(UTC))
    heard = found(page, asked)
    assert (heard.kind, heard.thread, heard.parent, heard.own) == ("reply", post["uri"], post["uri"], None)
    ours = found(page, post["uri"])
    assert (ours.kind, ours.own, ours.parent) == ("post", "strong", None)
    sent = await connector.reply(draft(asked, ANSWER, post["uri"]))
    place.network.settle()
    (shown,) = place.network.call("GET", "app.bsky.feed.getPosts", CUSTOMER, uris=str(sent.remote_id))[
        "posts"
    ]
    assert shown["record"]["reply"]["root"] == _ref(post)
    assert shown["record"]["reply"]["parent"]["uri"] == asked


async def test_pictures_quotes_and_pages_are_named_with_their_addresses(place: Bluesky) -> None:
    connector, _ = joined(place)
    post = place.network.write(BRAND, {"text": "New lamps, again."})
    place.network.settle()
    picture = place.network.upload(CUSTOMER, PICTURE)
    image = {"$type": "app.bsky.embed.images", "images": [{"alt": "a broken lamp", "image": picture}]}
    quote = {"$type": "app.bsky.embed.record", "record": _ref(post)}
    both = {"$type": "app.bsky.embed.recordWithMedia", "record": quote, "media": image}
    asked = place.network.write(CUSTOMER, {"text": "Look at this", "embed": both})["uri"]
    about = {"uri": "https://lamps.example/test", "title": "Lamps, tested", "description": "Which to buy"}
    card = {"$type": "app.bsky.embed.external", "external": about}
    tested = {"text": f"@{BRAND} see", "facets": [place.mention()], "embed": card}
    other = place.network.write(CUSTOMER, tested)["uri"]
    place.network.settle()
    page = await connector.poll("", datetime.now(UTC))
    heard = found(page, asked)
    assert heard.kind == "mention"
    shown, quoted = heard.attachments
    assert (shown.name, shown.kind) == ("a broken lamp", "image")
    assert shown.url
    assert shown.url.startswith(("https://", "http://"))
    assert (quoted.name, quoted.kind) == (f"@{BRAND}: New lamps, again.", "quote")
    (linked,) = found(page, other).attachments
    assert (linked.name, linked.kind, linked.url) == ("Lamps, tested", "link", "https://lamps.example/test")


async def test_a_question_that_was_deleted_is_withdrawn_and_not_answered(place: Bluesky) -> None:
    connector, _ = joined(place)
    asked = place.ask("Never mind?")
    first = await connector.poll("", datetime.now(UTC))
    assert found(first, asked).text.endswith("Never mind?")
    place.network.delete(CUSTOMER, asked)
    place.network.settle()
    later = await connector.poll(first.cursor, datetime.now(UTC))
    assert found(later, asked).withdrawn
    assert found(Page(await connector.thread(asked, asked)), asked).withdrawn
    with pytest.raises(Rejected, match="no longer there"):
        await connector.reply(draft(asked, ANSWER))
    with pytest.raises(Gone):
        await connector.do("like", asked, asked)


async def test_an_answer_of_ours_that_was_deleted_is_withdrawn(place: Bluesky) -> None:
    connector, _ = joined(place)
    asked = place.ask("Sure?")
    sent = await connector.reply(draft(asked, ANSWER))
    place.network.settle()
    page = await connector.poll("", datetime.now(UTC))
    place.network.delete(BRAND, str(sent.remote_id))
    gone = found(await connector.poll(page.cursor, datetime.now(UTC)), str(sent.remote_id))
    assert (gone.own, gone.withdrawn) == ("strong", True)
    # the AppView may show it still; the repository does not
    thread = await connector.thread(asked, asked)
    assert [one.native for one in thread if not one.withdrawn] == [asked]


async def test_who_blocks_us_is_not_answered(place: Bluesky, other: str) -> None:
    connector, _ = joined(place)
    said = {"text": f"@{BRAND} go away", "facets": [place.mention()]}
    asked = place.network.write(other, said)["uri"]
    place.network.settle()
    first = await connector.poll("", datetime.now(UTC))
    assert found(first, asked)
    place.network.write(other, {"subject": place.network.did(BRAND)}, "app.bsky.graph.block")
    place.network.settle()
    with pytest.raises(Rejected, match="blocked"):
        await connector.reply(draft(asked, ANSWER))
    assert asked not in {one.native for one in await connector.thread(asked, asked) if not one.withdrawn}


async def test_who_lets_nobody_answer_is_not_answered(place: Bluesky, other: str) -> None:
    connector, _ = joined(place)
    asked = place.network.write(other, {"text": f"@{BRAND} listen", "facets": [place.mention()]})["uri"]
    key = asked.rpartition("/")[2]
    place.network.write(other, {"post": asked, "allow": []}, "app.bsky.feed.threadgate", key)
    place.network.settle()
    with pytest.raises(Rejected, match="lets only some people reply"):
        await connector.reply(draft(asked, ANSWER))


async def test_liking_twice_is_liking_once(place: Bluesky) -> None:
    connector, _ = joined(place)
    asked = place.ask("Thank you!")
    await connector.do("like", asked, asked)
    await connector.do("like", asked, asked)  # before the AppView knows of the first
    place.network.settle()
    again, _ = joined(place)
    await again.do("like", asked, asked)
    place.network.settle()
    (post,) = place.network.call("GET", "app.bsky.feed.getPosts", CUSTOMER, uris=asked)["posts"]
    assert post["likeCount"] == 1


async def test_a_post_that_claims_to_be_older_than_what_is_known_is_heard(place: Bluesky) -> None:
    connector, _ = joined(place)
    place.ask("On time.")
    first = await connector.poll("", datetime.now(UTC))
    claimed = stamp(datetime.now(UTC) - timedelta(days=1))
    said = {"text": f"@{BRAND} late", "facets": [place.mention()], "createdAt": claimed}
    asked = place.network.write(CUSTOMER, said)["uri"]
    place.network.settle()
    later = await connector.poll(first.cursor, datetime.now(UTC))
    assert [one.native for one in later.items] == [asked]


async def test_what_a_search_finds_is_heard_once_beside_the_mentions(place: Bluesky) -> None:
    connector, _ = joined(place, search=("zirconium",))
    asked = place.ask("Is it zirconium?")
    heard = place.network.write(CUSTOMER, {"text": "These zirconium lamps of theirs!"})["uri"]
    place.network.settle()
    page = await connector.poll("", datetime.now(UTC))
    assert [one.native for one in page.items].count(asked) == 1
    assert found(page, heard).kind == "mention"
    assert (await connector.poll(page.cursor, datetime.now(UTC))).not_modified


async def test_more_than_a_page_is_heard_whole(place: Bluesky, other: str) -> None:
    connector, http = joined(place)
    first = await connector.poll("", datetime.now(UTC))
    texts = [f"@{BRAND} number {n}" for n in range(230)]
    for part in (texts[:115], texts[115:]):
        place.network.write_many(other, [{"text": text, "facets": [place.mention()]} for text in part])
    place.network.settle()
    page = await connector.poll(first.cursor, datetime.now(UTC))
    assert {one.text for one in page.items} >= set(texts)
    assert page.gap is None
    assert http.names.count("app.bsky.notification.listNotifications") > 2
    assert (await connector.poll(page.cursor, datetime.now(UTC))).not_modified


@pytest.mark.parametrize(
    "unit",
    ["👋🏽", "ລໍຖ້າ ", "أين؟ ", "আমার ", "क्षत्रिय ", "🇱🇦", "e\u0301", "한국어 ", "日本", "❤️", "#️⃣", "\u0e40ก็"],
)
async def test_our_count_of_characters_is_the_servers(place: Bluesky, unit: str) -> None:
    connector, _ = joined(place)
    can = connector.capabilities
    assert can.counted == "graphemes"
    most = 300 // measured(unit, "graphemes")
    said = unit * most
    said += "." * (300 - measured(said, "graphemes"))
    asked = place.ask("How long?")
    assert (measured(said, "graphemes"), len(said.encode()) <= 3000) == (can.limit, True)
    await connector.reply(draft(asked, said))
    with pytest.raises(Rejected, match="maximum 300, got 301"):
        await connector.reply(draft(asked, f"{said}."))
    assert place.answers(asked) == [said]


async def test_too_long_is_rejected_with_the_servers_reason(place: Bluesky) -> None:
    connector, _ = joined(place)
    asked = place.ask("How long?")
    with pytest.raises(Rejected, match="maximum 300, got 301"):
        await connector.reply(draft(asked, "a" * 301))
    with pytest.raises(Rejected, match="maximum 3000, got 3025"):
        await connector.reply(draft(asked, "👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀" * 40 + "a" * 25))
    assert place.answers(asked) == []


def _ref(made: dict[str, Any]) -> dict[str, str]:
    return {"uri": made["uri"], "cid": made["cid"]}
