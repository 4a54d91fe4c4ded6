"""find: rows in which something is said, whatever became of them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser, at_least
from cxtui.cli.call import Call
from cxtui.cli.reading import cells
from cxtui.cli.records import of_row
from cxtui.core.inbox import Key, Row
from cxtui.core.search import form
from cxtui.errors import UsageError

if TYPE_CHECKING:
    from cxtui.store import Found

LIMIT = 200
"""So many rows are looked for unless somebody says otherwise."""


def arguments(_command: str, parser: Parser) -> None:
    """It takes the text."""
    parser.add_argument("text", nargs="+", metavar="TEXT", help="a part of what was said, or of a name")
    parser.add_argument(
        "--limit", type=at_least(1), default=LIMIT, metavar="N", help=f"the newest N rows; default {LIMIT}"
    )


def run(call: Call) -> int:
    """Print the open rows by urgency and behind them the others, the newest first."""
    text = " ".join(call.words.text)
    if not form(text):
        raise UsageError("there is nothing to look for in this text")
    found = asyncio.run(_found(call, text))
    now = call.now()
    rows = sorted(found.rows, key=lambda row: _order(row, now))
    if call.options.json:
        for row in rows:
            call.say.record(of_row(row, now, ended=True))
    elif rows:
        call.say.table(("due", "id", "state", "feed", "customer", "text"), [cells(row, now) for row in rows])
    else:
        call.say.note("nobody said that")
    if found.after is not None:
        call.say.note(f"these are the newest {len(rows)}; --limit shows more")
    return 0


async def _found(call: Call, text: str) -> Found:
    async with call.store() as store:
        return await store.search(text, call.words.limit)


def _order(row: Row, now: datetime) -> tuple[bool, Key, float]:
    """Open rows by urgency; of the others the last one first."""
    ended = not row.interval.open
    return ended, (0, 0.0, 0, "") if ended else row.key, -(row.interval.latest - now).total_seconds()
