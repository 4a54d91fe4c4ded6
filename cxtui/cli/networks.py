"""feeds networks: what each connector can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call
from cxtui.cli.records import Record
from cxtui.connectors.table import HEADS, everything, table

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities


def arguments(_command: str, _parser: Parser) -> None:
    """It takes nothing."""


def run(call: Call) -> int:
    """Print a row for each connector that a configuration may use."""
    if call.options.json:
        for name, able in everything():
            call.say.record(of_connector(name, able))
    else:
        call.say.table(HEADS, [row.cells for row in table()])
    return 0


def of_connector(name: str, able: Capabilities | str) -> Record:
    """What a connector can do, or why it cannot be used; ``retry`` in seconds."""
    if isinstance(able, str):
        return {"connector": name, "error": able}
    return {
        "connector": name,
        "title": able.title or able.network,
        "reply": able.reply,
        "limit": able.limit,
        "counted": able.counted,
        "most_bytes": able.most_bytes,
        "direct": "direct" in able.visibility,
        "deletes": able.deletes,
        "attachments": able.attachments,
        "attachment_kinds": list(able.attachment_kinds),
        "attachment_bytes": able.attachment_bytes,
        "deeds": list(able.deeds),
        "check": able.check,
        "thread": able.thread,
        "retry": None if able.retry is None else able.retry.total_seconds(),
        "push": able.push,
        "own_posts": able.own_posts,
    }
