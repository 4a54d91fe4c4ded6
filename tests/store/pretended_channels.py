"""The channels that scripted conversations run over: feeds through their readers, interfaces as arrivals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from cxtui.connectors.feed.arrivals import arrivals
from cxtui.connectors.feed.reader import read
from cxtui.core.item import Arrival, Kind, Own, Told, Visibility, Voice

DAY = datetime(2026, 11, 20, tzinfo=UTC)
PAGE = "https://shop.example/lamps"
DESK = "https://shop.example/author/desk"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a script. ``own`` None is a customer's."""

    number: int
    at: datetime
    who: str
    text: str
    own: Own | None = None
    parent: int | None = None
    stars: int | None = None
    told: Told | None = None
    holding: bool = False
    withdrawn: bool = False
    praise: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """How a channel tells what was said. ``render`` makes a whole feed of it."""

    kind: Kind = "comment"
    visibility: Visibility = "public"
    flat: bool = False
    own: Own = "strong"
    alone: bool = False
    name: str = "shop"
    native: Callable[[int], str] = field(default=str)
    render: Callable[[Sequence[Said]], str] | None = None
    names: tuple[str, ...] = ()

    def tell(self, said: Sequence[Said], now: datetime) -> tuple[Arrival, ...]:
        """What a poll at ``now`` hears of everything said so far, the newest first."""
        if self.render:
            document = self.render([*reversed(said)]).encode()
            heard = arrivals(read(document, None, PAGE), self.names, now)
            toned = {self.native(s.number): s for s in said}
            return tuple(_marked(a, toned.get(a.native)) for a in heard)
        return tuple(self._arrival(s) for s in reversed(said))

    def _arrival(self, said: Said) -> Arrival:
        return Arrival(
            native=self.native(said.number),
            text=said.text,
            author=Voice(f"@{said.who}", said.who.title()),
            thread=None if self.alone else "t",
            parent=None if said.parent is None or self.flat else self.native(said.parent),
            visibility=self.visibility,
            posted=said.at,
            stars=said.stars,
            own=said.own,
            flat=self.flat,
            answered=said.told,
            reply_kind="holding" if said.holding else "answer",
            withdrawn=said.withdrawn,
            tone="praise" if said.praise else None,
        )


def _marked(heard: Arrival, said: Said | None) -> Arrival:
    return replace(heard, tone="praise") if said and said.praise else heard


def _atom(entries: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:im="http://itunes.apple.com/rss" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<title>Lamps</title>{entries}</feed>"
    )


def _rss(items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Lamps</title>'
        f"<link>https://shop.example/</link>{items}</channel></rss>"
    )


def _html(text: str) -> str:
    return escape(f"<p>{escape(text)}</p>")


def _uri(said: Said) -> str:
    return f"<uri>{DESK}/</uri>" if said.own == "strong" else ""


def wordpress_atom(said: Sequence[Said]) -> str:
    def entry(s: Said) -> str:
        link = f"{PAGE}/#comment-{s.parent}" if s.parent else f"{PAGE}/"
        ref = link if s.parent else "https://shop.example/?p=12"
        return (
            f"<entry><title>Comment on Lamps</title><link rel='alternate' href='{PAGE}/#comment-{s.number}'/>"
            f"<author><name>{s.who}</name>{_uri(s)}</author><id>{PAGE}/#comment-{s.number}</id>"
            f"<published>{s.at.isoformat()}</published><content type='html'>{_html(s.text)}</content>"
            f"<thr:in-reply-to ref='{ref}' href='{link}'/></entry>"
        )

    return _atom("".join(map(entry, said)))


def wordpress_rss(said: Sequence[Said]) -> str:
    return _rss(
        "".join(
            f"<item><title>By: {s.who}</title><link>{PAGE}/#comment-{s.number}</link>"
            f"<dc:creator>{s.who}</dc:creator><pubDate>{s.at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
            f"<guid isPermaLink='false'>{PAGE}/#comment-{s.number}</guid>"
            f"<description>{_html(s.text)}</description></item>"
            for s in said
        )
    )


def discourse_rss(said: Sequence[Said]) -> str:
    return _rss(
        "".join(
            f"<item><title>Lamp hums</title><dc:creator>@{s.who} {s.who.title()} S</dc:creator>"
            f"<description>{_html(s.text)}</description>"
            f"<link>https://talk.example/t/lamp-hums/12/{s.number}</link>"
            f"<pubDate>{s.at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
            f"<guid isPermaLink='false'>talk.example-post-12-{s.number}</guid></item>"
            for s in said
        )
    )


def reddit_rss(said: Sequence[Said]) -> str:
    return _atom(
        "".join(
            f"<entry><author><name>/u/{s.who}</name><uri>https://www.reddit.com/user/{s.who}</uri></author>"
            f"<content type='html'>{_html(s.text)}</content><id>t1_{s.number}</id>"
            f"<link href='https://www.reddit.com/r/lamps/comments/x/title/{s.number}/'/>"
            f"<updated>{s.at.isoformat()}</updated><title>on Does it dim</title></entry>"
            for s in said
        )
    )


def app_store_rss(said: Sequence[Said]) -> str:
    return _atom(
        "<entry><id>1</id><title>Lamp Remote</title></entry>"
        + "".join(
            f"<entry><updated>{s.at.isoformat()}</updated><id>90{s.number}</id><title>Lamp</title>"
            f"<content type='text'>{escape(s.text)}</content><im:rating>{s.stars or 1}</im:rating>"
            f"<author><name>{s.who}</name><uri>https://itunes.apple.com/us/reviews/id{s.who}</uri></author>"
            "<link rel='related' href='https://itunes.apple.com/us/review?id=1'/></entry>"
            for s in said
        )
    )


def google_alert(said: Sequence[Said]) -> str:
    return _atom(
        "".join(
            f"<entry><id>tag:google.com,2013:googlealerts/feed:{s.number}</id><title>{escape(s.text)}</title>"
            f"<link href='https://www.google.com/url?rct=j&amp;url=https://news.example/{s.number}'/>"
            f"<published>{s.at.isoformat()}</published><content type='html'>{_html(s.text)}</content>"
            "<author><name></name></author></entry>"
            for s in said
        )
    )


def comment(number: int) -> str:
    return f"{PAGE}/#comment-{number}"


CHANNELS = {
    "WordPress Atom": Channel(native=comment, render=wordpress_atom, names=(DESK, "shop")),
    "WordPress RSS2": Channel(native=comment, render=wordpress_rss, names=("shop",)),
    "Discourse RSS": Channel(
        native="talk.example-post-12-{}".format, render=discourse_rss, names=("@shop",), name="@shop"
    ),
    "Reddit RSS": Channel(native="t1_{}".format, render=reddit_rss, names=("u/shop",), name="/u/shop"),
    "App Store RSS": Channel(native="90{}".format, render=app_store_rss, names=("shop",), kind="review"),
    "Google Alerts": Channel(
        native="tag:google.com,2013:googlealerts/feed:{}".format, render=google_alert, kind="mention"
    ),
    "Disqus": Channel(),
    "Mastodon": Channel(kind="mention"),
    "Discourse JSON": Channel(),
    "Isso": Channel(own="weak"),
    "App Store Connect": Channel(kind="review", alone=True),
    "Google reviews": Channel(kind="review", alone=True),
    "Trustpilot": Channel(kind="review", alone=True),
    "tickets": Channel(kind="message", visibility="direct"),
    "direct messages": Channel(kind="message", visibility="direct"),
    "mail": Channel(kind="mail", visibility="direct"),
}


def at(text: str) -> datetime:
    """``10:05``, or ``+1 10:05`` on the next day."""
    day, _, time = text.rpartition(" ")
    hours, _, minutes = time.partition(":")
    return DAY + timedelta(days=int(day or 0), hours=int(hours), minutes=int(minutes))
