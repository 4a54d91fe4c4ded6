"""Who answers whom: finding the question above a reply, and taking late parents' threads over.

A reply may arrive before what it answers. It waits under its parent's name and is linked when
the parent comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cxtui.core.item import EARLIEST, Event, Item, Own, Reply, ReplyKind
from cxtui.store.contacts import read, written
from cxtui.store.query import where
from cxtui.store.records import digest, stamp
from cxtui.store.tables import Doc, Tables

CHAIN = 100
"""How far a chain of replies is followed, up and down."""


class Threads:
    """The links between messages while a page is kept.

    ``touched`` collects contacts, ``stirred`` the threads and from which time on something is new there.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.touched: dict[str, None] = {}
        self.stirred: dict[str, datetime] = {}

    def touch(self, item: Item) -> None:
        """A customer's message is new or another one now."""
        self.touched[item.contact] = None
        self.stir(item)

    def stir(self, item: Item) -> None:
        """Something is new in an item's thread, from its time on."""
        self.stirred[item.thread] = min(item.posted, self.stirred.get(item.thread, item.posted))

    def unsay(self, item: Item) -> None:
        """Words of ours are no longer in a thread: all that they were signs of is to be seen anew."""
        self.stirred[item.thread] = EARLIEST

    def beside_parent(self, item: Item) -> Item:
        """The item in the thread of what it answers, where that is known."""
        doc = self._message(item.parent) if item.parent else None
        return replace(item, thread=str(doc["thread"])) if doc and doc["thread"] else item

    def question(self, parent: str) -> Item | None:
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

    def put_answer(self, item: Item, marks: Doc, kind: ReplyKind, seen_in: str) -> None:
        """Keep a reply of ours; without a known question it waits for one."""
        question = self.question(item.parent) if item.parent else None
        reply = Reply(
            question.id if question else "", item.author.handle or item.author.name, item.text, item.posted,
            kind, "elsewhere", item.id.removeprefix(f"{item.feed}:"), item.url, f"seen in {seen_in}",
            seen=item.seen,
        )  # fmt: skip
        contact = question.contact if question else ""
        more = {"key": item.id, "contact": contact, "parent": item.parent, "thread": item.thread, **marks}
        self._tables.put("replies", item.id, written(reply, **more))
        if question:
            self.touch(question)

    def put_sign(self, item: Item) -> None:
        """Say of the question above words that only a name makes ours that it is probably answered."""
        question = self.question(item.parent) if item.parent else None
        if question is None:
            return
        said = f"“{item.author.name or item.author.handle}” answered; only the name says it was us"
        detail = {"evidence": f"{said}, seen in {item.feed}", "at": stamp(item.posted), "by": item.id}
        sign = Event(digest("probably", item.id), question.id, "probably", "", item.seen, detail)
        self._tables.put("events", sign.id, written(sign, contact=question.contact))
        self.touch(question)

    def adopt(self, key: str, names: Iterable[str]) -> None:
        """Link what arrived before the message with this id, and all that hangs below."""
        below = [(key, tuple(names), 0)]
        met = {key}
        while below:
            above, called, depth = below.pop()
            tables = ("items", "replies")
            children = [one for name in called for table in tables for one in self._children(table, name)]
            doc = self._message(above) if children else None
            if doc is None or depth >= CHAIN:
                continue
            for child in children:
                if child not in met:
                    met.add(child)
                    below.append((child, (child,), depth + 1))
                    self._link(child, above, str(doc["thread"]))

    def _children(self, table: str, parent: str) -> list[str]:
        if self._tables.lacks(table, "parent", parent):
            return []
        found = self._tables.find(table, where("parent") == parent)
        return [str(doc["id"] if table == "items" else doc["key"]) for doc in found]

    def _link(self, child: str, parent: str, thread: str) -> None:
        """Hang a known message under a parent that was not known before."""
        doc = self._tables.get("items", child)
        if doc is None:
            self._link_reply(child, parent, thread)
            return
        item = replace(read(doc, Item), parent=parent)
        moved = replace(item, thread=thread or item.thread)
        own: Own | None = doc.get("own")
        if own is None:
            self._move(doc, item, moved)
            return
        more = {**_more(doc), "contact": moved.contact, "flat": None}
        self._tables.put("items", child, written(moved, **more))
        self.unsay(item)
        self.stir(moved)
        if own == "weak":
            self.put_sign(moved)
        elif self.question(parent):
            self._tables.drop("items", child)
            kept = {name: doc[name] for name in ("told", "guid", "sole") if doc.get(name)}
            self.put_answer(moved, kept, doc.get("reply_kind") or "answer", item.feed)

    def _link_reply(self, key: str, parent: str, thread: str) -> None:
        doc = self._tables.get("replies", key)
        if doc is None:
            return
        question = self.question(parent)
        known = self._tables.get("items", str(doc["item"])) if doc["item"] else None
        item = question or (read(known, Item) if known else None)
        linked = {
            "parent": parent,
            "thread": thread or doc["thread"],
            "item": item.id if item else "",
            "contact": item.contact if item else "",
        }
        if {**doc, **linked} != doc:
            self._tables.put("replies", key, {**doc, **linked})
            if doc["contact"]:
                self.touched[str(doc["contact"])] = None
            if item:
                self.touch(item)

    def _move(self, doc: Doc, item: Item, moved: Item) -> None:
        """Give a customer's message another thread, and with it what was said and done about it."""
        self._tables.put("items", item.id, written(moved, **{**_more(doc), "contact": moved.contact}))
        if item.contact == moved.contact:
            return
        self.touch(moved)
        self.touch(item)
        if item.role != "customer":
            return
        for reply in self._tables.find("replies", where("item") == item.id):
            thread = moved.thread if reply["thread"] else ""
            moved_too = {**reply, "contact": moved.contact, "thread": thread}
            self._tables.put("replies", str(reply["key"]), moved_too)
        for event in self._tables.find("events", where("item") == item.id):
            self._tables.put("events", str(event["id"]), {**event, "contact": moved.contact})
        waits = self._tables.get("intervals", item.id)
        if waits:  # keeps its clock and its short id
            self._tables.put("intervals", item.id, {**waits, "contact_key": moved.contact})

    def _message(self, key: str) -> Doc | None:
        return self._tables.get("items", key) or self._tables.get("replies", key)


def _more(doc: Doc) -> Doc:
    """What a stored item has beside the item."""
    return {name: value for name, value in doc.items() if name not in Item.__dataclass_fields__}
