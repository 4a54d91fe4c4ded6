"""The names of messages: which stored message an arrival is, whatever a feed calls it today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from cxtui.core.item import Arrival, Item
from cxtui.core.wording import account, alike, called, plain, same_words
from cxtui.store.contacts import read
from cxtui.store.records import digest, line, stamp
from cxtui.store.tables import Doc, Tables
from cxtui.store.tombstones import Tombstones

Mode = Literal["guid", "link", "fingerprint"]
"""What names the messages of a feed for sure."""

RENAMED = 3
"""So many messages under new guids in one reading mean that its guids say nothing."""
SHARE = 5
"""And so does one in so many."""
ALIKE = 0.8
LONG = 40
"""Shorter texts are the same by chance."""
NEAR = timedelta(hours=48)
REMEMBERED = 10
EVERYWHERE = ""
"""Stands for the feed in names that mean the same in all of them."""


class Names:
    """The messages of one reading of one feed, found again among the stored ones."""

    def __init__(self, tables: Tables, feed: str, mode: Mode, heard: Sequence[Arrival]) -> None:
        self._tables = tables
        self._feed = feed
        self._mode: Mode = mode
        self._stones = Tombstones(tables)
        self._guids = Counter(a.guid for a in {a.native: a for a in heard}.values() if a.guid)
        self._named = sum(map(_is_named, heard))
        self._renamed: Counter[Mode] = Counter()

    @property
    def renamed(self) -> int:
        """How many messages had a new guid in this reading."""
        return self._renamed.total()

    @property
    def mode(self) -> Mode:
        """What names the messages of this feed from now on; guids that failed once are trusted no more."""
        if self._mode != "guid" or not self.renamed:
            return self._mode
        if self.renamed < RENAMED and self.renamed * SHARE < self._named:
            return "guid"
        return "link" if self._renamed["link"] * 2 > self.renamed else "fingerprint"

    def known(self, heard: Arrival) -> str | None:
        """The id of the stored message that an arrival is, or None for a new one."""
        mine = self.key(heard.native)
        doc = self.message(mine)
        if heard.guid and self._guids[heard.guid] > 1:
            self._name(self._feed, "shared", heard.guid, mine)
        if doc and (not _is_named(heard) or self._is(doc, heard, by_guid=heard.native == heard.guid)):
            return mine
        if doc and heard.guid:
            self._renamed["fingerprint"] += 1
        by_key = self._alias(EVERYWHERE, "key", heard.key)
        if by_key and self.message(by_key):
            return by_key
        if not _is_named(heard):
            return self._alias(self._feed, "guid", line(heard.native))
        return self._by_alias(heard) or self._elsewhere(heard)

    def named(self, heard: Arrival) -> str | None:
        """The id of the message with an arrival's names, whatever it says: all that a withdrawn one has."""
        mine = self.key(heard.native)
        if self.message(mine):
            return mine
        return (
            self._alias(EVERYWHERE, "key", heard.key)
            or self._alias(self._feed, "guid", heard.guid or line(heard.native))
            or self._alias(self._feed, "link", heard.link)
        )

    def fresh(self, heard: Arrival) -> str:
        """The id for a new message: its native one, with what tells it apart where another has that."""
        mine = self.key(heard.native)
        return f"{mine}|{heard.fingerprint}" if self.message(mine) else mine

    def called(self, heard: Arrival, key: str) -> tuple[str, ...]:
        """The ids by which replies may call the message with this id."""
        names = (heard.native, heard.guid, heard.link)
        return tuple(dict.fromkeys([key, *(self.key(name) for name in names if name)]))

    def ref(self, native: str) -> str:
        """The id of the message that a reply calls by this name, known or not."""
        mine = self.key(native)
        if self.message(mine):
            return mine
        name = line(native)
        return self._alias(self._feed, "guid", name) or self._alias(self._feed, "link", name) or mine

    def thread(self, native: str, heard: Arrival) -> str:
        """The id of a thread: a page that several feeds tell of is one thread."""
        mine = self._stones.thread(f"{self._feed}:{line(native)}")
        if not _is_named(heard) or not native.startswith(("http://", "https://")):
            return mine
        return self._alias(EVERYWHERE, "thread", native) or self._name(EVERYWHERE, "thread", native, mine)

    def note(self, heard: Arrival, key: str) -> None:
        """Remember all names of a message."""
        for name in (heard.native, heard.guid):
            if name and self.key(name) != key:
                self._name(self._feed, "guid", line(name), key)
        for feed, kind, value in (
            (EVERYWHERE, "key", heard.key),
            (self._feed, "link", heard.link),
            (self._feed, "fingerprint", heard.fingerprint),
            (EVERYWHERE, "page", _page(heard)),
        ):
            if value:
                self._name(feed, kind, value, key)

    def asked(self, heard: Arrival) -> list[str]:
        """The keys under which it is looked up what an arrival's names mean."""
        mine = (("guid", line(heard.native)), ("guid", heard.guid), ("link", heard.link))
        return [self.gone(heard), *(_alias_key(self._feed, kind, value) for kind, value in mine if value)]

    def marks(self, heard: Arrival) -> Doc:
        """What is kept beside a message to know it again."""
        told = {"told": stamp(heard.posted), "guid": heard.guid, "sole": heard.key}
        return {name: value for name, value in told.items() if value} if _is_named(heard) else {}

    def message(self, key: str) -> Doc | None:
        """The stored message with an id: a customer's, or ours."""
        return self._tables.get("items", key) or self._tables.get("replies", key)

    def key(self, native: str) -> str:
        """The id we keep a network's id under."""
        return self._stones.message(f"{self._feed}:{line(native)}")

    def gone(self, heard: Arrival) -> str:
        """The key under which it is kept that a message was withdrawn before it was heard."""
        return digest("gone", self._feed, line(heard.native))

    def _is(self, doc: Doc, heard: Arrival, *, by_guid: bool) -> bool:
        """Whether an arrival is the message that one of its names led to. A guid may be trusted further."""
        if self._fits(doc, heard, strict=True):
            return True
        trusted = by_guid and self._mode == "guid" and self._fits(doc, heard, strict=False)
        return trusted and not self._alias(self._feed, "shared", heard.guid)

    def _by_alias(self, heard: Arrival) -> str | None:
        for kind, value in (
            ("guid", heard.guid),
            ("link", heard.link),
            ("fingerprint", heard.fingerprint),
        ):
            found = self._alias(self._feed, kind, value)
            doc = self.message(found) if found else None
            if not found or not doc:
                continue
            if not self._is(doc, heard, by_guid=kind == "guid"):
                continue
            before = doc.get("guid")
            if kind != "guid" and heard.guid and before and before != heard.guid:
                if before in self._guids:
                    continue  # it stands there under its own name: this is another one that looks the same
                self._renamed["link" if kind == "link" else "fingerprint"] += 1
            return found
        return None

    def _elsewhere(self, heard: Arrival) -> str | None:
        found = self._alias(EVERYWHERE, "page", _page(heard))
        doc = self.message(found) if found else None
        other = doc is not None and not str(found).startswith(f"{self._feed}:")
        return found if doc and other and self._fits(doc, heard, strict=True) else None

    @staticmethod
    def _fits(doc: Doc, heard: Arrival, *, strict: bool) -> bool:
        """Whether a stored message may be the arrival: an edit changes neither who wrote it nor when.

        Where the name itself is certain, one of both is enough.
        """
        if doc.get("sole") and heard.key:
            return bool(doc["sole"] == heard.key)
        author = _same_author(doc, heard)
        told, posted = doc.get("told"), stamp(heard.posted)
        if not strict and (author or (told is not None and told == posted)):
            return True
        words = same_words(str(doc["text"]), heard.text)
        if told is None or posted is None:
            return (author or not strict) and (words or alike(str(doc["text"]), heard.text) >= ALIKE)
        return author and (told == posted or words)

    def _alias(self, feed: str, kind: str, value: str | None) -> str | None:
        doc = self._tables.get("aliases", _alias_key(feed, kind, value)) if value else None
        return str(doc["item"]) if doc else None

    def _name(self, feed: str, kind: str, value: str, key: str) -> str:
        name = _alias_key(feed, kind, value)
        if self._tables.get("aliases", name) is None:
            self._tables.put("aliases", name, {"feed": feed, "kind": kind, "item": key})
        return key


def note_also(tables: Tables, item: Item) -> None:
    """Note on both when the same customer wrote the same on another channel within two days."""
    words = plain(item.text)
    if len(words) < LONG:
        return
    name = words_key(words)
    doc: Doc = tables.get("aliases", name) or {"kind": "words", "items": []}
    for key in doc["items"]:
        there = tables.get("items", key)
        other = read(there, Item) if there and there["feed"] != item.feed else None
        if not there or not other or not called(other.author) & called(item.author):
            continue
        if abs(other.posted - item.posted) <= NEAR:
            here = tables.get("items", item.id) or {}
            tables.put("items", item.id, {**here, "also": sorted({*here.get("also", []), key})})
            tables.put("items", key, {**there, "also": sorted({*there.get("also", []), item.id})})
    tables.put("aliases", name, {**doc, "items": [*doc["items"], item.id][-REMEMBERED:]})


def words_key(words: str) -> str:
    """The key under which it is kept who wrote these words."""
    return _alias_key(EVERYWHERE, "words", words)


def _alias_key(feed: str, kind: str, value: str) -> str:
    return digest(feed, kind, value)


def _is_named(heard: Arrival) -> bool:
    """Whether an arrival has more names than its network's id, so that this may not be certain."""
    return bool(heard.guid or heard.link or heard.fingerprint)


def _page(heard: Arrival) -> str | None:
    """Address and author together; nothing without both."""
    author = heard.link and account(line(heard.author.handle) or line(heard.author.name))
    return f"{heard.link} {author}" if author else None


def _same_author(doc: Doc, heard: Arrival) -> bool:
    if "by" in doc:
        return heard.own is not None
    said, kept = line(heard.author.handle) or line(heard.author.name), str(doc["author"]["handle"])
    return plain(said).casefold() == plain(kept).casefold() or same_words(said, kept)
