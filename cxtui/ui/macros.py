"""Macros: several acts and perhaps a prepared reply on one key, shown before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.core.macros import Macro, wakes
from cxtui.errors import UsageError
from cxtui.ui import batches
from cxtui.ui.acts import act, named
from cxtui.ui.commands.own import command_of
from cxtui.ui.rows import at
from cxtui.ui.screens.review import Sure
from cxtui.ui.together import prepared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cxtui.core.asked import Step
    from cxtui.core.inbox import Row
    from cxtui.ui.screens.queue import Queue


async def choose(queue: Queue) -> None:
    """Ask which macro, and do it."""
    from cxtui.ui.screens.palette import Palette

    macros = queue.setting.macros
    if not macros:
        raise UsageError("no macros are configured; a [[macro]] has a name, a key and what to do")
    offered = [command_of(one) for one in macros]
    name = await queue.program.push_screen_wait(Palette(queue.setting, offered))
    chosen = next((one for one in macros if f"macro.{one.name}" == name), None)
    if chosen is not None:
        await run(queue, chosen)


async def run(queue: Queue, macro: Macro) -> None:
    """Show what a macro would do to the rows, and do it when that is meant."""
    rows = queue.targets()
    if not rows:
        return
    setting = queue.setting
    steps = macro.steps(setting.clock(), setting.zone, setting.desk.operator)
    said = _said(queue, rows, macro, steps)
    title = f"{macro.name}: {named(rows)}"
    if macro.canned is None:
        offers = [("macro.do", ""), ("macro.leave", "")]
        if await queue.program.push_screen_wait(Sure(setting, "macro", title, said, offers)) == "macro.do":
            await _act(queue, rows, macro, steps)
        return
    name = macro.canned
    coming = (await prepared(queue, row, name) for row in rows)
    ready = await batches.reviewed(queue, title, said, coming)
    if ready is None:
        return
    sent = await batches.send(queue, ready)
    await _act(queue, [one.row for one in sent], macro, steps)
    if len(sent) < len(ready):
        queue.say(f"{len(ready) - len(sent)} of {len(ready)} not sent: left as they were", bad=True)


async def _act(queue: Queue, rows: Sequence[Row], macro: Macro, steps: Sequence[Step]) -> None:
    for verb, detail in steps:
        stays = verb not in ("snoozed", "closed")
        await act(queue, rows, verb, detail, f"{macro.name}: {verb} {{}}", stays=stays)


def _said(queue: Queue, rows: Sequence[Row], macro: Macro, steps: Sequence[Step]) -> list[str]:
    """What would be done, and which rows would be late before they wake."""
    now, zone = queue.setting.clock(), queue.setting.zone
    said = [one.text for one in macro.acts if one.word != "canned"]
    until = next((found for step in steps if (found := wakes(step))), None)
    if until is not None:
        said = [
            f"{text}, until {at(until, now, zone)}" if text.startswith("snooze") else text for text in said
        ]
        late = sum(row.due < until for row in rows)
        if late and macro.canned is None:
            said.append(f"! {late} of {len(rows)} rows are late before they wake; the clocks run on")
    return said
