"""like, approve, spam: what the network is told beside replies, with the time to take it back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call, clock
from cxtui.cli.window import exit_code, window
from cxtui.core.item import Deed, called
from cxtui.core.text import cut, one_line
from cxtui.engine.engine import Engine

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.store import Outgoing, Store

ASKED: dict[Deed, str] = {
    "like": "this likes, on {feed}, what {name} wrote:\n{text}\n",
    "approve": "this lets through, on {feed}, what {name} wrote:\n{text}\n",
    "spam": "this tells {feed} that {name} is spam, and closes the row:\n{text}\n",
}
DONE: dict[Deed, str] = {"like": "liked", "approve": "let through", "spam": "marked as spam and closed"}


def arguments(_command: str, parser: Parser) -> None:
    """They take a row or a message."""
    parser.add_argument("id", metavar="ID", help="the id or short id of a row or of a message in it")
    parser.add_argument("--now", action="store_true", help="without the time to take it back")


def run(call: Call) -> int:
    """Do it and say how it ended."""
    deed = cast("Deed", call.command.name)
    ended, stopped, row = asyncio.run(_done(call, deed))
    if call.options.json:
        call.say.record({"outbox": ended.id, "state": ended.state, "error": ended.error})
    elif ended.state == "sent":
        call.say.line(f"{DONE[deed]}: {_name(row)}")
    else:
        call.say.line(f"{ended.state}: {ended.error or 'not done'}")
    if deed == "like" and ended.state == "sent" and row.interval.open:
        call.say.note(f"a like answers no question: {_name(row)} still waits for an answer")
    return exit_code(ended, stopped=stopped)


async def _done(call: Call, deed: Deed) -> tuple[Outgoing, bool, Row]:
    """The deed as it ended, whether Ctrl-C was pressed, and the row as it stands then."""
    hold = timedelta() if call.words.now else call.config.hold
    async with call.store() as store:
        engine = Engine(call.config, store, clock=clock)
        try:
            row = await store.row(call.words.id)
            engine.outbox.does(row.interval.opener.feed, deed)
            call.confirm(await _asked(call, store, row, deed))
            queued = await engine.queue_deed(row, deed, hold=hold, item=_item(call, row))
            ended, stopped = await window(call, engine, queued)
            return ended, stopped, await store.row(row.id)
        finally:
            await engine.aclose()


async def _asked(call: Call, store: Store, row: Row, deed: Deed) -> str:
    item = await store.item(_item(call, row) or row.interval.items[-1])
    text = cut(one_line(item.text), 200)
    return ASKED[deed].format(feed=row.interval.opener.feed, name=_name(row), text=text)


def _item(call: Call, row: Row) -> str | None:
    """The message that is meant, where the id names one; else the row decides."""
    return call.words.id if call.words.id in row.interval.items[1:] else None


def _name(row: Row) -> str:
    return called(row.interval.author.handle, row.interval.author.name)
