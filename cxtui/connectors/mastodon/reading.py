"""One poll: what was sent to us or found, what we wrote, what answers us without calling us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote

import msgspec

from cxtui.connectors.mastodon.arrivals import Reader, Roots
from cxtui.connectors.mastodon.lists import PAGE, PAGES, Cursor, News, Sheet, Turn, backward, forward
from cxtui.connectors.mastodon.server import Server
from cxtui.connectors.mastodon.wire import Entry, Found, Notification, Pairs, Status, links, rows, word
from cxtui.core.item import Arrival
from cxtui.core.moments import moment
from cxtui.errors import Unreadable

E = TypeVar("E", bound=Entry)

OWN = "own"
"""The list of what we wrote ourselves."""
SENT = "mentions"
"""The list of what was sent to us."""
LOOKS = 5
"""So many of our posts are looked under for answers in one poll; the others' turn comes at the next."""
LAST = datetime.max.replace(tzinfo=UTC)
ROOTS = 20
"""So many messages are asked for what stands above them in one poll; others find it when they are read."""


@dataclass(slots=True)
class Reading:
    """What one poll reads. ``wanted`` are hashtags and words, heard instead of what is sent to us."""

    server: Server
    reader: Reader
    wanted: tuple[str, ...]
    horizon: datetime
    roots: Roots = field(default_factory=Roots)
    gap: str | None = None
    _asked: int = 0

    async def poll(self, before: Cursor) -> tuple[tuple[Arrival, ...], Cursor]:
        """What is new, the oldest first, and what to remember."""
        shown: list[Status] = []
        lists: dict[str, News[Status]] = {
            OWN: await backward(self.ours(shown), before.lists.get(OWN), self.horizon)
        }
        for name in self.wanted or (SENT,):
            lists[name] = await self._heard(name, before.lists.get(name))
        new = _once(status for one in lists.values() for status in one.entries)
        silent, answers = ([], before.answers) if self.wanted else await self._silent(shown, new, before)
        new = _once([*reversed(new), *silent])
        self.roots.learn([*shown, *new])
        new.sort(key=_posted)
        items = [self.reader.arrival(status, await self._root(status)) for status in new]
        if not all(one.whole for one in lists.values()):
            self.gap = f"{self.server.name} had more news than {PAGES} pages hold; some may be missing"
        return tuple(items), Cursor(before.who, {name: one.seen for name, one in lists.items()}, answers)

    def ours(self, shown: list[Status] | None = None) -> Turn[Status]:
        """The pages of what we wrote; all of it is put into ``shown`` too."""
        path = f"/api/v1/accounts/{quote(word(self.reader.me.id), safe='')}/statuses"
        base = (("limit", str(PAGE)), ("exclude_reblogs", "true"))
        turn = self._turn(path, "read:statuses", base, Status)

        async def page(query: Pairs) -> Sheet[Status]:
            statuses, more = await turn(query)
            if shown is not None:
                shown.extend(statuses)
            return statuses, more

        return page

    def sent(self) -> Turn[Notification]:
        """The pages of what was sent to us, those held back by rules against strangers too."""
        base = (("limit", str(PAGE)), ("types[]", "mention"), ("include_filtered", "true"))
        return self._turn("/api/v1/notifications", "read:notifications", base, Notification)

    def found(self, wanted: str) -> Turn[Status]:
        """The pages of what has a hashtag or words in it."""
        if not wanted.startswith("#"):
            return self._words(wanted)
        path = f"/api/v1/timelines/tag/{quote(wanted.lstrip('#'), safe='')}"
        return self._turn(path, "read:statuses", (("limit", str(PAGE)),), Status)

    async def _heard(self, name: str, seen: tuple[str, ...] | None) -> News[Status]:
        if self.wanted:
            read = forward if name.startswith("#") else backward
            return await read(self.found(name), seen, self.horizon)
        told = await forward(self.sent(), seen, self.horizon)
        mentions = [one.status for one in told.entries if one.type == "mention" and one.status]
        return News([status for status in mentions if status.name], told.seen, told.whole)

    def _turn(self, path: str, scope: str, base: Pairs, kind: type[E]) -> Turn[E]:
        async def turn(query: Pairs) -> Sheet[E]:
            answer = await self.server.ask("GET", path, scope, query=_over(base, query))
            return rows(answer.json(list[msgspec.Raw]), kind), links(answer)

        return turn

    def _words(self, words: str) -> Turn[Status]:
        """The pages of a search: it says no way on, and counts instead."""

        async def turn(query: Pairs) -> Sheet[Status]:
            base = (("type", "statuses"), ("q", words), ("limit", str(PAGE)))
            answer = await self.server.ask("GET", "/api/v2/search", "read:search", query=_over(base, query))
            page = rows(answer.json(Found).statuses, Status)
            begun = int(dict(query).get("offset", "0"))
            more: Mapping[str, Pairs] = {"next": (("offset", str(begun + len(page))),)}
            return page, more if len(page) >= PAGE else {}

        return turn

    async def _silent(
        self, shown: Collection[Status], heard: Collection[Status], before: Cursor
    ) -> tuple[list[Status], dict[str, int]]:
        """Answers to our newest posts that call nobody, and how often each of those posts is answered now."""
        told = Counter(status.parent for status in heard)
        found: list[Status] = []
        answers: dict[str, int] = {}
        looks = LOOKS
        for post in shown:
            known = before.answers.get(post.name)
            posted = moment(post.created_at)
            history = known is None and posted is not None and posted < self.horizon
            if not history and post.answers > (known or 0) + told[post.name]:
                looks -= 1
                if looks < 0:
                    answers[post.name] = known or 0
                    continue
                found += [status for status in await self._below(post.name) if status.parent == post.name]
            answers[post.name] = post.answers
        return found, answers

    async def _below(self, native: str) -> Sequence[Status]:
        try:
            context = await self.server.context(native)
        except Unreadable:  # too long a thread must not stop what else there is to hear
            self.gap = "the answers to a post of ours cannot be read; those that call nobody may be missing"
            return ()
        return context.descendants if context else ()

    async def _root(self, status: Status) -> str | None:
        """The first status of its thread. For our own it need not be asked: the store knows the question."""
        root = self.roots.of(status.name)
        ours = status.account and self.reader.ours(status.account)
        if root or ours or self._asked >= ROOTS:
            return root
        self._asked += 1
        try:
            context = await self.server.context(status.name)
        except Unreadable:
            return None
        if context:
            self.roots.learn(context.ancestors)
        return self.roots.of(status.name)


def _posted(status: Status) -> datetime:
    return moment(status.created_at) or LAST


def _over(base: Pairs, query: Pairs) -> Pairs:
    """The query, and of ``base`` what it leaves open."""
    named = {name for name, _ in query}
    return (*(pair for pair in base if pair[0] not in named), *query)


def _once(statuses: Iterable[Status]) -> list[Status]:
    """Each status once, boosts left out."""
    return list({status.name: status for status in statuses if status.reblog is None}.values())
