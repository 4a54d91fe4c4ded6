"""What is kept of a feed: its state, how its last polls went, the times it could not be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cxtui.core.feed import PAUSED, Gap
from cxtui.store import FeedLog, FeedState, Polled
from cxtui.store.contacts import read, written
from cxtui.store.query import where
from cxtui.store.tables import Doc, Tables

POLLS = 20
"""How many entries of a feed's log are kept; polls alike in a row are one."""
GAPS = 20


def put_state(tables: Tables, state: FeedState, *, heeded: bool = True) -> None:
    """Keep a feed's state, but for what only the store knows and for a pause, which only `resume` ends.

    ``heeded`` is false where pollers must be told.
    """
    known = tables.get("feeds", state.feed) or {}
    kept = {name: known[name] for name in ("identity", "renamed") if name in known}
    if known.get("state") == "paused":
        kept |= {"state": "paused", "next_try": None}
        heeded = heeded and state.state == "paused"
    tables.put("feeds", state.feed, {**written(state), **kept})
    tables.append("log", {"feed": state.feed} if heeded else {"feed": state.feed, "paused": True})


def put_gap(tables: Tables, gap: Gap) -> None:
    """Open or close a time in which a feed could not be read."""
    tables.put("gaps", f"{gap.feed}|{gap.since.isoformat()}", written(gap))


def put_poll(tables: Tables, feed: str, polled: Polled) -> None:
    """Add one poll to a feed's log; where it went as the one before, that one grows."""
    doc = tables.get("polls", feed) or {"feed": feed, "polls": []}
    entries: list[Doc] = doc["polls"]
    last = read(entries[-1], Polled) if entries else None
    if last and not (last.new or last.updated) and alike(last, polled):
        polled = replace(last, until=polled.until, times=last.times + polled.times)
        entries = entries[:-1]
    tables.put("polls", feed, {**doc, "polls": [*entries, written(polled)][-POLLS:]})


def alike(one: Polled, other: Polled) -> bool:
    """Whether two polls came to the same."""
    return (one.new, one.updated, one.error) == (other.new, other.updated, other.error)


def log(tables: Tables, feed: str) -> FeedLog:
    """How the last polls of a feed went, and its last gaps, the newest first."""
    gaps = [read(doc, Gap) for doc in tables.find("gaps", where("feed") == feed)]
    gaps.sort(key=lambda gap: gap.since, reverse=True)
    return FeedLog(feed, tuple(reversed(_polls(tables, feed))), tuple(gaps[:GAPS]))


def pause(tables: Tables, feed: str, now: datetime) -> FeedState:
    """Ask a feed no more until `resume`; the time is a gap from now on."""
    state = _state(tables, feed)
    if state.state == "paused":
        return state
    if state.failing_since is None:
        put_gap(tables, Gap(feed, now, None, PAUSED))
    state = replace(state, state="paused", next_try=None)
    put_state(tables, state, heeded=False)
    return state


def resume(tables: Tables, feed: str, now: datetime) -> FeedState:
    """Ask a feed again: one that was paused, and one that was given up as gone or refused.

    It is asked at once, unless its server asked to wait.
    """
    state = _state(tables, feed)
    if state.state == "paused":
        for doc in tables.find("gaps", where("feed") == feed):
            gap = read(doc, Gap)
            if gap.until is None and gap.why == PAUSED:
                put_gap(tables, replace(gap, until=now))
    elif state.next_try is not None or state.state not in ("gone", "auth"):
        return state
    healthy = "new" if state.first_ok is None else "ok"
    state = replace(
        state,
        state=healthy if state.failing_since is None else "down",
        next_try=max(now, state.held_until or now),
        refusals=0,
        failures=0,
    )
    tables.put("feeds", feed, {**(tables.get("feeds", feed) or {}), "state": state.state})
    put_state(tables, state, heeded=False)
    return state


def _state(tables: Tables, feed: str) -> FeedState:
    doc = tables.get("feeds", feed)
    return read(doc, FeedState) if doc else FeedState(feed)


def _polls(tables: Tables, feed: str) -> list[Polled]:
    doc = tables.get("polls", feed)
    return [read(one, Polled) for one in doc["polls"]] if doc else []
