"""What a row is and has, as questions about facts for whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from cxtui.core.filters.facts import micro
from cxtui.core.filters.tree import All, Between, Contains, Equals, Is, Node, Not, Some
from cxtui.core.search import form


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks, when and where; ``drafts`` are the ids of rows with a reply that was begun."""

    now: datetime
    zone: tzinfo
    me: str = ""
    drafts: frozenset[str] = frozenset()


Question = Callable[[Sight], Node]

RUNS: Final = All((Is("open"), Not(Is("probably"))))
WAITS: Final = All((RUNS, Not(Is("thanks"))))
"""What counts as waiting: neither praise nor what is probably answered."""


def _later(fact: str, sight: Sight) -> Node:
    """A moment that is not there, or not come yet."""
    return Some((Not(Is(fact)), Between(fact, low=micro(sight.now), closed=(False, True))))


def _snoozed(sight: Sight) -> Node:
    return All((Is("open"), Is("snoozed"), _later("snoozed_until", sight)))


def claimed(sight: Sight) -> Node:
    """Whether somebody takes care of it, while that lasts."""
    return All((Is("claimed"), _later("claimed_until", sight)))


def _uncovered(state: Node, sight: Sight) -> Node:
    """An open state that shows where no snooze covers it."""
    return All((RUNS, state, Not(_snoozed(sight))))


def _soon(sight: Sight) -> Node:
    now = sight.now.timestamp()
    return All((WAITS, Between("order", low=now), Between("soon", high=now)))


def _asks(_: Sight) -> Node:
    marks = Some((Contains(("text",), "?"), Contains(("text",), "؟")))
    by_hand = Equals("tone_by", frozenset({"operator"}))
    return Some((Equals("tone", frozenset({"question"})), All((Not(by_hand), marks))))


STATES: Final[dict[str, Question]] = {
    "open": lambda _: Is("open"),
    "late": lambda s: All((WAITS, Between("order", high=s.now.timestamp(), closed=(True, False)))),
    "soon": _soon,
    "waiting": lambda s: _uncovered(Not(Is("contacted")), s),
    "held": lambda s: _uncovered(Is("contacted"), s),
    "snoozed": lambda s: All((Not(Is("probably")), _snoozed(s))),
    "probably": lambda _: All((Is("open"), Is("probably"))),
    "answered": lambda _: All((Not(Is("history")), Is("answered"))),
    "closed": lambda _: All((Not(Is("history")), Not(Is("answered")), Is("closed"))),
    "history": lambda _: Is("history"),
    "thanks": lambda _: Is("thanks"),
    "new": lambda _: Is("first"),
    "again": lambda _: All((Not(Is("first")), Not(Is("history")))),
    "claimed": claimed,
    "mine": lambda s: All((Equals("claimed", frozenset({form(s.me)})), claimed(s))),
    "pending": lambda _: Is("pending"),
}
TIMED: Final = frozenset({"late", "soon", "waiting", "held", "snoozed", "claimed", "mine"})
THINGS: Final[dict[str, Question]] = {
    "attachment": lambda _: Is("attachments"),
    "draft": lambda s: Equals("id", frozenset(map(form, s.drafts))),
    "link": lambda _: Is("linked"),
    "note": lambda _: Between("notes", low=1),
    "promise": lambda _: Is("promised"),
    "question": _asks,
    "stars": lambda _: Is("stars"),
    "tag": lambda _: Is("tagged"),
    "title": lambda _: Is("titled"),
}
CLOCKS: Final[dict[str, Question]] = {
    "first_response": lambda _: All((RUNS, Is("first"), Not(_THANKED), Not(_HEARD))),
    "next_response": lambda _: All((RUNS, Not(Is("first")), Not(_THANKED), Not(_HEARD))),
    "update": lambda _: All((RUNS, Not(_THANKED), _HEARD)),
    "thanks": lambda _: All((RUNS, _THANKED)),
}
_THANKED = Is("thanks")
_HEARD = All((Is("contacted"), Is("replies")))
