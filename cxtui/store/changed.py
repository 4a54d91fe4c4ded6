"""The change feed: what any process has changed since a place in it."""

from __future__ import annotations

from cxtui.store import Changes, contacts
from cxtui.store.tables import Tables


def changes(tables: Tables, after: int | None) -> Changes:
    """What changed since a cursor. None gives only the present cursor."""
    if after is None:
        return Changes(tables.last("log"), ())
    entries = tables.after("log", after)
    if not entries:
        return Changes(after, ())
    ids = dict.fromkeys(str(entry["interval"]) for _, entry in entries if "interval" in entry)
    docs = {key: tables.get("intervals", key) for key in ids}
    return Changes(
        cursor=entries[-1][0],
        rows=tuple(contacts.row_of(doc) for doc in docs.values() if doc),
        gone=tuple(key for key, doc in docs.items() if doc is None),
        outbox=any("outbox" in entry for _, entry in entries),
        feeds=any("feed" in entry for _, entry in entries),
        paused=any("paused" in entry for _, entry in entries),
        asked=any("asked" in entry for _, entry in entries),
        leader=any("leader" in entry for _, entry in entries),
        replying=any("replying" in entry for _, entry in entries),
        promises=any("promise" in entry for _, entry in entries),
    )
