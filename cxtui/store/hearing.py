"""Keeping what a feed said: customers' words, our own replies, edits and withdrawals.

This is the border where strangers' text is cleaned, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cxtui.core.brand import names_us
from cxtui.core.history import PolicyFor
from cxtui.core.item import Arrival, Attachment, Author, Detail, Event, Item, Kind, Role, Verb, settled
from cxtui.core.text import clean
from cxtui.core.wording import withdrawn
from cxtui.store import Kept
from cxtui.store.ahead import look_ahead
from cxtui.store.aliases import Mode, Names, note_also
from cxtui.store.answers import arrived, judge, missing, put_told
from cxtui.store.contacts import item_doc, read, settle_all, written
from cxtui.store.erasing import ERASED
from cxtui.store.judging import judged
from cxtui.store.muting import Muted
from cxtui.store.records import digest, line
from cxtui.store.revisions import Revisions
from cxtui.store.tables import Doc, Tables
from cxtui.store.threads import Threads
from cxtui.store.tombstones import Tombstones


@dataclass(frozen=True, slots=True)
class Source:
    """Where words come from. At a feed's first poll what is older than ``history_before`` is history."""

    feed: str
    network: str
    kind: Kind
    now: datetime
    history_before: datetime | None = None
    competitor: bool = False
    brand: Sequence[str] = ()

    def item(self, heard: Arrival) -> Item:
        """The arrival as an item of ours: cleaned, its time settled, its ids prefixed."""
        posted, flagged = settled(heard.posted, self.now)
        name = line(heard.author.name)
        key = self.key(heard.native)
        kind, text = heard.kind or self.kind, clean(heard.text)
        title = line(heard.title) if heard.title else None
        role: Role = "own" if heard.own else "competitor" if self.competitor else "customer"
        found = judged(heard, kind, title, text, customer=role == "customer")
        return Item(
            id=key,
            feed=self.feed,
            network=self.network,
            kind=kind,
            thread=self.key(heard.thread) if heard.thread else key,
            author=Author(line(heard.author.handle) or name, name, heard.author.followers),
            text=text,
            posted=posted,
            seen=self.now,
            title=title,
            attachments=tuple(Attachment(line(a.name), line(a.kind), a.url) for a in heard.attachments),
            role=role,
            visibility=heard.visibility,
            score=heard.score,
            url=line(heard.url) if heard.url else None,
            stars=heard.stars,
            scale=heard.scale,
            tone=found.tone,
            tone_by=found.tone_by,
            lang=found.lang,
            history=self.history_before is not None and posted < self.history_before,
            parent=self.key(heard.parent) if heard.parent else None,
            flagged=flagged,
            tone_why=found.tone_why,
            pending=heard.pending,
            names_us=self.competitor and names_us((heard.title, heard.text), self.brand),
        )

    def key(self, native: str) -> str:
        """The id we keep a network's id under."""
        return f"{self.feed}:{line(native)}"


class Hearing:
    """One page being kept, inside one commit. ``mode`` is what named the feed's messages so far."""

    def __init__(self, tables: Tables, source: Source, policy_for: PolicyFor, mode: Mode = "guid") -> None:
        self._tables = tables
        self._source = source
        self._policy_for = policy_for
        self._threads = Threads(tables)
        self._revisions = Revisions(tables, self._threads, source.now)
        self._names = Names(tables, source.feed, mode, ())
        self._mode: Mode = mode
        self._stones = Tombstones(tables)
        self._muted = Muted(tables)
        self._ready: dict[int, Item] = {}
        """What is surely new, by the arrival it was: judged one after the other, which takes less time."""
        self._new = 0
        self._updated = 0
        self.fresh: list[str] = []
        """The messages of customers that were not known before."""

    def keep(self, heard: Sequence[Arrival], *, polled: bool = False) -> Kept:
        """Keep a page, parents before replies. ``polled``: it is the feed's own, not a re-read thread."""
        self._names = Names(self._tables, self._source.feed, self._mode, heard)
        fresh = look_ahead(self._tables, self._names, heard)
        self._ready = {id(arrival): self._source.item(arrival) for arrival in fresh}
        for arrival in parents_first(heard):
            if self._forgotten(arrival):
                continue
            arrival = self._hushed(arrival)  # noqa: PLW2901 - nothing may see its words
            if arrival.withdrawn or withdrawn(arrival.text):
                self._withdrawn(arrival)
            elif arrival.own is None:
                self._customer(arrival)
            else:
                self._own(arrival)
        if polled:
            missing(self._tables, self._threads, self._source.feed, self._source.now)
        for thread, since in self._threads.stirred.items():
            judge(self._tables, thread, since, self._threads)
        settle_all(self._tables, self._threads.touched, self._policy_for)
        return Kept(self._new, self._updated)

    def _forgotten(self, heard: Arrival) -> bool:
        """Whether its words were erased here, or it is from before its author was forgotten."""
        key = self._names.named(heard) if self._stones.anything else None
        doc = self._names.message(key) if key else None
        if doc is not None:
            return "forgotten" in doc
        return heard.own is None and self._stones.brings_back(self._source.network, heard)

    def _hushed(self, heard: Arrival) -> Arrival:
        """A reply of ours to what was erased, without its words: they are about somebody forgotten."""
        if not self._stones.anything or heard.own is None or not heard.parent:
            return heard
        above = self._names.message(self._names.ref(heard.parent))
        hushed = above is not None and "forgotten" in above
        return replace(heard, text=ERASED, title=None, url=None, attachments=()) if hushed else heard

    @property
    def names(self) -> Names:
        """What was learnt about the feed's names for its messages."""
        return self._names

    def _customer(self, heard: Arrival) -> None:
        key = self._names.known(heard)
        doc = self._tables.get("items", key) if key else None
        if doc:
            self._again(doc, heard)
            return
        if key:  # a reply of ours: who it is by was better known before
            return
        item = self._placed(heard, self._names.fresh(heard))
        if item.role == "customer" and self._muted.has(item.network, item.author.handle):
            item = replace(item, muted=True)
        self._put(item, self._names.marks(heard))
        self._names.note(heard, item.id)
        if item.role == "customer":
            self._new += 1
            self.fresh.append(item.id)
            self._threads.touch(item)
            note_also(self._tables, item)
            put_told(self._tables, self._threads, item, heard, self._source.feed)
            if self._tables.get("aliases", self._names.gone(heard)):
                self._event(item, "withdrawn", digest("withdrawn", item.id), {})
        self._threads.adopt(item.id, self._names.called(heard, item.id))

    def _placed(self, heard: Arrival, key: str) -> Item:
        """The arrival as an item in its thread: that of what it answers, where that is known."""
        parent = self._names.ref(heard.parent) if heard.parent else None
        parent = None if parent == key else parent
        thread = self._names.thread(heard.thread, heard) if heard.thread else key
        item = self._ready.get(id(heard)) or self._source.item(heard)
        if (item.id, item.thread, item.parent) != (key, thread, parent):
            item = replace(item, id=key, thread=thread, parent=parent)
        return self._threads.beside_parent(item)

    def _again(self, doc: Doc, heard: Arrival) -> None:
        """A message that is known: what is new about it?"""
        known = str(doc["id"])
        if known != self._names.key(heard.native):
            self._names.note(heard, known)
        if doc["feed"] != self._source.feed:
            doc = self._merged(doc, heard)
        if heard.answered:
            put_told(self._tables, self._threads, read(doc, Item), heard, self._source.feed)
        doc = self._moderated(doc, heard)
        said = (clean(heard.text), line(heard.title) if heard.title else None, heard.stars)
        blotted = doc.get("blotted")
        if blotted and blotted == self._stones.mark(said[0], said[1] or "", str(said[2])):
            return
        if said != (doc["text"], doc["title"], doc["stars"]):
            changed = self._revisions.edited(doc, self._source.item(heard))
            self._updated += changed is not None and changed.role == "customer"

    def _moderated(self, doc: Doc, heard: Arrival) -> Doc:
        """Whether a moderator has let it through since: its own feed knows, and whoever sees it shown."""
        if heard.pending == doc.get("pending", False) or (heard.pending and doc["feed"] != self._source.feed):
            return doc
        doc = {**doc, "pending": heard.pending}
        self._tables.put("items", str(doc["id"]), doc)
        self._threads.touch(read(doc, Item))
        return doc

    def _merged(self, doc: Doc, heard: Arrival) -> Doc:
        """A message that another feed told of before: one item, whose clock starts at the earlier time."""
        sources = [*doc.get("sources", [doc["feed"]])]
        known = read(doc, Item)
        posted, flagged = settled(heard.posted, self._source.now)
        earlier = flagged is None and (known.flagged is not None or posted < known.posted)
        if self._source.feed in sources and not earlier:
            return doc
        if self._source.feed not in sources:
            sources.append(self._source.feed)
        more = {name: value for name, value in doc.items() if name not in Item.__dataclass_fields__}
        if earlier:
            known = replace(known, posted=posted, flagged=None)
            waits = self._tables.get("intervals", known.id)
            if waits:
                self._tables.put("intervals", known.id, {**waits, "thawed": True})
            self._threads.touch(known)
        merged = written(known, **{**more, "sources": sources})
        self._tables.put("items", known.id, merged)
        return merged

    def _withdrawn(self, heard: Arrival) -> None:
        key = self._names.named(heard)
        doc = self._tables.get("items", key) if key else None
        if key and not doc:
            self._reply_deleted(key)
        elif doc is None:
            tombstone = {"feed": self._source.feed, "kind": "gone", "item": self._names.key(heard.native)}
            self._tables.put("aliases", self._names.gone(heard), tombstone)
        else:
            item = read(doc, Item)
            if doc.get("flat"):
                self._tables.put("items", item.id, {**doc, "flat": None})
                self._threads.unsay(item)
            new = self._event(item, "withdrawn", digest("withdrawn", item.id), {})
            self._updated += new and item.role == "customer"

    def _reply_deleted(self, key: str) -> None:
        doc = self._tables.get("replies", key)
        asked = self._tables.get("items", str(doc["item"])) if doc and doc["item"] else None
        if doc and asked:
            detail: Detail = {"remote_id": doc["remote_id"]}
            self._event(read(asked, Item), "reply_deleted", digest("reply_deleted", key), detail)

    def _own(self, heard: Arrival) -> None:
        key = self._names.known(heard)
        if key and not self._changes_hands(key, heard):
            return
        item = self._placed(heard, key or self._names.fresh(heard))
        if not key:
            sent = arrived(self._tables, self._threads, item)
            self._names.note(heard, sent or item.id)
            if sent:
                return
        direct = item.visibility == "direct" or item.kind in ("message", "mail")
        marks = self._names.marks(heard)
        own = {"own": heard.own, "reply_kind": heard.reply_kind}
        if item.parent is None or (direct and self._threads.question(item.parent) is None):
            flat = {"flat": item.thread, "flatly": heard.flat or direct}
            self._put(item, {**marks, **own, **flat})
            self._threads.stir(item)
        elif heard.own == "weak":
            self._put(item, {**marks, **own})
            self._threads.put_sign(item)
        else:
            self._threads.put_answer(item, marks, heard.reply_kind, self._source.feed)
        self._threads.adopt(item.id, self._names.called(heard, item.id))

    def _changes_hands(self, key: str, heard: Arrival) -> bool:
        """Whether a known message is to be kept anew, since it is ours more surely than was thought."""
        doc = self._tables.get("items", key)
        if doc is None or heard.own == "weak" or doc.get("own", "weak") != "weak":
            return False
        item = read(doc, Item)
        if item.role == "competitor" or (item.role == "own" and "own" not in doc):
            return False
        self._tables.drop("items", key)
        sign = self._tables.get("events", digest("probably", key))
        if sign:
            self._tables.drop("events", str(sign["id"]))
            self._threads.touched[str(sign["contact"])] = None
        self._threads.touch(item)
        return True

    def _put(self, item: Item, more: Doc) -> None:
        self._tables.put("items", item.id, item_doc(item, **more))

    def _event(self, item: Item, verb: Verb, key: str, detail: Detail) -> bool:
        if self._tables.get("events", key):
            return False
        event = Event(key, item.id, verb, "", self._source.now, detail)
        self._tables.put("events", key, written(event, contact=item.contact))
        self._threads.touch(item)
        return True


def parents_first(heard: Sequence[Arrival]) -> list[Arrival]:
    """The arrivals with what is answered before what answers it; a loop is cut where it is entered."""
    by_name: dict[str, Arrival] = {}
    for arrival in heard:
        for name in (arrival.native, arrival.guid, arrival.link):
            if name:
                by_name.setdefault(name, arrival)
    done: dict[int, Arrival] = {}
    for arrival in heard:
        chain: list[Arrival] = []
        met: set[int] = set()
        above: Arrival | None = arrival
        while above is not None and id(above) not in done and id(above) not in met:
            met.add(id(above))
            chain.append(above)
            above = by_name.get(above.parent) if above.parent else None
        done |= {id(one): one for one in reversed(chain)}
    return list(done.values())
