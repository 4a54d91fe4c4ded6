"""What a deed that the network has taken comes to here, in the same commit."""

from __future__ import annotations

from datetime import datetime

from cxtui.core.history import PolicyFor
from cxtui.core.interval import Interval
from cxtui.core.item import Clean, Event, Reply
from cxtui.store import Outgoing
from cxtui.store.contacts import read, resolve, settle, written
from cxtui.store.tables import Tables


def done(tables: Tables, deed: Outgoing, now: datetime, policy_for: PolicyFor) -> None:
    """Thanks are said, messages wait no more for a moderator, or the row is closed as spam."""
    doc = resolve(tables, deed.item)
    waits, contact = read(doc, Interval), str(doc["contact_key"])
    if deed.deed == "approve":
        for key in deed.basis:
            item = tables.get("items", key)
            if item and item.get("pending"):
                tables.put("items", key, {**item, "pending": False})
    elif deed.deed == "like" and waits.open and waits.thanks:
        key = f"{deed.feed}:like {deed.id}"
        thanks = Reply(deed.item, deed.by, Clean(""), now, "thanks", "cxtui", evidence="liked", proof="sent")
        more = {"key": key, "contact": contact, "parent": f"{deed.feed}:{deed.native}"}
        tables.put("replies", key, written(thanks, **more, thread=f"{deed.feed}:{deed.thread}"))
    elif deed.deed == "spam" and waits.open:
        event = Event(f"spam {deed.id}", waits.id, "closed", deed.by, now, {"reason": "spam"})
        tables.put("events", event.id, written(event, contact=contact))
    settle(tables, contact, policy_for)
