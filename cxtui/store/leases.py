"""What one process has for a time and others must see: asking the feeds, writing a reply.

Who leads is told by numbers alone: a leader's sign of life is a ``beat`` more, and who waits to
take over measures by its own steady clock how long there was none. No clock that somebody can
set, and none of another machine, takes part. What a leader writes carries its ``term``, so that
one that slept through the end of its term changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cxtui.errors import Conflict
from cxtui.store.contacts import read, resolve, written
from cxtui.store.tables import Tables

WRITING: Final = timedelta(seconds=60)
"""How long it is believed that somebody writes a reply who does not say so again."""
_KEY: Final = "feeds"


@dataclass(frozen=True, slots=True)
class Lead:
    """Who asks the feeds. ``owner`` is the process, empty where nobody does; ``by`` the operator.

    ``term`` grows with every leader and is never given twice, ``beat`` with every sign of life.
    ``config`` stands for the feeds and policies it leads with. ``since`` and ``at`` (the last sign of
    life) are the leader's own time and decide nothing by themselves.
    """

    term: int = 0
    beat: int = 0
    owner: str = ""
    by: str = ""
    config: str = ""
    since: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Replying:
    """Somebody writes a reply to a row, until ``until`` if nothing more is heard of it."""

    row: str
    by: str
    owner: str
    until: datetime


def leader(tables: Tables) -> Lead:
    """Who leads, or led last."""
    doc = tables.get("leases", _KEY)
    return read(doc, Lead) if doc else Lead()


def check(tables: Tables, term: int | None) -> None:
    """Raise Conflict where a leader's term is over; None is nobody's."""
    if term is None:
        return
    now = leader(tables)
    if now.term != term or not now.owner:
        raise Conflict(f"another process asks the feeds by now: {now.owner or 'none'}")


def lead(tables: Tables, after: Lead, owner: str, by: str, config: str, now: datetime) -> Lead:
    """Begin a term. Raises: Conflict where ``after`` is not how things stand any more."""
    stands = leader(tables)
    if (stands.term, stands.beat, stands.owner) != (after.term, after.beat, after.owner):
        raise Conflict("another process was faster to ask the feeds")
    begun = Lead(stands.term + 1, 0, owner, by, config, now, now)
    _put(tables, begun, told=True)
    return begun


def renew(tables: Tables, known: Lead, config: str, now: datetime) -> Lead:
    """A sign of life. Raises: Conflict where the term is over."""
    check(tables, known.term)
    stands = leader(tables)
    alive = replace(stands, beat=stands.beat + 1, config=config, at=now)
    _put(tables, alive, told=config != stands.config)
    return alive


def resign(tables: Tables, known: Lead) -> None:
    """End a term that is not over yet."""
    stands = leader(tables)
    if stands.term == known.term and stands.owner:
        _put(tables, replace(stands, owner=""), told=True)


def ask_feeds(tables: Tables) -> None:
    """Tell whoever leads that somebody wants all feeds asked now."""
    tables.append("log", {"asked": True})


def reply_begins(tables: Tables, row: str, by: str, owner: str, now: datetime) -> None:
    """Somebody writes a reply, or still does; what is over goes. Raises: NotFound."""
    key = str(resolve(tables, row)["id"])
    for other in _all(tables):
        if not _holds(other, now):
            tables.drop("writing", _name(other.row, other.owner))
    tables.put("writing", _name(key, owner), written(Replying(key, by, owner, now + WRITING)))
    tables.append("log", {"replying": key})


def reply_ends(tables: Tables, row: str, owner: str) -> None:
    """Nobody of ``owner`` writes to a row any more."""
    for other in _all(tables):
        if (other.row, other.owner) == (row, owner):
            tables.drop("writing", _name(row, owner))
            tables.append("log", {"replying": row})


def replying(tables: Tables, now: datetime) -> tuple[Replying, ...]:
    """Who writes a reply now. What a clock that was set back makes last longer is over."""
    return tuple(one for one in _all(tables) if _holds(one, now))


def _holds(one: Replying, now: datetime) -> bool:
    return now < one.until <= now + 2 * WRITING  # another machine may be a little ahead


def _all(tables: Tables) -> list[Replying]:
    return [read(doc, Replying) for doc in tables.find("writing")]


def _name(row: str, owner: str) -> str:
    return f"{owner} {row}"


def _put(tables: Tables, known: Lead, *, told: bool) -> None:
    """Keep it; only what others want to see goes into the change feed."""
    tables.put("leases", _KEY, written(known))
    if told:
        tables.append("log", {"leader": known.term})
