"""reply: one answer, from its text to the network, with the time to take it back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, get_args

from cxtui.cli import attaching
from cxtui.cli.arguments import Parser, one_of
from cxtui.cli.call import Call, clock
from cxtui.cli.guarding import Asked, passed, reason, seen
from cxtui.cli.promises import opens
from cxtui.cli.records import of_sent
from cxtui.cli.window import exit_code, window
from cxtui.core.item import ReplyKind, Visibility
from cxtui.core.triage import Act
from cxtui.core.when import when
from cxtui.engine.engine import Engine
from cxtui.engine.owner import alive
from cxtui.errors import UsageError

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.promises import Pledged
    from cxtui.store import Outgoing

LONGEST = 1 << 20


def arguments(_command: str, parser: Parser) -> None:
    """What reply takes."""
    parser.add_argument("id", metavar="ID", help="the id or short id of a row or of a message in it")
    parser.add_argument("--text", required=True, metavar="TEXT", help="the reply; - reads it from the input")
    kinds = get_args(ReplyKind)
    parser.add_argument("--kind", default="answer", type=one_of(kinds), help=", ".join(kinds))
    ways = get_args(Visibility)
    parser.add_argument("--visibility", type=one_of(ways), help=f"{', '.join(ways)}; default: the question's")
    parser.add_argument(
        "--override", metavar="REASON", help="why it goes against a rule of the guard; logged"
    )
    parser.add_argument("--due", metavar="WHEN", help="until when the customer hears from you: a promise")
    parser.add_argument("--at", metavar="WHEN", help="send it then; a draft if the customer writes first")
    attaching.arguments(parser)
    parser.add_argument("--now", action="store_true", help="without the time to take it back")


def run(call: Call) -> int:
    """Send it and say how it ended."""
    config = call.config
    text = _text(call)
    reply, stopped = asyncio.run(_sent(call, text, timedelta() if call.words.now else config.hold))
    if call.options.json:
        call.say.record(of_sent(reply))
    elif reply.state == "queued":
        call.say.line(f"goes out on {call.local(reply.until)}; cxtui outbox lists it")
    elif reply.state == "sent":
        call.say.line(f"sent: {reply.url or reply.remote_id or reply.id}")
    else:
        kept = "kept as a draft" if reply.state == "draft" else "not known whether it arrived"
        call.say.line(f"{reply.state}: {reply.error or kept}")
    if reply.error and (call.options.json or reply.state == "sent"):
        call.say.note(reply.error)
    return 0 if reply.planned and reply.state == "queued" else exit_code(reply, stopped=stopped)


def _text(call: Call) -> str:
    text: str = call.words.text
    if text == "-":
        text = sys.stdin.read(LONGEST + 1)
        if len(text) > LONGEST:
            raise UsageError("the reply on the input is longer than any network takes")
    if not text.strip():
        raise UsageError("the reply is empty")
    return text


async def _sent(call: Call, text: str, hold: timedelta) -> tuple[Outgoing, bool]:
    """The reply as it ended, and whether Ctrl-C was pressed."""
    async with call.store() as store:
        engine = Engine(call.config, store, clock=clock)
        try:
            row = await store.row(call.words.id)
            engine.outbox.takes(row.interval.opener.feed)
            promised = opens(call, row, text)
            why = reason(call.words.override)
            asked = _asked(call, row, text, promised, why)
            overridden = await passed(call, engine, store, row, asked)
            files = await attaching.attached(call, engine, row.interval.opener.feed)
            author = row.interval.author.handle or row.interval.author.name
            call.confirm(
                f"this goes to {author} on {row.interval.opener.feed}, "
                f"{asked.visibility or row.interval.visibility}:\n{text}\n{attaching.listed(files)}"
            )
            queued = await engine.queue(
                row,
                text,
                call.words.kind,
                hold=hold,
                item=_item(call, row.interval.items),
                visibility=asked.visibility,
                promised=promised,
                at=_at(call, row),
                files=files,
            )
            for rule in overridden:
                act = Act(row.id, "overrode", {"rule": rule, "reason": why})
                await store.act(act, call.config.operator, clock())
            if queued.planned:
                return await _planned(call, engine, queued), False
            return await window(call, engine, queued)
        finally:
            await engine.aclose()


def _at(call: Call, row: Row) -> datetime | None:
    """When it is to go out, where --at says so. Raises: UsageError where that is no time."""
    if call.words.at is None:
        return None
    hours = call.config.policies.hours(row.interval.policy, row.interval.calendar)
    found = when(call.words.at, clock(), call.config.timezone, hours)
    if not isinstance(found, datetime):
        raise UsageError(f"--at needs a time, not {call.words.at!r}")
    return found


async def _planned(call: Call, engine: Engine, queued: Outgoing) -> Outgoing:
    """Leave it to the process that runs at its time."""
    leader = await engine.store.leader()
    left = await engine.outbox.release(queued.id)
    if not leader.owner or not alive(leader.owner):
        call.say.note("nothing polls now: it goes out only if the screen or cxtui poll runs at that time")
    return left


def _asked(call: Call, row: Row, text: str, promised: Sequence[Pledged], why: str | None) -> Asked:
    """What the guard looks at; who answers an older message has seen those up to it."""
    words, item = call.words, _item(call, row.interval.items)
    due = promised[0].due if words.due is not None and promised else None
    return Asked(text, words.kind, words.visibility, seen(row, item), due, why)


def _item(call: Call, items: tuple[str, ...]) -> str | None:
    """The message that is answered, where the id names one; else the last."""
    return call.words.id if call.words.id in items[1:] else None
