"""Promises from key to row: a holding reply, a promise made, moved, released, answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cxtui.core.promises import Owed, state
from cxtui.core.templates import fill, values
from cxtui.errors import UsageError
from cxtui.ui.board import Entry, who
from cxtui.ui.pledging import TIMES, asked_due
from cxtui.ui.replies import answer, begun
from cxtui.ui.rows import at
from cxtui.ui.screens.prompt import Prompt
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.item import Verb
    from cxtui.ui.screens.keyed import Keyed
    from cxtui.ui.screens.page import Page
    from cxtui.ui.screens.queue import Queue

APOLOGY = "apology-promise"
"""The prepared text for a promise that was broken."""
AGAIN = "you will hear from us again"
"""What is promised where nothing else is said."""


async def hold(queue: Queue) -> None:
    """A holding reply, prepared where nothing is written yet; all that are marked get theirs."""
    from cxtui.ui.together import prepare

    rows = queue.targets()
    if len(rows) > 1:
        await prepare(queue, rows, "holding", "Holding reply")
    for row in rows if len(rows) == 1 else ():
        await answer(queue, row, kind="holding", insert=await prepared(queue, row, "holding"))


async def promise(queue: Queue) -> None:
    """What was promised to the row under the cursor: see it, move it, release it; or promise something."""
    row = queue.row
    if row is None:
        return
    owed = [one for one in queue.board.promises if one.promise.item in row.interval.items]
    if not owed:
        await make(queue, row)
        return
    said = [sentence(one, queue.setting.clock(), queue) for one in owed]
    offers = [
        (name, "") for name in ("promised.answer", "promised.move", "promised.release", "promised.more")
    ]
    chosen = await queue.ask("promised", f"Promised to {flat(who(row.interval.author))}", said, offers)
    match chosen:
        case "promised.answer":
            await keep(queue, owed[0])
        case "promised.move":
            await move(queue, owed[0])
        case "promised.release":
            await release(queue, owed[0])
        case "promised.more":
            await make(queue, row)
        case _:
            pass


async def make(page: Page, row: Row) -> None:
    """Ask until when and what, and promise it."""
    name = flat(who(row.interval.author))
    due = await asked_due(page, row, f"until when is something promised to {name}? {TIMES}")
    if due is None:
        return
    until = at(due, page.setting.clock(), page.setting.zone)
    words = await _typed(page, "what", AGAIN, f"what is promised to {name} until {until}?")
    if words:
        detail = {"text": words, "due": due.isoformat()}
        await _act(page, row, "promised", detail, f"promise {name} until {until}")


async def keep(page: Page, owed: Owed) -> None:
    """Answer; where the promise is broken, with the prepared apology."""
    if state(owed.promise, page.setting.clock()) == "broken":
        apology = await prepared(page, owed.row, APOLOGY)
        await answer(page, owed.row, kind="holding" if apology else "answer", insert=apology)
    else:
        await answer(page, owed.row)


async def release(page: Page, owed: Owed) -> None:
    """Ask why nobody is bound any more, and end the promise."""
    name = flat(who(owed.row.interval.author))
    reason = await _typed(page, "why", "", f"why is the promise to {name} released? The reason is kept")
    if reason:
        detail = {"promise": owed.id, "reason": reason}
        await _act(page, owed.row, "promise_released", detail, f"release the promise to {name}")


async def move(page: Page, owed: Owed) -> None:
    """Ask for another due time, move the promise, and begin the reply that tells the customer."""
    row, now, zone = owed.row, page.setting.clock(), page.setting.zone
    name = flat(who(row.interval.author))
    if state(owed.promise, now) == "broken":
        raise UsageError("a broken promise cannot be moved: answer, and promise anew")
    was = at(owed.promise.due, now, zone)
    due = await asked_due(page, row, f"the promise to {name} is due {was}; to when is it moved? {TIMES}")
    if due is None:
        return
    until = at(due, now, zone)
    detail = {"promise": owed.id, "due": due.isoformat()}
    await _act(page, row, "promise_moved", detail, f"move the promise to {name} to {until}")
    text = await prepared(page, row, "holding", due=until)
    row = page.board.row(row.id) or row
    await answer(page, row, kind="holding", insert=text or f"{until}", tracked=True)


async def prepared(page: Page, row: Row, wanted: str, due: str = "") -> str:
    """A prepared text by name or kind; empty where a draft is kept, or there is none."""
    if await begun(page, row):
        return ""
    shelf = await page.setting.desk.shelf(row.id)
    known = values(row.interval.author, [row.text], page.setting.desk.operator)
    fitting = (one for one in shelf.texts if wanted in (one.name, one.kind))
    found = next(fitting, None)
    return fill(found.text, {**known, **({"due": due} if due else {})}) if found else ""


def sentence(owed: Owed, now: datetime, page: Keyed[Any]) -> str:
    """A promise in words."""
    promise = owed.promise
    by = f" by {flat(promise.by)}" if promise.by else ""
    known = state(promise, now)
    ends = {"open": "due", "broken": "broken, was due"}.get(known, f"{known}, was due")
    return f"“{flat(promise.text)}”{by}: {ends} {at(promise.due, now, page.setting.zone)}"


async def _typed(page: Page, sign: str, value: str, hint: str) -> str:
    words = await page.program.push_screen_wait(Prompt(page.setting, sign, value, lambda _: hint))
    return (words or "").strip()


async def _act(page: Page, row: Row, verb: Verb, detail: dict[str, Any], words: str) -> None:
    changed: Sequence[Row] = await page.setting.desk.act([row.id], verb, detail)
    now, board = page.setting.clock(), page.board
    board.put([one for one in changed if board.row(one.id) or one.interval.open], now)
    board.promises = await page.setting.desk.promises()
    board.session.keep(Entry("act", words, row=row.id), now)
    board.session.say(words)
    page.program.draw()
    page.program.count()
