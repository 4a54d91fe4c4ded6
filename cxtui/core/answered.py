"""Whom did our words answer, where the network does not say? The rule for flat conversations.

Words of ours that name nobody answer the only customer who waits there; where several wait,
perhaps each of them. Words that name or quote somebody are no sign for anybody else: who is
not meant keeps waiting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cxtui.core.item import Item, Own, ReplyKind
from cxtui.core.wording import QUOTED, addressed, called, passages

SEARCHED = 200
"""Quotations are looked for in so many of a conversation's newest messages."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words of ours that hang on no message. ``flat``: nothing does on this channel."""

    id: str
    at: datetime
    text: str
    own: Own
    flat: bool
    kind: ReplyKind = "answer"


@dataclass(frozen=True, slots=True)
class Ending:
    """When a customer had been answered, or was closed by hand: then only what had been seen counts.

    ``refused`` ends no waiting: a person said that what had looked like an answer was none.
    """

    contact: str
    at: datetime
    how: Literal["answered", "closed", "refused"] = "answered"


@dataclass(frozen=True, slots=True)
class Sign:
    """Words ``spoken`` answer ``item``, surely or perhaps, and why we think so."""

    spoken: Spoken
    item: Item
    sure: bool
    why: str


def signs(items: Sequence[Item], ends: Iterable[Ending], spoken: Sequence[Spoken]) -> list[Sign]:
    """What our words of one conversation are signs of, in the order in which everything was said.

    ``items`` are the customers'; what counts nowhere (history, withdrawn) is not among them.
    """
    steps: list[tuple[datetime, int, str, Item | Ending | Spoken]] = [
        *((item.posted, 0, item.id, item) for item in items),
        *((end.at, 1, end.contact, end) for end in ends),
        *((words.at, 2, words.id, words) for words in spoken),
    ]
    talk = _Talk(_quotable(items) if any(len(words.text) >= QUOTED for words in spoken) else {})
    for _, _, _, step in sorted(steps, key=lambda s: s[:3]):
        if isinstance(step, Item):
            talk.asked(step)
        elif isinstance(step, Ending):
            talk.ended(step)
        else:
            talk.spoke(step)
    return talk.found


def _quotable(items: Sequence[Item]) -> dict[int, dict[str, datetime]]:
    """Contacts by the hash of what they may be quoted with, and since when they may."""
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for item in sorted(items, key=lambda i: i.posted)[-SEARCHED:]:
        for passage in passages(item.text):
            found[hash(passage)].setdefault(item.contact, item.posted)
    return found


@dataclass(slots=True)
class _Talk:
    """A conversation while it is being read: who waits, and how everybody may be called.

    Who is in ``doubt`` is perhaps answered already: more words that name nobody add nothing.
    """

    quotable: dict[int, dict[str, datetime]]
    open: dict[str, list[Item]] = field(default_factory=dict[str, list[Item]])
    names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    doubt: set[str] = field(default_factory=set[str])
    found: list[Sign] = field(default_factory=list[Sign])

    def asked(self, item: Item) -> None:
        self.open.setdefault(item.contact, []).append(item)
        self.doubt.discard(item.contact)
        for name in called(item.author):
            self.names.setdefault(name, set()).add(item.contact)

    def ended(self, end: Ending) -> None:
        self.doubt.discard(end.contact)
        if end.how == "refused":
            return
        closed = end.how == "closed"
        left = [item for item in self.open.get(end.contact, []) if closed and item.seen > end.at]
        self.open.pop(end.contact, None)
        if left:
            self.open[end.contact] = left

    def spoke(self, words: Spoken) -> None:
        meant = self._meant(words.text, words.at)
        if meant:
            for contact in sorted(meant.keys() & self.open.keys()):
                self._sign(words, contact, meant[contact], sure=words.own != "weak")
        elif len(self.open) == 1:
            (contact,) = self.open
            sure = words.flat and words.own != "weak"
            if sure or contact not in self.doubt:
                self._sign(words, contact, "nobody else waited there", sure=sure)
        elif words.flat:
            for contact in sorted(self.open.keys() - self.doubt):
                self._sign(words, contact, "it may be meant for somebody else there", sure=False)

    def _meant(self, text: str, at: datetime) -> dict[str, str]:
        """The contacts that a text of then names or quotes, and which of both.

        Who says our words again afterwards quotes us, and was not quoted.
        """
        meant: dict[str, str] = {}
        for passage in passages(text) if self.quotable else ():
            since = self.quotable.get(hash(passage), {})
            quoted = (contact for contact, posted in since.items() if posted <= at)
            meant |= dict.fromkeys(quoted, "it quotes the question")
        for name in addressed(text) & self.names.keys():
            meant |= dict.fromkeys(self.names[name], "it names the customer")
        return meant

    def _sign(self, words: Spoken, contact: str, why: str, *, sure: bool) -> None:
        self.found.append(Sign(words, self.open[contact][-1], sure, why))
        if not sure:
            self.doubt.add(contact)
        elif words.kind != "holding":
            del self.open[contact]
