"""Several replies at once: made from a prepared one, reviewed as a list or one by one, sent apart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.core.item import ReplyKind, Visibility
from cxtui.engine.desk import Words
from cxtui.errors import CxtuiError
from cxtui.ui.board import Entry, who
from cxtui.ui.pledging import dated
from cxtui.ui.screens.batch import Batch, Chosen, Letter
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.ui.screens.queue import Queue

UNDATED = "a holding reply says until when the customer hears from you: e adds it"
BEGUN = "another text is kept as a draft here: r goes on with it, and it is sent by itself"
FEW = 3
"""So many public replies are sent by one key; of more the number is typed."""


async def letter(
    queue: Queue, row: Row, text: str, kind: ReplyKind, why: str = "", visibility: Visibility | None = None
) -> Letter:
    """A reply to a row as it would go out, with what the guard says."""
    from cxtui.ui.limits import filling
    from cxtui.ui.replies import begun, not_possible

    desk, waits = queue.setting.desk, row.interval
    where = visibility or waits.visibility
    made = Letter(row, text.strip(), kind, where, why=why or not_possible(queue, row))
    if not made.why and (await begun(queue, row)).strip() not in ("", made.text):
        made = replace(made, why=BEGUN)
    if made.why or not made.text:
        return replace(made, why=made.why or "there is nothing to send")
    can = desk.capabilities(waits.opener.feed)
    over = filling(can, made.text).over if can else ""
    promised = dated(await desk.pledges(row.id, made.text)) if kind == "holding" else ()
    due = promised[0].due if promised else None
    found = await desk.guard(row, made.text, kind, where, waits.items, due)
    why = f"too long by {over}" if over else UNDATED if kind == "holding" and not promised else ""
    return replace(made, found=tuple(found), why=why, promised=promised)


async def reviewed(
    queue: Queue, title: str, heads: Sequence[str], coming: AsyncIterator[Letter], *, own: bool = False
) -> tuple[Letter, ...] | None:
    """Show a batch until it is to be sent; gives the letters that may, None where it was left.

    What was changed by hand and does not go out is kept as a draft; ``own``: so was every letter.
    """
    at, note, written = 0, "", set[str]()
    letters: tuple[Letter, ...] = ()
    making: AsyncIterator[Letter] | None = coming
    while True:
        shown, making = Batch(queue.setting, title, heads, letters, at, note, making), None
        chosen = await queue.program.push_screen_wait(shown)
        letters, at = chosen.letters, chosen.at
        written |= {one.text for one in letters} if own else set()
        ready = tuple(one for one in letters if not one.blocked)
        if chosen.what == "edit":
            before, letters = {one.text for one in letters}, await _changed(queue, chosen)
            written |= {one.text for one in letters} - before
        elif chosen.what == "leave":
            await _keep(queue, [one for one in letters if one.text in written])
            return None
        elif not (note := await _unsure(queue, ready)):
            await _keep(queue, [one for one in letters if one.text in written and one not in ready])
            return ready


async def send(queue: Queue, letters: Sequence[Letter]) -> list[Letter]:
    """Queue every letter, each some seconds behind the one before; gives those that were.

    What cannot be queued any more is said and left out.
    """
    sent: list[Letter] = []
    batch = ""
    for one in letters:
        waits = one.row.interval
        try:
            words = Words(
                one.text, one.kind, waits.items, one.visibility, promised=one.promised, behind=len(sent)
            )
            out = await queue.setting.desk.reply(waits.id, words)
        except CxtuiError as error:
            words = str(error).removeprefix("not sent: ")
            queue.say(f"not sent to {flat(who(waits.author))}: {words}", bad=True)
            continue
        sent.append(one)
        queue.board.put_reply(out)
        batch = batch or out.id
        words = f"reply {flat(who(waits.author))}"
        entry = Entry("reply", words, row=waits.id, key=out.id, batch=batch)
        queue.board.session.keep(entry, queue.setting.clock())
    queue.board.marks.clear()
    queue.program.step_over({one.row.id for one in sent})
    queue.program.draw()
    return sent


async def _keep(queue: Queue, letters: Sequence[Letter]) -> None:
    """Keep as drafts what was written and does not go out."""
    from cxtui.ui.replies import begun

    kept = [one for one in letters if one.text and not await begun(queue, one.row)]
    for one in kept:
        await queue.setting.desk.keep_draft(one.row.id, one.text, one.visibility)
    if kept:
        queue.board.put_outbox(await queue.setting.desk.outbox())
        queue.say(f"{len(kept)} changed by hand, kept as drafts")


async def _changed(queue: Queue, chosen: Chosen) -> tuple[Letter, ...]:
    """The letters with one of them written anew."""
    from cxtui.ui.replies import begun
    from cxtui.ui.screens.compose import Compose, Start

    one = chosen.letters[chosen.at]
    desk, row = queue.setting.desk, one.row
    can = desk.capabilities(row.interval.opener.feed)
    if can is None or not can.reply:
        return chosen.letters
    start = Start(one.text, "part of a batch: review brings it back to the list", one.visibility, one.kind,
                  batch=True)  # fmt: skip
    before, messages = await begun(queue, row), await desk.thread(row.id)
    written = await queue.program.push_screen_wait(Compose(queue.setting, row, can, messages, start))
    await desk.keep_draft(row.id, before)  # the composer kept this one meanwhile
    letters = list(chosen.letters)
    if written.what == "discard":
        letters.pop(chosen.at)
    else:
        letters[chosen.at] = await letter(
            queue, row, written.text, written.kind, visibility=written.visibility
        )
    return tuple(letters)


async def _unsure(queue: Queue, letters: Sequence[Letter]) -> str:
    """Why so many public replies may not be meant, of which the number is typed; empty where they are."""
    from cxtui.ui.screens.prompt import Prompt

    public = sum(one.visibility == "public" for one in letters)
    if public <= FEW:
        return ""
    asked = f"{public} public replies go out: type {public} to send them, Esc goes back to the list"
    typed = await queue.program.push_screen_wait(Prompt(queue.setting, "how many?", "", lambda _: asked))
    if typed is not None and typed.strip() == str(public):
        return ""
    return f"nothing was sent: it is {public} public replies" + (f", not {typed.strip()}" if typed else "")
