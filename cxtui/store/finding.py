"""Finding rows by what was said in them."""

from __future__ import annotations

from cxtui.core import search as words
from cxtui.store import Found
from cxtui.store.contacts import row_of
from cxtui.store.query import where
from cxtui.store.tables import Doc, Hit, Tables

BATCH = 60
"""So many messages are looked up at a time, at least."""


def search(tables: Tables, text: str, limit: int, after: int | None = None) -> Found:
    """The next ``limit`` rows in which ``text`` is said, each once, by its newest message."""
    form = words.form(text)
    rows: dict[str, Doc] = {}
    while form and len(rows) < limit:
        wanted = max(limit - len(rows), min(BATCH, limit))
        hits = tables.search(form, wanted, after)
        for hit in hits:
            if len(rows) == limit:
                break
            after = hit.place
            doc = _row(tables, hit)
            if doc is not None and _newest(tables, doc, hit, form):
                rows.setdefault(str(doc["id"]), doc)
        else:
            if len(hits) < wanted:
                after = None
                break
    more = after if form else None
    return Found(tuple(row_of(doc) for doc in rows.values()), more)


def _row(tables: Tables, hit: Hit) -> Doc | None:
    """The row that a message belongs to; none for our own posts and for what competitors heard."""
    item = hit.key
    if hit.table == "replies":
        reply = tables.get("replies", hit.key)
        item = str(reply["item"]) if reply else ""
    opens = tables.get("intervals", item)
    if opens is not None:
        return opens
    doc = tables.get("items", item)
    if doc is None:
        return None
    rows = tables.find("intervals", where("contact_key") == doc["contact"])
    return next((row for row in rows if item in row["items"]), None)


def _newest(tables: Tables, row: Doc, hit: Hit, form: str) -> bool:
    """Whether no newer message of the row says it, too."""
    if len(row["items"]) == 1 and hit.table == "items" and not row["replies"]:
        return True
    said = [words.said("items", key, doc) for key in row["items"] if (doc := tables.get("items", key))]
    for key in row["items"]:
        answers = tables.find("replies", where("item") == key)
        said += [words.said("replies", str(doc["key"]), doc) for doc in answers]
    return not any(one and one.place > hit.place and form in one.form for one in said)
