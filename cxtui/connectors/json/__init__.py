"""JSON: any address that answers with messages as JSON, described in the configuration.

JMESPath expressions say where the messages are and what their fields are; a template says how a reply
is sent. Only the server of the feed's own address is ever asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.heard import Cursor, fresh, noted, remembered, sentence
from cxtui.connectors.json.asking import Asking
from cxtui.connectors.json.reading import Found, following, messages, reason, value_of
from cxtui.connectors.json.settings import Posting, Settings, described
from cxtui.connectors.json.template import header, joined, origin
from cxtui.connectors.record import Ours, native, unsendable
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival, Voice
from cxtui.core.web import place
from cxtui.core.wording import alike
from cxtui.errors import FeedError, Missing, Rejected, Throttled, Unreachable, Unreadable
from cxtui.http import Answer, Client

PAGES = 20
"""So many pages are read in one poll."""
FULL = f"there are more than {PAGES} pages; the rest was not read"
SKEW = timedelta(minutes=10)
"""How far the server's clock may run behind ours."""
KEPT = timedelta(hours=1)
"""How long a server is trusted to know an idempotency key again."""
ALIKE = 0.8
REFUSALS = frozenset(range(400, 500)) - {401, 403, 408, 425, 429}
"""Answers that say that a text was not taken, beside those about sign-in and haste."""
OUT = 503
"""Out of service: by itself this does not say that nothing was taken."""

CAN = Capabilities(
    no_delete="the configuration of this API says nothing of deleting",
    network="json", code="json", title="any JSON over HTTP", reply=True, thread=True, check=True,
    visibility=("public", "direct"), retry=KEPT, own_posts=True,
)  # fmt: skip


class Window(Cursor, frozen=True):
    """What the last poll saw, and the validators of its only page.

    ``short``: a page behind the first could not be read. ``upward``: the newest are on the last page.
    """

    etag: str = ""
    modified: str = ""
    short: bool = False
    upward: bool = False


@dataclass(slots=True)
class Behind:
    """What was found with the pages behind the first, and in ``words`` what was wrong with those.

    ``wrong`` is why one of them could not be read. ``last`` are the messages of the last one alone.
    """

    found: Found
    words: list[str] = field(default_factory=list[str])
    wrong: FeedError | None = None
    last: tuple[Arrival, ...] = ()


def connect(feed: Feed, http: Client) -> Json:
    """The messages behind one address. Raises: ConfigError."""
    told = described(feed)
    return Json(feed, told, Asking(feed, http, told))


@dataclass(slots=True)
class Json:
    """One address. ``us`` is who the server says we are, once it was asked."""

    feed: Feed
    told: Settings
    asking: Asking
    us: Voice | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What the configuration describes."""
        posting = self.told.reply
        can = replace(CAN, thread=self.told.thread is not None, title=place(self.feed.url))
        if posting is None:
            why = f"the feed {self.feed.name} describes no reply request"
            return replace(can, reply=False, why_not=why, retry=None, visibility=("public",))
        retry = KEPT if posting.idempotency else None
        return replace(can, limit=posting.limit, visibility=posting.visibility, retry=retry)

    async def check(self) -> Identity:
        """Who the server says we are; where that cannot be asked, whether its messages can be read."""
        if self.told.us is not None:
            self.us = None
            who = await self._who()
            name = who.handle or who.uri or ""
            return Identity(name, f"signed in as {name}", {"id": who.uri or ""})
        found = await self._read(await self.asking.list(self.feed.url, first=True))
        wrong = sentence(found.problems)
        words = f"{len(found.arrivals)} messages can be read" + (f"; {wrong}" if wrong else "")
        return Identity(self.feed.user or "", words)

    async def poll(self, cursor: str, now: datetime) -> Page:
        """Messages not seen before, and those that say something else now."""
        before = remembered(cursor, Window)
        await self._who()
        asked = {} if self.told.next else {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
        headers = {name: value for name, value in asked.items() if value}
        answer = await self.asking.list(self.feed.url, first=True, headers=headers)
        if answer.status == 304:
            after, gap = noted(before, (), still=True)
            return Page(cursor=after.written(), not_modified=True, gap=gap)
        found = await self._read(answer)
        behind, upward = Behind(found), before.upward
        whole = not before.begun or before.short or before.upward
        if whole or fresh(before.heard, found.arrivals)[0]:
            behind = await self._behind(answer, found, self.told, "" if whole else before.heard)
            upward = _upward(found.arrivals, behind.last, otherwise=upward)
            if upward and FULL in behind.words:
                behind.words.append("the newest are on the last page: have the list begin with them")
        arrivals = behind.found.usable(answer.url).arrivals
        new, heard = await asyncio.to_thread(fresh, before.heard, arrivals)
        etag, modified = (answer.headers.get(name, "") for name in ("etag", "last-modified"))
        short = behind.wrong is not None
        after = Window(before.begun, heard, before.told, before.owed, etag, modified, short, upward)
        after, gap = noted(after, behind.found.problems, behind.words)
        conditional = bool(etag or modified) and not self.told.next
        rest = _rest(behind.wrong, now)
        return Page(new, after.written(), rest, not_modified=not new, gap=gap, conditional=conditional)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        """Every message of the thread, as the request for it shows them. Raises: what a page of it does."""
        if self.told.thread is None:
            raise Rejected(f"the feed {self.feed.name} describes no request for a thread")
        await self._who()
        answer = await self.asking.send(self.told.thread.request, {"id": native, "thread": thread})
        look = replace(self.told, items=self.told.thread.items)
        behind = await self._behind(answer, await self._read(answer, look), look)
        if behind.wrong is not None:  # half a thread does not say that something is not in it
            raise behind.wrong
        return tuple(
            replace(one, thread=thread) if one.thread is None and one.native != thread else one
            for one in behind.found.usable(answer.url).arrivals
        )

    async def reply(self, draft: Draft) -> Sent:
        """Send the text by the described request, after a look at what it answers."""
        posting = self.told.reply
        if posting is None:
            raise Rejected(self.capabilities.why_not)
        if not draft.text.strip():
            raise Rejected("an empty text is not an answer")
        if posting.limit is not None and len(draft.text) > posting.limit:
            raise Rejected(f"the text has {len(draft.text)} characters; {posting.limit} are allowed there")
        if draft.visibility not in posting.visibility:
            raise Rejected(f"the reply request of {self.feed.name} is not for {draft.visibility} messages")
        if unsendable(draft.native) or unsendable(draft.thread):
            raise Rejected("the id of that message is too long or holds signs that cannot be sent back")
        await self._look(draft)
        said = {
            "id": draft.native, "thread": draft.thread, "text": draft.text.replace("\0", ""),
            "visibility": draft.visibility, "key": draft.token,
        }  # fmt: skip
        name = posting.idempotency
        headers = {name: header(name, "{key}", said)} if name else {}
        answer = await self.asking.send(
            posting.request, said, headers=headers, also=REFUSALS if name else REFUSALS | {OUT}
        )
        if answer.status == OUT:  # to send it again by itself might say it twice
            raise Unreachable(f"{place(self.feed.url)} is out of service for now ({OUT})")
        if answer.status >= 400:
            why = self.asking.hushed(reason(answer))
            raise Rejected(f"{place(self.feed.url)} did not take the reply: {why}")
        return _sent(posting, answer)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether it is by us, not from before, and says the same."""
        if message.own is None or message.withdrawn:
            return False
        begun, posted = draft.sent_after, message.posted
        late = begun is None or posted is None or posted >= begun - SKEW
        return late and alike(draft.text, message.text) >= ALIKE

    async def _look(self, draft: Draft) -> None:
        """See that the message still is there and was meant for all. Raises: Rejected."""
        if self.told.thread is None:
            return
        try:
            heard = await self.thread(draft.native, draft.thread)
        except Missing as gone:
            raise Rejected(f"the message it answers is no longer there: {gone}") from gone
        except Unreachable as wrong:  # surely nothing was sent
            raise Rejected(f"not sent: what it answers could not be read: {wrong}") from wrong
        asked = next((one for one in heard if one.native == draft.native), None)
        if asked is None or asked.withdrawn:
            raise Rejected("the message it answers is no longer there")
        if asked.visibility == "direct" and draft.visibility == "public":
            raise Rejected("it was a direct message, and a public reply does not answer it")

    async def _behind(self, answer: Answer, found: Found, told: Settings, heard: str = "") -> Behind:
        """What was found, with the pages behind it; where something was ``heard``, until one says no more."""
        asked: set[str] = set()
        last: tuple[Arrival, ...] = ()
        for number in range(2, PAGES + 2):
            try:
                onward = following(told, found.value, answer, self.feed.url)
                if onward is None or repr(onward) in asked:
                    break
                if number > PAGES:
                    return Behind(found, [FULL], last=last)
                if origin(onward.url) != origin(self.feed.url):
                    words = f"the next page is at {place(onward.url)}, which is not asked"
                    return Behind(found, [words], last=last)
                asked.add(repr(onward))
                answer = await self.asking.list(onward.url, onward=onward.params)
                page = await self._read(answer, told, f"page {number}, ")
            except FeedError as wrong:
                return Behind(found, [f"page {number} could not be read: {wrong}"], wrong, last)
            last = page.arrivals
            found = found.with_page(page)
            if heard and not fresh(heard, last)[0]:
                break
        return Behind(found, last=last)

    async def _read(self, answer: Answer, told: Settings | None = None, where: str = "") -> Found:
        names: Collection[str] = [self.us.uri or "", self.us.handle] if self.us else []
        ours = Ours([*self.feed.own, *filter(None, names)])
        return await asyncio.to_thread(messages, answer, told or self.told, ours, where)

    async def _who(self) -> Voice:
        """Who the server says we are, asked once. Raises: Unreadable."""
        if self.told.us is None:
            return Voice()
        if self.us is None:
            said = value_of(await self.asking.send(self.told.us.request))
            name = self.told.us.handle.of(said) if self.told.us.handle else None
            found = native(self.told.us.id.of(said), self.told.us.id.key)
            self.us = Voice(name if isinstance(name, str) else "", uri=found)
        return self.us


def _sent(posting: Posting, answer: Answer) -> Sent:
    """What the answer to a reply says. Raises: Unreadable where it does not say what it should."""
    if posting.id is None and posting.url is None:
        return Sent(None)
    said = value_of(answer)
    made = posting.id.of(said) if posting.id else None
    if posting.id is not None and made is None:
        name = f"{posting.id.key} = {posting.id.text!r}"
        raise Unreadable(f"{place(answer.url)} took the request, but {name} finds no id in its answer")
    told = posting.url.of(said) if posting.url else None
    url = joined(answer.url, told) if isinstance(told, str) else ""
    shown = url if url.startswith(("https://", "http://")) else None
    return Sent(None if made is None else native(made, "reply.id"), shown)


def _upward(first: Sequence[Arrival], last: Sequence[Arrival], *, otherwise: bool) -> bool:
    """Whether a list begins with the oldest; ``otherwise`` where its pages do not tell."""
    early, late = ([one.posted for one in page if one.posted] for page in (first, last))
    return max(early) < min(late) if early and late else otherwise


def _rest(wrong: FeedError | None, now: datetime) -> timedelta | None:
    """How long a server wants to be left alone that did not give all its pages."""
    return wrong.until - now if isinstance(wrong, Throttled) and wrong.until else None
