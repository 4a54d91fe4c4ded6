"""Acts on promises: made, released, moved; what a reply promises; and all that is owed."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from cxtui.core import promises as told
from cxtui.core.interval import Promise
from cxtui.core.item import Event
from cxtui.core.promises import Owed
from cxtui.core.text import clean, one_line
from cxtui.core.triage import Act
from cxtui.errors import NotFound, UsageError
from cxtui.store.contacts import read, resolve, row_of, written
from cxtui.store.promising import named
from cxtui.store.query import where
from cxtui.store.records import digest, stamp
from cxtui.store.tables import Doc, Tables
from cxtui.store.values import Outgoing


def checked(tables: Tables, asked: Act, item: str, now: datetime) -> Act:
    """The act with all that its event must tell. Raises: NotFound, Unlawful, UsageError."""
    detail = asked.detail
    if asked.verb == "promised":
        text, due = short(str(detail.get("text", ""))), _time(detail.get("due"))
        told.check_made(text, due, now)
        key = digest(item, text, str(now))
        return replace(asked, detail={"promise": key, "text": text, "due": stamp(due)})
    promise = get(tables, str(detail.get("promise", "")))
    if asked.verb == "promise_released":
        reason = short(str(detail.get("reason", "")))
        told.check_released(promise, reason)
        return replace(asked, detail={"promise": promise.id, "reason": reason})
    due = _time(detail.get("due"))
    told.check_moved(promise, due, now)
    return replace(asked, detail={"promise": promise.id, "due": stamp(due), "from": stamp(promise.due)})


def get(tables: Tables, key: str) -> Promise:
    """Raises: NotFound."""
    doc = tables.get("promises", key)
    if doc is None:
        raise NotFound(key, next(iter(tables.keys("promises", near=key, limit=1)), None))
    return named(replace(read(doc, Promise), id=key))


def opened(tables: Tables, reply: Outgoing, at: datetime, contact: str) -> None:
    """Write down the promises that a reply made when it was sent, at ``at``.

    A time that is promised already, as where a reply tells that a promise was moved, is no second one.
    """
    if not reply.pledged:
        return
    about = where("item").one_of([reply.item, *reply.basis])
    known = {told.when(doc["due"]) for doc in tables.find("promises", about) if doc["state"] == "open"}
    for one in reply.pledged:
        if one.due <= at or one.due in known:
            continue
        key = digest(reply.item, one.text, str(at))
        said = reply.remote_id or reply.id
        detail = {"promise": key, "text": one.text, "due": stamp(one.due), "reply": said}
        event = Event(secrets.token_hex(8), reply.item, "promised", reply.by, at, detail)
        tables.put("events", event.id, written(event, contact=contact))


def listed(tables: Tables, *, everything: bool) -> tuple[Owed, ...]:
    """The promises that bind somebody, first due first; with ``everything`` those that are over, too."""
    asked = None if everything else where("state").one_of(["open", "broken"])
    rows: dict[str, Doc] = {}
    found: list[Owed] = []
    for key, doc in tables.entries("promises", asked):
        promise = replace(read(doc, Promise), id=key)
        with suppress(NotFound):  # about what turned out to be no message of a customer
            rows[promise.item] = rows.get(promise.item) or resolve(tables, promise.item)
            found.append(Owed(promise, row_of(rows[promise.item])))
    return tuple(sorted(found, key=told.urgency))


def short(text: str) -> str:
    """A text as a promise keeps it: clean, on one line, not too long."""
    return one_line(clean(text, limit=told.LONGEST)).strip()


def _time(said: object) -> datetime:
    try:
        return told.when(said)
    except ValueError:
        raise UsageError(f"{said!r} is no time for a promise") from None
