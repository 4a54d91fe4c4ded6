"""Which acts are lawful, and what undoing them means.

An act is an event about an interval; these functions say whether the event may be written.
Whatever follows from it is worked out by `cxtui.core.interval`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cxtui.core.history import moment
from cxtui.core.interval import PRIORITIES, REASONS, Interval
from cxtui.core.item import TONES, Event, Verb, called
from cxtui.errors import Conflict, Unlawful, UsageError

UNDOABLE: frozenset[Verb] = frozenset({
    "snoozed", "woken", "closed", "reopened", "claimed", "released", "tagged", "untagged", "noted",
    "priority", "recommends", "detracts", "toned", "confirmed", "rejected", "muted", "unmuted",
    "promised", "promise_released", "promise_moved",
})  # fmt: skip

WORDS: Mapping[Verb, str] = {
    "snoozed": "snooze",
    "woken": "wake",
    "closed": "done",
    "reopened": "reopen",
    "claimed": "claim",
    "released": "release",
    "tagged": "tag",
    "untagged": "untag",
    "noted": "note",
    "priority": "priority",
    "recommends": "tag recommends",
    "detracts": "tag detracts",
    "toned": "tone",
    "confirmed": "confirm",
    "rejected": "reject",
    "muted": "mute",
    "unmuted": "unmute",
    "promised": "promise",
    "promise_released": "release of a promise",
    "promise_moved": "move of a promise",
}
"""What the operator calls an act."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an operator asks for: ``verb`` about the interval that holds ``item``."""

    item: str
    verb: Verb
    detail: dict[str, Any] = field(default_factory=dict[str, Any])


def check(act: Act, waits: Interval, now: datetime) -> None:
    """Raise Unlawful where the interval's state does not allow the act, UsageError for bad words."""
    state = waits.state(now)
    name = called(waits.author.handle, waits.author.name)
    match act.verb:
        case "snoozed" | "closed" if state in ("answered", "closed", "history"):
            raise Unlawful(f"{name} is {state} and does not wait any more")
        case "reopened" if not reopenable(waits):
            raise Unlawful(_not_reopened(waits, name, state))
        case "woken" if state != "snoozed":
            raise Unlawful(f"{name} is not snoozed")
        case "confirmed" | "rejected" if state != "probably":
            raise Unlawful(f"{name} is not probably answered: nothing to confirm or reject")
        case _:
            _check_words(act, now)


def reopenable(waits: Interval) -> bool:
    """Whether somebody closed it, or marked it as answered by hand, so that it can wait again."""
    return waits.by_hand or (waits.closed is not None and waits.closed_reason in REASONS)


def _not_reopened(waits: Interval, name: str, state: str) -> str:
    if waits.closed_reason == "muted":
        return f"{name} was muted when this came; cxtui unmute lets what comes from now on wait"
    if waits.closed_reason == "withdrawn":
        return f"{name} took this back; there is nothing to answer"
    return f"{name} is {state}; only what somebody closed can be opened again"


def check_claim(act: Act, waits: Interval, by: str, now: datetime) -> None:
    """Raise Conflict where somebody else has it and the time for that is not over.

    Who has it may hand it over; anybody may release it.
    """
    holder, until = waits.claimed_by, waits.claimed_until
    if act.verb != "claimed" or holder is None or (until is not None and until <= now):
        return
    if holder not in (by, act.detail.get("for") or by):
        raise Conflict(f"{holder} has it already; who wants it all the same releases it first")


def _check_words(act: Act, now: datetime) -> None:
    detail = act.detail
    match act.verb:
        case "snoozed" if detail.get("until") is not None and moment(detail["until"]) <= now:
            raise UsageError("a snooze must end in the future")
        case "closed" if detail.get("reason") not in REASONS:
            raise UsageError(f"a reason is one of: {', '.join(REASONS)}")
        case "priority" if detail.get("level") not in PRIORITIES:
            raise UsageError(f"a priority is one of: {', '.join(PRIORITIES)}")
        case "overrode" if not (str(detail.get("rule") or "") and str(detail.get("reason") or "").strip()):
            raise UsageError("an override needs the rule of the guard and a reason")
        case "toned" if detail.get("tone") not in (*TONES, None):
            raise UsageError(f"a tone is one of: {', '.join(TONES)}, none")
        case _:
            pass


def undoable(events: Sequence[Event], by: str) -> Event | None:
    """The operator's last act that still stands, or None. ``events`` in order of writing."""
    undone = _undone(events)
    mine = (e for e in reversed(events) if e.by == by and e.verb in UNDOABLE and e.id not in undone)
    return next((e for e in mine if not _told(e)), None)


def redoable(events: Sequence[Event], by: str) -> Event | None:
    """The operator's last undoing that stands, if nothing but redoing was done after it, or None."""
    undone, verbs = _undone(events), {event.id: event.verb for event in events}
    for event in reversed(events):
        if event.by != by or event.id in undone:
            continue
        if event.verb == "undone":
            target = verbs.get(str(event.detail.get("event")))
            if target == "undone":  # it was redone, and what was undone before it still can be
                continue
            return event if target is not None else None
        if event.verb in UNDOABLE:
            return None
    return None


def check_undo(event: Event, about: Sequence[Event], latest_item: datetime) -> None:
    """Raise Conflict where the interval changed after ``event``, so that undoing it would surprise.

    ``about`` are the events of the same interval in order; ``latest_item`` is when cxtui saw
    the customer's last word in it.
    """
    if event.verb == "snoozed" and latest_item > event.at:
        raise Conflict("not undone: the customer wrote again since and the row is awake")
    after = about[next((n for n, e in enumerate(about) if e.id == event.id), len(about)) + 1 :]
    undone = _undone(about)
    for later in after:
        if later.by != event.by and later.verb in UNDOABLE and later.id not in undone:
            raise Conflict(f"not undone: {later.by} did “{WORDS[later.verb]}” on it since")


def _told(event: Event) -> bool:
    """Whether it is a promise that a reply made: the customer knows of it, undoing would be too late."""
    return event.verb == "promised" and event.detail.get("reply") is not None


def _undone(events: Sequence[Event]) -> set[str]:
    undone: set[str] = set()
    for event in reversed(events):
        if event.verb == "undone" and event.id not in undone:
            undone.add(str(event.detail.get("event")))
    return undone
