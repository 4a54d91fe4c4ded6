"""Whether we did what we said we would do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cxtui.core.history import moment
from cxtui.core.interval import Promise
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import micros

GRACE = timedelta(hours=24)
"""This long after its due time a promise that is still open is broken."""


def kept(promise: Promise, now: datetime) -> bool | None:
    """Whether it was kept on time; None until 24 h past due, or when the customer released us."""
    if promise.state == "released" or promise.due + GRACE > now:
        return None
    return promise.state == "kept"


def packed(promise: Promise) -> list[str | None]:
    """What numbers are made of, in plain values, for `unpacked`."""
    at = promise.released
    times = (promise.made.isoformat(), promise.due.isoformat(), None if at is None else at.isoformat())
    return [promise.item, promise.state, *times]


def unpacked(known: Sequence[Any]) -> Promise:
    """The promise that was `packed`, without its words."""
    item, stands, made, due, released = known
    return Promise(
        item, "", moment(made), moment(due), stands, released=None if released is None else moment(released)
    )


@metric("promises_kept", unit="rate")
def promises_kept(span: Span) -> Found:
    """Kept on time, of the kept, late and broken ones."""
    due = [p for _, p in sorted(span.ledger.promises.items()) if span.has(micros(p.due + GRACE))]
    results = [(p.item, result) for p in due if (result := kept(p, span.now)) is not None]
    released = len(due) - len(results)
    n = len(results)
    return Found(
        value=sum(result for _, result in results) / n if n else None,
        n=n,
        ids=tuple(item for item, _ in results),
        why="" if n else "no promise became due, and a day older, in this window",
        beside=(("released", released),) if released else (),
    )
