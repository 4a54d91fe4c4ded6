"""Why a row is due when it is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from cxtui.core.calendar import ALWAYS, ALWAYS_OPEN, Calendar, Closed, closed
from cxtui.core.clock import Clock, Target, span
from cxtui.core.inbox import Row
from cxtui.core.interval import PRIORITIES, Interval
from cxtui.core.item import Item, Tone
from cxtui.core.policies import Policies


@dataclass(frozen=True, slots=True)
class Explanation:
    """Which clock of which policy runs, since when, how long, until when. History has no ``due``.

    ``calendar`` is its name, or its hash where no policy has it any more; ``hours`` are its hours in words;
    ``short`` is why without them.
    """

    policy: str
    clock: Clock
    start: datetime
    target: timedelta
    calendar: str
    due: datetime | None
    why: str
    allowed: str = ""
    hours: str = ""
    short: str = ""


_ALLOWS = {
    "first_response": "until the first answer",
    "next_response": "until the next answer",
    "thanks": "to say thanks for praise that asks nothing",
}


_SHOWN = 4
"""So many closed times are said one by one."""

_TONES: dict[Tone, str] = {"complaint": "a complaint", "question": "a question", "praise": "praise"}


def explain(row: Row, now: datetime, zone: tzinfo, policies: Policies) -> Explanation:
    """The clock of a row at ``now``; hours in words are those of ``zone``."""
    waits = row.interval
    held = waits.held and not waits.thanks
    clock, due = waits.running if waits.open else (_response(waits), waits.due)
    start = waits.replies[-1].at if held else waits.start
    counted = start if held else max(start, waits.opener.posted)
    why = _held(waits, zone) if held else _waits(waits, clock, zone)
    calendar = policies.calendar(waits.calendar)
    works = not waits.history and not _by_promise(waits) and _length(waits, held=held).worked
    skipped = _skipped(_works_from(waits, counted, calendar, held=held), due, calendar, zone) if works else ""
    more = [_tone(waits), _state(row, now, zone)]
    whole = [why, skipped, _hours(waits, calendar) if works else "", *more]
    return Explanation(
        policy=waits.policy,
        clock=clock,
        start=start,
        target=waits.update if held else waits.target,
        calendar=calendar.name if calendar else waits.calendar,
        due=None if waits.history else due,
        why=" ".join(part for part in whole if part),
        short=" ".join(part for part in (why, skipped, *more) if part),
        allowed=_allowed(waits, held=held),
        hours=calendar.words if calendar else "hours that no policy has any more",
    )


def _response(waits: Interval) -> Clock:
    return "thanks" if waits.thanks else "first_response" if waits.first else "next_response"


def _waits(waits: Interval, clock: Clock, zone: tzinfo) -> str:
    if waits.history:
        return "It was older than backfill_after when its feed was first read: history waits for nobody."
    wrote = f"{_name(waits)} wrote on {_said(waits.opener.posted, zone)}"
    if waits.opener.flagged:
        wrote += f" ({waits.opener.flagged}: counted from when cxtui saw it)"
    why = f" since {_cause(waits)}" if any(step.due < waits.steps[0].due for step in waits.steps) else ""
    length = _allowed(waits, held=False)
    allowed = f"the policy {waits.policy!r} allows {length} {_ALLOWS[clock]}, {_counted(waits)}{why}"
    return f"{wrote}; {allowed}: due {_said(waits.due, zone)}.{_older(waits, zone)}"


def _older(waits: Interval, zone: tzinfo) -> str:
    """That an older word was heard of later: the due time was given by then."""
    if waits.start == waits.opener.posted:
        return ""
    return f" An older message, of {_said(waits.start, zone)}, came later: the due time had been set."


def _allowed(waits: Interval, *, held: bool) -> str:
    """How long the clock allows; working time is not said in days."""
    if waits.worked is None:
        return span(waits.update if held else waits.target)
    return _length(waits, held=held).words


def _length(waits: Interval, *, held: bool) -> Target:
    length = waits.update if held else waits.target
    hours = waits.worked
    days = 0 if hours is None else hours.update_days if held else hours.days
    return Target(days, length - timedelta(days=days))


def _counted(waits: Interval) -> str:
    """In what the time of an answer is counted."""
    if waits.calendar == ALWAYS:
        return "around the clock"
    length = _length(waits, held=False)
    if not length.worked:
        return "in calendar days"
    return "days of the calendar and then working time" if length.days else "in working time"


def _works_from(waits: Interval, start: datetime, calendar: Calendar | None, *, held: bool) -> datetime:
    """From when on working time is counted: calendar days are over by then."""
    return Target(_length(waits, held=held).days).due(start, calendar or ALWAYS_OPEN)


def _by_promise(waits: Interval) -> bool:
    """Whether the due time is a promise: that is a moment, whatever the hours."""
    if not waits.held or waits.thanks or waits.promised is None:
        return False
    return waits.promised < waits.follow(len(waits.replies) - 1)


def _cause(waits: Interval) -> str:
    """What brought a due time nearer than it was."""
    raised = PRIORITIES.index(waits.priority) > PRIORITIES.index("normal")
    said = f"its priority is {waits.priority}" if raised else ""
    tags = f"it has the tags {', '.join(waits.tags)}" if waits.tags else ""
    return " and ".join(part for part in (said, tags) if part) or "it had a higher priority, or a tag"


def _hours(waits: Interval, calendar: Calendar | None) -> str:
    """The hours in which time counts; nothing around the clock."""
    if waits.calendar == ALWAYS:
        return ""
    if calendar is None:
        return "The hours of its calendar were changed since; its due time was not."
    return f"Time counts in the hours of {calendar.name}: {calendar.words}."


def _skipped(start: datetime, due: datetime, calendar: Calendar | None, zone: tzinfo) -> str:
    """The closed hours and holidays that were not counted, the first and the last of many."""
    shut = closed(start, due, calendar) if calendar else ()
    if not shut:
        return ""
    shown = shut if len(shut) <= _SHOWN else shut[: _SHOWN - 1]
    said = [_shut(one, zone) for one in shown]
    more = len(shut) - len(shown)
    if more:
        names = dict.fromkeys(name for one in shut[len(shown) :] for name in one.holidays)
        among = f" (among them {', '.join(names)})" if names else ""
        said.append(f"{more} more until {_said(shut[-1].end, zone)}{among}")
    return f"Not counted: {'; '.join(said)}."


def _shut(one: Closed, zone: tzinfo) -> str:
    why = f"closed, {', '.join(one.holidays)}" if one.holidays else "closed"
    return f"{_short(one.start, zone)} to {_short(one.end, zone)} ({why})"


def counts_as(item: Item) -> str:
    """What a customer's words are taken for, and why or by whom."""
    taken = _TONES[item.tone] if item.tone else "neither complaint, question nor praise"
    by = "by hand" if item.tone_by == "operator" else "as the network says" if item.tone else ""
    return ": ".join(part for part in (f"counts as {taken}", item.tone_why or by) if part)


def _tone(waits: Interval) -> str:
    """What a rule or a person took the words for; nothing where the network said it."""
    item = waits.opener
    return f"It {counts_as(item)}." if item.tone_why or item.tone_by == "operator" else ""


def _held(waits: Interval, zone: tzinfo) -> str:
    last = waits.replies[-1]
    heard = f"{last.by} wrote a holding reply on {_said(last.at, zone)}"
    rule = f"by the policy {waits.policy!r} a held customer hears again within {_allowed(waits, held=True)}"
    follow = waits.follow(len(waits.replies) - 1)
    if waits.promised is not None and _by_promise(waits):
        return (
            f"{heard} and promised an answer by {_said(waits.promised, zone)}, before the next update is due."
        )
    return f"{heard}; {rule}: due {_said(follow, zone)}."


def _state(row: Row, now: datetime, zone: tzinfo) -> str:
    waits = row.interval
    match row.state(now):
        case "snoozed":
            until = _said(waits.snoozed_until, zone) if waits.snoozed_until else "the customer writes again"
            return f"It is snoozed until {until}; the customer's clock runs on."
        case "probably":
            evidence = waits.evidence or "weak evidence"
            return f"It is probably answered ({evidence}); its clock is paused until that is settled."
        case "answered" if waits.answered is not None:
            hand = ", marked by hand" if waits.by_hand else ""
            seen = f", {waits.evidence}" if waits.evidence else ""
            return f"It was answered by {waits.answered_by} on {_said(waits.answered, zone)}{hand}{seen}."
        case "closed" if waits.closed is not None:
            by = f" by {waits.closed_by}" if waits.closed_by else ""
            return f"It was closed{by} on {_said(waits.closed, zone)}: {waits.closed_reason}."
        case _:
            return ""


def _name(waits: Interval) -> str:
    return waits.author.handle or waits.author.name or "the customer"


def _short(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M}"


def _said(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
