"""Writing acts and undoing them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from cxtui.core.history import PolicyFor
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval
from cxtui.core.item import Event, Item
from cxtui.core.triage import Act, check, check_claim, check_undo, redoable, undoable
from cxtui.errors import Unlawful
from cxtui.store.contacts import read, resolve, row_of, settle, written
from cxtui.store.query import where
from cxtui.store.tables import Doc, Tables


def act(tables: Tables, asked: Act, by: str, now: datetime, policy_for: PolicyFor) -> Row:
    """Write one act if it is lawful. Raises: NotFound, Unlawful, UsageError."""
    doc = resolve(tables, asked.item)
    waits = read(doc, Interval)
    check(asked, waits, now)
    check_claim(asked, waits, by, now)
    return _write(
        tables, doc, Event(_new_id(), str(doc["id"]), asked.verb, by, now, asked.detail), policy_for
    )


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
    mine = [read(doc, Event) for doc in tables.find("events", where("by") == by)]
    event = last(sorted(mine, key=lambda e: e.at), by)
    if event is None:
        raise Unlawful(nothing)
    doc = resolve(tables, event.item)
    waits = read(doc, Interval)
    about = [read(d, Event) for d in tables.find("events", where("contact") == doc["contact_key"])]
    about = sorted((e for e in about if e.item in waits.items or e.item == event.item), key=lambda e: e.at)
    heard = (tables.get("items", key) for key in waits.items)
    check_undo(event, about, max(read(d, Item).seen for d in heard if d))
    return _write(
        tables, doc, Event(_new_id(), event.item, "undone", by, now, {"event": event.id}), policy_for
    ), event


def _write(tables: Tables, doc: Doc, event: Event, policy_for: PolicyFor) -> Row:
    contact = str(doc["contact_key"])
    tables.put("events", event.id, written(event, contact=contact))
    rows = settle(tables, contact, policy_for)
    mine = (row for row in rows if event.item in row.interval.items)
    return next(mine, None) or row_of(resolve(tables, event.item))


def _new_id() -> str:
    return secrets.token_hex(8)
