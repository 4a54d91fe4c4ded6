"""The live screen, on the configured feeds or on a made-up world. Imports the screen last."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from cxtui.cli.arguments import Parser, at_least
from cxtui.cli.call import Call, clock
from cxtui.config import Config, bare, line_of
from cxtui.config.views import View
from cxtui.core.alarms import Warnings
from cxtui.core.attached import File
from cxtui.core.inbox import Row
from cxtui.core.item import Deed, Event, ReplyKind, Verb, Visibility
from cxtui.engine.attaching import Attached
from cxtui.engine.desk import Words
from cxtui.engine.live import LiveDesk
from cxtui.engine.reload import ConfigFile
from cxtui.errors import ConfigError, Unlawful, UsageError
from cxtui.store import FeedState, Outgoing, Store, open_store
from cxtui.ui.commands.own import command_of
from cxtui.ui.keys import crossed, problems
from cxtui.ui.terminal import refusal

ITEMS = 40
SEEDS = 1_000_000


READONLY = "cxtui was started with --readonly: nothing is changed here"


class Watching(LiveDesk):
    """A desk that shows what is there and changes nothing (--readonly)."""

    readonly: str = READONLY

    async def act(
        self, ids: Sequence[str], verb: Verb, detail: dict[str, Any] | None = None
    ) -> tuple[Row, ...]:
        _refuse(ids, verb, detail)

    async def undo(self) -> tuple[Row, Event]:
        _refuse()

    async def redo(self) -> tuple[Row, Event]:
        _refuse()

    async def keep_draft(
        self, row: str, text: str, visibility: Visibility | None = None, files: Sequence[File] | None = None,
        kind: ReplyKind = "answer",
    ) -> None:  # fmt: skip
        _refuse(row, text, visibility, files, kind)

    async def attach(self, feed: str, path: str, alt: str = "", beside: Sequence[File] = ()) -> Attached:
        _refuse(feed, path, alt, beside)

    async def reply(self, row: str, words: Words) -> Outgoing:
        _refuse(row, words)

    async def take_away(self, key: str) -> None:
        _refuse(key)

    async def deed(self, row: str, deed: Deed, behind: int = 0) -> Outgoing:
        _refuse(row, deed, behind)

    async def recall(self, key: str) -> Outgoing:
        _refuse(key)

    async def discard(self, key: str) -> None:
        _refuse(key)

    async def settle(self, key: str, *, sent: bool) -> Outgoing:
        _refuse(key, sent)

    async def pause_feed(self, name: str) -> FeedState:
        _refuse(name)

    async def resume_feed(self, name: str) -> FeedState:
        _refuse(name)

    async def poll_now(self) -> None:
        _refuse()

    async def writes(self, row: str, *, now: bool) -> None:
        """Nobody writes here."""


def _refuse(*_: object) -> NoReturn:
    raise Unlawful(READONLY)


VIEWS = {"late": "is:late", "reviews": "kind:review", "unhappy": "tone:complaint | stars:<=2"}
"""The saved filters of a made-up world."""
SILENT = Warnings(bell=False, osc=False)
"""A made-up world rings no bells."""


def arguments(command: str, parser: Parser) -> None:
    """The demo takes its size and its seed."""
    if command == "demo":
        parser.add_argument("--items", type=at_least(1), default=ITEMS, metavar="N", help="how many wait")
        parser.add_argument("--seed", type=at_least(0), metavar="S", help="the same world again")


def run(call: Call) -> int:
    """Show it until it is left. That no screen can be drawn is said before the toolkit is imported."""
    demo = call.command.name == "demo"
    config = _made_up(call) if demo else call.config
    check_keys(config)
    why = refusal(call.env, sys.__stdin__, sys.__stdout__)
    if why:
        raise UsageError(why)

    with tempfile.TemporaryDirectory(prefix="cxtui-demo-") if demo else nullcontext() as folder:
        return _shown(call, config, Path(folder) if folder else config.store.path, demo=demo)


def _shown(call: Call, config: Config, folder: Path, *, demo: bool) -> int:
    async def opened() -> Store:
        return await open_store(folder)

    from cxtui.ui.app import run as show

    file = None if demo else watched(call)
    if call.options.readonly:
        desk = Watching(config, opened, clock=clock, polls=demo, file=file)
    else:
        desk = LiveDesk(config, opened, clock=clock, file=file)
    title = " ".join((["demo"] if demo else []) + (["(read only)"] if call.options.readonly else []))
    return show(
        desk, clock=clock, zone=config.timezone, colour=colour(call), mouse=not call.options.no_mouse,
        keys=config.keys, title=title, warnings=config.warnings, macros=config.macros,
        state=folder / "state" if demo else config.state, views=config.views,
    )  # fmt: skip


def watched(call: Call) -> ConfigFile | None:
    """The configuration's file, to be looked at for changes; None where there is none."""

    def read() -> Config:
        config = call.reread()
        check_keys(config)
        return config

    return ConfigFile(call.config.path, read, call.config.beside) if call.config.path else None


def _made_up(call: Call) -> Config:
    """The demo's configuration: its feeds are a world of its own, its store is kept nowhere."""
    from cxtui.connectors.demo import feeds
    from cxtui.core.filters import parse

    seed = secrets.randbelow(SEEDS) if call.words.seed is None else call.words.seed
    env = {**call.env, "CXTUI_OPERATOR": "you"}
    world = feeds(seed, call.words.items)
    made = bare(env, Path(tempfile.gettempdir()))
    views = tuple(View(name, parse(text)) for name, text in VIEWS.items())
    return replace(made, feeds=world, warnings=SILENT, views=views)


def colour(call: Call) -> bool:
    """Whether colours are wanted. Source: no-color.org."""
    return not (call.options.no_color or call.env.get("NO_COLOR") or call.env.get("CXTUI_NO_COLOR"))


def check_keys(config: Config) -> None:
    """Look at ``[keys]`` as the screen would. Raises: ConfigError with file and line."""
    if config.path is None:
        return
    found: list[str] = []
    for problem in problems(config.keys):
        name = problem.partition(":")[0].removeprefix("keys.")
        found.append(f"{config.path}:{line_of(config.path, ('keys', name))} {problem}")
    places = {f"macro.{one.name}": n for n, one in enumerate(config.macros)}
    for name, said in crossed(config.keys, [command_of(one) for one in config.macros]) if not found else ():
        line = line_of(config.path, ("macro", places[name], "key"))
        found.append(f"{config.path}:{line} macro.key: {said}")
    if found:
        raise ConfigError(found)
