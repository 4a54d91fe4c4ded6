"""What keeping a page will ask for, told before, so that the store answers all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from cxtui.core.item import Arrival, contact_key
from cxtui.store.aliases import Names
from cxtui.store.answers import OF_THREAD
from cxtui.store.contacts import OF_CONTACT, shortest
from cxtui.store.records import line
from cxtui.store.tables import Tables


def look_ahead(tables: Tables, names: Names, heard: Sequence[Arrival]) -> list[Arrival]:
    """Tell of everything that most of the arrivals of a page will lead to; a wrong guess costs nothing.

    Gives those that are new by all their names.
    """
    keys = {arrival.native: names.key(arrival.native) for arrival in heard}
    above = {names.key(arrival.parent) for arrival in heard if arrival.parent}
    messages = {*keys.values(), *above}
    known = tables.known("items", messages) | tables.known("replies", messages)
    fresh = [arrival for arrival in heard if keys[arrival.native] not in known]
    if not fresh:
        return []
    called = {*chain.from_iterable(names.called(arrival, keys[arrival.native]) for arrival in fresh)}
    threads = {
        arrival.native: names.key(arrival.thread) if arrival.thread else keys[arrival.native]
        for arrival in fresh
    }
    contacts = {
        contact_key(threads[arrival.native], line(arrival.author.handle) or line(arrival.author.name))
        for arrival in fresh
    }
    asked = [names.asked(arrival) for arrival in fresh]
    aliases = tables.known("aliases", chain.from_iterable(asked))
    tables.look_ahead("intervals", "short", {shortest(keys[arrival.native]) for arrival in fresh})
    for table in ("items", "replies"):
        tables.known(table, called - messages)
        tables.look_ahead(table, "parent", called)
    for table, field in OF_THREAD:
        tables.look_ahead(table, field, {*threads.values()})
    for table, field in OF_CONTACT:
        tables.look_ahead(table, field, contacts)
    return [arrival for arrival, some in zip(fresh, asked, strict=True) if aliases.isdisjoint(some)]
