"""One call of the program: what was asked, by whom, when, and where it speaks."""

from __future__ import annotations

import signal
import sys
from argparse import Namespace
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.cli.commands import Command
from cxtui.cli.printing import Printer
from cxtui.errors import CxtuiError, UsageError

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.store import Store


@dataclass(frozen=True, slots=True)
class Options:
    """The options for all commands."""

    config: Path | None = None
    data: Path | None = None
    json: bool = False
    no_input: bool = False
    yes: bool = False
    readonly: bool = False
    no_color: bool = False
    no_mouse: bool = False


class Call:
    """What a command gets. Raises: UsageError where --readonly or CXTUI_NOW forbid the command."""

    def __init__(self, command: Command, options: Options, words: Namespace, env: Mapping[str, str]) -> None:
        self.command = command
        self.options = options
        self.words = words
        self.env = env
        self.say = Printer(json=options.json)
        self._config: Config | None = None
        self._frozen = self._frozen_clock()
        if options.readonly and command.changes:
            raise UsageError(f"cxtui {command.name} changes something and --readonly forbids that")

    @property
    def config(self) -> Config:
        """The configuration, read when first asked for. Raises: ConfigError."""
        if self._config is None:
            self._config = self._load()
        return self._config

    def reread(self) -> Config:
        """The configuration as its file is now. Raises: ConfigError."""
        return self._load()

    def now(self) -> datetime:
        """The time: the machine's, or the one that CXTUI_NOW gives to commands that only read."""
        return self._frozen or clock()

    def local(self, at: datetime | None) -> str:
        """A time as people read it, in the configured zone."""
        return "-" if at is None else f"{at.astimezone(self.config.timezone):%Y-%m-%d %H:%M}"

    @asynccontextmanager
    async def store(self) -> AsyncGenerator[Store]:
        """The store, open for as long as the command needs it. Raises: StoreError."""
        from cxtui.store import open_store

        store = await open_store(self.config.store.path, self.config.policies)
        try:
            yield store
        finally:
            await store.close()

    @property
    def asks(self) -> bool:
        """Whether somebody is there to be asked."""
        return not self.options.no_input and sys.stdin.isatty() and sys.stderr.isatty()

    def confirm(self, what: str) -> None:
        """Go on only if the operator agrees.

        Raises: UsageError where nobody can be asked, CxtuiError where the answer is no.
        """
        if self.options.yes:
            return
        if not self.asks:
            raise UsageError(f"{what}. That is asked first; without a terminal add --yes")
        self.say.ask(f"{what}. Go on? [y/N] ")
        before = signal.signal(
            signal.SIGINT, signal.default_int_handler
        )  # a loop would wait for the line to end
        try:
            answer = sys.stdin.readline()
        finally:
            signal.signal(signal.SIGINT, before)
        if answer.strip().lower() not in ("y", "yes"):
            raise CxtuiError("nothing was done")

    def _load(self) -> Config:
        from cxtui.config import bare, load
        from cxtui.config.places import usual

        data = self.options.data
        if data is None and self.env.get("CXTUI_DATA"):
            data = Path(self.env["CXTUI_DATA"]).expanduser().absolute()
        named = self.options.config or self.env.get("CXTUI_CONFIG")
        if self.command.bare and data and not named and not any(place.exists() for place in usual(self.env)):
            return bare(self.env, data)
        return load(self.options.config, self.env, data=data, now=clock())

    def _frozen_clock(self) -> datetime | None:
        text = self.env.get("CXTUI_NOW", "")
        if not text or self.command.frozen == "ignores":
            return None
        if self.command.frozen == "refuses":
            raise UsageError(
                f"cxtui {self.command.name} happens now: CXTUI_NOW is for commands that only read; unset it"
            )
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"CXTUI_NOW must be a time such as 2026-11-22T09:00:00Z, is {text!r}") from None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def clock() -> datetime:
    """The time by the machine's clock."""
    return datetime.now(UTC)
