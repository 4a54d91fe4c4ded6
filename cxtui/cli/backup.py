"""backup: a whole copy of the store, now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.errors import CxtuiError
from cxtui.store.records import stamp

if TYPE_CHECKING:
    from cxtui.store.keeping import Backup


def arguments(_command: str, _parser: Parser) -> None:
    """None of its own."""


def run(call: Call) -> int:
    """Make the copy, see that it is whole, and say where it is."""

    async def keep() -> Backup | None:
        async with call.store() as store:
            return await store.backup(call.now())

    made = asyncio.run(keep())
    if made is None:
        raise CxtuiError("this store is not in a file; there is nothing to copy")
    if call.options.json:
        call.say.record({"path": str(made.path), "at": stamp(made.at), "bytes": made.size})
    else:
        call.say.line(f"{made.path}: {max(1, made.size // 2**20)} MiB, whole")
    return 0
