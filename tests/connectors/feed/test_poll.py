from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from feed_samples import rss

from cxtui.connectors import Draft, connect
from cxtui.connectors.feed import Reading
from cxtui.connectors.feed.fallback import Lenient
from cxtui.connectors.feed.window import moved, next_after, rests
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.errors import FeedError, Missing, Rejected, Unreachable, Unreadable
from cxtui.http import Answer, Client, Headers

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed("comments", "feed", "https://shop.example/feed?token=hush", own=("LampCo",))


@dataclass
class Served:
    """A client that gives one answer and keeps what it was asked."""

    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    async def request(self, method: str, url: str, *, headers: Mapping[str, str], accept: str) -> Answer:
        assert (method, url) == ("GET", FEED.url)
        assert "application/atom+xml" in accept
        self.asked.append(dict(headers))
        raw = Headers((name.encode(), value.encode("latin-1")) for name, value in self.headers.items())
        return Answer(self.status, raw, self.body, url)


def reading(served: Served, feed: Feed = FEED) -> Reading:
    return Reading(feed, cast("Client", served))


def items(*names: str) -> bytes:
    return rss("".join(f"<item><guid>{name}</guid><dc:creator>LampCo</dc:creator></item>" for name in names))


async def test_validators_go_back_byte_for_byte() -> None:
    served = Served(items("a"), {"ETag": 'W/"\xe9 1"', "Last-Modified": "some day"})
    page = await reading(served).poll("", NOW)
    assert served.asked == [{}]
    await reading(served).poll(page.cursor, NOW)
    assert served.asked[1] == {"If-None-Match": 'W/"\xe9 1"', "If-Modified-Since": "some day"}


async def test_nothing_new_is_said_and_newer_validators_are_kept() -> None:
    served = Served(items("a"), {"ETag": '"1"', "Last-Modified": "some day"})
    page = await reading(served).poll("", NOW)
    served.status, served.body, served.headers = 304, b"", {"ETag": '"2"', "Cache-Control": "max-age=600"}
    again = await reading(served).poll(page.cursor, NOW)
    assert (again.not_modified, again.items, again.next_after) == (True, (), timedelta(minutes=10))
    await reading(served).poll(again.cursor, NOW)
    assert served.asked[2] == {"If-None-Match": '"2"', "If-Modified-Since": "some day"}


async def test_validators_are_dropped_with_another_address_or_reader() -> None:
    page = await reading(Served(items("a"), {"ETag": '"1"'})).poll("", NOW)
    older = json.dumps({**json.loads(page.cursor), "reader": 0})
    other = json.dumps({**json.loads(page.cursor), "source": "another"})
    for cursor in (older, other, "no json", "[]"):
        served = Served(items("a"))
        await reading(served).poll(cursor, NOW)
        assert served.asked == [{}]


async def test_an_answer_without_validators_forgets_the_old_ones() -> None:
    served = Served(items("a"), {"ETag": '"1"'})
    page = await reading(served).poll("", NOW)
    served.headers = {}
    page = await reading(served).poll(page.cursor, NOW)
    await reading(served).poll(page.cursor, NOW)
    assert served.asked[2] == {}


async def test_a_broken_feed_is_mended_by_another_process() -> None:
    lenient = Lenient()
    served = Served(items("a").replace(b"</item>", b"<title>a & b</title></item>"))
    page = await replace(reading(served), lenient=lenient).poll("", NOW)
    lenient.close()
    assert [(item.native, item.title) for item in page.items] == [("a", None)]
    assert page.items[0].text == "a & b"


async def test_the_cursor_holds_no_secret_of_the_address() -> None:
    page = await reading(Served(items("a"))).poll("", NOW)
    assert "hush" not in page.cursor
    assert "shop.example" not in page.cursor


async def test_messages_come_with_the_feeds_title_and_our_own_marked() -> None:
    page = await reading(Served(items("a", "b"))).poll("", NOW)
    assert [(item.native, item.own) for item in page.items] == [("a", "weak"), ("b", "weak")]
    assert (page.title, page.gap, page.not_modified) == ("Lamps", None, False)


async def test_a_window_that_shares_nothing_with_the_last_one_is_a_gap() -> None:
    served = Served(items("a", "b"))
    page = await reading(served).poll("", NOW)
    served.body = items("c", "b")
    page = await reading(served).poll(page.cursor, NOW)
    assert page.gap is None
    served.body = items("x", "y")
    page = await reading(served).poll(page.cursor, NOW)
    assert page.gap is not None
    served.body = items()
    assert (await reading(served).poll(page.cursor, NOW)).gap is None


async def test_what_is_no_feed_is_told_with_the_host_and_without_the_secret() -> None:
    with pytest.raises(Unreadable) as caught:
        await reading(Served(b"<!doctype html><html></html>")).poll("", NOW)
    assert str(caught.value) == "shop.example: it is an HTML page, not a feed"


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, None),
        ({"cache-control": "public, max-age=300"}, 5),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "max-age=999999"}, 60),
        ({"cache-control": "max-age=0"}, None),
        ({"retry-after": "120", "cache-control": "max-age=60"}, 2),
        ({"x-poll-interval": "60"}, 1),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 09:05:00 GMT", "date": "Sun, 22 Nov 2026 09:00:00 GMT"}, 5),
    ],
)
def test_a_servers_wish_for_rest_counts_up_to_an_hour(headers: dict[str, str], minutes: int | None) -> None:
    assert next_after(headers) == (None if minutes is None else timedelta(minutes=minutes))


async def test_a_feed_cannot_be_answered_and_says_what_to_do_instead() -> None:
    source = connect(replace(FEED), cast("Client", Served()))
    draft = Draft("a", "a", "text", "token")
    assert (source.capabilities.reply, source.capabilities.code) == (False, "rss")
    with pytest.raises(Rejected, match="press o to answer on the page"):
        await source.reply(draft)
    with pytest.raises(Rejected):
        await source.thread("a", "a")
    assert not source.ours(draft, Arrival("a", "text"))
    assert (await source.check()).handle == ""


@dataclass
class Pages(Served):
    """A site that shows its entries as pages; ``behind`` are those after the first."""

    behind: dict[int, bytes | FeedError] = field(default_factory=dict[int, "bytes | FeedError"])
    turned: list[int] = field(default_factory=list[int])

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, int] | None = None,
        accept: str,
    ) -> Answer:
        if params is None:
            return await super().request(method, url, headers=headers or {}, accept=accept)
        self.turned.append(params["paged"])
        page = self.behind[params["paged"]]
        if isinstance(page, FeedError):
            raise page
        return Answer(200, Headers(), page, url)


def wordpress(*names: str) -> bytes:
    said = "".join(f"<item><guid>{name}</guid></item>" for name in names)
    return rss(f"<generator>https://wordpress.org/?v=6.7</generator>{said}")


@pytest.mark.parametrize(
    ("behind", "natives", "gap"),
    [
        ({2: wordpress("d", "c"), 3: wordpress("b", "a")}, "fedcba", False),
        ({2: wordpress("d", "b")}, "fedb", False),
        ({2: wordpress("d"), 3: Missing("404")}, "fed", False),
        ({2: Unreachable("no answer")}, "fe", True),
        ({n: wordpress(f"{n}") for n in range(2, 9)}, "fe2345", True),
    ],
)
async def test_what_fell_out_of_the_window_is_read_from_the_pages_behind_it(
    behind: dict[int, bytes | FeedError], natives: str, *, gap: bool
) -> None:
    served = Pages(wordpress("b", "a"), behind=behind)
    source = reading(served, replace(FEED, allow_private=True))
    page = await source.poll("", NOW)
    assert served.turned == []
    served.body = wordpress("f", "e")
    page = await source.poll(page.cursor, NOW)
    assert "".join(item.native for item in page.items) == natives
    assert (page.gap is not None) is gap


async def test_new_ids_for_the_same_words_are_no_gap() -> None:
    def body(ids: str) -> bytes:
        words = "where is my order, please? I wait for three weeks"
        return rss("".join(f"<item><guid>{n}{i}</guid><description>{words} {i}</description></item>"
                           for i, n in enumerate(ids)))  # fmt: skip

    served = Served(body("aaa"))
    page = await reading(served).poll("", NOW)
    served.body = body("bbb")
    assert (await reading(served).poll(page.cursor, NOW)).gap is None


async def test_a_poll_says_whether_the_server_can_say_nothing_new() -> None:
    assert not (await reading(Served(items("a"))).poll("", NOW)).conditional
    assert (await reading(Served(items("a"), {"ETag": '"1"'})).poll("", NOW)).conditional


@pytest.mark.parametrize(
    ("redirects", "moves"), [((), False), ((301,), True), ((301, 308), True), ((301, 302), False)]
)
async def test_a_feed_has_moved_where_every_redirect_is_permanent(
    redirects: tuple[int, ...], *, moves: bool
) -> None:
    served = Served(items("a"))
    first = await reading(served).poll("", NOW)
    answer = Answer(200, Headers(), items("a"), "https://new.example/feed", redirects)
    assert moved(answer) == ("https://new.example/feed" if moves else None)
    assert not first.overlaps
    assert (await reading(served).poll(first.cursor, NOW)).overlaps
    served.body = items("x")
    assert not (await reading(served).poll(first.cursor, NOW)).overlaps


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("<ttl>90</ttl>", 90),
        ("<skipHours><hour>12</hour></skipHours>", 60),
        ("<skipDays><day>Sunday</day></skipDays><ttl>5</ttl>", 60),
        ("<skipHours><hour>3</hour></skipHours>", None),
        ("<ttl>soon</ttl>", None),
        ("", None),
    ],
)
def test_what_a_feed_suggests_of_itself_is_read(said: str, minutes: int | None) -> None:
    assert rests(rss(said), NOW) == (None if minutes is None else timedelta(minutes=minutes))


def test_hacker_news_says_by_expiry_when_to_come_back() -> None:
    headers = {"date": "Sun, 22 Nov 2026 09:00:00 GMT", "expires": "Sun, 22 Nov 2026 09:05:00 GMT"}
    assert next_after(headers, "https://hnrss.org/newest") == timedelta(minutes=5)
    assert next_after(headers, "https://shop.example/") is None
