"""Snooze, wake, done, confirm, reject: from key to row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from cxtui.core.explain import counts_as
from cxtui.core.triage import reopenable
from cxtui.core.when import when
from cxtui.errors import CxtuiError, UsageError
from cxtui.ui.board import Entry, who
from cxtui.ui.deeds import knows, spam
from cxtui.ui.rows import at
from cxtui.ui.screens.prompt import Prompt
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.core.calendar import Calendar
    from cxtui.core.inbox import Row
    from cxtui.core.item import Tone, Verb
    from cxtui.ui.screens.queue import Queue

REASONS = {
    "done.none": "no-answer-needed",
    "done.elsewhere": "answered-elsewhere",
    "done.not_ours": "not-ours",
    "done.spam": "spam",
    "done.duplicate": "duplicate",
}
TONE_KEYS: dict[str, Tone | None] = {
    "tone.complaint": "complaint",
    "tone.question": "question",
    "tone.praise": "praise",
    "tone.none": None,
}
MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Until:
    """When a snooze ends; without a moment when the customer writes again."""

    moment: datetime | None


async def snooze(queue: Queue) -> None:
    """Ask until when, once more where it wakes past its due time, then snooze."""
    rows = queue.targets()
    if not rows:
        return
    now, zone = queue.setting.clock(), queue.setting.zone
    chosen = await _until(queue, rows)
    if chosen is None:
        return
    until = chosen.moment
    late = [row for row in rows if not row.interval.probably and (until is None or row.due < until)]
    first = min((row.due for row in late), default=None)
    if first is not None and late:
        breach = "is late already" if first < now else f"is due {at(first, now, zone)}"
        count = f"{len(late)} of {len(rows)} rows" if len(rows) > 1 else flat(who(rows[0].interval.author))
        said = f"! {count} {breach}, before it wakes. The customer's clock runs on."
        if (
            await queue.ask("ask", "Snooze past the due time?", [said], [("ask.yes", ""), ("ask.no", "")])
            != "ask.yes"
        ):
            return
    words = "until the customer writes" if until is None else f"until {at(until, now, zone)}"
    await act(queue, rows, "snoozed", {"until": until.isoformat() if until else None}, f"snooze {{}} {words}")


async def wake(queue: Queue) -> None:
    """Bring snoozed rows back, and closed ones."""
    rows = queue.targets()
    closed = [row for row in rows if reopenable(row.interval)]
    await act(queue, closed, "reopened", {}, "reopen {}", stays=True)
    await act(queue, [row for row in rows if row not in closed], "woken", {}, "wake {}")


async def done(queue: Queue) -> None:
    """Ask why no answer is needed from here, by one key, and close."""
    rows = queue.targets()
    if not rows:
        return
    title = f"Done with {named(rows)}: why?"
    offers = [(name, "") for name in REASONS]
    if knows(queue, rows, "spam"):
        offers.insert(list(REASONS).index("done.spam") + 1, ("done.spam_there", ""))
    chosen = await queue.ask("done", title, [], offers)
    reason = REASONS.get(chosen or "")
    if chosen == "done.spam_there":
        await spam(queue, rows)
    elif reason:
        await act(queue, rows, "closed", {"reason": reason}, f"done {{}} ({reason.replace('-', ' ')})")


async def tone(queue: Queue) -> None:
    """Show why the words count as what they do, and take another word for it."""
    rows = queue.targets()
    if not rows:
        return
    title = f"What does {named(rows)} say?"
    said = [flat(counts_as(rows[0].interval.opener))] if len(rows) == 1 else []
    chosen = await queue.ask("tone", title, said, [(name, "") for name in TONE_KEYS])
    if chosen in TONE_KEYS:
        found = TONE_KEYS[chosen]
        words = f"tone {{}} {found or 'none'}"
        await act(queue, rows, "toned", {"tone": found}, words, stays=True)


async def confirm(queue: Queue) -> None:
    """It was answered."""
    await act(queue, queue.targets(), "confirmed", {}, "confirm {}")


async def reject(queue: Queue) -> None:
    """It was not answered; it waits again."""
    await act(queue, queue.targets(), "rejected", {}, "reject {}", stays=True)


async def act(
    queue: Queue, rows: Sequence[Row], verb: Verb, detail: dict[str, Any], words: str, *, stays: bool = False
) -> None:
    """Do one act to rows, with the cursor on the next row at once. ``words`` holds ``{}`` for the name."""
    if not rows:
        return
    keys = [row.id for row in rows]
    stood = queue.list.cursor
    if not stays:
        queue.list.step_over(set(keys))
    moved = queue.list.cursor
    name = named(rows)
    try:
        changed = await queue.setting.desk.act(keys, verb, detail)
    except CxtuiError:
        place = queue.board.listing.place(stood) if stood and queue.list.cursor == moved else None
        if place is not None:
            queue.list.select(place)
        raise
    now = queue.setting.clock()
    queue.board.put(changed, now)
    queue.board.marks.clear()
    queue.board.session.keep(Entry("act", words.format(name), len(changed), row=keys[0]), now)
    queue.board.session.last = (verb, detail, words, stays)
    queue.board.session.say("")
    queue.program.draw()
    queue.program.count()


async def _until(queue: Queue, rows: Sequence[Row]) -> Until | None:
    """When to wake, None where nothing was chosen."""
    now, zone = queue.setting.clock(), queue.setting.zone
    hours = queue.setting.desk.calendar(rows[0])
    times = presets(now, zone, hours)
    promised = min((row.interval.promised for row in rows if row.interval.promised), default=None)
    if promised and promised > now:
        times["snooze.promise"] = promised
    offers = [(name, at(moment, now, zone)) for name, moment in times.items()]
    offers += [("snooze.reply", ""), ("snooze.typed", "2h | tomorrow 9:00 | fri | 2026-12-01")]
    chosen = await queue.ask("snooze", f"Snooze {named(rows)}", [], offers)
    if chosen == "snooze.typed":
        return await _typed(queue, promised, hours)
    if chosen == "snooze.reply":
        return Until(None)
    return Until(times[chosen]) if chosen in times else None


async def _typed(queue: Queue, promised: datetime | None, hours: Calendar) -> Until | None:
    now, zone = queue.setting.clock(), queue.setting.zone

    def echo(words: str) -> str:
        if not words.strip():
            return "until when? 15m, 2h, tomorrow 9:00, fri, 2026-12-01, reply, promise"
        try:
            found = when(words, now, zone, hours)
        except UsageError as error:
            return str(error)
        if isinstance(found, str):
            return "until the customer writes" if found == "reply" else "until the promise is due"
        return f"until {found.astimezone(zone):%a %Y-%m-%d %H:%M}"

    words = await queue.program.push_screen_wait(Prompt(queue.setting, "until", "", echo))
    if not words or not words.strip():
        return None
    found = when(words, now, zone, hours)
    if isinstance(found, datetime):
        return Until(found)
    if found == "promise" and promised is None:
        raise UsageError("nothing was promised here; name a time")
    return Until(promised if found == "promise" else None)


def presets(now: datetime, zone: tzinfo, hours: Calendar) -> dict[str, datetime]:
    """The times offered first, by the id of their key; a morning begins with the opening."""
    here = now.astimezone(zone)

    def morning(days: int) -> datetime:
        day = here.date() + timedelta(days=days)
        opening = None if hours.always else hours.opening(day)
        return opening or datetime.combine(day, MORNING, zone).astimezone(UTC)

    return {
        "snooze.quarter": now + timedelta(minutes=15),
        "snooze.hour": now + timedelta(hours=1),
        "snooze.hours": now + timedelta(hours=4),
        "snooze.morning": morning(1),
        "snooze.monday": morning(7 - here.weekday()),
    }


def named(rows: Sequence[Row]) -> str:
    """The customer of one row, the count of several."""
    return flat(who(rows[0].interval.author)) if len(rows) == 1 else f"{len(rows)} rows"
