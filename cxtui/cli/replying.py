"""reply: one answer, from its text to the network, with the time to take it back."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from cxtui.cli.arguments import Parser, one_of
from cxtui.cli.call import Call, clock
from cxtui.cli.records import of_sent
from cxtui.cli.window import exit_code, window
from cxtui.core.item import ReplyKind
from cxtui.engine.engine import Engine
from cxtui.errors import UsageError

if TYPE_CHECKING:
    from cxtui.store import Outgoing

LONGEST = 1 << 20


def arguments(_command: str, parser: Parser) -> None:
    """What reply takes."""
    parser.add_argument("id", metavar="ID", help="the id or short id of a row or of a message in it")
    parser.add_argument("--text", required=True, metavar="TEXT", help="the reply; - reads it from the input")
    kinds = get_args(ReplyKind)
    parser.add_argument("--kind", default="answer", type=one_of(kinds), help=", ".join(kinds))
    parser.add_argument("--now", action="store_true", help="without the time to take it back")


def run(call: Call) -> int:
    """Send it and say how it ended."""
    config = call.config
    text = _text(call)
    reply, stopped = asyncio.run(_sent(call, text, timedelta() if call.words.now else config.hold))
    if call.options.json:
        call.say.record(of_sent(reply))
    elif reply.state == "sent":
        call.say.line(f"sent: {reply.url or reply.remote_id or reply.id}")
    else:
        kept = "kept as a draft" if reply.state == "draft" else "not known whether it arrived"
        call.say.line(f"{reply.state}: {reply.error or kept}")
    if reply.error and (call.options.json or reply.state == "sent"):
        call.say.note(reply.error)
    return exit_code(reply, stopped=stopped)


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
            author = row.interval.author.handle or row.interval.author.name
            call.confirm(
                f"this goes to {author} on {row.interval.opener.feed}, {row.interval.visibility}:\n{text}\n"
            )
            queued = await engine.queue(
                row, text, call.words.kind, hold=hold, item=_item(call, row.interval.items)
            )
            return await window(call, engine, queued)
        finally:
            await engine.aclose()


def _item(call: Call, items: tuple[str, ...]) -> str | None:
    """The message that is answered, where the id names one; else the last."""
    return call.words.id if call.words.id in items[1:] else None
