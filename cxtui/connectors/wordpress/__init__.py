"""WordPress: the comments on one site, read and answered over its REST interface.

The sign-in is a user and an application password. A comment that answers nothing begins a
conversation; whatever hangs on it belongs to that. Who may moderate is also told of comments that
wait for a moderator, and can let them through or call them spam.
Source: the REST API handbook (developer.wordpress.org/rest-api/reference/comments) and the server's
own code, tried on WordPress 6.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec import structs

from cxtui.connectors import Capabilities, Deed, Draft, Identity, Page, Sent
from cxtui.connectors.wordpress.posting import do, post, sent, trash
from cxtui.connectors.wordpress.reading import news
from cxtui.connectors.wordpress.site import NOWHERE, Site
from cxtui.connectors.wordpress.telling import LEVELS, OWN_POST, Telling
from cxtui.connectors.wordpress.wire import (
    LONGEST,
    Comment,
    Cursor,
    Post,
    number,
    problem,
    remembered,
    written,
)
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.core.wording import alike
from cxtui.errors import Missing, Rejected
from cxtui.http import Client

ALIKE = 0.6
"""WordPress changes quotation marks, smileys and links, so that a text need not be quite the same."""
SKEW = timedelta(minutes=10)
"""How far the server's clock may run behind ours."""
POSTS = 10
"""So many of our newest posts are looked at."""
REST = timedelta(minutes=15)
"""And no oftener than this."""
_POST = "id,date_gmt,link,title,excerpt"

CAN = Capabilities(
    network="wordpress",
    code="wp",
    reply=True,
    most_bytes=LONGEST,
    thread=True,
    check=True,
    title="WordPress",
    deeds=("approve", "spam"),
    retry=timedelta(days=3650),  # the same text is refused however late it comes again
    own_posts=True,
    deletes=True,
)


def connect(feed: Feed, http: Client) -> WordPress:
    """The comments of one WordPress site."""
    site = Site(feed, http)
    return WordPress(feed, site, Telling(site))


@dataclass(frozen=True, slots=True)
class WordPress:
    """One account on one site."""

    feed: Feed
    site: Site
    telling: Telling

    @property
    def capabilities(self) -> Capabilities:
        """Nothing can be said or done without signing in."""
        if self.feed.user and self.feed.token:
            return CAN
        missing = "user" if self.feed.token else "token"
        why_not = f"the feed {self.feed.name} has no {missing} to sign in with"
        return replace(CAN, reply=False, deeds=(), why_not=why_not)

    async def check(self) -> Identity:
        """The account, and whether it may moderate."""
        self.site.forget()
        me = await self.site.me()
        may = "may moderate comments"
        if not me.moderates:
            may = "may not moderate, so that comments which wait for a moderator are not shown"
        facts = {"site": self.site.shown, "id": str(me.number), "moderates": "yes" if me.moderates else "no"}
        return Identity(me.handle, f"{me.called} on {self.site.name}, {may}", facts)

    async def poll(self, cursor: str, now: datetime) -> Page:
        """Comments that are new, edited, approved or gone, and our new posts."""
        before = remembered(cursor)
        found = await news(self.site, before, now, self.feed.backfill_after)
        said = await self.telling.comments(found.told)
        gone = [Arrival(native=str(one), text="", withdrawn=True) for one in found.gone]
        posts, later = await self._posts(found.cursor, now)
        items = (*said, *gone, *posts)
        return Page(items, written(later), not_modified=not items, gap=found.gap)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        """A comment, what it answers and all that hangs on it; spam and trash as withdrawn."""
        if native.startswith(OWN_POST):
            return await self._own_post(native)
        found = await self._conversation({one for one in (number(native), number(thread)) if one})
        return tuple(await self.telling.comments(found[one] for one in sorted(found)))

    async def reply(self, draft: Draft) -> Sent:
        """Answer a comment that stands there. Raises: Rejected where it does not, or cannot be answered."""
        self._able()
        made = await post(self.site, draft) or await self.find(replace(draft, sent_after=None))
        if made is None:
            raise Rejected(
                f"{self.site.name} says that this text was taken there before; "
                "it may wait for a moderator, or say it in other words"
            )
        return made

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether it is ours, answers the same comment, came after the draft was sent and says the same."""
        begun, posted = draft.sent_after, message.posted
        return (
            message.own == "strong"
            and not message.withdrawn
            and message.parent == draft.native
            and (begun is None or posted is None or posted >= begun - SKEW)
            and alike(draft.text, message.text) >= ALIKE
        )

    async def find(self, draft: Draft) -> Sent | None:
        """The likest of our answers to the same comment."""
        native = number(draft.native)
        below = await self.site.below({native}, await self.site.widest()) if native else {}
        said = [below[one] for one in sorted(below)]
        pairs = zip(said, await self.telling.comments(said), strict=True)
        ours = [(alike(draft.text, told.text), one) for one, told in pairs if self.ours(draft, told)]
        return sent(max(ours, key=lambda pair: pair[0])[1]) if ours else None

    async def do(self, deed: Deed, native: str, thread: str) -> None:  # noqa: ARG002 - the contract's
        """Let a comment through, or call it spam."""
        self._able()
        await do(self.site, deed, native)

    async def delete(self, native: str, thread: str) -> None:  # noqa: ARG002 - the contract's
        """Put a comment of ours into the trash."""
        self._able()
        await trash(self.site, native)

    def _able(self) -> None:
        if not self.capabilities.reply:
            raise Rejected(self.capabilities.why_not)

    async def _conversation(self, ids: set[int]) -> dict[int, Comment]:
        """Comments with all that hangs on them."""
        if not ids:
            return {}
        widest = await self.site.widest()
        found = await self.site.named(ids, status=widest)
        level = ids
        for _ in range(LEVELS):
            below = await self.site.below(level, widest)
            level = set(below).difference(found)
            found |= below
            if not level:
                break
        return found

    async def _posts(self, cursor: Cursor, now: datetime) -> tuple[list[Arrival], Cursor]:
        """Our posts that are not known, asked for now and then; a site need not show any."""
        if 0 <= now.timestamp() - cursor.asked < REST.total_seconds():
            return [], cursor
        me = await self.site.me()
        try:
            known = {"author": me.number, "per_page": POSTS, "_fields": _POST}
            posts = (await self.site.get("posts", known)).json(tuple[Post, ...])
        except Missing:
            posts = ()
        told = [self.telling.post(one, me) for one in posts if number(one.id) not in cursor.posts]
        ids = tuple(number(one.id) for one in posts)
        return told, structs.replace(cursor, posts=ids or cursor.posts, asked=now.timestamp())

    async def _own_post(self, native: str) -> tuple[Arrival, ...]:
        """One post of ours, or nothing where it is no longer there."""
        path = f"posts/{number(native.removeprefix(OWN_POST))}"
        answer = await self.site.ask("GET", path, {"_fields": _POST})
        if answer.status == 404 and problem(answer).code in NOWHERE:
            return ()
        if answer.status >= 400:
            raise self.site.refusal(answer)
        return (self.telling.post(answer.json(Post), await self.site.me()),)
