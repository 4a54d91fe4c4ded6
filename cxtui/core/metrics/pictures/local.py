"""Local hours and days of many moments, quickly, with the days on which clocks change."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta, tzinfo

from cxtui.core.metrics.timeline import HOUR, SECOND, Timeline, at

DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours_of_week(line: Timeline, i: int, j: int, zone: tzinfo) -> list[list[tuple[int, int]]]:
    """The places from ``i`` to before ``j`` by local hour of the week: 0 is Monday at 00, 167 Sunday at 23.

    Both hours of one that comes twice are the same. As many steps as there are hours with records.
    """
    found: list[list[tuple[int, int]]] = [[] for _ in range(7 * 24)]
    place = i
    while place < j:
        moment = line.at[place]
        there = at(moment).astimezone(zone)
        past = (there.minute * 60 + there.second) * SECOND + there.microsecond
        end = bisect_left(line.at, moment - past + HOUR, place, j)
        found[there.weekday() * 24 + there.hour].append((place, end))
        place = end
    return found


def hours_before(now: datetime, zone: tzinfo, count: int) -> list[datetime]:
    """The beginnings, in UTC, of the local hour of ``now`` and those before it, the oldest first.

    They are an hour apart in time: where clocks change a local hour comes twice, or not at all.
    """
    there = now.astimezone(zone)
    begun = now - timedelta(minutes=there.minute, seconds=there.second, microseconds=there.microsecond)
    return [begun.astimezone(UTC) - n * AN_HOUR for n in range(count - 1, -1, -1)]


def days_before(now: datetime, zone: tzinfo, count: int) -> list[date]:
    """The local day of ``now`` and those before it, the oldest first."""
    today = now.astimezone(zone).date()
    return [today - n * DAY for n in range(count - 1, -1, -1)]


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a local day begins, in UTC. Where midnight is left out, the first moment after it."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
