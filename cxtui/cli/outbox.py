"""outbox: the replies and deeds that are not sent yet, and those whose outcome is not known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call, clock
from cxtui.cli.records import of_outgoing

if TYPE_CHECKING:
    from cxtui.store import Outgoing


def arguments(_command: str, parser: Parser) -> None:
    """It takes --all."""
    parser.add_argument("--all", action="store_true", help="what was sent, too")


def run(call: Call) -> int:
    """Print them, the oldest first."""

    async def read() -> tuple[Outgoing, ...]:
        async with call.store() as store:
            return await store.outbox(everything=call.words.all)

    replies = [_as_it_is(reply) for reply in asyncio.run(read())]
    if call.options.json:
        for reply in replies:
            call.say.record(of_outgoing(reply))
    elif replies:
        heads = ("outbox", "state", "item", "tried", "text")
        call.say.table(heads, [_cells(call, reply) for reply in replies])
    else:
        call.say.note("the outbox is empty")
    return 0


def _as_it_is(reply: Outgoing) -> Outgoing:
    """A queued reply whose process died goes nowhere: it is back with its writer."""
    from cxtui.engine.recovery import ended

    why = ended(reply, clock())
    return reply if why is None else replace(reply, state="draft", error=why)


def _cells(call: Call, reply: Outgoing) -> tuple[str, ...]:
    error = f"[{reply.error}] " if reply.error else ""
    if reply.planned and reply.state == "queued":
        error = f"[goes out on {call.local(reply.planned)}] "
    said = reply.text if reply.deed is None else f"({reply.what})"
    return (reply.id[:8], reply.state, reply.item, str(reply.attempts), f"{error}{said}")
