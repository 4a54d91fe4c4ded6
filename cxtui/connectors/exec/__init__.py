"""Exec: a program of the operator's own that prints messages and takes replies.

It is called with one word (``poll``, ``thread`` or ``reply``) after its own, gets one line of JSON on its
standard input and prints lines of JSON. A poll and a thread print records (`cxtui.connectors.record`);
a poll may print ``{"cursor": "…"}`` and gets it back the next time. A reply prints ``{"id": …, "url": …}``
or ``{"error": "…"}``. Exit code 75 means later, 77 sign-in refused, any other but 0 that it failed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec

from cxtui.connectors import Capabilities, Draft, Identity, Page, Sent
from cxtui.connectors.exec.program import Program, hushed
from cxtui.connectors.heard import Cursor, fresh, noted, remembered, sentence
from cxtui.connectors.record import Ours, called, native, unsendable
from cxtui.connectors.records import Batch, Problem, lines, read
from cxtui.core.feed import Feed
from cxtui.core.item import Arrival
from cxtui.core.text import clean, one_line
from cxtui.core.wording import alike
from cxtui.errors import ConfigError, Rejected, Unreachable, Unreadable
from cxtui.http import Client

TIMEOUT = 20
"""Seconds that the program may take unless the feed says otherwise."""
LONGEST = 600
SKEW = timedelta(minutes=10)
ALIKE = 0.8
TOKEN = "CXTUI_TOKEN"  # noqa: S105 - the name of an environment variable
MARK = 64 << 10
"""Characters of a program's cursor."""

CAN = Capabilities(
    no_delete="the program is not asked to delete",
    network="exec", code="exec", title="a program of your own", reply=True, thread=True, check=True,
    visibility=("public", "direct"), own_posts=True,
)  # fmt: skip


class Place(Cursor, frozen=True):
    """What the last poll heard, and the program's own cursor."""

    own: str = ""


def connect(feed: Feed, http: Client) -> Exec:
    """The program of one feed. Raises: ConfigError."""
    del http
    command: tuple[str, ...] = tuple(feed.options.get("command", ()))
    timeout = feed.options.get("timeout", TIMEOUT)
    problems: list[str] = []
    if not command or any("\0" in word for word in command):
        problems.append('command: must be the program and its words, such as ["python3", "guestbook.py"]')
    if not 1 <= timeout <= LONGEST:
        problems.append(f"timeout: must be from 1 to {LONGEST} seconds, is {timeout}")
    if problems:
        raise ConfigError([f"feed {feed.name!r}, {problem}" for problem in problems])
    folder = Path(feed.options.get("folder") or Path.home()).absolute()
    return Exec(feed, Program(f"the program of {feed.name}", command, str(folder), timeout))


@dataclass(frozen=True, slots=True)
class Exec:
    """One program, run once at a time. ``turn`` is held while it runs."""

    feed: Feed
    program: Program
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def capabilities(self) -> Capabilities:
        """What the configuration says that the program can do."""
        can = replace(CAN, thread=bool(self.feed.options.get("threads")), title=self.program.name)
        if self.feed.options.get("replies"):
            return can
        why = f"the feed {self.feed.name} does not say that its program takes replies (replies = true)"
        return replace(can, reply=False, why_not=why, visibility=("public",))

    async def check(self) -> Identity:
        """Whether the program runs, and what it would tell."""
        batch, _ = await self._read("poll", {"cursor": "", "now": _stamp(datetime.now(UTC))})
        wrong = sentence(batch.problems)
        words = f"{self.program.name} tells {len(batch.arrivals)} messages" + (f"; {wrong}" if wrong else "")
        return Identity(self.feed.user or "", words)

    async def poll(self, cursor: str, now: datetime) -> Page:
        """Messages not heard before, and those that say something else now."""
        before = remembered(cursor, Place)
        batch, own = await self._read("poll", {"cursor": before.own, "now": _stamp(now)})
        if batch.lost and not batch.arrivals and own is None:
            raise Unreadable(f"{self.program.name}: {sentence(batch.problems)}")
        new, heard = await asyncio.to_thread(fresh, before.heard, batch.arrivals)
        after = Place(before.begun, heard, before.told, before.owed, before.own if own is None else own)
        after, gap = noted(after, batch.problems)
        return Page(new, after.written(), not_modified=not new, gap=gap)

    async def thread(self, native: str, thread: str) -> tuple[Arrival, ...]:
        """The messages of the thread among those that the program prints for it."""
        if not self.capabilities.thread:
            raise Rejected(f"the feed {self.feed.name} does not say that its program shows threads")
        batch, _ = await self._read("thread", {"id": native, "thread": thread})
        if batch.lost and not batch.arrivals:
            raise Unreadable(f"{self.program.name}: {sentence(batch.problems)}")
        among = {thread, native}
        return tuple(one for one in batch.arrivals if one.native in among or among & {one.thread, one.parent})

    async def reply(self, draft: Draft) -> Sent:
        """Give the text to the program, after a look at what it answers."""
        if not self.capabilities.reply:
            raise Rejected(self.capabilities.why_not)
        if not draft.text.strip():
            raise Rejected("an empty text is not an answer")
        if unsendable(draft.native) or unsendable(draft.thread):
            raise Rejected("the id of that message is too long or holds signs that cannot be sent back")
        await self._look(draft)
        said = {
            "id": draft.native, "thread": draft.thread, "text": draft.text.replace("\0", ""),
            "token": draft.token, "visibility": draft.visibility,
        }  # fmt: skip
        printed = await self._run("reply", said)
        return self._sent(printed)

    def ours(self, draft: Draft, message: Arrival) -> bool:
        """Whether it is by us, and carries the draft's token as its id or says the same, not from before."""
        if message.own is None or message.withdrawn:
            return False
        begun, posted = draft.sent_after, message.posted
        late = begun is None or posted is None or posted >= begun - SKEW
        return message.native == draft.token or (late and alike(draft.text, message.text) >= ALIKE)

    async def _look(self, draft: Draft) -> None:
        """See that the message still is there and was meant for all. Raises: Rejected."""
        if not self.capabilities.thread:
            return
        try:
            heard = await self.thread(draft.native, draft.thread)
        except Unreachable as wrong:  # surely nothing was sent
            raise Rejected(f"not sent: what it answers could not be read: {wrong}") from wrong
        asked = next((one for one in heard if one.native == draft.native), None)
        if asked is None or asked.withdrawn:
            raise Rejected("the message it answers is no longer there")
        if asked.visibility == "direct" and draft.visibility == "public":
            raise Rejected("it was a direct message, and a public reply does not answer it")

    async def _read(self, word: str, said: Mapping[str, str]) -> tuple[Batch, str | None]:
        """The messages that the program prints, and its cursor where it prints one."""
        try:
            printed = await self._run(word, said)
        except Rejected as wrong:  # it could not be started, which is no fault of a text
            raise Unreachable(str(wrong)) from wrong
        return await asyncio.to_thread(self._told, printed)

    def _told(self, printed: bytes) -> tuple[Batch, str | None]:
        found, problems = lines(printed, "")
        own: str | None = None
        records: list[tuple[str, object]] = []
        for place, value in found:
            told = _table(value)
            if "cursor" in told and "id" not in told:
                marked = told["cursor"]
                if isinstance(marked, str) and len(marked) <= MARK:
                    own = marked
                    continue
                problems.append(Problem(f"{place}: cursor must be a text, is {called(marked)}", "cursor"))
            else:
                records.append((place, value))
        batch = read(records, Ours(self.feed.own))
        return Batch(batch.arrivals, (*problems, *batch.problems)), own

    def _sent(self, printed: bytes) -> Sent:
        """What the program says of a reply. Raises: Rejected, Unreadable where that is not clear."""
        found, _ = lines(printed, "")
        said = _table(found[-1][1] if found else None)
        if not said:
            raise Unreadable(f"{self.program.name} did not say what became of the reply")
        if said.get("error") is not None:
            token = self.feed.token.reveal() if self.feed.token else ""
            why = str(one_line(clean(hushed(str(said["error"]), token))))[:200]
            raise Rejected(f"{self.program.name} did not take the reply: {why or 'it gave no reason'}")
        if said.get("id") is None:
            raise Unreadable(f"{self.program.name} named neither an id of the reply nor an error")
        url = said.get("url")
        shown = url if isinstance(url, str) and url.startswith(("https://", "http://")) else None
        return Sent(native(said["id"], "id"), shown)

    async def _run(self, word: str, said: Mapping[str, str]) -> bytes:
        told = {"type": word, "feed": self.feed.name, "user": self.feed.user or "", **said}
        env = {name: value for name, value in os.environ.items() if name != TOKEN}
        token = await asyncio.to_thread(self.feed.token.reveal) if self.feed.token else ""
        env |= {TOKEN: token} if self.feed.token else {}
        async with self.turn:
            return await self.program.run(word, msgspec.json.encode(told) + b"\n", env, token)


def _table(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat().replace("+00:00", "Z")
