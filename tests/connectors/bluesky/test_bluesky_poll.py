"""What is said to a brand on Bluesky is heard once, whoever says it, however its author's clock goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cxtui.connectors.bluesky import connect
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival, Attachment
from cxtui.errors import ConfigError, FeedError, Throttled, Unreachable, Unreadable
from tests.connectors.bluesky.straight import NOW, earlier, joined, one
from tests.servers.pretended_bluesky import BRAND, MAI, NOY, PretendedBluesky, Reply, refused

LIST = "app.bsky.notification.listNotifications"
POSTS = "app.bsky.feed.getPosts"
SEARCH = "app.bsky.feed.searchPosts"


@pytest.fixture
def sky() -> PretendedBluesky:
    return PretendedBluesky(earlier(minutes=5))


async def test_a_mention_becomes_what_a_customer_said(sky: PretendedBluesky) -> None:
    uri = sky.mention("Where is my lamp? 👩🏽‍🚀", langs=["lo-LA"])
    connector, _ = joined(sky)
    (heard,) = (await connector.poll("", NOW)).items
    assert heard == Arrival(
        native=uri,
        key=uri,
        text="@lampco.test Where is my lamp? 👩🏽‍🚀",
        author=heard.author,
        kind="mention",
        thread=uri,
        posted=earlier(minutes=5),
        url=f"https://bsky.app/profile/mai.test/post/{uri.rpartition('/')[2]}",
        lang="lo",
    )
    assert (heard.author.handle, heard.author.name, heard.author.uri) == ("mai.test", "Mai", MAI)


async def test_a_reply_to_us_hangs_where_it_was_written(sky: PretendedBluesky) -> None:
    post = sky.write("New lamps.", BRAND)
    first = sky.write("Nice.", to=post)
    second = sky.write("Mine too.", NOY, to=first)
    connector, _ = joined(sky)
    page = await connector.poll("", NOW)
    assert [(one(page, uri).kind, one(page, uri).parent) for uri in (first, second)] == [
        ("reply", post),
        ("reply", first),
    ]
    assert {arrival.thread for arrival in page.items} == {post}


async def test_what_we_wrote_ourselves_is_ours(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    answer = sky.write("Tomorrow.", BRAND, to=asked)
    post = sky.write("New lamps.", BRAND)
    connector, _ = joined(sky)
    page = await connector.poll("", NOW)
    given, posted = one(page, answer), one(page, post)
    assert (given.kind, given.own, given.parent, given.thread) == ("reply", "strong", asked, asked)
    assert (posted.kind, posted.own, posted.parent, posted.thread) == ("post", "strong", None, post)
    assert given.author.uri == BRAND


async def test_a_quote_is_a_mention_that_names_what_it_quotes(sky: PretendedBluesky) -> None:
    post = sky.write("New lamps.", BRAND)
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": post, "cid": "bafy"}}
    quote = sky.write("These are dear", embed=embed)
    connector, _ = joined(sky)
    heard = one(await connector.poll("", NOW), quote)
    assert (heard.kind, heard.parent, heard.thread) == ("mention", None, quote)
    assert [(a.kind, a.url) for a in heard.attachments] == [
        ("quote", f"https://bsky.app/profile/{BRAND}/post/{post.rpartition('/')[2]}")
    ]


async def test_a_post_that_replies_mentions_and_quotes_is_heard_once_as_a_reply(
    sky: PretendedBluesky,
) -> None:
    post = sky.write("New lamps.", BRAND)
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": post, "cid": "bafy"}}
    uri = sky.mention("And mine?", to=post, embed=embed)
    connector, _ = joined(sky)
    assert one(await connector.poll("", NOW), uri).kind == "reply"


async def test_likes_and_follows_are_nobodys_words(sky: PretendedBluesky) -> None:
    sky.mention("When?")
    told = sky.respond_to(LIST, limit="100", reasons=("mention",))
    told["notifications"][0]["reason"] = "like"
    sky.instead[LIST] = [(200, {}, told)]
    connector, _ = joined(sky)
    assert (await connector.poll("", NOW)).items == ()


async def test_whether_somebody_read_it_in_the_app_means_nothing(sky: PretendedBluesky) -> None:
    sky.mention("When?")  # the pretended server calls everything read
    connector, _ = joined(sky)
    assert (await connector.poll("", NOW)).items
    assert "app.bsky.notification.updateSeen" not in sky.asked


async def test_a_post_that_claims_an_earlier_time_is_heard_below_newer_ones(sky: PretendedBluesky) -> None:
    sky.mention("First")
    connector, _ = joined(sky)
    first = await connector.poll("", NOW)
    late = sky.mention("Late", created=earlier(hours=20))
    later = await connector.poll(first.cursor, NOW)
    assert [arrival.native for arrival in later.items] == [late]
    assert later.items[0].posted == earlier(hours=20)


async def test_a_post_that_claims_to_be_of_tomorrow_has_the_time_it_was_indexed(
    sky: PretendedBluesky,
) -> None:
    uri = sky.mention("From the future", created=NOW + timedelta(days=1))
    connector, _ = joined(sky)
    assert one(await connector.poll("", NOW), uri).posted == earlier(minutes=5)


async def test_many_new_ones_are_read_page_by_page(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    sky.mention("known")
    first = await connector.poll("", NOW)
    for n in range(350):
        sky.mention(f"number {n}")
    page = await connector.poll(first.cursor, NOW)
    assert len(page.items) == 350
    assert page.gap is None
    assert (await connector.poll(page.cursor, NOW)).not_modified


async def test_more_than_can_be_read_is_told_as_a_gap(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    sky.mention("known")
    first = await connector.poll("", NOW)
    sky.now += timedelta(hours=3)
    for n in range(1100):
        sky.mention(f"number {n}")
    page = await connector.poll(first.cursor, NOW)
    assert len(page.items) == 1000
    assert page.gap is not None
    assert "the notifications" in page.gap
    again = await connector.poll(page.cursor, NOW)
    assert (again.items, again.gap) == ((), None)


async def test_at_the_first_poll_only_what_is_recent_is_read_page_by_page(sky: PretendedBluesky) -> None:
    sky.now = earlier(days=9)
    for n in range(250):
        sky.mention(f"old {n}")
    sky.now = earlier(minutes=5)
    sky.mention("new")
    connector, _ = joined(sky)
    page = await connector.poll("", NOW)
    assert len(page.items) == 100
    assert page.gap is None
    assert sky.asked.count(LIST) == 1
    # the older ones are no news when the list grows shorter again
    assert (await connector.poll(page.cursor, NOW)).items == ()


async def test_a_question_that_was_deleted_is_withdrawn(sky: PretendedBluesky) -> None:
    kept, deleted = sky.mention("Stays"), sky.mention("Goes")
    connector, _ = joined(sky)
    first = await connector.poll("", NOW)
    sky.delete(deleted)
    page = await connector.poll(first.cursor, NOW)
    assert [(arrival.native, arrival.withdrawn) for arrival in page.items] == [(deleted, True)]
    assert (await connector.poll(page.cursor, NOW)).not_modified
    assert kept in page.cursor


async def test_what_a_list_leaves_out_for_once_is_not_withdrawn(sky: PretendedBluesky) -> None:
    uri = sky.mention("When?")
    connector, _ = joined(sky)
    first = await connector.poll("", NOW)
    sky.instead[LIST] = [(200, {}, {"notifications": []})]
    page = await connector.poll(first.cursor, NOW)
    assert page.items == ()
    assert uri in [arrival.native for arrival in (await connector.poll(page.cursor, NOW)).items]


async def test_an_answer_of_ours_that_was_deleted_is_withdrawn(sky: PretendedBluesky) -> None:
    answer = sky.write("Tomorrow.", BRAND, to=sky.mention("When?"))
    connector, _ = joined(sky)
    first = await connector.poll("", NOW)
    sky.delete(answer)
    (gone,) = (await connector.poll(first.cursor, NOW)).items
    assert (gone.native, gone.own, gone.withdrawn) == (answer, "strong", True)


async def test_a_search_finds_who_does_not_mention_us(sky: PretendedBluesky) -> None:
    heard = sky.write("The lamp of LampCo broke")
    both = sky.mention("my LampCo lamp?")
    sky.write("Our LampCo lamps", BRAND)
    connector, _ = joined(sky, options={"search": ("lampco", " lampco ", "broke")})
    page = await connector.poll("", NOW)
    assert sorted(a.native for a in page.items if not a.own) == sorted([heard, both])
    assert one(page, heard).kind == "mention"
    assert len({a.native for a in page.items}) == len(page.items)
    assert sky.asked.count(SEARCH) == 2
    assert (await connector.poll(page.cursor, NOW)).not_modified


async def test_a_new_search_begins_at_its_own_beginning(sky: PretendedBluesky) -> None:
    heard = sky.write("It broke")
    plain, _ = joined(sky)
    first = await plain.poll("", NOW)
    connector, _ = joined(sky, options={"search": ("broke",)})
    assert [a.native for a in (await connector.poll(first.cursor, NOW)).items] == [heard]


async def test_too_many_searches_are_an_error_of_the_configuration() -> None:
    feed = Feed("place", "bluesky", options={"search": tuple(map(str, range(11)))})
    with pytest.raises(ConfigError, match="searches for 11 texts"):
        connect(feed, None)  # type: ignore[arg-type]


PICTURES: list[tuple[Any, list[Attachment]]] = [
    (
        {"$type": "app.bsky.embed.images", "images": [{"alt": "a broken\nlamp", "n": 0}, {"n": 1}]},
        [Attachment("a broken lamp", "image", "https://cdn.example/0"), Attachment("image", "image", "https://cdn.example/1")],
    ),
    ({"$type": "app.bsky.embed.video", "alt": "it flickers"}, [Attachment("it flickers", "video")]),
    (
        {"$type": "app.bsky.embed.external", "external": {"uri": "https://a.example/b", "title": "Tested"}},
        [Attachment("Tested", "link", "https://a.example/b")],
    ),
    (
        {"$type": "app.bsky.embed.external", "external": {"uri": "javascript:alert(1)"}},
        [Attachment("link", "link")],
    ),
    ({"$type": "app.bsky.embed.later"}, [Attachment("later", "embed")]),
    ({"$type": "app.bsky.embed.images"}, []),
    ({"$type": 7}, []),
    ("a text", []),
    ([], []),
    ({"$type": "app.bsky.embed.record", "record": {"uri": "nowhere"}}, [Attachment("quoted post", "quote")]),
    (
        {
            "$type": "app.bsky.embed.recordWithMedia",
            "record": {"record": {"uri": f"at://{NOY}/app.bsky.feed.post/3aaaaaaaaaaaa"}},
            "media": {"$type": "app.bsky.embed.video"},
        },
        [
            Attachment("video", "video"),
            Attachment("quoted post", "quote", f"https://bsky.app/profile/{NOY}/post/3aaaaaaaaaaaa"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("embed", "hung"), PICTURES)
async def test_what_hangs_on_a_post_is_named(
    sky: PretendedBluesky, embed: Any, hung: list[Attachment]
) -> None:
    uri = sky.mention("Look", embed=embed)
    connector, _ = joined(sky)
    assert list(one(await connector.poll("", NOW), uri).attachments) == hung


async def test_where_the_pictures_are_is_asked_for_new_posts_only(sky: PretendedBluesky) -> None:
    for n in range(60):
        sky.mention(f"{n}", embed={"$type": "app.bsky.embed.images", "images": [{"alt": "lamp", "n": n}]})
    connector, _ = joined(sky)
    page = await connector.poll("", NOW)
    assert {a.attachments[0].url for a in page.items} == {f"https://cdn.example/{n}" for n in range(60)}
    assert sky.asked.count(POSTS) == 3
    await connector.poll(page.cursor, NOW)
    assert sky.asked.count(POSTS) == 3


async def test_pictures_that_cannot_be_asked_for_are_named_all_the_same(sky: PretendedBluesky) -> None:
    uri = sky.mention("Look", embed={"$type": "app.bsky.embed.images", "images": [{"alt": "lamp", "n": 0}]})
    sky.instead[POSTS] = [(200, {}, {"say": "what?"})]
    connector, _ = joined(sky)
    assert one(await connector.poll("", NOW), uri).attachments == (Attachment("lamp", "image"),)


ODD: list[dict[str, Any]] = [
    {"record": {"text": 7}},
    {"record": None},
    {"author": None},
    {"author": {"did": MAI, "handle": 7}},
    {"uri": "nowhere"},
    {"uri": None},
    {"cid": 7},
    {"indexedAt": ["today"]},
]


@pytest.mark.parametrize("odd", ODD)
async def test_one_post_that_cannot_be_read_hides_no_other(
    sky: PretendedBluesky, odd: dict[str, Any]
) -> None:
    asked = sky.mention("When?")
    sky.mention("odd")
    told = sky.respond_to(LIST, limit="100", reasons=("mention",))
    told["notifications"][0] |= odd
    told.pop("cursor")
    sky.instead[LIST] = [(200, {}, told)]
    connector, _ = joined(sky)
    assert [arrival.native for arrival in (await connector.poll("", NOW)).items] == [asked]


async def test_fields_that_are_missing_are_done_without(sky: PretendedBluesky) -> None:
    uri = f"at://{MAI}/app.bsky.feed.post/3mwn4tmaaaa2a"
    sky.instead[LIST] = [(200, {}, {"notifications": [{"uri": uri, "reason": "mention"}]})]
    connector, _ = joined(sky)
    (heard,) = (await connector.poll("", NOW)).items
    assert (heard.native, heard.text, heard.posted, heard.author.handle) == (uri, "", None, "")


TIMES = [
    ("2026-11-22T08:00:00.123Z", earlier(hours=1)),
    ("2026-11-22T08:00:00", earlier(hours=1)),
    ("Sun, 22 Nov 2026 09:00:00 +0100", earlier(hours=1)),
    (earlier(hours=1).timestamp(), earlier(hours=1)),
    ("yesterday", None),
]


@pytest.mark.parametrize(("told", "meant"), TIMES)
async def test_times_in_many_spellings(
    sky: PretendedBluesky, told: str | float, meant: datetime | None
) -> None:
    uri = sky.mention("When?")
    page = sky.respond_to(LIST, limit="100", reasons=("mention",))
    page["notifications"][0]["indexedAt"] = told
    page["notifications"][0]["record"].pop("createdAt")
    sky.instead[LIST] = [(200, {}, page)]
    connector, _ = joined(sky)
    assert one(await connector.poll("", NOW), uri).posted == meant


BAD: list[tuple[Reply, type[FeedError]]] = [
    (refused(502, "UpstreamFailure", "no AppView"), Unreachable),
    (refused(500, "InternalServerError", "Internal Server Error"), Unreachable),
    (refused(501, "MethodNotImplemented", "no"), Unreachable),
    ((200, {}, '{"records": [{"uri": "at'), Unreadable),
    ((200, {}, {"posts": "none", "records": "none"}), Unreadable),
    ((429, {"Retry-After": "60"}, ""), Throttled),
]


@pytest.mark.parametrize("name", [LIST, "com.atproto.repo.listRecords", SEARCH])
@pytest.mark.parametrize(("bad", "kind"), BAD)
async def test_a_bad_answer_in_the_midst_loses_nothing(
    sky: PretendedBluesky, bad: Reply, kind: type[FeedError], name: str
) -> None:
    connector, _ = joined(sky, options={"search": ("lamp",)})
    first = await connector.poll("", NOW)
    uri = sky.mention("When?")
    sky.instead[name] = [bad]
    with pytest.raises(kind):
        await connector.poll(first.cursor, NOW)
    assert [a.native for a in (await connector.poll(first.cursor, NOW)).items] == [uri]


async def test_a_request_that_is_not_understood_is_told_in_the_servers_words(sky: PretendedBluesky) -> None:
    connector, _ = joined(sky)
    sky.instead[LIST] = [refused(400, "InvalidRequest", "reasons is not\nunderstood")]
    with pytest.raises(Unreachable, match="did not take our request: reasons is not understood"):
        await connector.poll("", NOW)


async def test_a_handle_that_leads_nowhere_is_not_used(sky: PretendedBluesky) -> None:
    sky.mention("When?")
    told = sky.respond_to(LIST, limit="100", reasons=("mention",))
    told["notifications"][0]["author"]["handle"] = "handle.invalid"
    sky.instead[LIST] = [(200, {}, told)]
    connector, _ = joined(sky)
    (heard,) = (await connector.poll("", NOW)).items
    assert heard.author.handle == MAI
    assert heard.url
    assert f"/profile/{MAI}/" in heard.url


async def test_an_author_with_several_languages_has_said_none(sky: PretendedBluesky) -> None:
    several, twice = sky.mention("Hm", langs=["en", "lo"]), sky.mention("Hm", langs=["en", "en-GB"])
    connector, _ = joined(sky)
    page = await connector.poll("", NOW)
    assert (one(page, several).lang, one(page, twice).lang) == (None, "en")
