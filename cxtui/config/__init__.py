"""config.toml as frozen values, or every problem in it at once with file, line and key."""

from __future__ import annotations

import getpass
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from cxtui.config.brand import brand, orders
from cxtui.config.composing import LANGUAGES, languages
from cxtui.config.feeds import feeds
from cxtui.config.guard import Guarded, guarded
from cxtui.config.holidays import DaysOff
from cxtui.config.lines import Lines, Place
from cxtui.config.macros import macros
from cxtui.config.places import Env, data_folder, find, state_folder
from cxtui.config.policies import policies
from cxtui.config.rules import rules
from cxtui.config.table import Problems, Table
from cxtui.config.tokens import exposed
from cxtui.config.views import View, views
from cxtui.config.warning import warnings
from cxtui.config.zones import local_zone, zone
from cxtui.core.alarms import Warnings
from cxtui.core.calendar import Calendar
from cxtui.core.feed import Feed
from cxtui.core.macros import Macro
from cxtui.core.orders import Orders
from cxtui.core.policies import Policies
from cxtui.core.rules import SELF, Rules
from cxtui.core.when import duration
from cxtui.errors import ConfigError

__all__ = ["Config", "StorePlace", "bare", "line_of", "load"]

HOLD = timedelta(seconds=10)
LONGEST_HOLD = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Which store, and the folder that it lies in."""

    kind: Literal["tinydb"]
    path: Path


@dataclass(frozen=True, slots=True)
class Config:
    """What the operator wants. ``path`` is None where no file was needed.

    ``hold`` is how long a reply can be taken back, ``texts_kept`` how long the words of messages
    are kept (None: for ever). ``keys`` maps command ids to keys.
    ``state`` is the folder for crash reports, ``languages`` those of prepared replies beside the customer's.
    ``brand`` are our own names, ``orders`` what an order is worth.
    """

    path: Path | None
    operator: str
    timezone: ZoneInfo
    store: StorePlace
    state: Path
    feeds: tuple[Feed, ...] = ()
    hold: timedelta = HOLD
    texts_kept: timedelta | None = None
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    languages: tuple[str, ...] = LANGUAGES
    views: tuple[View, ...] = ()
    policies: Policies = field(default_factory=Policies)
    warnings: Warnings = field(default_factory=Warnings)
    macros: tuple[Macro, ...] = ()
    guard: Guarded = field(default_factory=Guarded)
    rules: Rules = field(default_factory=Rules)
    brand: tuple[str, ...] = ()
    orders: Orders | None = None

    @property
    def beside(self) -> tuple[Path, ...]:
        """The files that were read for it beside its own."""
        holidays = [policy.calendar.holidays for policy in self.policies.listed]
        return tuple(
            dict.fromkeys(file for one in holidays if isinstance(one, DaysOff) for file in one.files)
        )


def load(path: Path | None, env: Env, *, data: Path | None = None, now: datetime | None = None) -> Config:
    """The configuration of ``path``, or of the usual places; ``data`` holds store and state instead.

    From ``now`` on every calendar must open within a year.

    Raises: ConfigError with every problem found.
    """
    file = find(path, env)
    text, open_to_others = _read(file)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax(file, text, str(error))]) from error
    problems = Problems(str(file), Lines(text))
    top = Table(values, (), problems)
    config = _config(file, top, env, data, now, open_to_others=open_to_others)
    top.end()
    if problems.all:
        raise ConfigError(problems.all)
    return config


def line_of(file: Path, place: Place) -> int:
    """The line of a key in a file that has been read, for those who check what is read here as text."""
    return Lines(_read(file)[0]).of(place)


def bare(env: Env, data: Path) -> Config:
    """The defaults, for commands that need no more than the store in ``data``."""
    problems = Problems("", Lines(""))
    config = _config(None, Table({}, (), problems), env, data, None, open_to_others=False)
    if problems.all:
        raise ConfigError(problems.all)
    return config


def _config(
    file: Path | None, top: Table, env: Env, data: Path | None, now: datetime | None, *, open_to_others: bool
) -> Config:
    if data is None and env.get("CXTUI_DATA"):
        data = Path(env["CXTUI_DATA"]).expanduser().absolute()
    folder = file.absolute().parent if file else Path("/")
    operator = _operator(top, env)
    named_zone = top.text("timezone", '"Asia/Vientiane"')
    here = _zone(top, named_zone, env)
    terms = policies(top.tables("policy"), _calendars(top, here, folder, now))
    read = feeds(top.tables("feeds"), env, folder, exposed=open_to_others)
    named = brand(top)
    if named:
        read = tuple(replace(feed, brand=named) if feed.competitor else feed for feed in read)
    if terms.shortest != Policies().shortest:  # finding a message may take a part of the time for its answer
        read = tuple(replace(feed, promise=terms.shortest) for feed in read)
    return Config(
        path=file,
        operator=operator,
        timezone=here,
        feeds=read,
        store=_store(top.table("store"), env, folder, data),
        state=state_folder(env, data),
        hold=_hold(top.table("outbox"), env),
        texts_kept=_texts_kept(top.table("retention")),
        keys=_keys(top.table("keys")),
        languages=languages(top.table("compose")),
        views=views(top.tables("view")),
        policies=terms,
        warnings=warnings(top.table("warnings"), here),
        macros=macros(top.tables("macro")),
        guard=guarded(top.table("guard")),
        rules=rules(top.tables("rule"), here),
        brand=named,
        orders=orders(top),
    )


def _operator(top: Table, env: Env) -> str:
    named, over = top.text("operator", '"nok"'), env.get("CXTUI_OPERATOR", "").strip()
    found = over or named or _login(env)
    if found.startswith(SELF):
        said = f"{found!r} is how the acts of rules are signed; choose another name"
        if over:
            top.problems.note_outside(f"CXTUI_OPERATOR: {said}")
        else:
            top.note("operator", said)
    return found


def _calendars(top: Table, here: ZoneInfo, folder: Path, now: datetime | None) -> Mapping[str, Calendar]:
    if not top.has("calendars"):
        return {}
    from cxtui.config.calendars import calendars

    return calendars(top.table("calendars"), here, folder, now)


def _zone(top: Table, named: str | None, env: Env) -> ZoneInfo:
    over = env.get("CXTUI_TIMEZONE")
    name = over or named
    if name is None:
        return local_zone(env)
    found = zone(name)
    if isinstance(found, ZoneInfo):
        return found
    if over:
        top.problems.note_outside(f"CXTUI_TIMEZONE: {found}")
    else:
        top.note("timezone", found)
    return ZoneInfo("UTC")


def _store(table: Table, env: Env, folder: Path, data: Path | None) -> StorePlace:
    kind = table.text("kind", '"tinydb"')
    if kind == "postgres":
        table.note(
            "kind", 'this version keeps its store on this machine only; leave it out or write "tinydb"'
        )
    elif kind not in (None, "tinydb"):
        table.note("kind", f"unknown store {kind!r}, did you mean 'tinydb'?")
    named = table.text("path", '"~/cxtui"')
    table.end()
    if data is not None:
        return StorePlace("tinydb", data)
    return StorePlace("tinydb", folder / Path(named).expanduser() if named else data_folder(env))


def _hold(table: Table, env: Env) -> timedelta:
    found = table.length("hold", "10s", timedelta(), LONGEST_HOLD)
    table.end()
    over = env.get("CXTUI_HOLD")
    if over:
        length = duration(over)
        if length is None or length > LONGEST_HOLD:
            table.problems.note_outside(f"CXTUI_HOLD: must be from 0s to 60s such as 10s, is {over!r}")
        return length or timedelta()
    return HOLD if found is None else found


def _texts_kept(table: Table) -> timedelta | None:
    found = table.length("text", "400d", timedelta(days=30))
    table.end()
    return found


def _keys(table: Table) -> dict[str, str]:
    return {command: key for command in table.values if (key := table.text(command, '"r"'))}


def _login(env: Env) -> str:
    name = env.get("LOGNAME") or env.get("USER")
    if name:
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user{os.getuid()}"


def _read(file: Path) -> tuple[str, bool]:
    """The text, and whether others than the owner can read it."""
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            raw = opened.read()
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from error
    try:
        return raw.decode("utf-8-sig"), exposed(mode)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError([f"{file}:{line} is no UTF-8 text; save it as UTF-8"]) from error


def _syntax(file: Path, text: str, message: str) -> str:
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    line, column = (place[1], place[2]) if place else (len(text.splitlines()) or 1, 1)
    what = re.sub(r" \(at .*\)$", "", message)
    return f"{file}:{line}:{column} is not valid TOML: {what[:1].lower()}{what[1:]}"
