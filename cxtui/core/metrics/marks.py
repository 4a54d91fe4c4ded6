"""The acts that numbers are made of: tones given, replies deleted, outcomes tagged, warnings overridden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from cxtui.core.history import lawful, moment
from cxtui.core.item import Event, Tone
from cxtui.core.metrics.timeline import micros

COUNTED = frozenset({"toned", "reply_deleted", "recommends", "detracts", "overrode", "undone"})
TOLD = frozenset({"tone", "remote_id", "event", "rule"})


class Marks:
    """The acts of a ledger, and what still stands of them."""

    def __init__(self) -> None:
        self._events: dict[int, Event] = {}
        self.toned: Mapping[str, Tone | None] = {}
        """By item, the last tone that a person gave."""
        self.deleted: frozenset[str] = frozenset()
        """The remote ids of replies that were deleted."""
        self.outcomes: tuple[Event, ...] = ()
        self.overrides: tuple[tuple[int, str, str], ...] = ()
        """When a block of the guard was overridden, by the id of the item, and which rule."""

    def put(self, number: int, event: Event) -> bool:
        """Take an act; False where no number is made of it."""
        if event.verb not in COUNTED:
            return self.drop(number)
        told = {name: value for name, value in event.detail.items() if name in TOLD}
        self._events[number] = replace(event, by="", detail=told)
        return True

    def drop(self, number: int) -> bool:
        """Take an act out; whether a number was made of it."""
        return self._events.pop(number, None) is not None

    def part(self, marks: Marks, keep: Callable[[Event], bool]) -> None:
        """Become what another one holds, as far as it is kept."""
        self._events = {number: event for number, event in marks._events.items() if keep(event)}
        self.settle()

    def settle(self) -> None:
        """See what stands."""
        events = lawful([event for _, event in sorted(self._events.items())])
        self.toned = {e.item: cast("Tone | None", e.detail.get("tone")) for e in events if e.verb == "toned"}
        self.deleted = frozenset(str(e.detail.get("remote_id")) for e in events if e.verb == "reply_deleted")
        self.outcomes = tuple(e for e in events if e.verb in ("recommends", "detracts"))
        self.overrides = tuple(
            (micros(e.at), e.item, str(e.detail.get("rule"))) for e in events if str(e.verb) == "overrode"
        )

    @property
    def outcomes_known(self) -> frozenset[tuple[str, str, str, int]]:
        """The outcomes as values that can be compared."""
        return frozenset((e.id, e.item, e.verb, micros(e.at)) for e in self.outcomes)

    def state(self) -> list[Any]:
        """The acts in plain values, for `restore`."""
        return [
            [number, e.id, e.item, e.verb, e.at.isoformat(), e.detail]
            for number, e in sorted(self._events.items())
        ]

    def restore(self, state: list[Any]) -> None:
        """Become what `state` gave."""
        self._events = {
            number: Event(key, item, verb, "", moment(when), detail)
            for number, key, item, verb, when, detail in state
        }
        self.settle()
