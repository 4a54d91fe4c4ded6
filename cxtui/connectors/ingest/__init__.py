"""Ingest: records from a file that grows, from a drop folder, or from standard input.

Each line is a record (`cxtui.connectors.record`). Nothing can be answered here.
"""

from __future__ import annotations

import asyncio
import io
import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event

import msgspec

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.heard import Cursor, fresh, noted, remembered
from cxtui.connectors.ingest.files import Spot, growing, piped, shown
from cxtui.connectors.ingest.folder import Part, look
from cxtui.connectors.record import Ours
from cxtui.connectors.records import Batch, Problem, lines, read
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.errors import ConfigError, Rejected, Unreachable, Unreadable
from cxtui.http import Client

STDIN = "-"

CAN = Capabilities(
    network="ingest",
    code="in",
    title="records of a file or folder",
    why_not="records are only read: a file takes no replies",
    check=True,
    own_posts=True,
)


class Stand(Cursor, frozen=True):
    """What was read: how far in a file, which files of a folder."""

    spot: Spot = Spot()
    read: str = ""
    part: Part = Part()


def connect(feed: Feed, http: Client) -> Ingest:
    """The records of one path. Raises: ConfigError."""
    del http
    path = str(feed.options.get("path", ""))
    if path == STDIN and feed.options.get("done"):
        raise ConfigError([f"feed {feed.name!r}, done: standard input cannot be moved; leave it out"])
    if path != STDIN and not Path(path).is_absolute():
        raise ConfigError([f'feed {feed.name!r}, path: must be a file, a folder or "-", is {path!r}'])
    return Ingest(feed, path)


@dataclass(frozen=True, slots=True)
class Ingest:
    """One path. ``kept`` is what standard input said so far, since it says it only once."""

    feed: Feed
    path: str
    kept: bytearray = field(default_factory=bytearray)
    ended: Event = field(default_factory=Event)

    @property
    def capabilities(self) -> Capabilities:
        """Reading only."""
        return CAN

    async def check(self) -> Identity:
        """Whether the path can be read."""
        if self.path == STDIN:
            return Identity("", "reads standard input at cxtui poll --once")
        found = await asyncio.to_thread(_kind, Path(self.path))
        return Identity("", f"reads the {found} {self.path}")

    async def poll(self, cursor: str, now: datetime) -> Page:  # noqa: ARG002 - the contract's
        """The records that were added since."""
        before = remembered(cursor, Stand)
        if self.path == STDIN:
            records, problems = lines(await self._piped(), "standard input ")
            after, words = before, list[str]()
        else:
            records, problems, words, after = await asyncio.to_thread(self._read, before)
        batch = await asyncio.to_thread(self._batch, records, problems)
        new, heard = await asyncio.to_thread(fresh, before.heard, batch.arrivals)
        after, gap = noted(msgspec.structs.replace(after, heard=heard), batch.problems, words)
        return Page(new, after.written(), not_modified=not new, gap=gap)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:  # noqa: ARG002
        """Not possible. Raises: Rejected."""
        raise Rejected("a file cannot be asked for one conversation")

    async def reply(self, draft: Draft) -> Sent:  # noqa: ARG002
        """Not possible. Raises: Rejected."""
        raise Rejected(CAN.why_not)

    def ours(self, draft: Draft, message: Arrival) -> bool:  # noqa: ARG002
        """Nothing goes out through a file, so nothing of it comes back."""
        return False

    def _read(self, before: Stand) -> tuple[list[tuple[str, object]], list[Problem], list[str], Stand]:
        """What the path holds beyond what was read. Raises: Unreachable, Unreadable."""
        path = Path(self.path)
        if _kind(path) == "folder":
            drop = look(path, before.read, before.part, done=bool(self.feed.options.get("done")))
            after = msgspec.structs.replace(before, read=drop.read, part=drop.part)
            return drop.records, drop.problems, drop.words, after
        piece = growing(path, before.spot)
        after = msgspec.structs.replace(before, spot=piece.spot)
        return piece.records, piece.problems, piece.words, after

    def _batch(self, records: Sequence[tuple[str, object]], problems: Sequence[Problem]) -> Batch:
        batch = read(records, Ours(self.feed.own))
        return Batch(batch.arrivals, (*problems, *batch.problems))

    async def _piped(self) -> bytes:
        """All of standard input. Raises: Unreachable where there is none to be read."""
        if self.ended.is_set():
            return bytes(self.kept)
        try:
            file = sys.stdin.fileno()
        except (AttributeError, ValueError, io.UnsupportedOperation) as wrong:
            raise Unreachable("there is no standard input to read records from") from wrong
        if os.isatty(file):
            raise Unreachable("standard input is a terminal: pipe the records into cxtui poll --once")
        stop = Event()
        try:
            found = await asyncio.to_thread(piped, file, self.kept, stop)
        finally:
            stop.set()
        self.ended.set()
        return found


def _kind(path: Path) -> str:
    """Whether there is a file or a folder. Raises: Unreachable, Unreadable."""
    try:
        mode = path.stat().st_mode
    except OSError as wrong:
        raise Unreachable(f"{shown(path)} cannot be read: {wrong.strerror}") from wrong
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISREG(mode):
        return "file"
    raise Unreadable(f"{shown(path)} is neither a file nor a folder and is not read")
