"""guard: what a draft should be looked at for before it is sent; and the same before `reply` sends it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from cxtui.cli.arguments import Parser, one_of
from cxtui.cli.call import Call
from cxtui.core.guard import Finding
from cxtui.core.item import ReplyKind, Visibility
from cxtui.engine.engine import Engine
from cxtui.engine.guarding import Guards, allowed, dictionaries, lists_of, own_lists
from cxtui.engine.spelling import state
from cxtui.errors import ConfigError, NotFound, Unlawful, UsageError

if TYPE_CHECKING:
    from cxtui.config import Config
    from cxtui.core.inbox import Row
    from cxtui.store import Store

BLOCKED = 1
LONGEST = 1 << 20
LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """What is about to be sent. ``basis`` are the messages the writer saw, ``reason`` that of --override."""

    text: str
    kind: ReplyKind
    visibility: Visibility | None = None
    basis: Sequence[str] | None = None
    promised: datetime | None = None
    reason: str | None = None


def arguments(_command: str, parser: Parser) -> None:
    """What guard takes."""
    parser.add_argument("id", metavar="ID", help="the id or short id of a row or of a message in it")
    parser.add_argument("--text", required=True, metavar="TEXT", help="the draft; - reads it from the input")
    kinds, ways = get_args(ReplyKind), get_args(Visibility)
    parser.add_argument("--kind", default="answer", type=one_of(kinds), help=", ".join(kinds))
    parser.add_argument("--visibility", type=one_of(ways), help=f"{', '.join(ways)}; default: the question's")
    parser.add_argument("--seen", metavar="ID", help="the last message that the writer saw; default: all")


def run(call: Call) -> int:
    """Print what was found; gives 1 when something blocks."""
    text: str = call.words.text
    if text == "-":
        text = sys.stdin.read(LONGEST + 1)
        if len(text) > LONGEST:
            raise UsageError("the draft on the input is longer than any network takes")
    found = asyncio.run(_found(call, text))
    for one in found:
        if call.options.json:
            record = {"level": one.level, "rule": one.rule, "at": list(one.at), "message": one.message}
            call.say.record(record)
        else:
            call.say.line(f"{one.level:5} {told(one)}")
    if not found and not call.options.json:
        call.say.line("nothing to say against it")
    return BLOCKED if any(one.blocks for one in found) else 0


def told(finding: Finding) -> str:
    """A finding in a line: rule, place in code points, reason."""
    start, end = finding.at
    return f"{finding.rule} at {start}-{end}: {finding.message}"


async def _found(call: Call, text: str) -> tuple[Finding, ...]:
    async with call.store() as store:
        engine = Engine(call.config, store, clock=call.now)
        try:
            row = await store.row(call.words.id)
            asked = Asked(text, call.words.kind, call.words.visibility, seen(row, call.words.seen))
            return await _asked(call, engine, store, row, asked)
        finally:
            await engine.aclose()


async def _asked(call: Call, engine: Engine, store: Store, row: Row, asked: Asked) -> tuple[Finding, ...]:
    for problem in lists_of(call.config).problems:
        call.say.note(problem)
    guards = Guards(call.config, store, call.now, allowed(engine, call.config))
    return await guards.findings(
        row, asked.text, asked.kind, asked.visibility, basis=asked.basis, promised=asked.promised
    )


def seen(row: Row, last: str | None) -> Sequence[str] | None:
    """The messages of a row up to the last one that was seen; None where all were. Raises: NotFound."""
    items = row.interval.items
    if last is None:
        return None
    if last not in items:
        raise NotFound(last, items[-1])
    return items[: items.index(last) + 1]


async def passed(call: Call, engine: Engine, store: Store, row: Row, asked: Asked) -> tuple[str, ...]:
    """Say what is to be looked at; gives the rules that ``reason`` overrides.

    Raises: Unlawful where something blocks and no reason is given.
    """
    await engine.outbox.room(row.interval.opener.feed, asked.text)
    found = await _asked(call, engine, store, row, asked)
    blocking = [one for one in found if one.blocks]
    if blocking and asked.reason is None:
        said = "; ".join(map(told, blocking))
        raise Unlawful(f"not sent: {said}. Change it, or say why it goes all the same: --override REASON")
    for one in found:
        if one.level == "warn" or one.blocks:
            call.say.note(f"{one.level}: {told(one)}")
    return tuple(dict.fromkeys(one.rule for one in blocking))


def check_lists(config: Config) -> None:
    """Read the phrase lists. Raises: ConfigError with file and line."""
    from cxtui.data.guarding import OURS, read

    own = own_lists(config)
    problems = read(OURS, *([own] if own else [])).problems
    if problems:
        raise ConfigError(problems)


def lists_and_dictionaries(config: Config) -> tuple[str, ...]:
    """In a sentence each: which languages have phrase lists, which have a dictionary."""
    langs = sorted(lists_of(config).phrases)
    spelled = state(dictionaries(), langs) if config.guard.spelling else "spelling: off, by the configuration"
    return f"guard: phrase lists for {', '.join(langs)}; other languages have the other rules", spelled


def reason(words: str | None) -> str | None:
    """The reason of an override, in one line. Raises: UsageError where it says nothing."""
    if words is None:
        return None
    from cxtui.core.text import clean, one_line

    said = one_line(clean(words, limit=LONGEST_REASON))
    if not any(map(str.isalnum, said)):
        raise UsageError("--override needs a reason in words; it is kept in the log")
    return said
