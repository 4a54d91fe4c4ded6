"""Undo and redo: the last thing first, whether it was an act, a reply or a discarded text.

What is about to leave the machine comes before everything else: its time is short.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.core.triage import WORDS
from cxtui.errors import CxtuiError, StoreError
from cxtui.ui.board import Entry, who
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from cxtui.core.inbox import Row
    from cxtui.core.item import Event
    from cxtui.ui.board import Board
    from cxtui.ui.screens.queue import Queue


async def undo(queue: Queue) -> None:
    """Take back the last thing done."""
    session = queue.board.session
    hasty = leaving(queue.board, queue.setting.clock())
    if len(hasty) > 1:
        await _take_all_back(queue, hasty)
        return
    last = hasty[0] if hasty else session.done[-1] if session.done else None
    if last and last.kind in ("reply", "deed"):
        await _take_back(queue, last)
        return
    if last and last.kind == "discard":
        session.done.pop()
        await _bring_back(queue, last)
        return
    await _walk(queue, queue.setting.desk.undo, "undone", (session.done, session.undone))


def leaving(board: Board, now: datetime) -> list[Entry]:
    """What ``u`` takes back from its window: the last that was sent, with all that was sent together."""
    there = {one.id for one in board.outbox if one.state == "queued" and one.until and one.until > now
             and not one.far(now)}  # fmt: skip
    found = [one for one in board.session.done if one.key in there]
    return [one for one in found if one is found[-1] or (one.batch and one.batch == found[-1].batch)]


async def redo(queue: Queue) -> None:
    """Do again what was undone last."""
    session = queue.board.session
    await _walk(queue, queue.setting.desk.redo, "redone", (session.undone, session.done))


async def _walk(
    queue: Queue,
    step: Callable[[], Awaitable[tuple[Row, Event]]],
    said: str,
    stacks: tuple[list[Entry], list[Entry]],
) -> None:
    """Take every act of the last entry one step, and the entry from the first stack to the second.

    Where a step is refused, the steps before it stand and the entry is parted.
    """
    session, (source, target) = queue.board.session, stacks
    last = source.pop() if source else None
    count, steps = last.count if last else 1, 0
    try:
        while steps < count:
            _show(queue, *await step(), said=said)
            steps += 1
    finally:
        if last and steps:
            target.append(replace(last, count=steps))
        if last and steps < count:
            source.append(replace(last, count=count - steps))
        if steps:
            session.saved = queue.setting.clock()
            queue.program.count()
    if last and count > 1:
        session.say(f"{said}: {last.words}")
    queue.program.draw()


async def _take_back(queue: Queue, last: Entry) -> None:
    from cxtui.ui.deeds import take_back
    from cxtui.ui.replies import recall

    board = queue.board
    out = next((one for one in board.outbox if one.id == last.key), None)
    board.session.done.remove(last)
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


async def _take_all_back(queue: Queue, entries: Sequence[Entry]) -> None:
    """Make drafts again of replies that were sent together, the first to leave first."""
    board, back = queue.board, 0
    for entry in entries:
        board.session.done.remove(entry)
        try:
            board.put_reply(await queue.setting.desk.recall(entry.key))
        except CxtuiError as error:
            queue.say(f"too late for the {entry.words}: {error}", bad=True)
        else:
            back += 1
    queue.program.draw()
    if back == len(entries):
        queue.say(f"{back} replies taken back, kept as drafts: r edits one")


async def _bring_back(queue: Queue, last: Entry) -> None:
    from cxtui.ui.replies import answer

    desk, files = queue.setting.desk, last.files
    try:
        await desk.keep_draft(last.row, last.text, files=files, kind=last.written)
    except StoreError as error:
        if not files:
            raise
        files = ()  # copies that nothing needed may be gone after an hour; the words are not
        await desk.keep_draft(last.row, last.text, files=files, kind=last.written)
        queue.say(f"brought back without its files: {flat(str(error))}", bad=True)
    row = queue.board.row(last.row)
    if row is not None:
        await answer(queue, row, last.text, kind=last.written, files=files)


def _show(queue: Queue, row: Row, event: Event, said: str) -> None:
    """The row as it is now, with the cursor on it."""
    board = queue.board
    board.put([row], queue.setting.clock())
    board.session.say(f"{said}: {WORDS.get(event.verb, event.verb)} {flat(who(row.interval.author))}")
    place = board.listing.place(row.id)
    if place is not None:
        queue.list.follow()
        queue.list.select(place)
