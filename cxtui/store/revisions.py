"""What became of a message after it was first heard: edits, and a rating that fell."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from cxtui.core.item import Event, Item
from cxtui.core.wording import alike, garbled, plain, same_words
from cxtui.store.contacts import read, written
from cxtui.store.query import where
from cxtui.store.records import digest, stamp
from cxtui.store.tables import Doc, Tables
from cxtui.store.threads import Threads

KEPT = 24
"""So many wordings of a message are kept."""
BUSY = 5
"""More new wordings than this in a day are a counter or a clock in the text, not a customer's edits."""
DAY = timedelta(days=1)
ANOTHER = 0.8
"""A text less alike than this says something else."""


class Revisions:
    """The edits in one page being kept."""

    def __init__(self, tables: Tables, threads: Threads, now: datetime) -> None:
        self._tables = tables
        self._threads = threads
        self._now = now

    def edited(self, doc: Doc, item: Item) -> Item | None:
        """Take over what changed and give the message as it stands; None where nothing did.

        A wording that was seen before is an old copy of the page, not an edit.
        """
        known = read(doc, Item)
        if known.role != item.role:
            return None
        if self._same(known, item):
            if better(known.text, item.text):
                self._threads.touch(self._put(doc, known, item))
            return None
        if doc.get("volatile"):
            changed = self._put(doc, known, item)
            self._threads.touch(changed)
            return changed
        kept = self._tables.find("revisions", where("item") == known.id)
        name = _name(known.id, item)
        if any(old["key"] == name for old in kept):
            return None
        if not kept:
            kept = [self._keep(known, known.seen)]
        if len(kept) < KEPT:
            kept.append(self._keep(item, self._now))
        today = [old for old in kept[1:] if datetime.fromisoformat(old["at"]) > self._now - DAY]
        changed = self._put({**doc, "volatile": len(today) > BUSY}, known, item)
        if known.role == "customer":
            self._note(known, item, name)
            if known.rating is not None and item.rating is not None and item.rating < known.rating:
                self._lowered(known, item, name)
        return changed

    @staticmethod
    def _same(known: Item, item: Item) -> bool:
        if known.stars != item.stars or plain(known.title or "") != plain(item.title or ""):
            return (
                known.stars == item.stars
                and same_words(known.title or "", item.title or "")
                and (same_words(known.text, item.text))
            )
        return same_words(known.text, item.text)

    def _put(self, doc: Doc, known: Item, item: Item) -> Item:
        """The known message with the new words; time, thread and author stay."""
        by_hand = known.tone_by == "operator"
        changed = replace(
            item,
            id=known.id,
            feed=known.feed,
            network=known.network,
            posted=known.posted,
            seen=known.seen,
            history=known.history,
            flagged=known.flagged,
            thread=known.thread,
            parent=known.parent,
            author=known.author,
            tone=known.tone if by_hand else item.tone,
            tone_by=known.tone_by if by_hand else item.tone_by,
        )
        more = {name: value for name, value in doc.items() if name not in Item.__dataclass_fields__}
        self._tables.put("items", known.id, written(changed, **more))
        return changed

    def _keep(self, item: Item, at: datetime) -> Doc:
        key = _name(item.id, item)
        doc: Doc = {"key": key, "item": item.id, "at": stamp(at), "text": item.text,
                    "title": item.title, "stars": item.stars}  # fmt: skip
        self._tables.put("revisions", key, doc)
        return doc

    def _note(self, known: Item, item: Item, name: str) -> None:
        answers = self._tables.find("replies", where("contact") == known.contact)
        answered = any(str(a["at"]) >= (stamp(known.posted) or "") for a in answers)
        other = alike(known.text, item.text) < ANOTHER or item.stars != known.stars
        detail = {"after_answer": True} if answered and other else {}
        event = Event(name, known.id, "edited", "", self._now, detail)
        self._tables.put("events", name, written(event, contact=known.contact))
        self._threads.touch(known)

    def _lowered(self, known: Item, item: Item, name: str) -> None:
        """A fallen rating is a new word of the customer's: it opens the row again where it was answered."""
        again = replace(
            item, id=f"{known.id}~{name[:6]}", feed=known.feed, network=known.network, posted=self._now,
            seen=self._now, history=False, flagged="rating lowered", thread=known.thread, parent=known.id,
            author=known.author, tone="complaint", tone_by="rule", tone_why="rating lowered",
        )  # fmt: skip
        self._tables.put("items", again.id, written(again, contact=again.contact))
        self._threads.touch(again)


def better(known: str, heard: str) -> bool:
    """Whether a text was read wrongly before and is read well now."""
    return garbled(known) and not garbled(heard)


def _name(key: str, item: Item) -> str:
    return digest(key, plain(item.text), plain(item.title or ""), str(item.stars))
