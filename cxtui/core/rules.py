"""Rules: a filter and acts, for every message that arrives.

All rules that fit are used in their order, each seeing the tags and the priority that those
before it gave; one that says ``stop`` is the last for what it fits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from cxtui.core.calendar import ALWAYS_OPEN, Calendar
from cxtui.core.history import moment
from cxtui.core.interval import Interval, Priority
from cxtui.core.item import Item
from cxtui.core.macros import Do, do, program
from cxtui.errors import UsageError

if TYPE_CHECKING:
    from cxtui.core.asked import Step
    from cxtui.core.filters import Filter

WORDS: Final = ("tag", "untag", "priority", "assign", "run", "snooze", "close")
"""What a rule can do, in the order in which it is done: what takes a row off the list comes last."""
ENDS: Final = ("snooze", "close")
ONCE: Final = (ENDS, ("priority",), ("assign",), ("run",))
"""Of these words a rule says one, and once."""
SELF: Final = "rule "
"""How the events of rules are signed: this and the rule's name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do about the messages that fit. ``stop``: no later rule is asked about them."""

    name: str
    match: Filter
    acts: tuple[Do, ...]
    stop: bool = False

    @property
    def by(self) -> str:
        """Who its events say did it."""
        return f"{SELF}{self.name}"

    @property
    def words(self) -> str:
        """What it does, for people."""
        return ", ".join((*(one.text for one in self.acts), *(("stop",) if self.stop else ())))

    @property
    def program(self) -> tuple[str, ...]:
        """The program that it starts, word by word; empty where it starts none."""
        return next((program(one.value) for one in self.acts if one.word == "run"), ())


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a configuration in their order; times are meant in ``zone``."""

    listed: tuple[Rule, ...] = ()
    zone: tzinfo = UTC

    @property
    def said(self) -> list[list[str]]:
        """What they are, in texts that are the same for the same rules."""
        return [[one.name, one.match.text, one.words] for one in self.listed]

    def named(self, name: str) -> Rule | None:
        """The rule of this name."""
        return next((one for one in self.listed if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Stand:
    """What rules see of a row. ``claimed_until`` None: whoever has claimed it has it for good."""

    items: tuple[Item, ...] = ()
    open: bool = True
    priority: Priority = "normal"
    tags: tuple[str, ...] = ()
    claimed_by: str | None = None
    claimed_until: datetime | None = None

    @classmethod
    def of(cls, waits: Interval, items: Sequence[Item]) -> Stand:
        """How a row stands."""
        claim = waits.claimed_by, waits.claimed_until
        return cls(tuple(items), waits.open, waits.priority, waits.tags, *claim)

    def held_by(self, now: datetime) -> str | None:
        """Who takes care of it at ``now``."""
        over = self.claimed_until is not None and self.claimed_until <= now
        return None if over else self.claimed_by


@dataclass(frozen=True, slots=True)
class Ruled:
    """One act that a rule does, as events, or why it does not do it. A program has neither."""

    rule: Rule
    act: Do
    steps: tuple[Step, ...] = ()
    why: str = ""


def acts(texts: Sequence[str]) -> tuple[Do, ...]:
    """The acts of a rule in the order in which they are done. Raises: UsageError naming what is wrong."""
    found = [_act(text) for text in texts]
    if not found:
        raise UsageError('a rule needs an act, for instance do = ["tag refund", "priority high"]')
    for words in ONCE:
        if sum(one.word in words for one in found) > 1:
            raise UsageError(f"a rule can {' or '.join(words)} once only")
    both = _tagged(found, "tag") & _tagged(found, "untag")
    if both:
        raise UsageError(f"it puts the tag {min(both)!r} on and takes it off; leave one of the two")
    return tuple(sorted(found, key=lambda one: WORDS.index(one.word)))


def _act(text: str) -> Do:
    """One act; ``-TAG`` is short for ``untag TAG``."""
    told = text.strip()
    if told.startswith("-") and not told.startswith("--"):
        told = f"untag {told[1:]}"
    elif told.startswith("tag -"):
        told = f"untag {told[5:]}"
    return do(told, WORDS)


def _tagged(found: Sequence[Do], word: str) -> set[str]:
    return {tag.removeprefix("#") for one in found if one.word == word for tag in one.value.split()}


def against(one: Sequence[Do], other: Sequence[Do]) -> str | None:
    """In what the acts of two rules for the same messages contradict each other; None where they do not."""
    for on, off in ((one, other), (other, one)):
        both = _tagged(on, "tag") & _tagged(off, "untag")
        if both:
            return f"tag {min(both)} and untag {min(both)}"
    for words in (ENDS, ("priority",), ("assign",)):
        mine, theirs = ([act.text for act in acts if act.word in words] for acts in (one, other))
        if mine and theirs and mine != theirs:
            return f"{mine[0]} and {theirs[0]}"
    return None


def ruled(
    rules: Rules, item: Item, stand: Stand, now: datetime, calendar: Calendar = ALWAYS_OPEN
) -> tuple[list[Ruled], Stand]:
    """What rules do about a message that has just come, in order, and how its row stands then.

    ``stand`` is how its row stands before them, with ``item`` among its messages. What is so already is done
    by nobody. A rule takes a row off the list only where it fits every message of it.
    """
    found: list[Ruled] = []
    for rule in rules.listed:
        if not rule.match.fits(item, stand.priority, stand.tags):
            continue
        whole = all(rule.match.fits(one, stand.priority, stand.tags) for one in stand.items)
        for act in rule.acts:
            steps, why = _steps(act, stand, rules, now, calendar, whole=whole)
            found.append(Ruled(rule, act, tuple(steps), why))
            stand = _after(stand, steps)
        if rule.stop:
            break
    return found, stand


def _steps(
    act: Do, stand: Stand, rules: Rules, now: datetime, calendar: Calendar, *, whole: bool
) -> tuple[list[Step], str]:
    """The events of an act that change something, or why there are none."""
    why = ""
    if act.word in ENDS and not stand.open:
        why = "the row does not wait any more"
    elif act.word in ENDS and not whole:
        why = "another message of the row does not fit the rule"
    elif act.word == "assign" and stand.held_by(now) is not None:
        why = f"{stand.held_by(now)} has it already"
    elif act.word == "priority" and stand.priority == act.value:
        why = "it is so already"
    if why or act.word == "run":
        return [], why
    try:
        steps = act.steps(now, rules.zone, "", calendar)
    except UsageError as past:
        return [], str(past)
    fresh = [step for step in steps if _changes(step, stand)]
    return fresh, "" if fresh else "it is so already"


def _changes(step: Step, stand: Stand) -> bool:
    verb, detail = step
    return verb not in ("tagged", "untagged") or (detail["tag"] in stand.tags) is (verb == "untagged")


_AFTER: dict[str, Callable[[Stand, dict[str, object]], Stand]] = {
    "tagged": lambda stand, told: replace(stand, tags=(*stand.tags, str(told["tag"]))),
    "untagged": lambda stand, told: replace(
        stand, tags=tuple(tag for tag in stand.tags if tag != told["tag"])
    ),
    "claimed": lambda stand, told: replace(
        stand, claimed_by=str(told["for"]), claimed_until=moment(told["until"])
    ),
    "closed": lambda stand, _: replace(stand, open=False),
}


def _after(stand: Stand, steps: Sequence[Step]) -> Stand:
    """How a row stands when these are done."""
    for verb, detail in steps:
        if verb == "priority":
            stand = replace(stand, priority=detail["level"])
        elif verb in _AFTER:
            stand = _AFTER[verb](stand, detail)
    return stand
