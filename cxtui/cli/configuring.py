"""config path, show, check, example: looking at the configuration without using it."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.printing import counted
from cxtui.config.places import find, usual
from cxtui.core.clock import span
from cxtui.core.web import masked
from cxtui.errors import ConfigError, SecretError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cxtui.config import Config
    from cxtui.core.clock import Policy
    from cxtui.core.feed import Feed
    from cxtui.core.macros import Do
    from cxtui.core.rules import Rule

TABLES = ("feeds", "policy", "view", "rule", "macro")
"""What there may be several of."""


def arguments(_command: str, _parser: Parser) -> None:
    """They take nothing."""


def run(call: Call) -> int:
    """Print what is asked."""
    jobs = {"path": _path, "show": _show, "check": _check, "example": _example}
    return jobs[call.command.name.partition(" ")[2]](call)


def _path(call: Call) -> int:
    try:
        path, exists = find(call.options.config, call.env), True
    except ConfigError:
        named = call.options.config or call.env.get("CXTUI_CONFIG")
        path, exists = Path(named) if named else usual(call.env)[0], False
    if call.options.json:
        call.say.record({"path": str(path), "exists": exists})
    else:
        call.say.line(str(path))
        if not exists:
            call.say.note("it is not there yet; cxtui init makes one")
    return 0


def _check(call: Call) -> int:
    from cxtui.cli.guarding import check_lists, lists_and_dictionaries
    from cxtui.cli.screen import check_keys

    try:
        config = call.config
        check_keys(config)
        check_feeds(config)
        check_texts(config)
        check_promises()
        check_lists(config)
    except ConfigError as error:
        if not call.options.json:
            raise
        call.say.record({"ok": False, "problems": list(error.problems)})
        return error.exit_code
    if call.options.json:
        call.say.record({"ok": True, "problems": []})
    else:
        call.say.line(f"{config.path}: nothing is wrong, {counted(len(config.feeds), 'feed')}")
        for said in lists_and_dictionaries(config):
            call.say.line(said)
    return 0


def check_feeds(config: Config) -> None:
    """Make every feed's connector, asking no network. Raises: ConfigError with file and line."""
    from cxtui import __version__
    from cxtui.config import line_of
    from cxtui.connectors import connect
    from cxtui.http import Client

    found: list[str] = []
    for n, feed in enumerate(config.feeds):
        try:
            connect(feed, Client(feed, agent=f"cxtui/{__version__}"))
        except SecretError:  # the token is asked for when it is needed
            continue
        except ConfigError as error:
            line = line_of(config.path, ("feeds", n)) if config.path else 0
            found += [f"{config.path}:{line} feeds {feed.name}: {problem}" for problem in error.problems]
    if found:
        raise ConfigError(found)


def check_texts(config: Config) -> None:
    """Read the user's prepared replies. Raises: ConfigError with file and line."""
    from cxtui.core.filters import parse
    from cxtui.data.prepared import languages, library

    folder = config.path.absolute().parent if config.path else None
    if folder is not None and (problems := library(folder, languages(folder), parse).problems):
        raise ConfigError(problems)


def check_promises() -> None:
    """Read the user's own lists of what promises something. Raises: ConfigError with file and line."""
    from cxtui.data import own_folder
    from cxtui.data.promising import read

    problems = read(own_folder(os.environ).with_name("promises")).problems
    if problems:
        raise ConfigError(list(problems))


def _example(call: Call) -> int:
    for line in files("cxtui.config").joinpath("example.toml").read_text(encoding="utf-8").splitlines():
        call.say.line(line)
    return 0


def _show(call: Call) -> int:
    config = call.config
    shown = settled(config)
    if call.options.json:
        call.say.record(shown)
        return 0
    for key, value in shown.items():
        if key not in TABLES:
            call.say.line(f"{key} = {_written(value)}")
    for name in TABLES:
        for one in shown[name]:
            call.say.line("")
            call.say.line(f"[[{name}]]")
            for key, value in one.items():
                if value not in (None, [], False, ""):
                    call.say.line(f"{key} = {_written(value)}")
    return 0


def settled(config: Config) -> dict[str, Any]:
    """The configuration as it stands after file, environment and options; tokens are ``***``."""
    return {
        "path": None if config.path is None else str(config.path),
        "operator": config.operator,
        "timezone": str(config.timezone),
        "brand": list(config.brand),
        "order_value": config.orders and config.orders.value,
        "currency": config.orders and (config.orders.currency or None),
        "orders_per_year": config.orders and config.orders.per_year,
        "store.kind": config.store.kind,
        "store.path": str(config.store.path),
        "state": str(config.state),
        "outbox.hold": span(config.hold),
        "compose.languages": list(config.languages),
        "warnings.bell": config.warnings.bell,
        "warnings.notify": config.warnings.osc,
        "warnings.title": config.warnings.title,
        "warnings.quiet": config.warnings.quiet and config.warnings.quiet.words,
        "warnings.hook": list(config.warnings.hook),
        "guard.words": list(config.guard.words),
        "guard.own": list(config.guard.own),
        "guard.spelling": config.guard.spelling,
        "retention.text": None if config.texts_kept is None else span(config.texts_kept),
        "keys": dict(config.keys),
        "feeds": [_feed(feed) for feed in config.feeds],
        "policy": [_policy(policy) for policy in (*config.policies.listed, config.policies.last)],
        "view": [{"name": one.name, "match": one.filter.text} for one in config.views],
        "rule": [_rule(one) for one in config.rules.listed],
        "macro": [{"name": one.name, "key": one.key, "do": _done(one.acts)} for one in config.macros],
    }


def _policy(policy: Policy) -> dict[str, Any]:
    """A policy with the hours of its calendar in words; the built-in one stands last."""
    early = policy.warn
    warn = span(early) if isinstance(early, timedelta) else f"{early * 100:g}%"
    return {
        "name": policy.name,
        "match": policy.match.text if policy.match else None,
        "first_response": policy.first_response.words,
        "next_response": policy.next_response.words,
        "update": policy.update.words,
        "thanks": policy.thanks.words,
        "warn_at": warn,
        "hours": policy.calendar.name,
        "open": policy.calendar.words,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {"name": rule.name, "match": rule.match.text, "do": _done(rule.acts), "stop": rule.stop}


def _done(acts: Iterable[Do]) -> list[str]:
    return [one.text for one in acts]


def _feed(feed: Feed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "connector": feed.connector,
        "url": masked(feed.url),
        "every": None if feed.every is None else span(feed.every),
        "kind": feed.kind,
        "own": list(feed.own),
        "backfill_after": span(feed.backfill_after),
        "competitor": feed.competitor,
        "allow_private": feed.allow_private,
        "user": feed.user,
        "email": feed.email,
        "token": None if feed.token is None else str(feed.token),
        "ca_file": feed.ca_file,
    }


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "-" if value is None else str(value)
