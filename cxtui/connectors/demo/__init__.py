"""A made-up world of customers, in memory: no account, no network.

Messages come as the world's time passes, which is the ``now`` of each poll. What is
answered here stands in its thread, and some customers say something back. A second
connector to the same feed, or a second run, knows nothing of those replies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.demo.book import books, fill
from cxtui.connectors.demo.places import BRAND, PLACES, Place, feeds
from cxtui.connectors.demo.telling import ours
from cxtui.connectors.demo.world import Heard, World, world
from cxtui.core.cells import graphemes
from cxtui.core.item import Arrival, Deed
from cxtui.errors import Gone, Rejected, Unreachable

if TYPE_CHECKING:
    from cxtui.core.feed import Feed
    from cxtui.http import Client

__all__ = ["Demo", "Heard", "World", "connect", "feeds", "world"]

SEED, ITEMS = 7, 40
"""The world of a feed whose address names none."""
DOWN = (timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=11))
"""A flaky place is down from the first to the second, again each time the third has passed."""


@dataclass(slots=True)
class Demo:
    """One feed of the made-up world. The cursor is the world's start and the last look, RFC 3339."""

    place: Place
    seed: int
    items: int
    _world: World | None = None
    _now: datetime | None = None
    _sent: dict[str, Arrival] = field(default_factory=dict[str, Arrival])
    _said: dict[str, Arrival] = field(default_factory=dict[str, Arrival])

    @property
    def capabilities(self) -> Capabilities:
        """What the invented network allows."""
        return self.place.can

    async def check(self) -> Identity:
        """The shop's account."""
        return Identity(f"@{BRAND}", f"the made-up shop's account on {self.place.host}")

    async def poll(self, cursor: str, now: datetime) -> Page:
        """What was said since the last look. Raises: Unreachable, where the place is flaky."""
        began, _, last = cursor.partition(" ")
        start = datetime.fromisoformat(began) if began else now
        after = datetime.fromisoformat(last) if last else None
        self._world, self._now = World(self.seed, self.items, start), now
        if self.place.flaky and DOWN[0] <= (now - start) % DOWN[2] < DOWN[1]:
            raise Unreachable(f"{self.place.host} does not answer; it is asked again by itself")
        found = self._world.said(self.place.name, after, now)
        found += [a for a in self._said.values() if after and a.posted and after < a.posted <= now]
        missed = after is not None and self._world.passed_over(after, now)
        return Page(
            tuple(found),
            cursor=f"{start.isoformat()} {now.isoformat()}",
            not_modified=not found,
            gap="more was said than this feed keeps for a reader who was away so long" if missed else None,
            title=f"LampCo, {self.place.name} (made up)",
        )

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        """The thread up to the last look, replies given here too. Raises: Gone."""
        del native
        if self._world is None or self._now is None:
            return ()
        now = self._now
        told = self._world.conversation(thread)
        if not told:
            raise Gone("there is no such conversation in the made-up world")
        more = [a for a in (*self._sent.values(), *self._said.values()) if a.thread == thread]
        stands = [a for a in (*told, *more) if a.posted is None or a.posted <= now]
        return tuple(sorted(stands, key=lambda a: a.posted or now))

    async def reply(self, draft: Draft) -> Sent:
        """Put the text in the thread; the same token again changes nothing.

        Raises: Rejected, Unreachable, Gone.
        """
        self._allowed(draft.text)
        if self._world is None or self._now is None:
            raise Unreachable(f"{self.place.host} was not asked yet")
        taken = self._sent.get(draft.token)
        asked = next((a for a in self._heard(draft.thread, self._world) if a.native == draft.native), None)
        if asked is None:
            raise Gone("there is no such message in the made-up world")
        if asked.visibility == "direct" != draft.visibility:
            raise Rejected("what was said in private is not answered in public")
        if taken is None:
            taken = ours(
                self.place, f"{draft.thread}.c-{draft.token}", draft.thread, draft.native, draft.text,
                self._now, direct=draft.visibility == "direct",
            )  # fmt: skip
            self._sent[draft.token] = taken
            self._answer_back(draft, asked, self._now)
        return Sent(taken.native, taken.url)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether the message is what this draft became: nothing rewrites texts here."""
        taken = self._sent.get(draft.token)
        return taken is not None and taken.native == message.native

    async def do(self, deed: Deed, native: str, thread: str) -> None:
        """Like it; nobody there sees that. Raises: Rejected, Gone."""
        if deed not in self.place.can.deeds:
            raise Rejected(f"{self.place.host} knows no such thing")
        if not any(one.native == native for one in await self.thread(native, thread)):
            raise Gone("there is no such message in the made-up world")

    async def delete(self, native: str, thread: str) -> None:
        """Take a reply out of its thread; nobody there saw it. Raises: Rejected."""
        del thread
        if not self.place.can.deletes:
            raise Rejected(f"{self.place.host} keeps what was said")
        self._sent = {token: one for token, one in self._sent.items() if one.native != native}

    def _allowed(self, text: str) -> None:
        can = self.place.can
        if not can.reply:
            raise Rejected(can.why_not)
        if not text.strip():
            raise Rejected("an empty text is not an answer")
        length = graphemes(text) if can.counted == "graphemes" else len(text)
        if can.limit is not None and length > can.limit:
            raise Rejected(f"the text has {length} characters; {self.place.host} takes {can.limit}")

    def _answer_back(self, draft: Draft, asked: Arrival, now: datetime) -> None:
        """Let some customers thank, and some ask further, about a minute after the answer."""
        luck = Random(f"{self.seed} back {draft.native}")  # noqa: S311 - a made-up world guards no secret
        chance, wait = luck.random(), timedelta(seconds=luck.randrange(45, 110))
        if chance > 0.6 or self.place.name == "reviews":
            return
        after = books()[asked.lang or "en"].after
        asks = chance < 0.25
        native = f"{draft.native}.b"
        self._said[native] = Arrival(
            native, fill(luck.choice(after.asks if asks else after.thanks), {}), asked.author,
            kind=asked.kind if asked.visibility == "direct" else "reply",
            thread=draft.thread, parent=draft.native, visibility=asked.visibility, posted=now + wait,
            url=asked.url, lang=asked.lang, tone="question" if asks else "praise",
        )  # fmt: skip

    def _heard(self, thread: str, told: World) -> tuple[Arrival, ...]:
        return (*told.conversation(thread), *self._said.values())


def connect(feed: Feed, http: Client) -> Demo:
    """The demo behind an address like ``demo://mastodon?seed=7&items=40``; nothing is asked of ``http``."""
    del http
    address = urlsplit(feed.url)
    wanted = parse_qs(address.query)
    place = PLACES.get(address.hostname or feed.name, PLACES["mastodon"])
    return Demo(place, int(wanted.get("seed", [SEED])[0]), int(wanted.get("items", [ITEMS])[0]))
