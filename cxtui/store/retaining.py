"""Taking out the words of what is old, by the configuration; every number stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cxtui.store import erasing
from cxtui.store.outgoing import LIVE
from cxtui.store.query import where
from cxtui.store.records import stamp
from cxtui.store.tables import Doc, Tables
from cxtui.store.tombstones import TABLE, Tombstones

EVERY: Final = timedelta(days=1)
LOOKED: Final = "looked"
"""Says when texts that are too old were looked for last."""


def forget_texts(tables: Tables, before: datetime, now: datetime) -> int:
    """Erase what was written before, once a day; gives how many messages."""
    last = tables.get(TABLE, LOOKED)
    if last is not None and timedelta(0) <= now - datetime.fromisoformat(last["at"]) < EVERY:
        return 0
    tables.put(TABLE, LOOKED, {"at": stamp(now), "before": stamp(before)})
    erased = erase(tables, before)
    if erased:
        Tombstones(tables).owe([])
    return erased


def erase_again(tables: Tables, store: Tables) -> None:
    """Erase in a copy what was erased in the store."""
    last = store.get(TABLE, LOOKED)
    if last is not None:
        with tables.commit():
            erase(tables, datetime.fromisoformat(last["before"]))


def erase(tables: Tables, before: datetime) -> int:
    """Erase what was written before; gives how many messages. What still waits keeps its words."""
    limit = stamp(before) or ""
    old = (where("posted") < limit) & ~(where("forgotten") > "")
    rows: dict[str, Doc] = {}
    erased = 0
    for key, doc in tables.entries("items", old):
        row = _row(tables, doc)
        if row is not None and (row["open"] or _unsent(tables, str(row["id"]))):
            continue
        tables.put("items", key, {**erasing.item(doc), "forgotten": limit})
        erasing.around(tables, key)
        erased += 1
        if row is not None:
            rows[str(row["id"])] = row
    for key, row in rows.items():
        if row["opener"]["posted"] < limit:
            tables.put("intervals", key, erasing.interval(row))
            tables.append("log", {"interval": key})
        for name, _ in tables.entries("outbox", where("interval") == key):
            tables.drop("outbox", name)
    return erased


def _row(tables: Tables, doc: Doc) -> Doc | None:
    for row in tables.find("intervals", where("contact_key") == doc["contact"]):
        if doc["id"] in row["items"]:
            return row
    return None


def _unsent(tables: Tables, row: str) -> bool:
    return any(doc["state"] in LIVE for doc in tables.find("outbox", where("interval") == row))
