"""What can be read at an address that a person knows: the feeds of a site, its comment server."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from cxtui import __version__
from cxtui.cli.call import clock
from cxtui.config.adding import literal
from cxtui.connectors import connect
from cxtui.connectors.feed import ACCEPT, reader
from cxtui.connectors.feed.decode import decode
from cxtui.core.feed import Feed
from cxtui.core.text import clean, one_line
from cxtui.core.web import masked
from cxtui.errors import FeedError
from cxtui.http import Client

if TYPE_CHECKING:
    from cxtui.connectors.feed.entry import Parsed
    from cxtui.http import Answer

MOST = 6
"""So many feeds that a page names are tried."""
WORDPRESS = re.compile(rb"wp-content|wp-json|content=[\"']WordPress", re.IGNORECASE)
_ISSO = re.compile(rb"""data-isso\s*=\s*["']([^"'<>]{1,500})["']""", re.IGNORECASE)
COMMENTS = re.compile(r"comment|posts\.rss|repl(?:y|ies)|review", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One place that can be read. ``words`` say what it is; ``needs`` what is still missing to use it.

    ``signs_in`` are its keys for that, with the TOML that stands there for instance.
    """

    connector: str
    url: str
    title: str = ""
    words: str = ""
    needs: str = ""
    signs_in: tuple[tuple[str, str], ...] = ()

    @property
    def customers(self) -> bool:
        """Whether customers write there, as far as its address shows."""
        return self.connector != "feed" or COMMENTS.search(self.url) is not None


@dataclass(frozen=True, slots=True)
class Looking:
    """One look around. ``user`` and ``email`` are what a comment server would write under."""

    private: bool
    user: str | None = None
    email: str | None = None

    async def at(self, url: str) -> tuple[list[Found], list[str]]:
        """What can be read, and sentences about what cannot. Raises: FeedError where nobody answers."""
        answer = await self._asked(url)
        missed: list[str] = []
        try:
            return [_feed(url, self._read(answer))], missed
        except FeedError as wrong:
            missed.append(_missed(url, wrong))
        found: list[Found] = []
        for address in self._likely(answer):
            try:
                found.append(_feed(address, self._read(await self._asked(address))))
            except FeedError as wrong:
                if address != _atom(answer):
                    missed.append(_missed(address, wrong))
        page = _ISSO.search(answer.body)
        if page:
            server = urljoin(answer.url, unescape(page[1].decode("utf-8", "replace"))).rstrip("/")
            found.append(await self._isso(server, missed))
        if _atom(answer) and found:
            found.append(_wordpress(answer))
        return _without_twins(found), missed if not found else missed[1:]

    def _likely(self, answer: Answer) -> list[str]:
        """The addresses to try: what the page names, and where WordPress has its comments."""
        document = decode(answer.body, answer.headers.get("content-type"), [])
        named = list(reader.named(document, answer.url))[:MOST]
        atom = _atom(answer)
        return [*([atom] if atom else []), *(one for one in named if one != atom)]

    async def _isso(self, server: str, missed: list[str]) -> Found:
        needs = "user and email: the name and address that replies carry"
        signs_in = tuple(
            (key, literal(value))
            for key, value in (
                ("user", self.user or "LampCo Support"),
                ("email", self.email or "desk@shop.example"),
            )
        )
        found = Found("isso", server, "comments", "an Isso comment server", signs_in=signs_in)
        if not (self.user and self.email):
            return replace(found, needs=needs)
        feed = Feed("comments", "isso", server, user=self.user, email=self.email, allow_private=self.private)
        client = self._client(feed)
        try:
            who = await connect(feed, client).check()
        except FeedError as wrong:
            missed.append(_missed(server, wrong))
            return replace(found, needs="an answer: it gave none")
        finally:
            await client.aclose()
        return replace(found, words=f"{found.words}; {who.words}")

    def _read(self, answer: Answer) -> Parsed:
        return reader.read(answer.body, answer.headers.get("content-type"), answer.url)

    async def _asked(self, url: str) -> Answer:
        client = self._client(Feed("init", "feed", url, allow_private=self.private))
        try:
            return await client.request("GET", url, accept=f"{ACCEPT}, text/html;q=0.5")
        finally:
            await client.aclose()

    def _client(self, feed: Feed) -> Client:
        return Client(feed, agent=f"cxtui/{__version__}", clock=clock)


def _atom(answer: Answer) -> str | None:
    """Where the comments of a WordPress site are; as Atom they say who answers whom."""
    return urljoin(answer.url, "/comments/feed/atom/") if WORDPRESS.search(answer.body) else None


def _wordpress(answer: Answer) -> Found:
    """The site by its own interface, on which replies are possible."""
    return Found(
        "wordpress",
        urljoin(answer.url, "/"),
        "comments, to answer on",
        "a WordPress site: with a sign-in cxtui answers and moderates its comments",
        "user and token: an application password, made under Users, Profile; then it takes its feed's place",
        signs_in=(("user", '"desk"'), ("token", '{ env = "BLOG_TOKEN" }')),
    )


def _without_twins(found: list[Found]) -> list[Found]:
    """Without the RSS of what is there as Atom."""
    atoms = {one.url.removesuffix("atom/") for one in found if one.url.endswith("/feed/atom/")}
    return [one for one in found if one.url.rstrip("/") + "/" not in atoms]


def _feed(url: str, parsed: Parsed) -> Found:
    count = len(parsed.entries)
    words = f"{parsed.format}, {count} {'entry' if count == 1 else 'entries'}"
    return Found("feed", url, one_line(clean(parsed.title)), words)


def _missed(url: str, wrong: FeedError) -> str:
    return one_line(clean(f"{masked(url)}: {wrong}"))
