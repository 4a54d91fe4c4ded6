"""Taking one person out of every document: new ids, no name, no words, the same times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from cxtui.core.item import contact_key
from cxtui.core.promises import VERBS
from cxtui.core.rules import SELF
from cxtui.core.search import form
from cxtui.core.wording import plain as same_form
from cxtui.errors import Conflict
from cxtui.store import Forgotten, erasing
from cxtui.store.aliases import words_key
from cxtui.store.erasing import Blot, mapped
from cxtui.store.outgoing import LIVE
from cxtui.store.query import Query, where
from cxtui.store.records import digest
from cxtui.store.tables import Doc, Tables
from cxtui.store.tombstones import Tombstones, plain

ALL: Final = 2**31
"""More than there can be."""
THREADS: Final = frozenset({"thread", "flat", "judged"})
"""Fields that name a thread; all others name messages and contacts."""
SAYING: Final = ("feeds", "gaps", "polls")
"""Tables that hold sentences about a feed, in which a name may stand."""
SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "events": ("detail",), "promises": ("text", "reason"), "outbox": ("text", "error", "pledged", "files"),
    "revisions": ("text", "title"),
}  # fmt: skip
"""What is noted, promised and written about or to others, in which a name may stand, too, by table."""
LONG: Final = 5
"""Letters of a name that is looked for where it is not marked as one."""


def _tells(name: str) -> bool:
    """Whether nothing else than a name is written so."""
    return len(name) >= LONG and not name.isalpha()


def _said_in(table: str, doc: Doc, names: Blot) -> bool:
    """Whether one of the names is in what a document says."""
    said = {name: doc.get(name) for name in SAID[table]}
    return mapped(said, names.over) != said


def by_others(doc: Doc) -> bool:
    """Whether somebody else than us wrote a message, as far as is known."""
    return doc["role"] != "own" or doc.get("own") == "weak"


class Unnaming:
    """One person's messages, ``docs``, and all that hangs on them, inside one commit.

    ``at`` is when they are forgotten, as it is kept.
    """

    def __init__(self, tables: Tables, stones: Tombstones, docs: Sequence[Doc], who: str, at: str) -> None:
        self._tables = tables
        self._stones = stones
        self._at = at
        self._who = plain(who)
        self._docs = {str(d["id"]): d for d in sorted(docs, key=lambda d: (len(d["id"]), d["id"]))}
        texts = [text for d in docs for text in (d["text"], d["title"]) if text]
        for key in self._docs:
            texts += [str(old["text"]) for old in tables.find("revisions", where("item") == key)]
        self._texts = texts
        self._blot = Blot({self._who, *(str(d["author"]["name"]) for d in docs)}, texts)
        self._handles = {h: stones.name(h, at) for h in {str(d["author"]["handle"]) for d in docs}}
        self._in_thread = {
            thread: tables.find("items", where("thread") == thread)
            for thread in dict.fromkeys(str(d["thread"]) for d in docs)
        }
        self._code = f"{stones.name('', at)}-{tables.last('forgotten')}"
        self._ids = {
            key: self._fresh(stones.message(key), key, str(n).zfill(6)) for n, key in enumerate(self._docs)
        }
        self._threads = self._renamed_threads()
        self._ids |= self._renamed_contacts()

    def done(self, people: int) -> Forgotten:
        """Do it, and say what went."""
        rows = [*self._rows()]
        self._refuse_unsent(rows)
        replies = 0
        affected = self._affected()
        for table, key in affected:
            doc = self._tables.get(table, key)
            if doc is not None:
                replies += table == "replies" and doc["item"] in self._docs
                self._rewrite(table, key, doc)
        self._remember()
        self._sentences()
        self._tell(rows)
        self._tell_beside(affected)
        self._tables.unkeep()
        words = tuple(dict.fromkeys([*self._blot.names, *self._texts]))
        return Forgotten(len(self._docs), replies, len(rows), people, words)

    def _fresh(self, kept: str, old: str, number: str) -> str:
        return kept if kept != old else f"{old.partition(':')[0]}:{self._code}-{number}"

    def _renamed_threads(self) -> dict[str, str]:
        """New ids for threads in which nobody else wrote, and for those that have the name in theirs.

        Where others stand in a thread its id stays: they are answered by it.
        """
        found: dict[str, str] = {}
        for n, (thread, here) in enumerate(self._in_thread.items()):
            alone = all(d["id"] in self._docs or not by_others(d) for d in here)
            if alone or self._blot.names_in(thread):
                kept = self._stones.thread(thread)
                found[thread] = self._ids.get(thread) or self._fresh(kept, thread, f"t{n}")
        return found

    def _renamed_contacts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for thread, here in self._in_thread.items():
            for doc in here:
                handle = str(doc["author"]["handle"])
                now = self._handles[handle] if doc["id"] in self._docs else handle
                found[contact_key(thread, handle)] = contact_key(self._threads.get(thread, thread), now)
        return found

    def _rows(self) -> dict[str, Doc]:
        contacts = dict.fromkeys(str(d["contact"]) for d in self._docs.values())
        return {
            str(doc["id"]): doc
            for contact in contacts
            for doc in self._tables.find("intervals", where("contact_key") == contact)
        }

    def _refuse_unsent(self, rows: Iterable[str]) -> None:
        """Drop what was written to them and is not on its way. Raises: Conflict where something is."""
        for row in rows:
            for key, doc in self._tables.entries("outbox", where("interval") == row):
                if doc["state"] in LIVE:
                    raise Conflict(
                        f"a reply to them is {doc['state']} and may still leave: see cxtui outbox first"
                    )
                self._tables.drop("outbox", key)
        sure = self._sure()
        for _, doc in self._tables.entries("outbox", where("state").one_of(LIVE)):
            if _said_in("outbox", doc, sure):
                raise Conflict(
                    f"a reply that names them is {doc['state']} and may still leave: see cxtui outbox first"
                )

    def _affected(self) -> dict[tuple[str, str], None]:
        """Every document that names them, their messages, or threads of theirs."""
        found: dict[tuple[str, str], None] = {("items", key): None for key in self._docs}
        for table, query in self._questions():
            found.update({(table, key): None for key, _ in self._tables.entries(table, query)})
        for key, doc in self._docs.items():
            found[("frozen", key)] = None
            found.update({("items", other): None for other in doc.get("also", ())})
        telling = [name for name in self._blot.names if _tells(name)]
        for words in (f"@{self._who}", *telling):
            for hit in self._tables.search(form(words), ALL):
                found[(hit.table, hit.key)] = None
                found[("intervals", hit.key)] = None
        sure = self._sure()
        for table in SAID:
            here = self._tables.entries(table)
            found.update({(table, key): None for key, doc in here if _said_in(table, doc, sure)})
        return found

    def _sure(self) -> Blot:
        """Finds them where a plain word, which a name may be, is not taken for them."""
        names = self._blot.names
        return Blot([f"@{name}" for name in names] + [name for name in names if _tells(name)], self._texts)

    def _questions(self) -> Iterator[tuple[str, Query]]:
        """Where what hangs on their messages, threads and contacts is found."""
        for key in self._docs:
            for table in ("replies", "events", "promises", "revisions", "aliases"):
                yield table, where("item") == key
            for table in ("items", "replies"):
                yield table, where("parent") == key
        for thread in self._in_thread:
            for table in ("items", "replies", "intervals"):
                yield table, where("thread") == thread
            for table in ("replies", "events"):
                yield table, where("judged") == thread
            yield "aliases", where("item") == thread
        for contact in self._ids:
            if "\x1f" in contact:
                for table in ("replies", "events"):
                    yield table, where("contact") == contact

    def _rewrite(self, table: str, key: str, doc: Doc) -> None:
        """Write one document anew, under its new key where that told of them."""
        if table == "revisions":
            self._tables.drop(table, key)
            return
        now = cast("Doc", self._renamed(self._erased(table, doc)))
        theirs = table == "promises" and doc["item"] in self._docs
        new = digest(key, self._at) if theirs else self._id(key)
        if table == "replies":
            now["key"] = new
        if new != key:
            self._tables.drop(table, key)
        self._tables.put(table, new, now)

    def _erased(self, table: str, doc: Doc) -> Doc:
        """The document without their words, and without their name in what others wrote."""
        kinds: Mapping[str, Callable[[Doc], Doc]] = {
            "items": self._item, "replies": self._reply, "intervals": self._interval, "events": self._event,
            "promises": self._promise, "outbox": self._outgoing,
        }  # fmt: skip
        return kinds[table](doc) if table in kinds else doc

    def _item(self, doc: Doc) -> Doc:
        if doc["id"] in self._docs:
            return {**self._unnamed(doc), "forgotten": self._at}
        if doc["thread"] in self._threads and not by_others(doc):
            return {**erasing.item(doc), "forgotten": self._at}
        said = self._said(doc)
        if all(doc[name] == said[name] for name in said):
            return doc
        heard = self._stones.mark(doc["text"], doc["title"] or "", str(doc["stars"]))
        return {**doc, **said, "blotted": heard}

    def _reply(self, doc: Doc) -> Doc:
        if doc["item"] not in self._docs:
            return {**doc, "text": self._blot.over(doc["text"])}
        evidence = doc["evidence"] and self._blot.over(doc["evidence"])
        return {**erasing.reply(doc), "evidence": evidence, "forgotten": self._at}

    def _interval(self, doc: Doc) -> Doc:
        opener = doc["opener"]
        evidence = doc["evidence"] and self._blot.over(doc["evidence"])
        now = self._unnamed(opener) if opener["id"] in self._docs else {**opener, **self._said(opener)}
        return {**doc, "opener": now, "evidence": evidence, "closed_by": self._ruled(doc.get("closed_by"))}

    def _ruled(self, by: str | None) -> str | None:
        """Who did something, without their name where that is a rule's."""
        return self._blot.over(by) if by and by.startswith(SELF) else by

    def _event(self, doc: Doc) -> Doc:
        event = erasing.event(doc) if doc["item"] in self._docs else doc
        key = event["detail"].get("promise")
        if event["verb"] in VERBS and key and doc["item"] in self._docs:
            event = {**event, "detail": {**event["detail"], "promise": digest(str(key), self._at)}}
        return {**event, "by": self._ruled(doc["by"]), "detail": mapped(event["detail"], self._blot.over)}

    def _outgoing(self, doc: Doc) -> Doc:
        """What was written to somebody else."""
        said = SAID["outbox"]
        return {**doc, **{name: mapped(doc[name], self._blot.over) for name in said if name in doc}}

    def _promise(self, doc: Doc) -> Doc:
        if doc["item"] not in self._docs:
            return {**doc, **{name: mapped(doc.get(name), self._blot.over) for name in SAID["promises"]}}
        said = erasing.promise(doc)
        return {**said, "id": digest(str(doc["id"]), self._at)} if doc.get("id") else said

    def _unnamed(self, doc: Doc) -> Doc:
        author = {**doc["author"], "handle": self._handles[str(doc["author"]["handle"])], "name": ""}
        return {**erasing.item(doc), "author": author}

    def _said(self, doc: Doc) -> Doc:
        return {
            name: self._blot.over(doc[name]) if doc[name] else doc[name]
            for name in ("text", "title", "tone_why")
        }

    def _id(self, text: str) -> str:
        """An id under its new name; what it begins keeps its end."""
        if text in self._ids:
            return self._ids[text]
        head, mark, rest = text.partition(">")
        return f"{self._ids[head]}{mark}{rest}" if mark and head in self._ids else text

    def _renamed(self, value: Any, name: str = "") -> Any:
        if isinstance(value, str):
            return self._threads.get(value, value) if name in THREADS else self._id(value)
        if isinstance(value, list):
            return [self._renamed(one) for one in cast("list[Any]", value)]
        if isinstance(value, dict):
            fields = cast("Mapping[str, Any]", value)
            if fields.get("kind") == "thread":  # an alias of a thread, not of a message
                return {**fields, "item": self._threads.get(fields["item"], fields["item"])}
            return {field: self._renamed(one, field) for field, one in fields.items()}
        return value

    def _remember(self) -> None:
        """Leave tombstones, and no hash of their words."""
        for old, new in self._ids.items():
            if "\x1f" not in old:
                self._stones.put_message(old, new)
        for old, new in self._threads.items():
            self._stones.put_thread(old, new)
        for text in self._texts:
            self._tables.drop("aliases", words_key(same_form(text)))

    def _sentences(self) -> None:
        """Blot them out of what is kept about feeds; a cursor that holds them begins anew."""
        for table in SAYING:
            for key, doc in self._tables.entries(table):
                now = cast("Doc", mapped(doc, self._blot.over))
                if table == "feeds":
                    same = now["cursor"] == doc["cursor"]
                    now = {**now, "feed": doc["feed"], "cursor": doc["cursor"] if same else ""}
                if now != doc:
                    self._tables.put(table, key, now)

    def _tell(self, rows: Sequence[str]) -> None:
        """Tell all screens; the entries that name former ids go with the washing."""
        log = [number for number, entry in self._tables.after("log", 0) if entry.get("interval") in self._ids]
        log += [self._tables.append("log", {"interval": row}) for row in rows if self._id(row) != row]
        for row in rows:
            self._tables.append("log", {"interval": self._id(row)})
        self._stones.owe(log)

    def _tell_beside(self, affected: Iterable[tuple[str, str]]) -> None:
        """Tell all screens of what names them no more and is not theirs."""
        kinds = {"intervals": "interval", "outbox": "outbox", "promises": "promise"}
        for table, key in affected:
            if table in kinds and self._id(key) == key and self._tables.get(table, key) is not None:
                self._tables.append("log", {kinds[table]: key})
