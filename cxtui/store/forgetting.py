"""Forgetting a person: every word and name goes, every time and number stays.

Their messages get new ids and a name that stands for nobody, the same in all documents, so that
what was counted is counted the same. What a feed or a backup brings back is known by tombstones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from difflib import get_close_matches

from cxtui.core.search import form
from cxtui.errors import StoreError, UsageError
from cxtui.store import Forgotten, ruling
from cxtui.store.records import stamp
from cxtui.store.retaining import erase_again
from cxtui.store.tables import Doc, Tables
from cxtui.store.tombstones import Tombstones, plain
from cxtui.store.unnaming import Unnaming, by_others

ALL = 2**31
"""More than there can be."""


def forget(tables: Tables, who: str, network: str | None, now: datetime) -> Forgotten:
    """Forget everybody with this handle, on one network or on any. Raises: UsageError, Conflict."""
    stones = Tombstones(tables)
    known = stones.person(network or "", who) is not None
    theirs = [doc for doc in _saying(tables, who) if _wrote(doc, who, network)]
    people = _drop_people(
        tables, lambda where, handle: network in (None, where) and plain(handle) == plain(who)
    )
    if not theirs and not people and not known:
        raise UsageError(_nobody(tables, who, network))
    for doc in theirs:
        ruling.drop(tables, str(doc["id"]))
    stones.begin()
    at = stamp(now) or ""
    stones.put_person(network, who, at)
    return Unnaming(tables, stones, theirs, who, at).done(people)


def apply_tombstones(tables: Tables, stones: Mapping[str, Doc] | None = None) -> int:
    """Forget again whom a restored store brings back; gives how many messages that were.

    ``stones`` are those of the store whose place it takes (`Tombstones.all`), where they may be newer.
    """
    with tables.commit():
        known = Tombstones(tables)
        known.take(stones or {})
        found: dict[tuple[str, str], list[Doc]] = {}
        for doc in tables.find("items") if known.stand else ():
            handle = str(doc["author"]["handle"])
            until = known.person(str(doc["network"]), handle)
            if until is not None and by_others(doc) and datetime.fromisoformat(doc["seen"]) <= until:
                ruling.drop(tables, str(doc["id"]))
                found.setdefault((plain(handle), stamp(until) or ""), []).append(doc)
        people = _drop_people(tables, lambda where, handle: known.person(where, handle) is not None)
        for (who, at), docs in found.items():
            Unnaming(tables, known, docs, who, at).done(0)
        if found or people:
            known.owe([])
        return sum(map(len, found.values()))


def _saying(tables: Tables, who: str) -> list[Doc]:
    """Items that say or are by somebody."""
    words = form(plain(who))
    if not words:
        return tables.find("items")
    keys = [hit.key for hit in tables.search(words, ALL) if hit.table == "items"]
    return [doc for key in keys if (doc := tables.get("items", key))]


def _wrote(doc: Doc, who: str, network: str | None) -> bool:
    here = network is None or doc["network"] == network
    return here and by_others(doc) and plain(str(doc["author"]["handle"])) == plain(who)


def _drop_people(tables: Tables, them: Callable[[str, str], bool]) -> int:
    """Drop what is known of people apart from messages, by network and handle; gives how many records."""
    dropped = 0
    for key, doc in tables.entries("people"):
        if them(str(doc["network"]), str(doc["handle"])):
            tables.drop("people", key)
            dropped += 1
            continue
        same = [one for one in doc.get("same_as", ()) if not _same(one, them)]
        if len(same) != len(doc.get("same_as", ())):
            tables.put("people", key, {**doc, "same_as": same})
    return dropped


def _same(other: str, them: Callable[[str, str], bool]) -> bool:
    """Whether another handle, bare or behind its network, is theirs; there are handles with a colon."""
    network, _, handle = other.partition(":")
    return them(network, handle) or them("", other)


def _nobody(tables: Tables, who: str, network: str | None) -> str:
    handles = sorted({str(doc["author"]["handle"]) for doc in tables.find("items") if by_others(doc)})
    known = {plain(handle): handle for handle in handles}
    near = [known[name] for name in get_close_matches(plain(who), known, n=1)]
    there = f" on {network}" if network else ""
    return f"nobody called {who!r} wrote{there}" + (f", did you mean {near[0]!r}?" if near else "")


def wash(tables: Tables) -> tuple[str, ...]:
    """Wash the store and its backups, if anything is due; gives what could not be washed, as sentences."""
    stones = Tombstones(tables)
    if stones.owed() is None:
        return ()
    _cut_log(tables, stones)
    left: list[str] = []
    try:
        if not tables.wash():
            left.append("another program is reading the store; its file is washed as soon as nobody does")
        for copy in tables.copies():
            with closing(copy):
                apply_tombstones(copy, stones.all())
                erase_again(copy, tables)
                known = Tombstones(copy)
                _cut_log(copy, known)
                with copy.commit():
                    known.paid()
                if not copy.wash():
                    left.append("another program is reading a backup; it is washed as soon as nobody does")
    except StoreError as error:
        left.append(f"not everything could be washed: {error}")
    if not left:
        with tables.commit():
            stones.paid()
    return tuple(left)


def _cut_log(tables: Tables, stones: Tombstones) -> None:
    """Drop the entries of the change feed that name former ids."""
    with tables.commit():
        for number in stones.owed() or ():
            tables.drop("log", str(number))
