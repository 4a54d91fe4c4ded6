"""Sites whose feeds are known: one key for a message in every feed, its thread, and accounts."""

from __future__ import annotations

from datetime import UTC, datetime

import feed_samples as samples
import pytest
from feed_samples import atom, rss, wordpress

from cxtui.connectors.feed.arrivals import arrivals
from cxtui.connectors.feed.reader import read
from cxtui.core.item import Arrival

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def heard(body: bytes, *own: str) -> list[Arrival]:
    return list(arrivals(read(body, None, "https://shop.example/feed"), own, NOW))


@pytest.mark.parametrize(
    ("body", "key", "thread"),
    [
        (samples.WORDPRESS_RSS, "https://blog.example/lamps#comment-7", "https://blog.example/lamps"),
        (atom(wordpress(7, "Mai", "x")), "https://blog.example/lamps#comment-7", "https://blog.example/lamps"),
        (samples.GOOGLE_ALERT, "alert https://news.example/lamp", "https://news.example/lamp"),
        (samples.APP_STORE_XML, "itunes 901", "901"),
        (samples.DISCOURSE, "https://talk.example/t/12/3", "https://talk.example/t/12"),
        (samples.MASTODON, "status social.example 11", "https://social.example/@mai/11"),
        (samples.REDDIT, "reddit t1_abc", "https://www.reddit.com/comments/x"),
        (
            rss("<item><guid>https://news.ycombinator.com/item?id=5</guid>"
                "<link>https://news.ycombinator.com/item?id=5</link></item>"),
            "hn 5", "https://news.ycombinator.com/item?id=5",
        ),
        (rss("<item><guid>1</guid><link>https://a.example/1</link></item>"), None, "https://a.example/1"),
    ],
)  # fmt: skip
def test_a_known_site_gives_its_messages_one_key(body: bytes, key: str | None, thread: str) -> None:
    (item,) = heard(body)
    assert (item.key, item.thread) == (key, thread)


def test_the_two_guids_of_a_discourse_post_are_one_key() -> None:
    other = samples.DISCOURSE.replace(b"talk.example-post-12-3", b"talk.example-post-4711")
    (one,), (two,) = heard(samples.DISCOURSE), heard(other.replace(b"/t/lamp-hums/12/3", b"/t/12/3"))
    assert one.guid != two.guid
    assert one.key == two.key


@pytest.mark.parametrize(
    ("body", "own", "sign"),
    [
        (samples.DISCOURSE, "@noy", "medium"),
        (samples.DISCOURSE, "Noy S", None),
        (samples.REDDIT, "u/Mai", "medium"),
        (samples.REDDIT, "https://www.reddit.com/user/mai", "strong"),
        (samples.WORDPRESS_RSS, "mai", "weak"),
    ],
)
def test_an_account_is_more_than_a_name_and_less_than_an_address(
    body: bytes, own: str, sign: str | None
) -> None:
    assert [item.own for item in heard(body, own)] == [sign]


def test_an_account_and_its_name_are_told_apart() -> None:
    (item,) = heard(samples.DISCOURSE)
    assert (item.author.handle, item.author.name) == ("@noy", "Noy S")


def test_only_a_feed_that_tells_no_parents_is_flat() -> None:
    assert [item.flat for item in heard(atom(wordpress(7, "Mai", "x")))] == [False]
    assert [item.flat for item in heard(samples.WORDPRESS_RSS)] == [True]
