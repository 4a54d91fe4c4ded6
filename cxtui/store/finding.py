"""Finding rows by what was said in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.core import search as words
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval
from cxtui.store import Found
from cxtui.store.contacts import OPEN, row_in
from cxtui.store.query import Query, where
from cxtui.store.tables import Hit, Stored, Tables

if TYPE_CHECKING:
    from cxtui.core.filters import Filter, Sight

BATCH = 60
"""So many messages are looked up at a time, at least."""


def search(tables: Tables, text: str, limit: int, after: int | None = None) -> Found:
    """The next ``limit`` rows in which ``text`` is said, each once, by its newest message."""
    form = words.form(text)
    rows: dict[str, Row] = {}
    while form and len(rows) < limit:
        wanted = max(limit - len(rows), min(BATCH, limit))
        hits = tables.search(form, wanted, after)
        for hit in hits:
            if len(rows) == limit:
                break
            after = hit.place
            row = _row(tables, hit)
            if row is not None and _newest(tables, row.interval, hit, form):
                rows.setdefault(row.id, row)
        else:
            if len(hits) < wanted:
                after = None
                break
    more = after if form else None
    return Found(tuple(rows.values()), more)


def matching(tables: Tables, wanted: Filter, sight: Sight, *, everything: bool) -> list[Stored]:
    """The stored intervals that fit: open ones by urgency, with ``everything`` the others behind them.

    Open ones are few, so that looking at them is faster than the index of all words.
    """
    query = chosen(tables, wanted, sight, index=everything)
    found = tables.stored("intervals", OPEN & query, order="order")
    if everything:
        ended = where("open") == False  # noqa: E712 - a query
        found += tables.stored("intervals", ended & query, order="order")
    return found


def chosen(tables: Tables, wanted: Filter, sight: Sight, *, index: bool = True) -> Query:
    """The question of a filter to the stored intervals, for whoever looks."""
    from cxtui.store.filtering import FUNCTIONS, query

    tables.teach(FUNCTIONS)
    if any((word.name, word.value.lower()) == ("has", "draft") for word in wanted.words):
        begun = tables.find("outbox", where("state") == "draft")
        sight = replace(sight, drafts=frozenset(str(doc["interval"]) for doc in begun))
    return query(wanted.node(sight), lambda form: tables.saying("items", form) if index else None)


def _row(tables: Tables, hit: Hit) -> Row | None:
    """The row that a message belongs to; none for our own posts and for what competitors heard."""
    item = hit.key
    if hit.table == "replies":
        reply = tables.get("replies", hit.key)
        item = str(reply["item"]) if reply else ""
    opens = tables.one("intervals", item)
    if opens is not None:
        return row_in(opens.text)
    doc = tables.get("items", item)
    if doc is None:
        return None
    found = tables.stored("intervals", where("contact_key") == doc["contact"])
    rows = (row_in(one.text) for one in found)
    return next((row for row in rows if item in row.interval.items), None)


def _newest(tables: Tables, waits: Interval, hit: Hit, form: str) -> bool:
    """Whether no newer message of the row says it, too."""
    if len(waits.items) == 1 and hit.table == "items" and not waits.replies:
        return True
    said = [words.said("items", key, doc) for key in waits.items if (doc := tables.get("items", key))]
    for key in waits.items:
        answers = tables.find("replies", where("item") == key)
        said += [words.said("replies", str(doc["key"]), doc) for doc in answers]
    return not any(one and one.place > hit.place and form in one.form for one in said)
