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
from cxtui.core.inbox import Row
from cxtui.core.item import Deed, Event, ReplyKind, Verb
from cxtui.engine.live import LiveDesk
from cxtui.engine.reload import ConfigFile
from cxtui.errors import ConfigError, Unlawful, UsageError
from cxtui.store import FeedState, Outgoing, Store, open_store
from cxtui.ui.keys import problems
from cxtui.ui.terminal import refusal

ITEMS = 40
SEEDS = 1_000_000


class Watching(LiveDesk):
    """A desk that shows what is there and changes nothing (--readonly)."""

    async def act(
        self, ids: Sequence[str], verb: Verb, detail: dict[str, Any] | None = None
    ) -> tuple[Row, ...]:
        _refuse(ids, verb, detail)

    async def undo(self) -> tuple[Row, Event]:
        _refuse()

    async def redo(self) -> tuple[Row, Event]:
        _refuse()

    async def keep_draft(self, row: str, text: str) -> None:
        _refuse(row, text)

    async def reply(self, row: str, text: str, kind: ReplyKind, basis: tuple[str, ...]) -> Outgoing:
        _refuse(row, text, kind, basis)

    async def deed(self, row: str, deed: Deed) -> Outgoing:
        _refuse(row, deed)

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
    raise Unlawful("cxtui was started with --readonly: nothing is changed here")


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
        keys=config.keys, title=title,
    )  # fmt: skip


def watched(call: Call) -> ConfigFile | None:
    """The configuration's file, to be looked at for changes; None where there is none."""

    def read() -> Config:
        config = call.reread()
        check_keys(config)
        return config

    return ConfigFile(call.config.path, read) if call.config.path else None


def _made_up(call: Call) -> Config:
    """The demo's configuration: its feeds are a world of its own, its store is kept nowhere."""
    from cxtui.connectors.demo import feeds

    seed = secrets.randbelow(SEEDS) if call.words.seed is None else call.words.seed
    env = {**call.env, "CXTUI_OPERATOR": "you"}
    return replace(bare(env, Path(tempfile.gettempdir())), feeds=feeds(seed, call.words.items))


def colour(call: Call) -> bool:
    """Whether colours are wanted. Source: no-color.org."""
    return not (call.options.no_color or call.env.get("NO_COLOR") or call.env.get("CXTUI_NO_COLOR"))


def check_keys(config: Config) -> None:
    """Look at ``[keys]`` as the screen would. Raises: ConfigError with file and line."""
    if config.path is None or not config.keys:
        return
    found: list[str] = []
    for problem in problems(config.keys):
        name = problem.partition(":")[0].removeprefix("keys.")
        found.append(f"{config.path}:{line_of(config.path, ('keys', name))} {problem}")
    if found:
        raise ConfigError(found)
