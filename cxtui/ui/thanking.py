"""Thanking: by words that vary, by a like, or both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from cxtui.core.templates import fill, values
from cxtui.ui import batches, deeds
from cxtui.ui.acts import named
from cxtui.ui.replies import answer, begun, not_possible
from cxtui.ui.screens.review import Sure

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.ui.screens.batch import Letter
    from cxtui.ui.screens.queue import Queue

NO_TEXT = "there is no prepared text of thanks left that was not sent today; e writes one"


async def thank(queue: Queue) -> None:
    """Ask how to thank, where there is a choice, and do it."""
    rows = queue.targets()
    if not rows:
        return
    likes = deeds.knows(queue, rows, "like")
    writes = not all(not_possible(queue, row) for row in rows)
    if not writes:
        await deeds.thank(queue)  # says why where that cannot be done either
    elif not likes:
        await _write(queue, rows)
    else:
        await _chosen(queue, rows)


async def _chosen(queue: Queue, rows: Sequence[Row]) -> None:
    offers = [(name, "") for name in ("thank.words", "thank.like", "thank.both", "thank.leave")]
    dialog = Sure(queue.setting, "thank", f"Thank {named(rows)}?", deeds.about(rows, "like"), offers)
    chosen = await queue.program.push_screen_wait(dialog)
    if chosen == "thank.like":
        await deeds.like(queue, rows)
    elif chosen in ("thank.words", "thank.both") and await _write(queue, rows) and chosen == "thank.both":
        outs = ((row, queue.board.reply(row.id)) for row in rows)
        thanked = [row for row, out in outs if out and out.state == "queued"]
        await deeds.like(queue, thanked, behind=True)


async def _write(queue: Queue, rows: Sequence[Row]) -> bool:
    """Thank by words: one is written on in the composer, several are looked at as a list."""
    if len(rows) == 1:
        one = await _letter(queue, rows[0], set())
        kept = await begun(queue, one.row)
        await answer(queue, one.row, kind="thanks", insert="" if kept else one.text)
        out = queue.board.reply(one.row.id)
        return out is not None and out.state == "queued"
    ready = await batches.reviewed(queue, f"Thank {named(rows)}", (), _letters(queue, rows))
    return ready is not None and bool(await batches.send(queue, ready))


async def _letters(queue: Queue, rows: Sequence[Row]) -> AsyncIterator[Letter]:
    taken = set[str]()
    for row in rows:
        one = await _letter(queue, row, taken)
        taken.add(one.text)
        yield one


async def _letter(queue: Queue, row: Row, taken: set[str]) -> Letter:
    """Thanks in the customer's language that nobody else got today; another text for each of several."""
    shelf = await queue.setting.desk.shelf(row.id)
    kind = [one for one in shelf.texts if one.kind == "thanks"]
    same = [one for one in kind if one.lang == kind[0].lang]
    start = sum(row.id.encode()) % len(same) if same else 0
    known = values(row.interval.author, [row.text], queue.setting.desk.operator)
    last: Letter | None = None
    for one in (*same[start:], *same[:start], *kind[len(same) :]):
        text = fill(one.text, known)
        last = await batches.letter(queue, row, text, "thanks")
        if text not in taken and not any(found.rule in ("repeated", "duplicate") for found in last.found):
            return last
    return last or await batches.letter(queue, row, "", "thanks", NO_TEXT)
