"""Opening a row's page."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cxtui.ui import opener
from cxtui.ui.board import who
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.ui.screens.queue import Queue


async def browse(queue: Queue) -> None:
    """Show the host, then open the page; say the address where nothing can open it."""
    row = queue.row
    if row is None:
        return
    address = row.interval.opener.url
    if not address:
        queue.say(f"{flat(who(row.interval.author))} has no page to open")
        return
    host = opener.host(address)
    program = opener.program(os.environ)
    if program is None:
        queue.say(f"no browser here: {flat(address)} ({queue.key_of('queue.copy_link')} copies it)")
        return
    title = f"Open {host} in the browser?"
    if await queue.ask("ask", title, [flat(address)], [("ask.yes", "open"), ("ask.no", "stay")]) == "ask.yes":
        queue.say(f"opening {host}")
        await opener.open_address(program, address)
