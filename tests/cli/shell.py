"""Calls of the program inside the test: its words in, its exit code and outputs out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from cxtui.cli import main
from cxtui.core.policies import Policies
from cxtui.store.book import Book
from cxtui.store.memory import MemoryTables

Record = dict[str, Any]
NOON = "2026-11-22T12:00:00Z"
T = TypeVar("T")


class LastingTables(MemoryTables):
    """Tables that outlive the commands of one test."""

    def close(self) -> None:
        pass


class Screen(io.TextIOWrapper):
    """A stream that may say that it is a terminal."""

    def __init__(self, text: str = "", *, terminal: bool = False) -> None:
        self.raw_bytes = io.BytesIO(text.encode("utf-8", "surrogateescape"))
        super().__init__(self.raw_bytes, encoding="utf-8", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def text(self) -> str:
        return self.raw_bytes.getvalue().decode()


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[Record]:
        """What --json printed, one object a line, without the version."""
        found = [json.loads(line) for line in self.out.splitlines()]
        assert all(record.pop("v") == 1 for record in found)
        return found

    @property
    def record(self) -> Record:
        """The only object that --json printed."""
        [record] = self.records
        return record


@dataclass
class Shell:
    """An operator at a prompt, with a home, a configuration and a store of their own."""

    home: Path
    config: str = 'operator = "nok"\ntimezone = "UTC"\n'
    env: dict[str, str] = field(default_factory=dict[str, str])
    tables: LastingTables = field(default_factory=LastingTables)

    def run(
        self, *words: str, env: Mapping[str, str] | None = None, stdin: str = "", terminal: bool = False
    ) -> Done:
        """Run one command; ``terminal`` sits the operator in front of it."""
        file = self.home / ".config/cxtui/config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.config)
        out, err = Screen(), Screen(terminal=terminal)
        base = {"HOME": str(self.home), "USER": "nok", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
        with (
            patch.dict("os.environ", base | self.env | dict(env or {}), clear=True),
            patch.object(sys, "stdin", Screen(stdin, terminal=terminal)),
            patch.object(sys, "stdout", out),
            patch.object(sys, "stderr", err),
            patch("cxtui.store.open_store", self.open),
        ):
            code = main(words)
        return Done(code, out.text, err.text)

    def json(self, *words: str, env: Mapping[str, str] | None = None) -> list[Record]:
        """The objects of a command that must go well."""
        done = self.run(*words, "--json", env=env)
        assert (done.code, done.err) == (0, "")
        return done.records

    def act(self, *words: str) -> Record:
        """The one object of an act that must go well."""
        [record] = self.json(*words)
        return record

    def load(self, records: Sequence[Record]) -> None:
        """Put records into the store."""
        lines = "".join(json.dumps(record) + "\n" for record in records)
        done = self.run("import", "-", stdin=lines)
        assert (done.code, done.err) == (0, "")

    async def open(self, _folder: object = None, policies: Policies | None = None) -> Book:
        book = Book(lambda: self.tables, policies)
        await book.open()
        return book


def item(name: str, posted: str = NOON, **more: Any) -> Record:
    """An item's record; ``more`` replaces fields."""
    return {
        "v": 1, "type": "item", "id": f"comments:{name}", "feed": "comments", "network": "feed",
        "kind": "comment", "thread": f"comments:{name}",
        "author": {"handle": f"@{name}", "name": name.title(), "followers": None},
        "text": f"where is order {name}?", "title": None, "attachments": [], "role": "customer",
        "visibility": "public", "score": None, "posted": posted, "seen": posted,
        "url": f"https://shop.example/#{name}", "stars": None, "scale": 5, "tone": None, "tone_by": None,
        "lang": "en", "history": False, **more,
    }  # fmt: skip


def replied(name: str, at: str, **more: Any) -> Record:
    """A reply's record."""
    return {
        "v": 1, "type": "reply", "item": f"comments:{name}", "by": "nok", "text": "It is on its way.",
        "at": at, "kind": "answer", "origin": "cxtui", "remote_id": f"r-{name}", **more,
    }  # fmt: skip
