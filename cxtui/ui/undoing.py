"""Undo and redo: the last thing first, whether it was an act, a reply or a discarded text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.core.triage import WORDS
from cxtui.ui.board import Entry, who
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.item import Event
    from cxtui.ui.screens.queue import Queue


async def undo(queue: Queue) -> None:
    """Take back the last thing done."""
    session = queue.board.session
    last = session.done[-1] if session.done else None
    if last and last.kind in ("reply", "deed"):
        await _take_back(queue, last)
        return
    if last and last.kind == "discard":
        session.done.pop()
        await _bring_back(queue, last)
        return
    for _ in range(last.count if last else 1):
        _show(queue, *await queue.setting.desk.undo(), said="undone")
    if last:
        session.undone.append(session.done.pop())
    session.saved = queue.setting.clock()
    queue.program.draw()
    queue.program.count()


async def redo(queue: Queue) -> None:
    """Do again what was undone last."""
    session = queue.board.session
    last = session.undone[-1] if session.undone else None
    for _ in range(last.count if last else 1):
        _show(queue, *await queue.setting.desk.redo(), said="redone")
    if last:
        session.done.append(session.undone.pop())
    session.saved = queue.setting.clock()
    queue.program.draw()
    queue.program.count()


async def _take_back(queue: Queue, last: Entry) -> None:
    from cxtui.ui.deeds import take_back
    from cxtui.ui.replies import recall

    board = queue.board
    out = next((one for one in board.outbox if one.id == last.key), None)
    board.session.done.pop()
    if out is not None and out.state == "queued":
        await (recall if out.deed is None else take_back)(queue, out)
        return
    more = f"; u again undoes: {board.session.done[-1].words}" if board.session.done else ""
    if out is not None and out.deed is not None and out.state == "failed":
        queue.say(f"the {last.words} was not done, the outbox says why{more}")
    elif out is not None and out.state in ("draft", "failed"):
        queue.say(f"the {last.words} was not sent, r edits it{more}")
    else:
        queue.say(f"too late: the {last.words} has left and cannot be taken back{more}", bad=True)


async def _bring_back(queue: Queue, last: Entry) -> None:
    from cxtui.ui.replies import answer

    await queue.setting.desk.keep_draft(last.row, last.text)
    row = queue.board.row(last.row)
    if row is not None:
        await answer(queue, row, last.text)


def _show(queue: Queue, row: Row, event: Event, said: str) -> None:
    """The row as it is now, with the cursor on it."""
    board = queue.board
    board.put([row], queue.setting.clock())
    board.session.say(f"{said}: {WORDS.get(event.verb, event.verb)} {flat(who(row.interval.author))}")
    place = board.listing.place(row.id)
    if place is not None:
        queue.list.follow()
        queue.list.select(place)
