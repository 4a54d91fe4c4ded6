"""What our words in a conversation without parents are signs of, kept as replies and as probable answers.

All is worked out again when anything in such a conversation changes, so that the order in which
feeds tell things decides nothing. Where a person rejects such a sign, the row waits on and the
message stays in the thread, marked as not ours: whoever wrote it is not lost from sight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from cxtui.core.answered import Ending, Sign, Spoken, signs
from cxtui.core.history import lawful
from cxtui.core.item import Arrival, Clean, Event, Item, Reply, contact_key, settled
from cxtui.core.text import clean
from cxtui.core.wording import alike
from cxtui.store.contacts import read, written
from cxtui.store.query import where
from cxtui.store.records import digest, line, stamp
from cxtui.store.tables import Doc, Tables
from cxtui.store.threads import Threads

OF_THREAD = (("items", "flat"), ("replies", "judged"), ("events", "judged"))
"""Where the documents about our words in a thread are, and by which field."""
SAME_TEXT = 0.8
UNSEEN = timedelta(minutes=10)
POLLS = 2
"""A reply that the network took without giving an id must show within this time and so many readings."""
SKEW = timedelta(minutes=10)


def judge(tables: Tables, thread: str, since: datetime, threads: Threads) -> None:
    """Work out again what our words of a thread that hang on nothing are signs of.

    Only what was written before them can change that: newer things in the thread cost one look-up.
    """
    if all(tables.lacks(table, field, thread) for table, field in OF_THREAD):
        return
    ours = tables.find("items", where("flat") == thread)
    if ours and all(datetime.fromisoformat(doc["posted"]) < since for doc in ours):
        return
    before: dict[tuple[str, str], Doc] = {
        **{("replies", str(doc["key"])): doc for doc in tables.find("replies", where("judged") == thread)},
        **{("events", str(doc["id"])): doc for doc in tables.find("events", where("judged") == thread)},
    }
    if not ours and not before:
        return
    for table, key, doc in _evidence(tables, thread, ours):
        if before.pop((table, key), None) != doc:
            threads.touched[str(doc["contact"])] = None
            tables.put(table, key, doc)
    for (table, key), doc in before.items():
        tables.drop(table, key)
        threads.touched[str(doc["contact"])] = None


def _evidence(tables: Tables, thread: str, ours: Sequence[Doc]) -> list[tuple[str, str, Doc]]:
    customers = [
        item
        for item in (read(doc, Item) for doc in tables.find("items", where("thread") == thread))
        if item.role == "customer" and not item.history
    ]
    ends: list[Ending] = []
    gone: set[str] = set()
    here = where("contact").starts(contact_key(thread, ""))
    done: dict[str, list[Event]] = defaultdict(list)
    for doc in tables.find("events", here):
        done[str(doc["contact"])].append(read(doc, Event))
    for contact, events in done.items():
        gone |= {event.item for event in events if event.verb == "withdrawn"}
        ends += [
            Ending(contact, event.at, "refused" if event.verb == "rejected" else "closed")
            for event in lawful(sorted(events, key=lambda e: e.at))
            if event.verb in ("closed", "confirmed", "rejected")
        ]
    ends += [
        Ending(str(doc["contact"]), datetime.fromisoformat(doc["at"]))
        for doc in tables.find("replies", here)
        if doc["kind"] != "holding" and not doc.get("judged")
    ]
    spoken = {
        str(doc["id"]): (read(doc, Item), doc) for doc in ours if doc["id"] not in gone and not doc["history"]
    }
    words = [
        Spoken(key, item.posted, item.text, doc["own"], bool(doc["flatly"]), doc["reply_kind"])
        for key, (item, doc) in spoken.items()
    ]
    asked = [item for item in customers if item.id not in gone]
    return [_kept(sign, spoken[sign.spoken.id][0], thread) for sign in signs(asked, ends, words)]


def _kept(sign: Sign, said: Item, thread: str) -> tuple[str, str, Doc]:
    contact, by = sign.item.contact, said.author.handle or said.author.name
    if sign.sure:
        key = f"{said.id}>{digest(contact)[:8]}"
        reply = Reply(
            sign.item.id, by, said.text, said.posted, sign.spoken.kind, "elsewhere",
            said.id.removeprefix(f"{said.feed}:"), said.url, f"seen in {said.feed}; {sign.why}", "flat",
            said.seen,
        )  # fmt: skip
        return "replies", key, written(reply, key=key, contact=contact, parent="", thread="", judged=thread)
    key = digest("probably", said.id, contact)
    only = "; only the name says it was us" if sign.spoken.own == "weak" else ""
    words = f"“{by}” wrote after it, seen in {said.feed}{only}; {sign.why}"
    detail = {"evidence": words, "at": stamp(said.posted), "by": said.id}
    event = Event(key, sign.item.id, "probably", "", said.seen, detail)
    return "events", key, written(event, contact=contact, judged=thread)


def put_told(tables: Tables, threads: Threads, item: Item, heard: Arrival, feed: str) -> None:
    """Keep the network's own word that a message was answered, unless it tells of a reply that we know."""
    told = heard.answered
    if told is None or item.history:
        return
    at, _ = settled(told.at, item.seen if told.at is None else max(item.seen, told.at))
    text = clean(told.text)
    for doc in tables.find("replies", where("item") == item.id):
        known = read(doc, Reply)
        same = alike(known.text, text) >= SAME_TEXT if text else abs(known.at - at) <= SKEW
        if same or (known.proof == "native" and (told.at is None or known.at == at)):
            _seen(tables, threads, doc, feed)
            return
    key = f"{item.id}>{digest('told', stamp(at) or '')[:8]}"
    reply = Reply(
        item.id, line(told.by) or Clean("us"), text, at, "answer", "elsewhere", None, item.url,
        f"{item.network} says so, seen in {feed}", "native", item.seen,
    )  # fmt: skip
    tables.put(
        "replies", key, written(reply, key=key, contact=item.contact, parent=item.id, thread=item.thread)
    )
    threads.touch(item)


def arrived(tables: Tables, threads: Threads, item: Item) -> str | None:
    """The key of the reply that we sent without learning its id and that this message of ours is."""
    for doc in tables.find("replies", where("unseen") == item.feed):
        reply = read(doc, Reply)
        near = reply.at - SKEW <= item.posted
        if near and doc["thread"] == item.thread and alike(reply.text, item.text) >= SAME_TEXT:
            _seen(tables, threads, doc, item.feed)
            return str(doc["key"])
    return None


def _seen(tables: Tables, threads: Threads, doc: Doc, feed: str) -> None:
    if doc.get("unseen"):
        seen = f"sent by cxtui, seen in {feed}"
        tables.put("replies", str(doc["key"]), {**doc, "unseen": None, "evidence": seen})
        threads.touched[str(doc["contact"])] = None


def missing(tables: Tables, threads: Threads, feed: str, now: datetime) -> None:
    """Take back what was sent without an id and does not show: its row waits again, its text is kept."""
    for doc in tables.find("replies", where("unseen") == feed):
        polls = int(doc.get("polls") or 0) + 1
        if polls < POLLS or now - read(doc, Reply).at < UNSEEN:
            tables.put("replies", str(doc["key"]), {**doc, "polls": polls})
            continue
        tables.drop("replies", str(doc["key"]))
        threads.touched[str(doc["contact"])] = None
        sent = tables.get("outbox", str(doc["remote_id"]))
        if sent:
            said = f"{sent['feed']} took it without giving an id, and it does not show there"
            back = {**sent, "state": "unknown", "error": said, "changed": stamp(now)}
            tables.put("outbox", str(sent["id"]), back)
            tables.append("log", {"outbox": str(sent["id"])})
