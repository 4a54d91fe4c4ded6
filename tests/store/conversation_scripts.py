"""Conversations as they are written down, and their telling to a store.

::

    == Mastodon: an answer under the question
    10:00 mai 1: Where is my order?
    10:05 shop 2 re 1: It left on Monday
    = 1 answered 10:05 by @shop | seen in f

A step is ``TIME WHO NUMBER [re NUMBER] [marks]: text``. ``shop`` is we; marks are ``strong``,
``medium``, ``weak``, ``holding``, ``praise``, stars as ``3*`` and ``seen TIME`` for what the feed
shows late. Other steps: ``TIME nok confirms|rejects|closes NUMBER [reason]``, ``TIME nok sends NUMBER [as
NUMBER]: text``, ``TIME told NUMBER [at TIME]: text``, ``TIME deleted NUMBER``, ``TIME poll``.
``=`` lines say what must be so then: ``= NUMBER STATE``, with ``TIME by WHO`` for an answer, and
``| words`` of the evidence. ``in NUMBER`` says whose row a message is in, ``note of NUMBER`` what the
thread of that one says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from pretended_channels import CHANNELS, Channel, Said, at

from cxtui.core.item import Own, Told
from cxtui.core.triage import Act
from cxtui.store import FeedState, Outgoing, Store

STEP = re.compile(r"((?:\+\d+ )?\d\d?:\d\d) (\w+)(?: (.*))?")
SPEECH = re.compile(
    r"(\d+)(?: re (\d+))?((?: strong| medium| weak| holding| praise| \d\*| seen (?:\+\d )?\d\d?:\d\d)*)"
)
VERBS = {"confirms": "confirmed", "rejects": "rejected", "closes": "closed"}


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation: its channel, what it shows, its lines with their numbers in the file."""

    channel: str
    shows: str
    lines: tuple[tuple[int, str], ...]

    def __str__(self) -> str:
        return f"{self.channel}: {self.shows}"


def scripts(path: Path) -> Iterator[Script]:
    """The conversations of a file."""
    title, lines = "", list[tuple[int, str]]()
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), "== :"], 1):
        if line.startswith("== "):
            if title:
                channel, _, shows = title.partition(": ")
                yield Script(channel, shows, tuple(lines))
            title, lines = line[3:], []
        elif line.strip() and not line.startswith("#"):
            lines.append((number, line.strip()))


@dataclass(slots=True)
class Stage:
    """A store and everything that was said so far."""

    store: Store
    channel: Channel
    now: datetime = field(default_factory=lambda: at("0:00"))
    said: dict[int, Said] = field(default_factory=dict[int, Said])
    late: dict[int, datetime] = field(default_factory=dict[int, datetime])

    async def play(self, script: Script) -> None:
        """Tell a script and check every expectation in it."""
        for number, line in script.lines:
            try:
                if line.startswith("= "):
                    await self._expect(line[2:])
                else:
                    await self._step(line)
            except AssertionError as wrong:
                raise AssertionError(f"line {number}: {line}\n{wrong}") from wrong

    def id(self, number: int | str) -> str:
        return f"f:{self.channel.native(int(number))}"

    async def _step(self, line: str) -> None:
        what, _, text = line.partition(": ") if ": " in line else (line.removesuffix(":"), "", "")
        found = STEP.fullmatch(what)
        assert found, "no step"
        self.now = at(found[1])
        rest = found[3] or ""
        if found[2] == "nok":
            verb, number, *more = rest.split()
            await (self._send(number, more, text) if verb == "sends" else self._act(verb, number, more))
        elif found[2] == "told":
            number, _, when = rest.partition(" at ")
            told = Told("shop", at(when) if when else self.now, text)
            self.said[int(number)] = replace(self.said[int(number)], told=told)
            await self.poll()
        elif found[2] == "deleted":
            self.said[int(rest)] = replace(self.said[int(rest)], withdrawn=True)
            await self.poll()
        elif found[2] == "poll":
            await self.poll()
        else:
            await self._speak(found[2], rest, text)

    async def _speak(self, who: str, rest: str, text: str) -> None:
        found = SPEECH.fullmatch(rest)
        assert found, "no speech"
        number, marks = int(found[1]), found[3]
        own = next((m for m in ("strong", "medium", "weak") if m in marks.split()), None)
        stars = re.search(r"(\d)\*", marks)
        before = self.said.get(number)
        self.said[number] = Said(
            number,
            before.at if before else self.now,
            who,
            text,
            cast("Own | None", own or self.channel.own) if who == "shop" else None,
            int(found[2]) if found[2] else before.parent if before else None,
            int(stars[1]) if stars else None,
            holding="holding" in marks,
            praise="praise" in marks,
        )
        seen = re.search(r"seen (.*\d)", marks)
        if seen:
            self.late[number] = at(seen[1])
        else:
            await self.poll()

    async def poll(self) -> None:
        """Hear what the channel shows now."""
        shown = [s for n, s in self.said.items() if self.late.get(n, self.now) <= self.now]
        await self.store.ingest(
            "net", self.channel.kind, self.channel.tell(shown, self.now), self.now, feed="f",
            state=FeedState("f", last_ok=self.now),
        )  # fmt: skip

    async def _act(self, verb: str, number: str, more: list[str]) -> None:
        detail = {"reason": more[0]} if more else {}
        await self.store.act(Act(self.id(number), VERBS[verb], detail), "nok", self.now)  # type: ignore[arg-type]

    async def _send(self, number: str, more: list[str], text: str) -> None:
        row = await self.store.row(self.id(number))
        native = self.channel.native(int(number))
        thread = row.interval.opener.thread.removeprefix("f:")
        await self.store.put_outgoing(
            Outgoing(f"tok{number}", self.id(number), row.id, "f", native, thread, text, "answer", "public",
                     "queued", "nok", self.now, self.now, basis=row.interval.items, until=self.now)
        )  # fmt: skip
        await self.store.move(f"tok{number}", "sending", self.now)
        remote = self.channel.native(int(more[1])) if more else None
        await self.store.move(f"tok{number}", "sent", self.now, remote_id=remote)

    async def _expect(self, line: str) -> None:
        claim, _, words = line.partition(" | ")
        number, state, *more = claim.split(maxsplit=2)
        if state == "note":
            notes = {
                message.id: message.note for message in await self.store.thread(self.id(more[0].split()[-1]))
            }
            assert words in (notes[self.id(number)] or ""), notes
            return
        row = await self.store.row(self.id(number))
        if state == "in":
            assert row.id == self.id(more[0]), row.id
            return
        waits = row.interval
        found: str = "thanks" if waits.thanks and waits.open else row.state(self.now)
        assert found == state, f"it is {found}: {waits.evidence}"
        if more and state == "answered":
            when, _, by = more[0].partition(" by ")
            assert (waits.answered, waits.answered_by) == (at(when), by), (waits.answered, waits.answered_by)
        elif more and state == "closed":
            assert waits.closed_reason == more[0], waits.closed_reason
        elif more:
            assert waits.start == at(more[0]), waits.start
        if words:
            assert words in (waits.evidence or ""), waits.evidence


def stage(store: Store, script: Script) -> Stage:
    """A stage for a script."""
    return Stage(store, CHANNELS[script.channel])
