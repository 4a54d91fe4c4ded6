"""Each channel's feed, as the service writes it, becomes messages: whose, when, where, on what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.connectors.feed import reader, xml
from cxtui.connectors.feed.arrivals import arrivals
from cxtui.connectors.feed.entry import Parsed
from cxtui.core.item import Arrival

FOLDER = Path(__file__).parent / "channels"
LAMP = "https://lampenhaus.example/2026/11/stehlampe"


@dataclass(frozen=True, slots=True)
class Seen:
    """What must be seen in a message."""

    guid: str
    author: str
    posted: datetime
    url: str
    text: str
    thread: str | None = None
    parent: str | None = None
    stars: float | None = None
    uri: str | None = None


def at(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


REVIEW = Seen(
    "13300000001", "fj0rd_licht", at(21, 6, 31, 5),
    "https://itunes.apple.com/de/review?id=700000001&type=Purple%20Software",
    "Nach jedem Update ist die Lampe weg.\nBitte beheben!",
    stars=2, uri="https://itunes.apple.com/de/reviews/id880000001",
)  # fmt: skip
TOPIC = "https://talk.lampco.example/t/shade-yellows-in-the-sun/341/7"
YELLOW = "Mine went yellow in a week. Is that covered?"

CHANNELS: dict[str, tuple[str, list[Seen]]] = {
    "wordpress-comments.atom": ("Atom 1.0", [
        Seen(f"{LAMP}/comment-page-2/#comment-4112", "Werkstatt", at(21, 18, 40, 12),
             f"{LAMP}/comment-page-2/#comment-4112", "Das tut uns leid, Ilka. Wir tauschen den Schalter.",
             thread=LAMP, parent=f"{LAMP}/#comment-4109", uri="https://lampenhaus.example/author/werkstatt/"),
        Seen(f"{LAMP}/#comment-4109", "Ilka M.", at(21, 17, 2, 55), f"{LAMP}/#comment-4109",
             "Der Schalter klemmt – nach drei Tagen!\nWas nun?", thread=LAMP),
    ]),
    "discourse-posts.rss": ("RSS 2.0", [
        Seen("talk.lampco.example-post-9917", "@somchai", at(21, 8, 15, 30), TOPIC, YELLOW,
             thread="https://talk.lampco.example/t/341"),
    ]),
    "discourse-topic.rss": ("RSS 2.0", [
        Seen("talk.lampco.example-post-341-7", "@somchai", at(21, 8, 15, 30), TOPIC, YELLOW,
             thread="https://talk.lampco.example/t/341"),
    ]),
    "mastodon-tag.rss": ("RSS 2.0", [
        Seen("https://toot.example/@keo/115593000112233445", "", at(22, 6, 19, 44),
             "https://toot.example/@keo/115593000112233445",
             "Day nine without my #lampco parcel.\n\nAnyone there?"),
    ]),
    "google-alerts.atom": ("Atom 1.0", [
        Seen("tag:google.com,2013:googlealerts/feed:15000000000000000001", "", at(22, 4, 11, 9),
             "https://night-desk.example/posts/buzz?utm_source=rss&id=5",
             "I wrote to LampCo twice. Nothing\u00a0...",
             thread="https://night-desk.example/posts/buzz?id=5"),
    ]),
    "app-store.json": ("App Store reviews", [REVIEW]),
    "app-store.xml": ("Atom 1.0", [REVIEW]),
    "hacker-news.rss": ("RSS 2.0", [
        Seen("https://news.ycombinator.com/item?id=55000123", "tallow_dip", at(22, 2, 44, 10),
             "https://news.ycombinator.com/item?id=55000123", "The LampCo hub asks for my location. Why?"),
    ]),
    "reddit.atom": ("Atom 1.0", [
        Seen("t3_1p0abc", "/u/dimmer_than_you", at(22, 4, 0),
             "https://old.reddit.com/r/lamps/comments/1p0abc/does_the_brise_dim/",
             "Does the Brise dim at all?",
             thread="https://www.reddit.com/comments/1p0abc", uri="https://old.reddit.com/user/dimmer_than_you"),
        Seen("t1_nq7xyz", "/u/wick_ed", at(22, 5, 0),
             "https://old.reddit.com/r/lamps/comments/1p0abc/does_the_brise_dim/nq7xyz/",
             "It does not. Ask them.",
             thread="https://www.reddit.com/comments/1p0abc", uri="https://old.reddit.com/user/wick_ed"),
    ]),
}  # fmt: skip


def parsed(name: str) -> Parsed:
    return reader.read((FOLDER / name).read_bytes(), "text/html", "https://feeds.example/x")


def seen(item: Arrival, expected: Seen) -> Seen:
    """What is seen in a message; its thread only where something is expected of it."""
    thread = item.thread if expected.thread else None
    assert item.posted is not None
    return Seen(item.native, item.author.handle, item.posted, item.url or "", item.text, thread, item.parent,
                item.stars, item.author.uri)  # fmt: skip


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_is_read_as_its_service_writes_it(name: str) -> None:
    form, expected = CHANNELS[name]
    feed = parsed(name)
    assert (feed.format, feed.problems) == (form, ())
    found = arrivals(feed)
    assert [seen(item, one) for item, one in zip(found, expected, strict=True)] == expected


def test_every_channel_has_a_feed_and_an_expectation() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*CHANNELS, "blog-posts.rss"}


def test_reviews_are_reviews_and_their_page_is_no_conversation() -> None:
    for name in ("app-store.json", "app-store.xml"):
        (review,) = arrivals(parsed(name))
        assert (review.kind, review.title, review.thread) == ("review", "Verliert die Lampe", review.native)


def test_an_alert_has_its_title_without_the_bold_letters() -> None:
    (alert,) = arrivals(parsed("google-alerts.atom"))
    assert alert.title == 'Why my LampCo buzzes, and what "service" said'


def test_a_picture_of_a_status_is_named() -> None:
    (status,) = arrivals(parsed("mastodon-tag.rss"))
    assert [(one.name, one.kind) for one in status.attachments] == [("empty-porch.jpeg", "image/jpeg")]
    assert status.title is None


def test_a_blog_names_how_many_comments_a_post_has_and_their_feed() -> None:
    (post,) = parsed("blog-posts.rss").entries
    assert (post.replies, post.replies_feed) == (12, f"{LAMP}/feed/")
    assert (post.link, post.author.name) == (f"{LAMP}/", "Werkstatt")


def test_the_feed_of_replies_is_found_in_atom_too() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
    <entry><id>1</id><thr:total>3</thr:total><link rel="replies" type="text/html" href="/p#c"/>
    <link rel="replies" type="application/atom+xml" href="/p/feed" thr:count="3"/></entry></feed>"""
    (post,) = reader.read(body, None, "https://lampenhaus.example/").entries
    assert (post.replies, post.replies_feed, post.link) == (3, "https://lampenhaus.example/p/feed", "")


@pytest.mark.parametrize(
    ("entry", "stars"),
    [
        ('[{"id":{"label":"1"}},{"id":{"label":"2"},"im:rating":{"label":"5"}}]', [5]),
        ('{"id":{"label":"2"},"im:rating":{"label":"1"}}', [1]),
        ('{"id":{"label":"1"},"title":{"label":"the app alone"}}', []),
        ('[{"id":{"label":"2"},"im:rating":{"label":"nine"}}]', [None]),
        ("[]", []),
        ("null", []),
    ],
)
def test_the_app_store_writes_a_list_one_review_or_nothing(entry: str, stars: list[float | None]) -> None:
    body = f'{{"feed":{{"title":{{"label":"x"}},"entry":{entry}}}}}'.encode()
    feed = reader.read(body, None, "https://itunes.apple.com/de/rss/customerreviews/id=1/json")
    assert [one.stars for one in feed.entries] == stars


def test_the_app_store_writes_no_entries_where_there_are_none() -> None:
    feed = reader.read(b'{"feed":{"title":{"label":"Reviews"}}}', None, "https://itunes.apple.com/")
    assert (feed.format, feed.title, feed.entries) == ("App Store reviews", "Reviews", ())


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_piece_by_piece_a_feed_says_the_same_as_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = parsed(name)
    monkeypatch.setattr(xml, "WHOLE", 0)
    assert parsed(name) == whole
