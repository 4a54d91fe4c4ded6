"""Who was warned of what already, so that a restart rings no bell twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cxtui.store.query import where
from cxtui.store.records import digest, stamp
from cxtui.store.tables import Tables

TABLE: Final = "warned"
KEPT: Final = timedelta(days=90)
SWEEP: Final = 1000
"""Old marks go whenever so many more were written."""


def warn(tables: Tables, by: str, marks: Sequence[tuple[str, ...]], now: datetime) -> tuple[bool, ...]:
    """Note that ``by`` is warned; says of each mark whether it is new."""
    new: list[bool] = []
    before = tables.last(TABLE)
    for mark in marks:
        key = digest("warned", by, *mark)
        new.append(tables.get(TABLE, key) is None)
        if new[-1]:
            tables.put(TABLE, key, {"at": stamp(now)})
    if before // SWEEP != tables.last(TABLE) // SWEEP:
        old = where("at") < (stamp(now - KEPT) or "")
        for key, _ in tables.entries(TABLE, old):
            tables.drop(TABLE, key)
    return tuple(new)
