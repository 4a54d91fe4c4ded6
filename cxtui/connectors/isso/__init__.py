"""Isso: the comments on the pages of one site.

There is no sign-in: who writes is what the writer says. Isso shows a hash of the writer's
e-mail address on a page, but not in its list of the latest comments, so a page with new
comments is read too where an address of ours is configured.
Source: the API of Isso 0.13 and 0.14 (isso-comments.de/docs/reference/server-api), tried on a real server.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html import unescape

import msgspec

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.isso.wire import (
    DELETED,
    HELD,
    MOST,
    Comment,
    Cursor,
    Thread,
    flat,
    link,
    mark_of,
    moment,
    packed,
    reaches,
    reason,
    remembered,
    site_of,
    unpacked,
    wanted,
)  # fmt: skip
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival, Own, Voice
from cxtui.core.text import from_html
from cxtui.core.web import place
from cxtui.core.wording import alike
from cxtui.errors import Rejected, Throttled, Unreachable, Unreadable
from cxtui.http import Answer, Client

LONGEST = 65_535
"""Characters of a comment."""
PAGES = 10
"""So many pages are read for their hashes in one poll, those with the newest comments first."""
MINUTE = timedelta(seconds=60)
"""What Isso's guard counts comments in."""
SKEW = timedelta(minutes=10)
"""How far the server's clock may run behind ours."""
ALIKE = 0.6
_LEAVE = re.compile(r"(\d+)=([^;\s]+)")
_TARGET = re.compile(r"\]\([^)\s]*\)")
"""Where a Markdown link leads, which a page does not show."""


EDITABLE = timedelta(minutes=15)
"""So long Isso lets a comment be deleted, if its site does not say otherwise (``max-age``)."""
LOCKED = "Isso lets a comment be deleted for some 15 minutes, and only by the cxtui that wrote it"

CAN = Capabilities(
    network="isso", code="iss", title="Isso comments", reply=True, limit=LONGEST, thread=True, check=True,
    deletes=True, deletes_within=EDITABLE,
)  # fmt: skip


def connect(feed: Feed, http: Client) -> Isso:
    """The comments of one Isso server."""
    addresses = [address for address in (feed.email, *feed.own) if address and address.find("@") > 0]
    names = [name for name in (feed.user, *feed.own) if name]
    return Isso(
        feed, http, frozenset(name.strip().casefold() for name in names), frozenset(map(mark_of, addresses))
    )


@dataclass(frozen=True, slots=True)
class Isso:
    """One server. ``marks`` are the hashes of our addresses under Isso's own salt.

    A server with another salt tells our hash when it takes a reply: ``learnt``, kept in the cursor.
    """

    feed: Feed
    http: Client
    names: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    learnt: set[str] = field(default_factory=set[str])
    allowed: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """By what each comment that was written here can be deleted; kept in memory only."""

    @property
    def capabilities(self) -> Capabilities:
        """Replies need a name to write under."""
        if self.feed.user:
            return CAN
        return replace(CAN, reply=False, why_not=f"the feed {self.feed.name} has no user to write as")

    async def check(self) -> Identity:
        """The name we write under. Isso knows no accounts; only its list of comments can be tried."""
        answer = await self._latest(1)
        answer.json(tuple[Comment, ...])
        address = f" <{self.feed.email}>" if self.feed.email else ""
        words = f"writes as {self.feed.user}{address}" if self.feed.user else "reads only: no user is set"
        return Identity(self.feed.user or "", words, {"site": site_of(answer)})

    async def poll(self, cursor: str, now: datetime) -> Page:
        """Comments not seen before, and edited ones."""
        before = remembered(cursor)
        seen = unpacked(before.seen)
        self.learnt.update(before.learnt)
        horizon = None if seen else now - self.feed.backfill_after
        answer = await self._latest(before.want, before.etag)
        if answer.status == 304:
            return Page(cursor=cursor, not_modified=True)
        heard, whole = await self._window(answer, before.want, seen, horizon)
        new = [c for c in heard if c.id not in seen or (c.modified or 0) > before.edited]
        marks = await self._marks(new)
        site = site_of(answer)
        want = wanted(heard)
        after = Cursor(
            seen=packed(seen.union(c.id for c in heard)),
            edited=max((c.modified or 0.0 for c in heard), default=0.0) or before.edited,
            want=want,
            etag=answer.headers.get("etag", "") if want == before.want else "",
            learnt=tuple(sorted(self.learnt)),
        )
        return Page(
            items=tuple(self._arrival(c, c.uri, site, marks.get(c.id)) for c in new),
            cursor=msgspec.json.encode(after).decode(),
            not_modified=not new,
            gap=None if whole else f"Isso listed {len(heard)} comments, all of them new; some may be missing",
        )

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:  # noqa: ARG002 - the contract's
        """Every comment of the page, deleted ones as withdrawn."""
        answer, comments = await self._page(thread)
        site = site_of(answer)
        return tuple(self._arrival(comment, thread, site, comment.hash) for comment in comments)

    async def reply(self, draft: Draft) -> Sent:
        """Post an answer. Isso hangs an answer to an answer under the first comment: it nests one level."""
        if not (self.feed.user and draft.native.isdigit()):
            raise Rejected(self.capabilities.why_not or f"Isso has no comment {draft.native!r}")
        said = {
            "author": self.feed.user,
            "email": self.feed.email,
            "text": draft.text,
            "parent": int(draft.native),
        }
        answer = await self.http.request(
            "POST",
            f"{self._base}/new",
            params={"uri": draft.thread},
            json=said,
            accept="application/json",
            also=(400, 403, 413),
        )
        if answer.status >= 400:
            raise self._refusal(answer)
        made = answer.json(Comment)
        if made.hash and self.feed.email:
            self.learnt.update({made.hash} - self.marks)
        if leave := _LEAVE.match(answer.headers.get("set-cookie", "")):
            self.allowed[leave[1]] = leave[2]
        held = answer.status == 202 or made.mode == HELD
        return Sent(
            remote_id=str(made.id),
            url=link(site_of(answer), draft.thread, made.id),
            at=moment(made.created),
            held="Isso shows it when a moderator has let it through" if held else None,
        )

    async def delete(self, native: str, thread: str) -> None:  # noqa: ARG002 - the contract's
        """Take a comment of ours away. Isso gives who writes one a leave to do so for a while."""
        leave = self.allowed.get(native)
        if leave is None:
            raise Rejected(f"not deleted: {LOCKED}; o opens the page")
        answer = await self.http.request(
            "DELETE",
            f"{self._base}/id/{native}",
            headers={"Cookie": f"{native}={leave}"},
            accept="application/json",
            also=(403, 404),
        )
        if answer.status == 403:
            raise Rejected(f"not deleted: its time is over. {LOCKED}; o opens the page")
        del self.allowed[native]

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether it is ours, and hangs where the draft belongs or says nearly the same.

        Isso renders Markdown and hangs answers to answers elsewhere, so neither must be exact.
        """
        if message.own is None or message.withdrawn:
            return False
        begun, posted = draft.sent_after, message.posted
        late = begun is None or posted is None or posted >= begun - SKEW
        same = late and alike(_TARGET.sub("]", draft.text), message.text) >= ALIKE
        after = begun is not None and posted is not None and posted >= begun
        return same or (after and message.parent == draft.native)

    @property
    def _base(self) -> str:
        return self.feed.url.rstrip("/")

    async def _latest(self, limit: int, etag: str = "") -> Answer:
        answer = await self.http.request(
            "GET",
            f"{self._base}/latest",
            params={"limit": limit},
            headers={"If-None-Match": etag} if etag else {},
            accept="application/json",
            also=(404,),
        )
        if answer.status != 404:
            return answer
        name = place(self.feed.url)
        if b"latest-enabled" in answer.body:
            raise Unreachable(
                f"{name} keeps its list of latest comments closed: "
                "set latest-enabled = true under [general] in Isso's settings"
            )
        raise Unreachable(f"{name} has no Isso at that address (404)")

    async def _window(
        self, answer: Answer, limit: int, seen: Collection[int], horizon: datetime | None
    ) -> tuple[tuple[Comment, ...], bool]:
        """The comments of ``answer`` or of a longer list that reaches back to what is known; whether it does.

        Isso lists top-level comments before all replies and gives the end of that list, so a
        short one can hold replies only and hide every new question.
        """
        heard = answer.json(tuple[Comment, ...])
        while not (whole := len(heard) < limit or reaches(heard, seen, horizon)) and limit < MOST:
            limit = min(limit * 4, MOST)
            try:
                heard = (await self._latest(limit)).json(tuple[Comment, ...])
            except Unreadable:  # more than an answer may hold: the shorter list must do
                break
        return heard, whole

    async def _page(self, uri: str) -> tuple[Answer, list[Comment]]:
        answer = await self.http.request(
            "GET", f"{self._base}/", params={"uri": uri}, accept="application/json"
        )
        return answer, list(flat(answer.json(Thread).replies))

    async def _marks(self, new: Collection[Comment]) -> dict[int, str]:
        """The hashes of new comments by id, as far as their pages can be read."""
        if not (self.marks or self.learnt):
            return {}
        newest = sorted(new, key=lambda c: c.created or 0, reverse=True)
        found: dict[int, str] = {}
        for uri in list(dict.fromkeys(comment.uri for comment in newest))[:PAGES]:
            try:
                _, comments = await self._page(uri)
            except Unreachable:  # one page that cannot be read stops no other; there the name must do
                continue
            found |= {comment.id: comment.hash for comment in comments if comment.hash}
        return found

    def _arrival(self, said: Comment, page: str, site: str, mark: str | None) -> Arrival:
        name = unescape(said.author or "").strip()
        own: Own | None = "weak" if name.casefold() in self.names else None
        return Arrival(
            native=str(said.id),
            text=from_html(said.text or ""),
            # without a name two people must not become one: each comment is a customer of its own
            author=Voice(name or f"anonymous#{said.id}", name, uri=unescape(said.website or "") or None),
            thread=page,
            parent=None if said.parent is None else str(said.parent),
            posted=moment(said.created),
            url=link(site, page, said.id),
            own="strong" if mark is not None and mark in self.marks | self.learnt else own,
            withdrawn=said.mode == DELETED,
        )

    def _refusal(self, answer: Answer) -> Rejected | Throttled:
        words = reason(answer)
        if "ratelimit" in words:
            name = place(self.feed.url)
            return Throttled(f"{name} takes no more comments from us this minute", self.http.clock() + MINUTE)
        return Rejected(f"{place(self.feed.url)} did not take the reply: {words}")
