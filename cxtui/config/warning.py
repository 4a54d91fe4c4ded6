"""``[warnings]``: bell, notification, title, quiet hours, and a program of one's own."""

from __future__ import annotations

from itertools import pairwise
from zoneinfo import ZoneInfo

from cxtui.config.calendars import hours_between
from cxtui.config.table import Table
from cxtui.core.alarms import Warnings
from cxtui.core.calendar import DAY, Calendar, Hours


def warnings(table: Table, zone: ZoneInfo) -> Warnings:
    """How people are warned; what is wrong is noted."""
    found = Warnings(
        bell=_on(table, "bell"),
        osc=_on(table, "notify"),
        title=_on(table, "title"),
        quiet=_quiet(table, zone),
        hook=table.texts("hook", '["notify-send", "cxtui"]'),
    )
    table.end()
    return found


def _on(table: Table, key: str) -> bool:
    return table.flag(key) if table.has(key) else True


def _quiet(table: Table, zone: ZoneInfo) -> Calendar | None:
    named = table.texts("quiet", '["22:00-07:00"]')
    found: list[Hours] = sorted(hours for text in named if (hours := hours_between(table, "quiet", text)))
    again = [(start + DAY, end + DAY) for start, end in found[:1]]  # the next day's, behind midnight
    if any(first[1] > then[0] for first, then in pairwise([*found, *again])):
        table.note("quiet", "has hours that overlap; write them apart")
        return None
    return Calendar("quiet", zone, (tuple(found),) * 7) if found else None
