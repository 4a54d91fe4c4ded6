"""Thanking by a like, letting through, telling of spam: a key, a bar, the undo window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cxtui.engine.ways import lacking
from cxtui.ui.board import Entry, who
from cxtui.ui.rows import said_first
from cxtui.ui.screens.page import Page
from cxtui.ui.screens.review import Sure, window
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities
    from cxtui.core.inbox import Row
    from cxtui.core.item import Deed
    from cxtui.store import Outgoing
    from cxtui.ui.screens.queue import Queue

TITLES: dict[Deed, str] = {"like": "Thank by a like?", "approve": "Let through?", "spam": "Tell of spam?"}
NO_ANSWER = "a like answers no question: the row waits on"


async def thank(queue: Queue) -> None:
    """Like what the rows under the cursor or marked say; where the network has no likes, say so."""
    await _ask_and_do(queue, "like")


async def like(queue: Queue, rows: Sequence[Row], *, behind: bool = False) -> None:
    """Like what rows say; ``behind`` words of thanks, which otherwise would come too late."""
    await _do(queue, rows, "like", behind=behind)


async def approve(queue: Queue) -> None:
    """Let through what waits for a moderator."""
    await _ask_and_do(queue, "approve")


async def spam(queue: Queue, rows: Sequence[Row]) -> None:
    """Tell the networks that rows are spam; each is closed as soon as its network has taken it."""
    await _do(queue, rows, "spam")


def knows(page: Page, rows: Sequence[Row], deed: Deed) -> bool:
    """Whether the networks of all rows know a deed."""
    able = [_able(page, row) for row in rows]
    return all(can is not None and deed in can.deeds for can in able)


async def take_back(page: Page, out: Outgoing) -> None:
    """Drop a deed within its window."""
    page.board.put_reply(await page.setting.desk.recall(out.id))
    page.say(f"taken back: {out.what}")


async def again(page: Page, out: Outgoing) -> None:
    """Do a deed again that failed."""
    row = page.board.row(out.interval)
    if out.state != "failed" or out.deed is None:
        page.say("it goes out by itself; u takes it back", bad=True)
    elif row is None:
        page.say("the row is gone from here; D drops it", bad=True)
    else:
        await _queue(page, row, out.deed)
        page.program.draw()


async def _ask_and_do(queue: Queue, deed: Deed) -> None:
    rows = queue.targets()
    if not rows:
        return
    for row in rows:
        if why := _why_not(queue, row, deed):
            queue.say(flat(why), bad=True)
            return
    offers = [("deed.do", window(queue.setting)), ("deed.leave", "")]
    dialog = Sure(queue.setting, "deed", TITLES[deed], about(rows, deed), offers)
    chosen = await queue.program.push_screen_wait(dialog)
    if chosen == "deed.do":
        await _do(queue, rows, deed)


def about(rows: Sequence[Row], deed: Deed) -> list[str]:
    """What the rows say, and what the deed does not do."""
    said = [f"{flat(who(row.interval.author))}: {flat(said_first(row))}" for row in rows[:3]]
    if len(rows) > len(said):
        said.append(f"and {len(rows) - len(said)} more")
    if deed == "like" and not all(row.interval.thanks for row in rows):
        said.append(f"! {NO_ANSWER}")
    return said


async def _do(queue: Queue, rows: Sequence[Row], deed: Deed, *, behind: bool = False) -> None:
    for n, row in enumerate(rows, 1):
        await _queue(queue, row, deed, n if behind else 0)
    queue.board.marks.clear()
    if deed == "spam" or all(row.interval.thanks for row in rows):
        queue.list.step_over({row.id for row in rows})
    queue.program.draw()


async def _queue(page: Page, row: Row, deed: Deed, behind: int = 0) -> None:
    out = await page.setting.desk.deed(row.id, deed, behind)
    page.board.put_reply(out)
    entry = Entry("deed", f"{out.what} {flat(who(row.interval.author))}", row=row.id, key=out.id)
    page.board.session.keep(entry, page.setting.clock())
    page.board.session.say("")


def _why_not(queue: Queue, row: Row, deed: Deed) -> str:
    """Why a deed is not possible; empty where it is."""
    can = _able(queue, row)
    if can is None:
        return f"the feed {row.interval.opener.feed} is not configured any more"
    if deed in can.deeds:
        return ""
    key = f": {queue.setting.key('queue.reply')}" if deed == "like" and can.reply else ""
    return f"{lacking(can, deed)}{key}"


def _able(page: Page, row: Row) -> Capabilities | None:
    return page.setting.desk.capabilities(row.interval.opener.feed)
