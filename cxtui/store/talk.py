"""A whole thread as it is shown: what everybody said, and what is to be known about it."""

from __future__ import annotations

from collections.abc import Sequence

from cxtui.core.history import lawful
from cxtui.core.item import Event, Item, Own, Reply
from cxtui.store import Message
from cxtui.store.contacts import read, resolve
from cxtui.store.query import where
from cxtui.store.tables import Doc, Tables


def messages(tables: Tables, some_id: str) -> tuple[Message, ...]:
    """The thread of a row, oldest first. Raises: NotFound."""
    thread = str(resolve(tables, some_id)["thread"])
    replies = tables.find("replies", where("thread") == thread)
    answered = {str(doc["key"]) for doc in replies}
    items = [doc for doc in tables.find("items", where("thread") == thread) if doc["id"] not in answered]
    events = [
        read(doc, Event)
        for contact in dict.fromkeys(str(doc["contact"]) for doc in items)
        for doc in tables.find("events", where("contact") == contact)
    ]
    deleted = {str(event.detail.get("remote_id")) for event in events if event.verb == "reply_deleted"}
    notes = _Notes(tables, events)
    said = [_item(doc, notes) for doc in items] + [_reply(doc, deleted) for doc in replies]
    return tuple(sorted(said, key=lambda m: (m.at, m.ours, len(m.id), m.id)))


def _item(doc: Doc, notes: _Notes) -> Message:
    item = read(doc, Item)
    ours = item.role == "own" and item.id not in notes.strangers
    return Message(
        id=item.id,
        who=item.author.handle or item.author.name,
        ours=ours,
        text=item.text,
        at=item.posted,
        url=item.url,
        kind=item.kind,
        title=item.title,
        note=notes.of(doc, item),
        pending=item.pending,
        between="" if ours else str(doc["contact"]),
    )


def _reply(doc: Doc, deleted: set[str]) -> Message:
    reply = read(doc, Reply)
    return Message(
        id=str(doc["key"]),
        who=reply.by,
        ours=True,
        text=reply.text,
        at=reply.at,
        url=reply.url,
        kind=reply.kind,
        note="deleted" if reply.remote_id in deleted else reply.evidence,
        between=str(doc["contact"]),
    )


class _Notes:
    """What is to be known about the messages of a thread. ``strangers`` were taken for us and are not."""

    def __init__(self, tables: Tables, events: Sequence[Event]) -> None:
        self._tables = tables
        standing = lawful(sorted(events, key=lambda e: e.at))
        self._withdrawn = {event.item for event in standing if event.verb == "withdrawn"}
        self._after = {
            event.item for event in standing if event.verb == "edited" and "after_answer" in event.detail
        }
        signs = [event for event in standing if event.verb == "probably"]
        self.refused = {
            str(sign.detail.get("by"))
            for sign in signs
            for event in standing
            if event.verb == "rejected"
            and event.at >= sign.at
            and self._row(sign.item) == self._row(event.item)
        }
        self.strangers = {
            key for key in self.refused if (tables.get("items", key) or {}).get("own") == "weak"
        }

    def of(self, doc: Doc, item: Item) -> str | None:
        """The note on one message."""
        refused = "not us" if item.id in self.strangers else "no answer, somebody said"
        notes = [
            "withdrawn" if item.id in self._withdrawn else None,
            "edited after the answer" if item.id in self._after else None,
            refused if item.id in self.refused else None,
            *(f"also posted on {self._network(key)}" for key in doc.get("also", ())),
            *(f"also in {feed}" for feed in doc.get("sources", ()) if feed != item.feed),
            item.flagged,
        ]
        return "; ".join(note for note in notes if note) or None

    def _own(self, key: str) -> Own | None:
        doc = self._tables.get("items", key)
        return doc.get("own") if doc else None

    def _network(self, key: str) -> str:
        other = self._tables.get("items", key) or {}
        return f"{other.get('network')} ({other.get('feed')})"

    def _row(self, item: str) -> str:
        doc = self._tables.get("items", item) or {}
        rows = self._tables.find("intervals", where("contact_key") == doc.get("contact"))
        return next((str(row["id"]) for row in rows if item in row["items"]), item)
