"""The terms of an interval: by which policy, by when, worked out once and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from cxtui.core.calendar import Calendar, biz, biz_add
from cxtui.core.clock import Clock, Frozen, Policy, Target, Warn, ahead
from cxtui.core.interval import PRIORITIES, Interval, Priority, Said, Worked
from cxtui.core.item import Event, Item
from cxtui.core.policies import Policies

MARKS = ("priority", "tagged", "untagged")
"""The events that may sharpen a policy."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an event made of priority and tags while somebody waited.

    Only a ``sharper`` one may bring a due time nearer; of a customer that is ``held`` the next word's.
    """

    event: Event
    priority: Priority
    tags: tuple[str, ...]
    sharper: bool
    held: bool


class Terms(NamedTuple):
    """What counts for an interval, and the ``steps`` that led there where there was more than one."""

    policy: str
    calendar: str
    due: datetime
    target: Target
    update: Target
    warn: Warn
    steps: tuple[Frozen, ...] = ()


class Opened(NamedTuple):
    """What terms depend on: who opened the interval, when, and which clock runs first."""

    opener: Item
    start: datetime
    clock: Clock

    def frozen(self, policy: Policy, cause: str = "") -> Frozen:
        """The promise of a policy."""
        target = policy.target(self.clock)
        return Frozen(
            policy=policy.name,
            calendar=policy.calendar.hash,
            due=target.due(self.start, policy.calendar),
            thanks=self.clock == "thanks",
            target=target,
            update=policy.update,
            warn=policy.warn,
            cause=cause,
        )


def mark(last: Mark | None, event: Event, *, held: bool) -> Mark | None:
    """What an event makes of the priority and tags so far; None where it is about neither."""
    was: Priority = last.priority if last else "normal"
    tags = last.tags if last else ()
    match event.verb:
        case "priority":
            levels: dict[object, Priority] = {one: one for one in PRIORITIES}
            new = levels.get(event.detail.get("level"), was)
            return Mark(event, new, tags, PRIORITIES.index(new) > PRIORITIES.index(was), held)
        case "tagged":
            tag = str(event.detail.get("tag"))
            return Mark(event, was, (*tags, tag), tag not in tags, held)
        case "untagged":
            tag = str(event.detail.get("tag"))
            return Mark(event, was, tuple(one for one in tags if one != tag), sharper=False, held=held)
        case _:
            return None


def terms(
    opened: Opened, marks: Sequence[Mark], policies: Policies, kept: Mapping[str, Frozen], opener: str
) -> Terms:
    """The terms of an interval. ``kept`` are those frozen before, by the opener's id or the event's.

    What sharpens the policy midway brings the due time nearer, never farther; a held customer's only
    the next word.
    """
    thanks = opened.clock == "thanks"
    base = kept.get(opener)
    if base is None or base.thanks not in (None, thanks):
        base = opened.frozen(policies(opened.opener))
    if base.target is None or base.update is None or base.warn is None:
        base = _whole(base, opened, policies)
    if base.follows or base.soon:
        base = replace(base, follows=(), soon=None)
    steps, counts = [base], base
    for one in marks:
        if base.covers is not None and one.event.at <= base.covers:
            continue
        step = kept.get(one.event.id)
        if step is None or step.thanks is not thanks:
            policy = policies(opened.opener, one.priority, one.tags)
            same = policy.name == counts.policy
            step = replace(counts, cause=one.event.id) if same else opened.frozen(policy, one.event.id)
        steps.append(step)
        if one.sharper:
            counts = _sharper(counts, step, held=one.held)
    return Terms(
        counts.policy, counts.calendar, counts.due,
        counts.target or Target(), counts.update or Target(), 0.0 if counts.warn is None else counts.warn,
        tuple(steps) if len(steps) > 1 else (),
    )  # fmt: skip


def _sharper(old: Frozen, new: Frozen, *, held: bool) -> Frozen:
    nearer = not held and new.due < old.due
    if nearer:
        old, other = new, old
    else:
        other = new
    if other.update is None or (old.update is not None and old.update.total <= other.update.total):
        return old
    return replace(old, update=other.update)


def _whole(base: Frozen, opened: Opened, policies: Policies) -> Frozen:
    """The same terms with what an import does not say: how long, how often, how early a warning."""
    policy = policies.named(base.policy) or policies(opened.opener)
    target = policy.target(opened.clock)
    calendar = policies.hours(base.policy, base.calendar)
    if target.due(opened.start, calendar) != base.due and base.due > opened.start:
        target = Target(worked=biz(opened.start, base.due, calendar))
    return replace(base, target=target, update=policy.update, warn=policy.warn)


def worked(
    found: Terms,
    calendar: Calendar,
    start: datetime,
    replies: Sequence[Said],
    promised: datetime | None,
    known: Frozen | None,
    *,
    held: bool,
) -> Worked:
    """What a calendar that closes tells beside the due time.

    What ``known`` terms say of replies and of a due time stays as it was.
    """
    before = dict(known.follows) if known else {}
    follows = tuple(before.get(said.at) or found.update.due(said.at, calendar) for said in replies)
    begin, due, target = start, found.due, found.target
    if held and follows:
        begin, target = replies[-1].at, found.update
        due = min(follows[-1], promised) if promised else follows[-1]
    left = ahead(target.total, found.warn)
    if known and known.soon and known.soon[0] == due:
        soon = known.soon[1]
    elif target.days:
        soon = due - left
    else:
        soon = biz_add(begin, max(biz(begin, due, calendar) - left, timedelta()), calendar)
    return Worked(soon, follows, found.target.days, found.update.days)


def frozen(waits: Interval) -> dict[str, Frozen]:
    """The terms of an interval as they are kept, by its id or that of the event that gave them."""
    if not waits.steps:
        return {waits.id: own(waits)}
    base, *later = waits.steps
    if waits.worked is not None or base.follows or base.soon:
        mine = own(waits)
        base = replace(base, follows=mine.follows, soon=mine.soon)
    return {waits.id: base} | {step.cause: step for step in later}


def own(waits: Interval) -> Frozen:
    """The terms that count for an interval now, whatever led there."""
    hours = waits.worked or Worked(waits.due)
    return Frozen(
        policy=waits.policy,
        calendar=waits.calendar,
        due=waits.due,
        thanks=waits.thanks,
        target=Target(hours.days, waits.target - timedelta(days=hours.days)),
        update=Target(hours.update_days, waits.update - timedelta(days=hours.update_days)),
        warn=waits.warn,
        follows=tuple((said.at, due) for said, due in zip(waits.replies, hours.follows, strict=False)),
        soon=(waits.running[1], hours.soon) if waits.worked else None,
    )


def imported(fixed: Frozen, known: Frozen | None) -> Frozen:
    """Terms that an import fixed, with what is known of them beside that."""
    same = known and (known.policy, known.calendar, known.due) == (fixed.policy, fixed.calendar, fixed.due)
    if known is None or not same:
        return fixed
    return replace(known, thanks=fixed.thanks, covers=fixed.covers)
