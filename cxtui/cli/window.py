"""The time in which something on its way can be taken back, at a prompt."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from cxtui.cli.call import Call, clock
from cxtui.errors import Conflict

if TYPE_CHECKING:
    from cxtui.engine.engine import Engine
    from cxtui.store import Outgoing

INTERRUPTED = 130
EXIT = {"sent": 0, "draft": 1, "failed": 5, "unknown": 5, "sending": 5}
"""Exit codes by how it ended; a draft went back to its writer."""


def exit_code(ended: Outgoing, *, stopped: bool) -> int:
    """The exit code of a reply or a deed; ``stopped`` where Ctrl-C was pressed."""
    back = stopped and ended.state in ("draft", "dropped")
    return INTERRUPTED if back else EXIT.get(ended.state, 1)


async def window(call: Call, engine: Engine, queued: Outgoing) -> tuple[Outgoing, bool]:
    """Wait for the sending; Ctrl-C takes it back as long as that is possible, a second one waits no longer.

    Gives it as it ended, and whether Ctrl-C was pressed.
    """
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    delivery = asyncio.create_task(engine.deliver(queued.id))
    stopping = asyncio.create_task(stop.wait())
    asked = False
    try:
        while not delivery.done():
            left = (queued.until - clock()).total_seconds() if queued.until else 0
            call.say.tick(f"sending in {left:.0f} s, Ctrl-C takes it back" if left > 0 else "sending")
            await asyncio.wait({delivery, stopping}, timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
            if stopping.done() and not delivery.done():
                if asked:
                    return await _left(call, engine, queued, delivery), True
                asked = True
                stop.clear()
                stopping = asyncio.create_task(stop.wait())
                await _take_back(call, engine, queued)
        return await delivery, asked or stop.is_set()
    finally:
        stopping.cancel()
        call.say.tick("")


async def _take_back(call: Call, engine: Engine, queued: Outgoing) -> None:
    try:
        await engine.recall(queued.id)
    except Conflict as late:
        call.say.note(f"{late}; waiting for how it ends, Ctrl-C again leaves")
    else:
        call.say.note("taken back; the text is kept as a draft" if queued.deed is None else "taken back")


async def _left(call: Call, engine: Engine, queued: Outgoing, delivery: asyncio.Task[Outgoing]) -> Outgoing:
    """Wait no longer; it is looked for after the next start."""
    delivery.cancel()
    await asyncio.gather(delivery, return_exceptions=True)
    call.say.note("left in the middle; whether it arrived is looked for at the next start")
    return await engine.store.outgoing(queued.id)
