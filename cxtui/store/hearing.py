"""Keeping what a feed said: customers' words, our own replies, edits and withdrawals.

This is the border where strangers' text is cleaned, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cxtui.core.history import PolicyFor
from cxtui.core.item import Arrival, Attachment, Author, Detail, Event, Item, Kind, Reply, settled
from cxtui.core.text import clean
from cxtui.store import Kept
from cxtui.store.contacts import read, settle_all, written
from cxtui.store.query import where
from cxtui.store.records import digest, line, stamp
from cxtui.store.tables import Tables

CHAIN = 100
"""How far a chain of replies is followed upwards."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where words come from. At a feed's first poll what is older than ``history_before`` is history."""

    feed: str
    network: str
    kind: Kind
    now: datetime
    history_before: datetime | None = None
    competitor: bool = False

    def item(self, heard: Arrival) -> Item:
        """The arrival as an item of ours: cleaned, its time settled, its ids prefixed."""
        posted, flagged = settled(heard.posted, self.now)
        name = line(heard.author.name)
        key = self.key(heard.native)
        return Item(
            id=key,
            feed=self.feed,
            network=self.network,
            kind=heard.kind or self.kind,
            thread=self.key(heard.thread) if heard.thread else key,
            author=Author(line(heard.author.handle) or name, name, heard.author.followers),
            text=clean(heard.text),
            posted=posted,
            seen=self.now,
            title=line(heard.title) if heard.title else None,
            attachments=tuple(Attachment(line(a.name), line(a.kind), a.url) for a in heard.attachments),
            role="own" if heard.own else "competitor" if self.competitor else "customer",
            visibility=heard.visibility,
            score=heard.score,
            url=line(heard.url) if heard.url else None,
            stars=heard.stars,
            scale=heard.scale,
            tone=heard.tone,
            tone_by="rule" if heard.tone else None,
            lang=heard.lang,
            history=self.history_before is not None and posted < self.history_before,
            parent=self.key(heard.parent) if heard.parent else None,
            flagged=flagged,
        )

    def key(self, native: str) -> str:
        """The id we keep a network's id under."""
        return f"{self.feed}:{line(native)}"


class Hearing:
    """One page being kept, inside one commit."""

    def __init__(self, tables: Tables, source: Source, policy_for: PolicyFor) -> None:
        self._tables = tables
        self._source = source
        self._policy_for = policy_for
        self._touched: list[str] = []
        self._new = 0
        self._updated = 0

    def keep(self, heard: Sequence[Arrival]) -> Kept:
        """Keep a page. Questions come before replies, so that a reply finds its question."""
        for arrival in heard:
            if arrival.withdrawn:
                self._withdrawn(arrival)
            elif arrival.own is None:
                self._customer(arrival)
        for arrival in heard:
            if arrival.own is not None and not arrival.withdrawn:
                self._own(arrival)
        settle_all(self._tables, self._touched, self._policy_for)
        return Kept(self._new, self._updated)

    def _customer(self, heard: Arrival) -> None:
        item = self._source.item(heard)
        known = self._tables.get("items", item.id)
        if known:
            self._edited(read(known, Item), item)
            return
        item = self._beside_parent(item)
        self._put(item)
        if item.role == "customer":
            self._new += 1
            self._touched.append(item.contact)
            self._adopt(item)

    def _beside_parent(self, item: Item) -> Item:
        """The item in the thread of what it answers, where that is known."""
        doc = item.parent and (
            self._tables.get("items", item.parent) or self._tables.get("replies", item.parent)
        )
        return replace(item, thread=str(doc["thread"])) if doc else item

    def _adopt(self, item: Item) -> None:
        """Give a late question the replies that came before it."""
        for doc in self._tables.find("replies", where("parent") == item.id):
            if not doc["contact"]:
                self._tables.put("replies", doc["key"], {**doc, "item": item.id, "contact": item.contact})

    def _edited(self, known: Item, item: Item) -> None:
        same = known.text == item.text and known.title == item.title and known.stars == item.stars
        if same or known.role != item.role:
            return
        tone, tone_by = (
            (known.tone, known.tone_by) if known.tone_by == "operator" else (item.tone, item.tone_by)
        )
        self._put(
            replace(
                item,
                posted=known.posted,
                seen=known.seen,
                history=known.history,
                flagged=known.flagged,
                thread=known.thread,
                author=known.author,
                tone=tone,
                tone_by=tone_by,
            )
        )
        if known.role == "customer":
            self._event(known, "edited", digest(known.id, item.text, item.title or ""), {})
            self._updated += 1

    def _withdrawn(self, heard: Arrival) -> None:
        known = self._tables.get("items", self._source.key(heard.native))
        if known is None:
            return
        item = read(known, Item)
        if item.role == "customer" and self._event(item, "withdrawn", digest("withdrawn", item.id), {}):
            self._updated += 1

    def _own(self, heard: Arrival) -> None:
        key = self._source.key(heard.native)
        if self._tables.get("replies", key) or self._tables.get("items", key):
            return
        item = self._beside_parent(self._source.item(heard))
        if item.parent is None:
            self._put(item)
            return
        question = self._question(item.parent)
        if heard.own == "weak":
            self._put(item)
            if question is not None:
                said = f"“{item.author.name or item.author.handle}” answered; only the name says it was us"
                detail: Detail = {"evidence": said, "at": stamp(item.posted)}
                self._event(question, "probably", digest("probably", key), detail)
            return
        reply = Reply(
            question.id if question else "", item.author.name or item.author.handle, item.text, item.posted,
            heard.reply_kind, "elsewhere", heard.native, item.url, f"seen in {self._source.feed}",
        )  # fmt: skip
        contact = question.contact if question else ""
        self._tables.put(
            "replies", key, written(reply, key=key, contact=contact, parent=item.parent, thread=item.thread)
        )
        if contact:
            self._touched.append(contact)

    def _question(self, parent: str) -> Item | None:
        """The customer's item that a reply answers: its parent, or the one our own reply there answered."""
        for _ in range(CHAIN):
            doc = self._tables.get("items", parent)
            if doc:
                item = read(doc, Item)
                if item.role == "customer":
                    return item
                above = item.parent
            else:
                reply = self._tables.get("replies", parent)
                above = str(reply["item"] or reply["parent"]) if reply else None
            if not above:
                return None
            parent = above
        return None

    def _put(self, item: Item) -> None:
        self._tables.put("items", item.id, written(item, contact=item.contact))

    def _event(self, item: Item, verb: str, key: str, detail: Detail) -> bool:
        if self._tables.get("events", key):
            return False
        event = Event(key, item.id, verb, "", self._source.now, detail)  # type: ignore[arg-type]
        self._tables.put("events", key, written(event, contact=item.contact))
        self._touched.append(item.contact)
        return True
