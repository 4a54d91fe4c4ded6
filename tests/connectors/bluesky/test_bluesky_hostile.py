"""What strangers and servers may write that nobody expects: all others are heard all the same."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.bluesky.posts import MOST
from cxtui.errors import FeedError, Throttled, Unreadable
from tests.connectors.bluesky.straight import NOW, draft, joined, one
from tests.connectors.oddities import spoil
from tests.servers.pretended_bluesky import BRAND, MAI, NOY, PretendedBluesky, refused

LIST = "app.bsky.notification.listNotifications"
CREATE = "com.atproto.repo.createRecord"
RECORDS = "com.atproto.repo.listRecords"
THREAD = "app.bsky.feed.getPostThread"
POSTS = "app.bsky.feed.getPosts"
BOTH = "app.bsky.embed.recordWithMedia"
DEEP = 2000
"""A PDS and an AppView take a record nested so deeply, and show it."""


@pytest.fixture
def sky() -> PretendedBluesky:
    return PretendedBluesky(NOW)


def nested(answer: dict[str, Any], mark: str) -> str:
    """An answer as text, with something very deep where ``mark`` stands."""
    return json.dumps(answer).replace(f'"{mark}"', "[" * DEEP + "]" * DEEP)


async def test_a_record_nested_without_end_deafens_nobody(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    odd = sky.mention("odd", NOY, zz="DEEP")
    told = sky.respond_to(LIST, limit="100", reasons=("mention",))
    told.pop("cursor")
    sky.instead[LIST] = [(200, {}, nested(told, "DEEP"))]
    page = await joined(sky)[0].poll("", NOW)
    assert {arrival.native for arrival in page.items} == {asked, odd}
    assert one(page, odd).text.endswith("odd")


async def test_nor_does_it_keep_us_from_answering_the_others_of_its_thread(sky: PretendedBluesky) -> None:
    post = sky.write("New lamps.", BRAND)
    asked = sky.write("And mine?", to=post)
    sky.write("odd", NOY, to=post, zz="DEEP")
    told = sky.respond_to(THREAD, uri=post, depth="20", parentHeight="0")
    sky.instead[THREAD] = [(200, {}, nested(told, "DEEP"))]
    heard = await joined(sky)[0].thread(asked, post)
    assert {arrival.native for arrival in heard} >= {post, asked}


async def test_media_in_media_in_media_is_named_once(sky: PretendedBluesky) -> None:
    media: dict[str, Any] = {"$type": "app.bsky.embed.external", "external": {"uri": "https://x.example/"}}
    for _ in range(250):
        media = {"$type": BOTH, "record": {"record": {"uri": "nowhere"}}, "media": media}
    asked = sky.mention("When?", embed=media)
    heard = one(await joined(sky)[0].poll("", NOW), asked)
    assert [part.name for part in heard.attachments] == ["quoted post"]


async def test_of_very_many_pictures_some_are_named(sky: PretendedBluesky) -> None:
    images = [{"alt": f"picture {number}"} for number in range(1000)]
    asked = sky.mention("When?", embed={"$type": "app.bsky.embed.images", "images": images})
    assert len(one(await joined(sky)[0].poll("", NOW), asked).attachments) == MOST


@pytest.mark.parametrize("name", [LIST, RECORDS, POSTS])
async def test_a_limit_in_the_middle_of_a_poll_loses_nothing(sky: PretendedBluesky, name: str) -> None:
    asked = sky.mention("When?", embed={"$type": "app.bsky.embed.images", "images": [{"alt": "lamp"}]})
    reset = {
        "RateLimit-Limit": "30",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": f"{NOW.timestamp() + 70:.0f}",
    }
    sky.instead[name] = [refused(429, "RateLimitExceeded", "Rate Limit Exceeded", reset)]
    connector, _ = joined(sky)
    with pytest.raises(Throttled) as error:
        await connector.poll("", NOW)
    assert error.value.until is not None
    assert (error.value.until - NOW).total_seconds() == 70
    assert one(await connector.poll("", NOW), asked).text.endswith("When?")


async def test_a_repository_that_shows_nothing_for_once_takes_no_answer_back(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    sent = await connector.reply(draft(asked))
    first = await connector.poll("", NOW)
    for _ in range(2):
        sky.instead[RECORDS] = [(200, {}, {"records": []})]
        with pytest.raises(Unreadable, match="although they are there"):
            await connector.poll(first.cursor, NOW)
        sky.instead[RECORDS] = [(200, {}, {"records": []})]
        with pytest.raises(Unreadable, match="although they are there"):
            await connector.thread(asked, asked)
    sky.delete(sent.remote_id or "")
    (gone,) = (await connector.poll(first.cursor, NOW)).items
    assert (gone.native, gone.withdrawn) == (sent.remote_id, True)


async def test_two_of_us_answering_in_one_second_stand_there_both_and_are_told_apart(
    sky: PretendedBluesky,
) -> None:
    asked = sky.mention("When?")
    mine, theirs = draft(asked), draft(asked, "On Monday.", named="reply-2")
    first, second = await joined(sky)[0].reply(mine), await joined(sky)[0].reply(theirs)
    connector, _ = joined(sky)
    assert await connector.find(mine) == first
    assert await connector.find(theirs) == second
    heard = await connector.thread(asked, asked)
    assert connector.ours(mine, one(heard, first.remote_id or ""))
    assert not connector.ours(mine, one(heard, second.remote_id or ""))


async def test_a_thread_of_a_thousand_posts_is_read(sky: PretendedBluesky) -> None:
    post = sky.write("New lamps.", BRAND)
    above = post
    for number in range(1000):
        above = sky.write(f"Number {number}", MAI if number % 2 else NOY, to=post if number % 3 else above)
    heard = await joined(sky)[0].thread(above, post)
    assert {post, above} <= {arrival.native for arrival in heard}


WORDS = [
    "\u202e\u2066evil",
    "\x1b]0;x\x07\x9b31m",
    "[@click=app.quit]x",
    "x" * 100_000,
    "",
    "a\0b",
    "@lampco.test",
]


@pytest.mark.parametrize("words", WORDS)
async def test_hostile_words_and_names_cost_nobody_else(sky: PretendedBluesky, words: str) -> None:
    asked = sky.mention("When?")
    odd = sky.write(words, NOY, facets=sky.written[asked].record["facets"])
    told = sky.respond_to(LIST, limit="100", reasons=("mention",))
    told.pop("cursor")
    for notice in told["notifications"]:
        notice["author"]["displayName"] = words
    sky.instead[LIST] = [(200, {}, told)]
    page = await joined(sky)[0].poll("", NOW)
    assert {asked, odd} == {arrival.native for arrival in page.items}
    assert one(page, odd).own is None


@given(st.data())
async def test_whatever_stands_in_a_notification_no_other_error_leaves_us(data: st.DataObject) -> None:
    sky = PretendedBluesky(NOW)
    sky.mention("When?", embed={"$type": BOTH, "media": {"$type": "app.bsky.embed.images"}, "record": {}})
    told = sky.respond_to(LIST, limit="100", reasons=("mention",))
    told.pop("cursor")
    spoil(told, data)
    sky.instead[LIST] = [(200, {}, told)]
    with suppress(FeedError):
        page = await joined(sky)[0].poll("", NOW)
        assert all(arrival.native for arrival in page.items)


async def test_a_question_that_went_while_its_answer_waited_is_not_answered(sky: PretendedBluesky) -> None:
    asked = sky.mention("When?")
    connector, _ = joined(sky)
    await connector.poll("", NOW)
    sky.delete(asked)
    (gone,) = [a for a in await connector.thread(asked, asked) if a.native == asked]
    assert gone.withdrawn
    with pytest.raises(FeedError, match="no longer there"):
        await connector.reply(draft(asked))
    assert CREATE not in sky.asked
