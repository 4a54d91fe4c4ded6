"""Writing acts and undoing them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from cxtui.core.history import PolicyFor
from cxtui.core.inbox import Row
from cxtui.core.item import Event, Item
from cxtui.core.promises import VERBS
from cxtui.core.triage import Act, check, check_claim, check_undo, redoable, undoable
from cxtui.errors import Unlawful
from cxtui.store.contacts import Contact, contact_of, parsed, read, settle, settled, standing, written
from cxtui.store.muting import Muted, heed
from cxtui.store.promises import checked
from cxtui.store.query import where
from cxtui.store.tables import Tables

RECENT = 200
"""So many acts of an operator are looked at first for the one to undo."""


def act(tables: Tables, asked: Act, by: str, now: datetime, policy_for: PolicyFor) -> Row:
    """Write one act if it is lawful. Raises: NotFound, Unlawful, UsageError."""
    waits, contact = contact_of(tables, asked.item)
    check(asked, waits, now)
    check_claim(asked, waits, by, now)
    author = waits.author
    if asked.verb in ("muted", "unmuted"):
        is_so = Muted(tables).has(waits.opener.network, author.handle)
        if is_so is (asked.verb == "muted"):
            raise Unlawful(f"{author.handle or author.name} is {'muted already' if is_so else 'not muted'}")
    if asked.verb in VERBS:
        asked = checked(tables, asked, waits.id, now)
    event = Event(_new_id(), waits.id, asked.verb, by, now, asked.detail)
    return _write(tables, contact, event, policy_for)


def undo(tables: Tables, by: str, now: datetime, policy_for: PolicyFor) -> tuple[Row, Event]:
    """Undo the operator's last act that stands. Raises: Unlawful, Conflict."""
    return _take_back(tables, by, now, policy_for, undoable, "nothing to undo")


def redo(tables: Tables, by: str, now: datetime, policy_for: PolicyFor) -> tuple[Row, Event]:
    """Undo the operator's last undoing. Raises: Unlawful, Conflict."""
    row, undoing = _take_back(tables, by, now, policy_for, redoable, "nothing to redo")
    again = tables.get("events", str(undoing.detail["event"]))
    return row, read(again, Event) if again else undoing


def _take_back(
    tables: Tables,
    by: str,
    now: datetime,
    policy_for: PolicyFor,
    last: Callable[[Sequence[Event], str], Event | None],
    nothing: str,
) -> tuple[Row, Event]:
    event = _last(tables, by, last)
    if event is None:
        raise Unlawful(nothing)
    waits, contact = contact_of(tables, event.item)
    about = (e for e in contact.events if e.item in waits.items or e.item == event.item)
    heard = (tables.get("items", key) for key in waits.items)
    check_undo(event, sorted(about, key=lambda e: e.at), max(read(d, Item).seen for d in heard if d))
    undoing = Event(_new_id(), event.item, "undone", by, now, {"event": event.id})
    return _write(tables, contact, undoing, policy_for), event


def _last(tables: Tables, by: str, last: Callable[[Sequence[Event], str], Event | None]) -> Event | None:
    """What ``last`` finds among all that somebody did: mostly among the latest."""
    for limit in (RECENT, None):
        mine = [parsed(one.text, Event) for one in tables.newest("events", where("by") == by, limit)]
        event = last(sorted(mine, key=lambda e: e.at), by)
        if event is not None or len(mine) < RECENT:
            return event
    return None


def _write(tables: Tables, contact: Contact, event: Event, policy_for: PolicyFor) -> Row:
    tables.put("events", event.id, written(event, contact=contact.key))
    if event.verb in ("muted", "unmuted", "undone"):
        _mute(tables, event)
        rows = settle(tables, contact.key, policy_for)
    else:
        contact.events.append(event)
        rows = settled(tables, contact, policy_for)
    mine = (row for row in rows if event.item in row.interval.items)
    if row := next(mine, None):
        return row
    waits, _, short = standing(tables, event.item)
    return Row(waits, short)


def _mute(tables: Tables, event: Event) -> None:
    """Heed a muting or unmuting, or that one was undone or redone."""
    stands = True
    while event.verb == "undone":
        doc = tables.get("events", str(event.detail["event"]))
        if doc is None:
            return
        event, stands = read(doc, Event), not stands
    heed(tables, [(event, stands)])


def _new_id() -> str:
    return secrets.token_hex(8)
