"""poll: ask the feeds once, or for ever without a screen."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from cxtui.cli.arguments import Parser
from cxtui.cli.call import Call, clock
from cxtui.cli.printing import counted
from cxtui.core.text import clean, one_line
from cxtui.engine.engine import Engine
from cxtui.engine.reload import ConfigFile
from cxtui.engine.warning import Warner
from cxtui.errors import FeedError

if TYPE_CHECKING:
    from cxtui.engine.engine import PollResult
    from cxtui.engine.leading import Leader
    from cxtui.store import Outgoing, Store

SETTLE = 60.0
"""Seconds that ``--once`` waits for what becomes of replies that are not known to be sent."""


def arguments(_command: str, parser: Parser) -> None:
    """It takes --once."""
    parser.add_argument("--once", action="store_true", help="ask every feed that may be asked now, then end")


def run(call: Call) -> int:
    """Poll, and settle what dead processes left in the outbox; gives 5 where a feed failed."""
    if not call.config.feeds:
        call.say.note(f"no feeds are configured; add [[feeds]] to {call.config.path}")
    if not call.words.once:
        return asyncio.run(_for_ever(call))
    results = asyncio.run(_once(call))
    for result in results:
        _print(call, result)
    return 0 if all(result.ok for result in results) else FeedError.exit_code


async def _once(call: Call) -> list[PollResult]:
    async with call.store() as store:
        engine = Engine(call.config, store, clock=clock, tell=call.say.note)
        try:
            for left in await engine.recover(SETTLE):
                call.say.note(_became(left))
            return await engine.poll_once()
        finally:
            await engine.aclose()


async def _for_ever(call: Call) -> int:
    """Until the program is asked to end: SIGTERM ends it as it should be."""
    async with call.store() as store:
        engine = Engine(call.config, store, clock=clock, tell=call.say.note)
        engine.leading.heard = _Leaders(call.say.note)
        path = call.config.path
        file = ConfigFile(path, call.reread, call.config.beside) if path else None
        polling = asyncio.create_task(engine.run())
        warner = _warner(call, store)
        warner.heed(await store.rows())
        tending = asyncio.create_task(engine.tend(file, call.config, call.say.note, warner))
        warning = asyncio.create_task(warner.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, polling.cancel)
        call.say.note(f"polling {counted(len(call.config.feeds), 'feed')} until Ctrl-C")
        try:
            jobs = {polling, tending, warning}
            ended, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                if not task.cancelled():
                    task.result()
        finally:
            polling.cancel()
            tending.cancel()
            warning.cancel()
            await asyncio.gather(polling, tending, warning, return_exceptions=True)
            await engine.aclose()
    return 0


def _warner(call: Call, store: Store) -> Warner:
    """Starts the operator's own program for rows that are soon due or late; there is no bell to ring."""
    return Warner(
        store,
        call.config.warnings,
        call.config.policies,
        f"{call.config.operator} poll",
        clock=clock,
        ring=lambda _: None,
        tell=call.say.note,
    )


class _Leaders:
    """Says who polls when that is another process, and when it is this one again."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._others = False

    def __call__(self, leader: Leader) -> None:
        if not leader.here:
            self._others = True
            self._say(one_line(clean(leader.words)))
        elif self._others:
            self._others = False
            self._say(leader.words)


def _became(left: Outgoing) -> str:
    """What became of something that a process left in the outbox."""
    what = f"the {left.what} to {left.item}"
    if left.state == "sent":
        return f"{what} was not known to be sent; it is"
    words = {"draft": "is a draft again", "failed": "was not done", "unknown": "may have been sent"}
    said = f"{what} {words.get(left.state, 'is still being looked for')}: {left.error or 'cxtui outbox'}"
    return f"{said}; cxtui outbox lists it"


def _print(call: Call, result: PollResult) -> None:
    if result.missed:
        call.say.note(one_line(clean(f"{result.feed}: {result.missed}")))
    if call.options.json:
        call.say.record({
            "feed": result.feed,
            "ok": result.ok,
            "new": result.new,
            "updated": result.updated,
            "not_modified": result.not_modified,
            "skipped": result.skipped,
            "error": result.error,
        })  # fmt: skip
        return
    if result.error:
        said = f"failed: {result.error}"
    elif result.skipped:
        said = f"not asked: {result.skipped}"
    elif result.not_modified:
        said = "nothing new"
    else:
        said = f"{result.new} new, {result.updated} updated"
    call.say.line(f"{result.feed}: {said}")
