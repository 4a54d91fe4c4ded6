"""What rules would have done about messages that came long ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cxtui.core.calendar import ALWAYS_OPEN, Calendar
from cxtui.core.item import Item
from cxtui.core.rules import Rule, Ruled, Rules, Stand, ruled


@dataclass(frozen=True, slots=True)
class Tried:
    """What one rule would have done about one message, act by act."""

    item: Item
    rule: Rule
    acts: tuple[Ruled, ...]

    @property
    def would(self) -> tuple[str, ...]:
        """What would have been done."""
        return tuple(one.act.text for one in self.acts if not one.why)


def tried(rules: Rules, items: Sequence[Item], calendar: Calendar = ALWAYS_OPEN) -> list[Tried]:
    """What rules would have done about the messages of one row, had nobody else done anything.

    Messages that were seen at the same time came together. What comes after a rule has closed the row
    begins a new one.
    """
    found: list[Tried] = []
    stand, past = Stand(), 0
    coming = sorted((one for one in items if _counts(one)), key=lambda one: (one.seen, one.posted, one.id))
    for n, item in enumerate(coming):
        if n and item.seen > coming[n - 1].seen and not stand.open:
            stand, past = Stand(), n
        there = tuple(one for one in coming[past:] if one.seen <= item.seen)
        done, stand = ruled(rules, item, replace(stand, items=there), item.seen, calendar)
        names = dict.fromkeys(one.rule.name for one in done)
        found += [_of(item, [one for one in done if one.rule.name == name]) for name in names]
    return found


def _of(item: Item, acts: Sequence[Ruled]) -> Tried:
    return Tried(item, acts[0].rule, tuple(acts))


def _counts(item: Item) -> bool:
    return item.role == "customer" and not item.history and not item.muted
