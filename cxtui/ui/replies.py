"""Replying: compose, review, the undo window; taking back and settling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.core.templates import fill, values
from cxtui.engine.desk import Words
from cxtui.errors import CxtuiError, StoreError
from cxtui.ui.board import Entry, who
from cxtui.ui.screens.compose import Compose, Start, Written
from cxtui.ui.screens.page import Page
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cxtui.connectors import Capabilities
    from cxtui.core.attached import File
    from cxtui.core.inbox import Row
    from cxtui.core.item import ReplyKind
    from cxtui.store import Outgoing
    from cxtui.ui.screens.queue import Queue


async def reply(queue: Queue) -> None:
    """Answer the row under the cursor, or all that are marked by one text."""
    await _to(queue, editor=False)


async def edit(queue: Queue) -> None:
    """Answer in the user's own editor."""
    await _to(queue, editor=True)


async def _to(queue: Queue, *, editor: bool) -> None:
    from cxtui.ui.together import write

    rows = queue.targets()
    if len(rows) > 1:
        await write(queue, rows, editor=editor)
    elif rows:
        await answer(queue, rows[0], editor=editor)


async def canned(queue: Queue) -> None:
    """Answer with a prepared text, changed before it is sent; all that are marked get theirs."""
    from cxtui.ui.screens.canned import CannedPicker
    from cxtui.ui.together import prepare

    rows = queue.targets()
    row = next((one for one in rows if not not_possible(queue, one)), rows[0] if rows else None)
    if row is None or await _able(queue, row) is None:
        return
    known = values(row.interval.author, [row.text], queue.setting.desk.operator)
    chosen = await queue.program.push_screen_wait(CannedPicker(queue.setting, row.id, known))
    if chosen is not None and len(rows) > 1:
        await prepare(queue, rows, chosen.name, chosen.name)
    elif chosen is not None:
        await answer(queue, row, insert=fill(chosen.text, known))


async def answer(
    page: Page,
    row: Row,
    text: str | None = None,
    *,
    kind: ReplyKind = "answer",
    editor: bool = False,
    insert: str = "",
    tracked: bool = False,
    files: Sequence[File] = (),
) -> None:
    """Write to one customer and queue what was written. ``text`` is put in place of the draft.

    ``files`` go with it where there is no draft with others; ``insert`` goes behind the draft, ``editor``
    begins in the user's own editor; ``tracked``: what it promises is written down already.
    """
    board = page.board
    can = await _able(page, row)
    if can is None:
        return
    out = board.reply(row.id)
    kept = out if out and out.state in ("draft", "failed") else None
    fetch = text is None and kept is None
    start = Start(
        kept.text if kept and text is None else text or "",
        (kept.error or "") if kept else "",
        kept.visibility if kept else None,
        kept.kind if kept and kind == "answer" else kind,
        editor,
        insert,
        tracked,
        fetch=fetch,
        files=kept.files if kept else tuple(files),
    )
    while True:
        row = board.row(row.id) or row
        written = await page.program.push_screen_wait(Compose(page.setting, row, can, (), start))
        if written.what == "keep":
            await _refresh(page)
            return
        if written.what == "discard":
            await discard(page, row, written.text, written.files, written.kind)
            return
        try:
            await _queue(page, row, written)
        except CxtuiError as error:
            words = str(error).removeprefix("not sent: ")
            note = f"not saved: {words}" if isinstance(error, StoreError) else f"not sent: {words}"
            start = Start(
                written.text, note, written.visibility, written.kind, tracked=tracked, files=written.files,
                unsaved=True,
            )  # fmt: skip
            continue
        return


async def _able(page: Page, row: Row) -> Capabilities | None:
    """What can be done for a row; None where nothing can be written now, which is said."""
    out = page.board.reply(row.id)
    if out and out.state == "unknown":
        await settle(page, out)
        return None
    why = not_possible(page, row)
    if why:
        page.say(why, bad=True)
        return None
    return page.setting.desk.capabilities(row.interval.opener.feed)


def not_possible(page: Page, row: Row) -> str:
    """Why nothing can be written to a row now; empty where it can."""
    if page.setting.desk.readonly:
        return page.setting.desk.readonly
    out = page.board.reply(row.id)
    if out and out.state == "unknown":
        return "it is not known whether the last reply arrived: r asks for it"
    why = _not_now(row, out, page)
    can = page.setting.desk.capabilities(row.interval.opener.feed)
    return flat(why or ("" if can is not None and can.reply else _not_from_here(row, can)))


async def begun(page: Page, row: Row) -> str:
    """The text that is kept for a row: no prepared one is put behind it, or sent in its place, unasked."""
    out = page.board.reply(row.id)
    return out.text if out and out.text else await page.setting.desk.draft(row.id)


async def discard(
    page: Page, row: Row, text: str, files: Sequence[File] = (), kind: ReplyKind = "answer"
) -> None:
    """Drop a draft; ``u`` brings it back."""
    await page.setting.desk.keep_draft(row.id, "")
    name = flat(who(row.interval.author))
    entry = Entry("discard", f"discard {name}", row=row.id, text=text, files=tuple(files), written=kind)
    page.board.session.keep(entry, page.setting.clock())
    await _refresh(page)
    page.say(f"draft to {name} discarded")


async def recall(page: Page, out: Outgoing) -> None:
    """Take a reply back within its window and put it into the composer."""
    back = await page.setting.desk.recall(out.id)
    page.board.put_reply(back)
    page.program.draw()
    row = page.board.row(out.interval)
    if row is None:
        page.say("taken back; it is kept as a draft in the outbox")
        return
    await answer(page, row, back.text)


async def settle(page: Page, out: Outgoing) -> None:
    """Ask the person whether a reply arrived that nothing can be known about."""
    row = page.board.row(out.interval)
    name = flat(who(row.interval.author)) if row else out.feed
    said = [
        f"It is not known whether this reply to {name} arrived. Look at the page: does it stand there?",
        f"“{flat(out.text)}”",
        *([flat(out.error)] if out.error else []),
    ]
    answer_ = await page.ask(
        "settle", "Sent or not?", said, [("settle.sent", ""), ("settle.lost", ""), ("settle.later", "")]
    )
    if answer_ not in ("settle.sent", "settle.lost"):
        return
    settled = await page.setting.desk.settle(out.id, sent=answer_ == "settle.sent")
    page.board.put_reply(settled)
    page.say(
        f"reply to {name}: it stands there" if answer_ == "settle.sent" else f"reply to {name}: a draft again"
    )


async def _queue(page: Page, row: Row, written: Written) -> None:
    words = Words(
        written.text, written.kind, written.basis, written.visibility, written.overrides, written.promised,
        written.at, files=written.files,
    )  # fmt: skip
    out = await page.setting.desk.reply(row.id, words)
    name = flat(who(row.interval.author))
    page.board.put_reply(out)
    page.board.session.keep(Entry("reply", f"reply {name}", row=row.id, key=out.id), page.setting.clock())
    page.board.session.say("")
    page.program.step_over({row.id})
    page.program.draw()


async def _refresh(page: Page) -> None:
    page.board.put_outbox(await page.setting.desk.outbox())
    page.program.draw()


def _not_now(row: Row, out: Outgoing | None, page: Page) -> str:
    """Why this row takes no reply at present; empty where it does."""
    name = flat(who(row.interval.author))
    state = row.state(page.setting.clock())
    if out and out.state == "queued":
        return f"A reply to {name} is about to go out; u takes it back."
    if out and out.state == "sending":
        return f"A reply to {name} is being sent."
    if state == "probably":
        return f"{name} is probably answered: + confirms, - rejects. Then it can be answered."
    if state in ("answered", "closed", "history") and row.interval.promised is None:
        kept = " What was not sent is in the outbox." if out else " u undoes the last act."
        return f"{name} is {state} and does not wait.{kept}"
    return ""


def _not_from_here(row: Row, can: Capabilities | None) -> str:
    if can is None:
        return (
            f"The feed {row.interval.opener.feed} is not configured any more, so nothing can be sent there."
        )
    why = can.why_not or f"{can.network} takes no replies from here"
    return f"o opens the page; d, then e, records “answered elsewhere”: {why.rstrip('.')}"
