"""The acts on one row: one change, durable when the command ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from cxtui.cli.arguments import Parser, one_of
from cxtui.cli.call import Call
from cxtui.cli.records import of_act
from cxtui.core.asked import LEASE, Step, muting, noting, plain, tagging, waking
from cxtui.core.inbox import Row
from cxtui.core.interval import PRIORITIES, REASONS
from cxtui.core.item import TONES
from cxtui.core.triage import WORDS, Act
from cxtui.core.when import EXAMPLES, when
from cxtui.errors import UsageError
from cxtui.store.records import stamp

NONE = "none"

Done = tuple[Row, str]
"""The row after the act, and what to say about it."""


def arguments(command: str, parser: Parser) -> None:
    """What each act takes besides the row."""
    if command != "undo":
        parser.add_argument("id", metavar="ID", help="the id or short id of a row or of a message in it")
    match command:
        case "tag" | "note" | "priority" | "mute" | "tone":
            _about(command, parser)
        case "snooze":
            parser.add_argument("when", nargs="+", metavar="WHEN", help=EXAMPLES.replace("%", "%%"))
        case "done":
            parser.add_argument("--reason", required=True, type=one_of(REASONS), help=", ".join(REASONS))
        case "confirm":
            parser.add_argument("--no", action="store_true", help="it is no answer; the customer still waits")
        case "claim":
            parser.add_argument("--for", dest="whom", metavar="NAME", help="for somebody else")
        case _:
            pass


def _about(command: str, parser: Parser) -> None:
    """What is said about a row or its customer."""
    match command:
        case "tag":
            parser.add_argument("tags", nargs="+", metavar="TAG", help="-TAG takes it off")
        case "note":
            parser.add_argument("text", nargs="+", metavar="TEXT")
        case "priority":
            parser.add_argument("level", metavar="LEVEL", type=one_of(PRIORITIES), help=", ".join(PRIORITIES))
        case "mute":
            parser.add_argument("--reason", default="no reason given", metavar="TEXT", help="kept with it")
        case "tone":
            known = (*TONES, NONE)
            parser.add_argument("tone", type=one_of(known), metavar="TONE", help=", ".join(known))
        case _:
            pass


def run(call: Call) -> int:
    """Do it and say what the row is now."""
    config = call.config
    row, said = asyncio.run(_undo(call) if call.command.name == "undo" else _do(call))
    if call.options.json:
        record = of_act(row, call.now())
        call.say.record({**record, "undid": said} if call.command.name == "undo" else record)
    else:
        author = row.interval.author.handle or row.interval.author.name or row.id
        call.say.line(f"{row.short} {author}: {said} ({config.operator})")
    return 0


async def _undo(call: Call) -> Done:
    async with call.store() as store:
        row, event = await store.undo(call.config.operator, call.now())
    word = WORDS.get(event.verb, event.verb)
    return row, word if call.options.json else f"undone: {word}; it is {row.state(call.now())}"


async def _do(call: Call) -> Done:
    async with call.store() as store:
        now = call.now()
        before = await store.row(call.words.id)
        after = before
        for verb, detail in ASKED[call.command.name](call, before, now):
            after = await store.act(Act(call.words.id, verb, detail), call.config.operator, now)
    said = SAID.get(call.command.name)
    return after, said(call, after) if said else after.state(now)


ASKED: Mapping[str, Callable[[Call, Row, datetime], list[Step]]] = {
    "snooze": lambda call, row, now: [("snoozed", {"until": _until(call, row, now)})],
    "wake": lambda _call, row, _now: [waking(row.interval)],
    "done": lambda call, _row, _now: [("closed", {"reason": call.words.reason})],
    "confirm": lambda call, _row, _now: [("rejected" if call.words.no else "confirmed", {})],
    "claim": lambda call, _row, now: [("claimed", {"until": stamp(now + LEASE), "for": _whom(call)})],
    "release": lambda _call, _row, _now: [("released", {})],
    "tag": lambda call, _row, _now: [tagging(word) for word in call.words.tags],
    "note": lambda call, _row, _now: [noting(" ".join(call.words.text))],
    "priority": lambda call, _row, _now: [("priority", {"level": call.words.level})],
    "mute": lambda call, _row, _now: [muting(call.words.reason)],
    "unmute": lambda _call, _row, _now: [("unmuted", {})],
    "tone": lambda call, _row, _now: [("toned", {"tone": _tone(call.words.tone)})],
}
"""The events that each act stands for."""


def _until(call: Call, row: Row, now: datetime) -> str | None:
    """Until when; None until the customer writes. Asks when that is past the due time."""
    hours = call.config.policies.hours(row.interval.policy, row.interval.calendar)
    until = when(" ".join(call.words.when), now, call.config.timezone, hours)
    waits = row.interval
    if until == "promise":
        if waits.promised is None:
            raise UsageError("nothing is promised on this row, so there is no promise to wait for")
        until = waits.promised
    ticks = waits.open and waits.probably is None
    if until == "reply":
        if ticks:
            call.confirm(f"it would sleep until the customer writes, past its due time {call.local(row.due)}")
        return None
    if ticks and until > row.due:
        late = "is" if row.due < now else "becomes"
        call.confirm(f"it {late} late at {call.local(row.due)} and would wake at {call.local(until)}")
    return stamp(until)


def _tone(word: str) -> str | None:
    return None if word == NONE else word


SAID: Mapping[str, Callable[[Call, Row], str]] = {
    "snooze": lambda call, row: f"snoozed until {_wakes(call, row)}",
    "done": lambda call, row: f"{row.state(call.now())}: {call.words.reason}",
    "claim": lambda call, row: (
        f"claimed by {row.interval.claimed_by} until {call.local(row.interval.claimed_until)}"
    ),
    "tag": lambda _call, row: f"tags: {' '.join(row.interval.tags) or 'none'}",
    "note": lambda _call, _row: "noted",
    "mute": lambda _call, _row: "muted; what they write from now on needs no answer",
    "unmute": lambda _call, _row: "muted no more; what they write from now on waits for an answer",
    "priority": lambda call, row: f"priority {row.interval.priority}, due {call.local(row.due)}",
    "tone": lambda call, row: f"tone {row.interval.opener.tone or NONE}, due {call.local(row.due)}",
}
"""What is said after an act; the state, where it is not named."""


def _wakes(call: Call, row: Row) -> str:
    until = row.interval.snoozed_until
    return call.local(until) if until else "the customer writes"


def _whom(call: Call) -> str:
    return call.config.operator if call.words.whom is None else plain(call.words.whom, "--for")
