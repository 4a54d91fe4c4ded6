"""The items and waits behind a number, by their ids."""

from __future__ import annotations

from collections.abc import Iterable

from cxtui.core.behind import Behind
from cxtui.core.interval import Interval
from cxtui.core.item import Item
from cxtui.store.contacts import read
from cxtui.store.query import where
from cxtui.store.tables import Doc, Tables


def behind(tables: Tables, ids: Iterable[str]) -> tuple[Behind, ...]:
    """One for each id, in their order; what is no more has neither item nor wait."""
    return tuple(_found(tables, key) for key in ids)


def _found(tables: Tables, key: str) -> Behind:
    item = tables.get("items", key)
    doc = tables.get("intervals", key) or _around(tables, key, item)
    waits = None if doc is None else read(doc, Interval)
    written = read(item, Item) if item is not None else None if waits is None else waits.opener
    return Behind(key, written, waits)


def _around(tables: Tables, key: str, item: Doc | None) -> Doc | None:
    """The wait in which an item stands that did not open it."""
    if item is None:
        return None
    found = tables.find("intervals", where("contact_key") == item["contact"])
    return next((doc for doc in found if key in doc["items"]), None)
