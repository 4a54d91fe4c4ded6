"""feeds: how each configured feed is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.records import of_feed
from cxtui.core.text import clean, one_line
from cxtui.core.web import masked
from cxtui.engine.schedule import shortfall
from cxtui.store import FeedState

if TYPE_CHECKING:
    from cxtui.store import Store


def arguments(_command: str, _parser: Parser) -> None:
    """It takes nothing."""


def run(call: Call) -> int:
    """Print one row for each feed, in the order of the configuration."""
    config = call.config
    states = asyncio.run(_read(call))
    if call.options.json:
        for state in states:
            call.say.record(of_feed(state))
    elif states:
        heads = ("feed", "connector", "state", "items", "last ok", "next try", "error")
        call.say.table(heads, [_cells(call, state) for state in states])
        for state in states:
            for words in _notes(state):
                call.say.line(one_line(clean(f"{state.feed}: {words}")))
    else:
        call.say.note(f"no feeds are configured; add [[feeds]] to {config.path}")
    return 0


async def _read(call: Call) -> list[FeedState]:
    async with call.store() as store:
        return await _states(call, store)


async def _states(call: Call, store: Store) -> list[FeedState]:
    known = await store.feed_states()
    new = {feed.name: FeedState(feed.name, feed.connector) for feed in call.config.feeds}
    return [replace(known.get(name, state), connector=state.connector) for name, state in new.items()]


def _notes(state: FeedState) -> list[str]:
    """What a row has no room for: a promise that cannot be kept, an address that has moved."""
    moved = f"moved for good, read at {masked(state.address)}" if state.address else None
    return [words for words in (shortfall(state), moved) if words]


def _cells(call: Call, state: FeedState) -> tuple[str, ...]:
    return (
        state.feed, state.connector, state.state, str(state.items), call.local(state.last_ok),
        call.local(state.next_try), state.error or "-",
    )  # fmt: skip
