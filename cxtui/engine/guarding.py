"""The guard over a store: gathers what a draft is held against; the rules are in `cxtui.core.guard`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cxtui.connectors import can as at_best
from cxtui.core.guard import LONGEST, Context, Draft, Elsewhere, Finding, guard
from cxtui.core.guard.private import owned
from cxtui.core.guard.spelling import forms
from cxtui.core.item import Item, ReplyKind, Visibility, called
from cxtui.core.speech import form
from cxtui.engine.spelling import Dictionaries, folders
from cxtui.errors import ConfigError

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.connectors import Capabilities
    from cxtui.core.inbox import Row
    from cxtui.core.pledges import Pledge
    from cxtui.data.guarding import Guarding
    from cxtui.engine.engine import Engine
    from cxtui.store import Message, Outgoing, Store

Said = tuple[tuple["Outgoing", str], ...]
"""Our replies, and to whom each went."""
LATELY = 200
"""So many of a thread's last messages are looked at."""
WAITING = 50
"""So many of the messages that wait."""
_GONE = ("deleted", "withdrawn")


class Spelling(Protocol):
    """What knows whether words are right: in this process, or for the screen in another."""

    def look_up(self, words: Collection[str], lang: str) -> None:
        """Have words of a language ready for `spelled`; may take a while."""
        ...

    def spelled(self, word: str, lang: str) -> bool | None:
        """Whether a word is right; None where that is not known."""
        ...

    def close(self) -> None: ...


@cache
def dictionaries() -> Dictionaries:
    """The dictionaries of this machine."""
    return Dictionaries(folders(os.environ))


@dataclass(slots=True)
class Guards:
    """One process's. ``can`` gives what a feed's network allows, None where that is not known."""

    config: Config
    store: Store
    clock: Callable[[], datetime]
    can: Callable[[str], Capabilities | None]
    dictionaries: Spelling = field(default_factory=dictionaries)
    _day: datetime | None = None
    _cursor: int | None = None
    _today: Said = ()

    async def findings(
        self,
        row: Row,
        text: str,
        kind: ReplyKind = "answer",
        visibility: Visibility | None = None,
        *,
        basis: Sequence[str] | None = None,
        promised: datetime | None = None,
    ) -> tuple[Finding, ...]:
        """What a draft should be looked at for. ``basis`` are the ids of the messages the writer saw.

        Raises: StoreError, NotFound.
        """
        now = self.clock()
        fresh = await self.store.row(row.id)
        thread = await self.store.thread(row.id)
        items = [await self.store.item(key) for key in fresh.interval.items[-WAITING:]]
        today = await self._said_today(now)
        draft = Draft(text, kind, visibility or fresh.interval.visibility, promised)
        look = partial(self._look, draft, fresh, thread, items, today, basis, now)
        return await asyncio.to_thread(look)

    def _look(
        self,
        draft: Draft,
        row: Row,
        thread: Sequence[Message],
        items: Sequence[Item],
        today: Said,
        basis: Sequence[str] | None,
        now: datetime,
    ) -> tuple[Finding, ...]:
        """Beside the engine's loop: the lists are read at the first draft."""
        from cxtui.core.lang import language
        from cxtui.core.terms import plain
        from cxtui.data import words
        from cxtui.data.promising import pledged, promising

        config, waits, lists = self.config, row.interval, words()
        talk = _Talk.of(thread, row)
        thread = thread[-LATELY:]
        calendar = config.policies.hours(waits.policy, waits.calendar)
        speaks = partial(language, words=lists.evidence)

        def asks(sentence: str, lang: str | None) -> bool:
            known = lang is not None and lang in lists.terms
            return known and bool(lists.terms[lang or ""].find(plain(sentence), ("question",)))

        def promises(text: str, lang: str | None) -> Sequence[Pledge]:
            known = lang in promising().speeches
            return pledged(text, lang, now, config.timezone, calendar) if known else ()

        spoken = speaks(draft.text[:LONGEST])
        if config.guard.spelling and spoken:
            self.dictionaries.look_up(forms(draft.text[:LONGEST]), spoken)
        can = self.can(waits.opener.feed)
        context = Context(
            asked=tuple(item.text for item in items),
            heard=tuple(message.text for message in thread if not message.ours),
            ours=(*talk.said(thread), *talk.coming(today)),
            today=talk.elsewhere(today),
            lang=next((item.lang for item in reversed(items) if item.lang), None),
            direct=any(item.visibility == "direct" for item in items),
            limit=can.limit if can else None,
            counted=can.counted if can else "code points",
            most_bytes=can.most_bytes if can else None,
            ways=can.visibility if can else ("public", "direct"),
            network=(can.title or can.network) if can else waits.opener.network,
            own=own(config),
            known=_known(config, thread, waits.author.name),
            changed=_changed(row, thread, basis),
            phrases=lists_of(config).phrases,
            speaks=speaks,
            asks=asks,
            pledged=promises,
            spelled=self.dictionaries.spelled if config.guard.spelling else None,
        )
        return guard(draft, context)

    async def _said_today(self, now: datetime) -> Said:
        """What left, or is on its way, since midnight; asked anew when anything in the outbox changes."""
        local = now.astimezone(self.config.timezone)
        day = datetime.combine(local.date(), time(), tzinfo=self.config.timezone)
        changes = await self.store.changes(self._cursor)
        if self._cursor is None or changes.outbox or day != self._day:
            self._today = await self.store.said_since(day)
        self._cursor, self._day = changes.cursor, day
        return self._today


def allowed(engine: Engine, config: Config) -> Callable[[str], Capabilities | None]:
    """What a feed's network allows; what it allows at best where the feed cannot be signed in to now."""

    def can(name: str) -> Capabilities | None:
        feed = next((one for one in config.feeds if one.name == name), None)
        if feed is None:
            return None
        try:
            return engine.connector(feed).capabilities
        except ConfigError:
            return at_best(feed.connector)

    return can


def lists_of(config: Config) -> Guarding:
    """The phrase lists, with those in ``guard`` beside the configuration."""
    from cxtui.data.guarding import guarding

    return guarding(own_lists(config))


def own_lists(config: Config) -> Path | None:
    """Where a user's own phrase lists are."""
    return config.path.absolute().parent / "guard" if config.path else None


def own(config: Config) -> frozenset[str]:
    """Mail addresses, their domains, and numbers that are ours to publish."""
    named = [
        one
        for feed in config.feeds
        if not feed.competitor
        for one in (feed.email, feed.user, *feed.own, str(feed.options.get("from", "")))
        if one and "@" in one.strip("@")
    ]
    mails = [part.strip("<>()\"',;") for one in named for part in one.split() if "@" in part.strip("@")]
    return owned([*mails, *config.guard.own])


@dataclass(frozen=True, slots=True)
class _Talk:
    """What one customer and we say to each other: on a page others stand between them."""

    thread: str
    between: str
    messages: Mapping[str, str]

    @classmethod
    def of(cls, thread: Sequence[Message], row: Row) -> _Talk:
        opener = row.interval.opener
        messages = {one.id: one.between for one in thread}
        return cls(opener.thread, messages.get(opener.id, ""), messages)

    def said(self, thread: Sequence[Message]) -> tuple[str, ...]:
        """What we said to the customer, or to all, and still stands."""
        ours = [one for one in thread if one.ours and not (one.note or "").startswith(_GONE)]
        return tuple(one.text for one in ours if one.text.strip() and not self._others(one.between))

    def coming(self, today: Said) -> tuple[str, ...]:
        """What is on its way to the customer."""
        return tuple(one.text for one, _ in today if one.state != "sent" and self._here(one))

    def elsewhere(self, today: Said) -> tuple[Elsewhere, ...]:
        """What left today for other threads, or for others in this one."""
        return tuple(Elsewhere(one.text, who, one.visibility) for one, who in today if not self._here(one))

    def _here(self, reply: Outgoing) -> bool:
        between = self.messages.get(reply.item, "")
        return _thread(reply) == self.thread and not self._others(between)

    def _others(self, between: str) -> bool:
        return between != self.between and bool(between)


def _thread(reply: Outgoing) -> str:
    return f"{reply.feed}:{reply.thread}"


def _known(config: Config, thread: Sequence[Message], name: str) -> frozenset[str]:
    """Names, and words that the configuration calls right."""
    ours = [
        *config.guard.words,
        config.operator,
        *(one for feed in config.feeds for one in (feed.name, *feed.own)),
    ]
    said = " ".join([*ours, name, *(message.who for message in thread)])
    return frozenset(form("".join(char if char.isalnum() else " " for char in said)).split())


def _changed(row: Row, thread: Sequence[Message], basis: Sequence[str] | None) -> str:
    """What the writer has not seen, in a sentence; empty where nothing."""
    waits = row.interval
    if waits.closed_reason == "withdrawn":
        return "the customer deleted the message meanwhile"
    if waits.answered and waits.promised is None:
        return f"it was answered by {waits.answered_by or 'somebody'} already"
    if waits.closed:
        return "the row is closed already"
    gone = {message.id for message in thread if (message.note or "").startswith("withdrawn")}
    if gone & set(basis if basis is not None else waits.items[-1:]):
        return "the customer deleted the message meanwhile"
    new = len(set(waits.items) - set(basis)) if basis is not None else 0
    if new:
        who = called(waits.author.handle, waits.author.name)
        return f"{who} wrote again, {new} message{'s' * (new > 1)} that you have not seen"
    return ""
