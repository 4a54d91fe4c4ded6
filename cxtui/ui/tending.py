"""Claim, hand over, tag, note, priority, mute, and doing the last act again: from key to row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from cxtui.core.asked import LEASE, muting, noting, plain, tagging
from cxtui.core.interval import PRIORITIES
from cxtui.errors import Unlawful, UsageError
from cxtui.ui.acts import act, named
from cxtui.ui.board import who
from cxtui.ui.rows import at
from cxtui.ui.screens.prompt import Prompt
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.ui.screens.queue import Queue

PRIORITY_KEYS = {f"priority.{level}": level for level in PRIORITIES}


async def claim(queue: Queue) -> None:
    """Take rows for an hour, or give back what is one's own already."""
    rows = queue.targets()
    me, now = queue.setting.desk.operator, queue.setting.clock()
    if rows and all(_holder(row, queue) == me for row in rows):
        await act(queue, rows, "released", {}, "release {}", stays=True)
        return
    until = {"until": (now + LEASE).isoformat(), "for": me}
    await act(queue, rows, "claimed", until, "claim {}", stays=True)


async def hand_over(queue: Queue) -> None:
    """Ask for a name and have rows be theirs for an hour."""
    rows = queue.targets()
    if not rows:
        return
    holder = _holder(rows[0], queue)
    hint = f"who takes care of {named(rows)}? {holder} has it now" if holder else f"who takes {named(rows)}?"
    name = await _typed(queue, "for", lambda words: _wrong(words, lambda: plain(words, "a name")) or hint)
    if name:
        until = (queue.setting.clock() + LEASE).isoformat()
        taken = plain(name.removeprefix("@"), "a name")
        await act(queue, rows, "claimed", {"until": until, "for": taken}, f"hand {{}} to {taken}", stays=True)


async def tag(queue: Queue) -> None:
    """Ask for tags and put them on; -TAG takes one off."""
    rows = queue.targets()
    if not rows:
        return
    stand = sorted({tag for row in rows for tag in row.interval.tags})
    hint = f"tags of {named(rows)}: {' '.join(stand) or 'none'}; several with blanks, -TAG takes one off"

    def echo(words: str) -> str:
        return _wrong(words, lambda: [tagging(word) for word in words.split()]) or hint

    words = await _typed(queue, "tag", echo)
    for step in [tagging(word) for word in (words or "").split()]:
        verb, detail = step
        said = detail.get("tag", verb)
        sign = "-" if verb == "untagged" else ""
        await act(queue, rows, verb, detail, f"tag {{}} {sign}{said}", stays=True)


async def note(queue: Queue) -> None:
    """Ask for words that only we see."""
    rows = queue.targets()
    if rows:
        words = await _typed(queue, "note", lambda _: f"a note on {named(rows)}; customers never see it")
        if words and words.strip():
            verb, detail = noting(words)
            await act(queue, rows, verb, detail, "note on {}", stays=True)


async def priority(queue: Queue) -> None:
    """Ask how urgent rows are."""
    rows = queue.targets()
    if not rows:
        return
    said = [f"now {rows[0].interval.priority}"] if len(rows) == 1 else []
    offers = [(name, "") for name in reversed(PRIORITY_KEYS)]
    chosen = await queue.ask("priority", f"How urgent is {named(rows)}?", said, offers)
    if chosen in PRIORITY_KEYS:
        level = PRIORITY_KEYS[chosen]
        await act(queue, rows, "priority", {"level": level}, f"priority {{}} {level}", stays=True)


async def mute(queue: Queue) -> None:
    """Ask why, and have what a customer writes from now on need no answer."""
    rows = queue.targets()
    if not rows:
        return
    people = {flat(who(row.interval.author)) for row in rows}
    name = people.pop() if len(people) == 1 else f"{len(people)} people"
    hint = f"why is {name} muted? What they write from now on needs no answer; this row stays"
    words = await _typed(queue, "mute", lambda _: hint)
    if words and words.strip():
        verb, detail = muting(words)
        await act(queue, rows, verb, detail, "mute {}", stays=True)


async def unmute(queue: Queue) -> None:
    """Have what a muted customer writes from now on wait again."""
    await act(queue, queue.targets(), "unmuted", {}, "unmute {}", stays=True)


async def not_ours(queue: Queue) -> None:
    """Close rows: they are for somebody else."""
    await act(queue, queue.targets(), "closed", {"reason": "not-ours"}, "done {} (not ours)")


async def snooze_again(queue: Queue) -> None:
    """Go on with the snooze that the customer's words have ended."""
    rows = queue.targets()
    if not rows:
        return
    waits, now = rows[0].interval, queue.setting.clock()
    if len(rows) > 1 or waits.interrupted_at is None:
        raise Unlawful("no snooze was ended here by what the customer wrote; s snoozes")
    until = waits.interrupted_until
    if until is not None and until <= now:
        raise Unlawful("the snooze that was ended here would be over by now; s snoozes anew")
    words = "until the customer writes" if until is None else f"until {at(until, now, queue.setting.zone)}"
    detail = {"until": until.isoformat() if until else None}
    await act(queue, rows, "snoozed", detail, f"snooze {{}} {words}")


async def again(queue: Queue) -> None:
    """Do the last act to this row too."""
    last = queue.board.session.last
    if last is None:
        raise UsageError("nothing was done yet that could be done again")
    verb, detail, words, stays = last
    await act(queue, queue.targets(), verb, detail, words, stays=stays)


def _holder(row: Row, queue: Queue) -> str | None:
    waits = row.interval
    over = waits.claimed_until is not None and waits.claimed_until <= queue.setting.clock() + timedelta()
    return None if over else waits.claimed_by


async def _typed(queue: Queue, sign: str, echo: Callable[[str], str]) -> str | None:
    return await queue.program.push_screen_wait(Prompt(queue.setting, sign, "", echo))


def _wrong(words: str, check: Callable[[], object]) -> str:
    """What is wrong with the words so far; empty where nothing is."""
    if not words.strip():
        return ""
    try:
        check()
    except UsageError as error:
        return str(error)
    return ""
