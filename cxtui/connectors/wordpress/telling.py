"""Comments and posts in the words of cxtui: whose they are, what they answer, where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cxtui.connectors.wordpress.site import Site
from cxtui.connectors.wordpress.wire import Comment, Me, Post, line, number, top
from cxtui.core.item import Arrival, Kind, Own, Voice
from cxtui.core.moments import moment
from cxtui.core.text import from_html

LEVELS = 50
"""Answers to answers are followed so deep."""
REMEMBERED = 20_000
"""So many comments' places in their conversations are remembered; what is forgotten is asked again."""
OWN_POST = "post-"
"""Begins the ids of posts: a post and a comment may have the same number."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One site's comments as arrivals. What it remembers of ``parents`` and ``titles`` may be lost."""

    site: Site
    parents: dict[int, int] = field(default_factory=dict[int, int])
    titles: dict[int, str | None] = field(default_factory=dict[int, str | None])

    async def comments(self, said: Iterable[Comment]) -> list[Arrival]:
        """Comments as arrivals, in the same order; asks for what they hang on where that is not known."""
        told = list(said)
        if not told:
            return []
        me = await self.site.me()
        roots = await self._roots(told)
        await self._learn_titles(told)
        return [self._comment(one, roots[one.number], me) for one in told]

    def post(self, post: Post, me: Me) -> Arrival:
        """A post of ours."""
        native = f"{OWN_POST}{number(post.id)}"
        title = line(post.title.rendered if post.title else None)
        excerpt = from_html((post.excerpt.rendered if post.excerpt else None) or "")
        return Arrival(
            native=native,
            text=excerpt or title or native,
            author=Voice(me.handle, me.called),
            kind="post",
            thread=native,
            title=title or None,
            posted=moment(post.date_gmt),
            url=address(post.link),
            own="strong",
            key=f"{self._place} {native}",
        )

    async def _roots(self, told: Iterable[Comment]) -> dict[int, int]:
        """Where each conversation began; asks for the comments above as far as they are not known."""
        if len(self.parents) > REMEMBERED:
            self.parents.clear()
        known = {one.number: one.above for one in told}
        self.parents.update(known)
        for _ in range(LEVELS):
            wanted = {top(self.parents, one) for one in known} - self.parents.keys()
            if not wanted:
                break
            found = await self.site.named(wanted, status=await self.site.widest())
            self.parents.update({one: found[one].above if one in found else 0 for one in wanted})
        return {one: top(self.parents, one) for one in known}

    async def _learn_titles(self, told: Iterable[Comment]) -> None:
        """Ask for the titles of posts that are not known: one comment of each brings it along."""
        posts = {number(one.post): one.number for one in told}
        wanted = {post: one for post, one in posts.items() if post and post not in self.titles}
        if not wanted:
            return
        more = {"_embed": "up", "_fields": "id,post,_links.up,_embedded"}
        found = await self.site.named(wanted.values(), status=await self.site.widest(), **more)
        self.titles.update({post: found[one].title if one in found else None for post, one in wanted.items()})

    def _comment(self, said: Comment, root: int, me: Me) -> Arrival:
        name = line(said.author_name)
        writer = number(said.author)
        own = self._own(said, me, name)
        kind: Kind | None = "reply" if said.above else ("post" if own == "strong" else None)
        page = f"{self.site.shown}/?author={writer}" if writer else None
        return Arrival(
            native=str(said.number),
            text=from_html(said.html),
            # without a name two people must not become one: each comment is a customer of its own
            author=Voice(name or f"anonymous#{said.number}", name, uri=page),
            kind=kind,
            thread=str(root),
            parent=str(said.above) if said.above else None,
            title=self.titles.get(number(said.post)),
            posted=said.posted,
            url=address(said.link),
            own=own,
            withdrawn=said.gone,
            pending=said.held,
            key=f"{self._place} comment {said.number}",
        )

    def _own(self, said: Comment, me: Me, name: str) -> Own | None:
        """The number of an account, or its address, is proof; a name anybody can type."""
        writer = number(said.author)
        if writer and (writer == me.number or str(writer) in self.site.feed.own):
            return "strong"
        known = {one.strip().casefold() for one in self.site.feed.own}
        mail = (said.author_email or "").casefold()
        if writer and "@" in mail and mail in known:
            return "strong"
        return "weak" if name and name.casefold() in known else None

    @property
    def _place(self) -> str:
        """The site in one spelling: with or without TLS and www it is the same."""
        parts = urlsplit(self.site.shown)
        return f"{parts.netloc.lower().removeprefix('www.')}{parts.path}"


def address(link: str | None) -> str | None:
    """Where a reader sees it, if that is an address of the web."""
    return link if link and link.startswith(("https://", "http://")) else None
