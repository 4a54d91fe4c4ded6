"""What keeping a page will ask for, told before, so that the store answers all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from cxtui.core.item import Arrival, contact_key
from cxtui.store.aliases import Names
from cxtui.store.contacts import OF_CONTACT, shortest
from cxtui.store.records import line
from cxtui.store.tables import Tables

OF_THREAD = (("items", "flat"), ("replies", "judged"), ("events", "judged"))
"""Where the documents about our words in a thread are, and by which field."""


def look_ahead(tables: Tables, names: Names, heard: Sequence[Arrival]) -> None:
    """Tell of everything that most of the arrivals of a page will lead to; a wrong guess costs nothing."""
    keys = {arrival.native: names.key(arrival.native) for arrival in heard}
    above = {names.key(arrival.parent) for arrival in heard if arrival.parent}
    messages = {*keys.values(), *above}
    known = tables.known("items", messages) | tables.known("replies", messages)
    fresh = [arrival for arrival in heard if keys[arrival.native] not in known]
    if not fresh:
        return
    called = {*chain.from_iterable(names.called(arrival, keys[arrival.native]) for arrival in fresh)}
    threads = {
        arrival.native: names.key(arrival.thread) if arrival.thread else keys[arrival.native]
        for arrival in fresh
    }
    contacts = {
        contact_key(threads[arrival.native], line(arrival.author.handle) or line(arrival.author.name))
        for arrival in fresh
    }
    tables.known("aliases", chain.from_iterable(map(names.asked, fresh)))
    tables.look_ahead("intervals", "short", {shortest(keys[arrival.native]) for arrival in fresh})
    for table in ("items", "replies"):
        tables.known(table, called)
        tables.look_ahead(table, "parent", called)
    for table, field in OF_THREAD:
        tables.look_ahead(table, field, {*threads.values()})
    for table, field in OF_CONTACT:
        tables.look_ahead(table, field, contacts)
