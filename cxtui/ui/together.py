"""Replies to all marked rows: one text written for all, or a prepared one for each; reviewed as a list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from cxtui.core.templates import fill, values
from cxtui.ui import batches
from cxtui.ui.acts import named

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.item import Visibility
    from cxtui.ui.screens.batch import Letter
    from cxtui.ui.screens.queue import Queue

SAME = "goes to {}: {{name}} stands for each one's name; review shows the list before anything is sent"


async def write(queue: Queue, rows: Sequence[Row], *, editor: bool = False) -> None:
    """Have one text written, and show what each customer would get."""
    text, where = await _typed(queue, rows, editor=editor)
    if not text:
        return

    async def letters() -> AsyncIterator[Letter]:
        for row in rows:
            made = fill(text, known(queue, row))
            yield await batches.letter(queue, row, made, "answer", visibility=where)

    ready = await batches.reviewed(queue, f"Reply to {named(rows)}", (), letters(), own=True)
    await batches.send(queue, ready or ())


async def prepare(queue: Queue, rows: Sequence[Row], wanted: str, title: str) -> None:
    """Show the prepared reply of that name or kind for each customer, in their language."""
    coming = (await prepared(queue, row, wanted) for row in rows)
    ready = await batches.reviewed(queue, f"{title}: {named(rows)}", (), coming)
    await batches.send(queue, ready or ())


async def prepared(queue: Queue, row: Row, wanted: str) -> Letter:
    """The prepared reply of that name or kind for a row, in its customer's language where there is one."""
    shelf = await queue.setting.desk.shelf(row.id)
    found = next((one for one in shelf.texts if wanted in (one.name, one.kind)), None)
    if found is None:
        problems = "; ".join(shelf.problems)
        why = (
            f"no prepared reply is called {wanted!r} for this customer{f' ({problems})' if problems else ''}"
        )
        return await batches.letter(queue, row, "", "answer", why)
    return await batches.letter(queue, row, fill(found.text, known(queue, row)), found.kind)


def known(queue: Queue, row: Row) -> dict[str, str]:
    """What variables stand for in a reply to a row."""
    return values(row.interval.author, [row.text], queue.setting.desk.operator)


async def _typed(queue: Queue, rows: Sequence[Row], *, editor: bool) -> tuple[str, Visibility | None]:
    """What is to be said to all, and where if that was chosen; written beside one that can be answered."""
    from cxtui.ui.replies import begun, not_possible
    from cxtui.ui.screens.compose import Compose, Start

    desk = queue.setting.desk
    able = [row for row in rows if not not_possible(queue, row)]
    free = [row for row in able if not await begun(queue, row)]
    first = next(iter(free or able), None)
    can = desk.capabilities(first.interval.opener.feed) if first else None
    if first is None or can is None:
        queue.say(not_possible(queue, rows[0]), bad=True)
        return "", None
    start = Start("", SAME.format(named(rows)), editor=editor, batch=True, several=len(rows))
    before = await begun(queue, first)
    written = await queue.program.push_screen_wait(Compose(queue.setting, first, can, (), start))
    await desk.keep_draft(first.id, before)  # the composer kept this one meanwhile
    queue.board.put_outbox(await desk.outbox())
    where = written.visibility if written.visibility != first.interval.visibility else None
    return "" if written.what == "discard" else written.text.strip(), where
