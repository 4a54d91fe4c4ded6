"""Why a row is due when it is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from cxtui.core.clock import ALWAYS, Clock, span
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval
from cxtui.core.item import Item, Tone


@dataclass(frozen=True, slots=True)
class Explanation:
    """Which clock of which policy runs, since when, how long, until when. History has no ``due``."""

    policy: str
    clock: Clock
    start: datetime
    target: timedelta
    calendar: str
    due: datetime | None
    why: str


_ALLOWS = {
    "first_response": "until the first answer",
    "next_response": "until the next answer",
    "thanks": "to say thanks for praise that asks nothing",
}


_TONES: dict[Tone, str] = {"complaint": "a complaint", "question": "a question", "praise": "praise"}


def explain(row: Row, now: datetime, zone: tzinfo) -> Explanation:
    """The clock of a row at ``now``; hours in words are those of ``zone``."""
    waits = row.interval
    held = waits.held and not waits.thanks
    clock, due = waits.running if waits.open else (_response(waits), waits.due)
    start = waits.replies[-1].at if held else waits.start
    why = _held(waits, zone) if held else _waits(waits, clock, zone)
    return Explanation(
        policy=waits.policy,
        clock=clock,
        start=start,
        target=waits.update if held else waits.target,
        calendar=waits.calendar,
        due=None if waits.history else due,
        why=" ".join(part for part in (why, _tone(waits), _state(row, now, zone)) if part),
    )


def _response(waits: Interval) -> Clock:
    return "thanks" if waits.thanks else "first_response" if waits.first else "next_response"


def _waits(waits: Interval, clock: Clock, zone: tzinfo) -> str:
    if waits.history:
        return "It was older than backfill_after when its feed was first read: history waits for nobody."
    wrote = f"{_name(waits)} wrote on {_said(waits.start, zone)}"
    if waits.opener.flagged:
        wrote += f" ({waits.opener.flagged}: counted from when cxtui saw it)"
    hours = "around the clock" if waits.calendar == ALWAYS else f"in the hours of {waits.calendar}"
    allowed = f"the policy {waits.policy!r} allows {span(waits.target)} {_ALLOWS[clock]}, {hours}"
    return f"{wrote}; {allowed}: due {_said(waits.due, zone)}."


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
    rule = f"by the policy {waits.policy!r} a held customer hears again within {span(waits.update)}"
    follow = last.at + waits.update
    if waits.promised is not None and waits.promised < follow:
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
            return f"It was closed on {_said(waits.closed, zone)}: {waits.closed_reason}."
        case _:
            return ""


def _name(waits: Interval) -> str:
    return waits.author.handle or waits.author.name or "the customer"


def _said(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
