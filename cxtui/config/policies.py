"""The ``[[policy]]`` tables: how long whom may wait, the first that matches counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from cxtui.config.table import Table, called, meant
from cxtui.config.views import read_filter
from cxtui.core.calendar import ALWAYS, ALWAYS_OPEN, Calendar
from cxtui.core.clock import DEFAULT, Policy, Target, Warn
from cxtui.core.policies import Policies
from cxtui.core.when import duration

_LONGEST_NAME = 64
_LEAST, _MOST = timedelta(minutes=1), timedelta(days=366)
_DAYS = re.compile(r"(?:(\d{1,3})d)?(.*)", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,3})?) ?%", re.ASCII)


def policies(tables: list[Table], calendars: Mapping[str, Calendar]) -> Policies:
    """Every policy in its order; what is wrong with one is noted in its table."""
    names: dict[str, Table] = {}
    everybody: Table | None = None
    found: list[Policy] = []
    for table in tables:
        name = _name(table)
        if name in names:
            line = table.problems.line((*names[name].place, "name"))
            table.note("name", f"{name!r} is the name of the policy at line {line} already")
        if everybody is not None:
            line = table.problems.line(everybody.place)
            table.note("name", f"nothing comes here: the policy at line {line} has no match and takes all")
        policy = _policy(table, name, calendars)
        if not table.has("match"):
            everybody = everybody or table
        names.setdefault(name, table)
        found.append(policy)
    return Policies(tuple(found))


def _policy(table: Table, name: str, calendars: Mapping[str, Calendar]) -> Policy:
    read = Policy(
        name=name,
        match=read_filter(table, "match", early=True),
        first_response=_target(table, "first_response", '"4h"', DEFAULT.first_response),
        next_response=_target(table, "next_response", '"4h"', DEFAULT.next_response),
        update=_target(table, "update", '"4h"', DEFAULT.update),
        thanks=_target(table, "thanks", '"2d"', DEFAULT.thanks),
        warn=_warn(table),
        calendar=_calendar(table, calendars),
    )
    table.end()
    return read


def _name(table: Table) -> str:
    name = table.text("name", '"reviews"')
    if name is None:
        if not table.has("name"):
            table.missing("name", '"reviews"')
        return ""
    if name != name.strip() or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name:
        table.note("name", f"must be short, without a slash and without invisible characters, is {name!r}")
    return name


def _target(table: Table, key: str, example: str, default: Target) -> Target:
    length = table.length(key, example.strip('"'), _LEAST, _MOST)
    if length is None:
        return default
    days = _DAYS.match(str(table.raw(key)))
    whole = int(days[1]) if days and days[1] else 0
    return Target(whole, length - timedelta(days=whole))


def _warn(table: Table) -> Warn:
    value = table.raw("warn_at")
    if value is None:
        return DEFAULT.warn
    text = value.strip() if isinstance(value, str) else ""
    percent = _PERCENT.fullmatch(text)
    if percent and float(percent[1]) <= 100:
        return float(percent[1]) / 100
    length = duration(text)
    if length is not None and length <= _MOST:
        return length
    is_what = repr(value) if isinstance(value, str) else called(value)
    table.note("warn_at", f'must be how much time is left, such as "15m" or "25%", is {is_what}')
    return DEFAULT.warn


def _calendar(table: Table, calendars: Mapping[str, Calendar]) -> Calendar:
    name = table.text("hours", '"office"')
    if name is None or name == ALWAYS:
        return ALWAYS_OPEN
    found = calendars.get(name)
    if found is None:
        hint = meant(name, [*calendars, ALWAYS]) if calendars else f"; there is no [calendars.{name}]"
        table.note("hours", f"unknown calendar {name!r}{hint}")
        return ALWAYS_OPEN
    return found
