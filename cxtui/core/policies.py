"""The policies of a configuration: the first that matches counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cxtui.core.calendar import ALWAYS, ALWAYS_OPEN, Calendar
from cxtui.core.clock import DEFAULT, Policy
from cxtui.core.interval import Priority
from cxtui.core.item import Item


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies in their order; behind them ``last`` is for everybody."""

    listed: tuple[Policy, ...] = ()
    last: Policy = DEFAULT

    def __call__(self, item: Item, priority: Priority = "normal", tags: Sequence[str] = ()) -> Policy:
        """The policy of an item."""
        for policy in self.listed:
            if policy.match is None or policy.match.fits(item, priority, tags):
                return policy
        return self.last

    def named(self, name: str) -> Policy | None:
        """The policy of this name."""
        return next((policy for policy in (*self.listed, self.last) if policy.name == name), None)

    def calendar(self, meaning: str) -> Calendar | None:
        """The calendar with this hash; None where no policy has it, or no longer."""
        if meaning == ALWAYS:
            return ALWAYS_OPEN
        calendars = (policy.calendar for policy in self.listed)
        return next((calendar for calendar in calendars if calendar.hash == meaning), None)

    def hours(self, name: str, meaning: str) -> Calendar:
        """The calendar with this hash, else that which the policy of this name has by now."""
        return self.calendar(meaning) or (self.named(name) or self.last).calendar

    @property
    def shortest(self) -> timedelta:
        """The shortest time that any of them allows for an answer."""
        asked = [p.target(clock).total for p in self._used for clock in ("first_response", "next_response")]
        return min(asked)

    @property
    def said(self) -> list[list[str]]:
        """What they are, in texts that are the same for the same policies."""
        return [
            [
                p.name, p.match.text if p.match else "", p.calendar.hash, str(p.warn),
                *(p.target(clock).words for clock in ("first_response", "next_response", "update", "thanks")),
            ]
            for p in self._used
        ]  # fmt: skip

    @property
    def _used(self) -> Sequence[Policy]:
        """Those that something can come to: none behind one for everybody."""
        used: list[Policy] = []
        for policy in (*self.listed, self.last):
            used.append(policy)
            if policy.match is None:
                break
        return used
