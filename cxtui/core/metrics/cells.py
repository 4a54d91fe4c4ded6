"""What one interval and one item come to in the columns of a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from cxtui.core.clock import Clock
from cxtui.core.feed import Gap
from cxtui.core.interval import Interval, Promise
from cxtui.core.item import Item, Tone
from cxtui.core.metrics import money, rates, recommend, targets
from cxtui.core.metrics.codes import (
    BAD,
    ELSEWHERE,
    EXCLUDED,
    GOOD,
    HOW,
    LEFT,
    LIMITS,
    MISSED_IN_OUTAGE,
    NO,
    NOTHING,
    OF_BOTH,
    PUBLIC,
    ROLES,
    VERDICTS,
    WAITS,
    YES,
)
from cxtui.core.metrics.facts import doubtful, outage, person
from cxtui.core.metrics.outcomes import verdict
from cxtui.core.metrics.reviews import VOTES, promotes, stars_promote
from cxtui.core.metrics.tide import Turn
from cxtui.core.metrics.timeline import FAR, length, micros
from cxtui.core.metrics.times import spell

MUTED_FIGURES = ("facet", "answered", "closed")
PRAISE_FIGURES = (*MUTED_FIGURES, "who", "contact", "feed", "seen", "due", "contacted")
WAIT_FLAGS = (*LIMITS, "responded", "ignored", "left", "first", "timed", "hidden", "how", "unanswered")
WAIT_FIGURES = (*PRAISE_FIGURES, "contact_spell", "answer_spell")
PRAISE_FLAGS = ("thanked", "left", "first", "hidden")
VOICE_FLAGS = (
    *("role", "public", "told", "named", "nps", "nps_stars", "verdict", "purchase", "reviewed"),
    *("rated", "tone"),
)
VOICE_FIGURES = ("who", "delay", "followers", "wait")
ASIDE_FLAGS = ("named", "verdict", "purchase")
"""What is told of an item that counts only as an outcome of a contact, or as a purchase."""


def key_of(name: str) -> int:
    """A person, or a remote id, as a number of 63 bits."""
    told = name.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "big") >> 1


@dataclass(frozen=True, slots=True)
class Cells:
    """An interval as columns hold it. ``clocks`` are the results by policy and clock."""

    flags: dict[str, int]
    figures: dict[str, int]
    clocks: dict[tuple[str, Clock], int]
    turns: list[Turn] = field(default_factory=list[Turn])


def column_of(policy: str, clock: Clock) -> str:
    """The name of the column of a policy's clock."""
    return f"{policy}/{clock}"


def wait_cells(waits: Interval, left: int, gaps: Iterable[Gap], owed: Sequence[Promise]) -> Cells:
    """An interval that needs an answer. ``left`` is the code of what rates leave out of it."""
    hidden = bool(outage(waits, gaps))
    undecided = waits.open and not doubtful(waits)
    due = waits.due if undecided else None
    how = recommend.answered_how(waits, FAR)
    flags = {
        **{name: _code(rates.within(waits, limit, FAR)) for name, limit in LIMITS.items()},
        "responded": WAITS if undecided else _code(rates.responded(waits, FAR)),
        "ignored": _code(rates.ignored(waits, FAR)),
        "left": left,
        "first": int(waits.first),
        "timed": 0 if spell(waits, "answered") == EXCLUDED else 1 if waits.first else 2,
        "hidden": int(hidden),
        "how": HOW.index(how[0]) if how else 0,
        "unanswered": int(money.left_waiting(waits, FAR)),
    }
    figures = {
        **_times(waits),
        "contact_spell": spell(waits, "contacted"),
        "answer_spell": spell(waits, "answered"),
    }
    cells = Cells(flags, figures, {})
    if undecided:
        cells.turns.append(Turn(micros(waits.due), "responded", WAITS, NO))
    clock: Clock = "first_response" if waits.first else "next_response"
    _clock(cells, waits, clock, targets.responded(waits, due or FAR), left, due)
    if any(said.kind == "holding" for said in waits.replies):
        met, due = targets.updating(waits, owed)
        _clock(cells, waits, "update", met, left, due)
    return cells


def praise_cells(waits: Interval, left: int, gaps: Iterable[Gap]) -> Cells:
    """An interval that is praise."""
    flags = {
        "thanked": _code(rates.thanked(waits, FAR)),
        "left": left,
        "first": int(waits.first),
        "hidden": int(bool(outage(waits, gaps))),
    }
    cells = Cells(flags, _times(waits), {})
    due = waits.due if waits.open and not doubtful(waits) else None
    _clock(cells, waits, "thanks", targets.thanked(waits, due or FAR), left, due)
    return cells


def _clock(
    cells: Cells,
    waits: Interval,
    clock: Clock,
    met: bool | None,  # noqa: FBT001 - a result
    left: int,
    due: datetime | None,
) -> None:
    """Note how a clock came out; where it is undecided, and ``due`` is to come, when it will be missed."""
    missed = MISSED_IN_OUTAGE if cells.flags["hidden"] else NO
    result = WAITS if met is None else YES if met else missed
    cells.clocks[waits.policy, clock] = result * LEFT + left
    if result == WAITS and due is not None:
        name = column_of(waits.policy, clock)
        cells.turns.append(Turn(micros(due), name, WAITS * LEFT + left, missed * LEFT + left))


def muted_cells(waits: Interval) -> dict[str, int]:
    """The figures of an interval that is in no number; what was written in it may tell something."""
    ends = {"answered": waits.answered, "closed": waits.closed}
    return {name: 0 if end is None else micros(end) for name, end in ends.items()}


def _times(waits: Interval) -> dict[str, int]:
    return {
        "who": key_of(person(waits.opener)),
        "contact": key_of(waits.contact),
        "seen": micros(waits.seen),
        "due": micros(waits.due),
        "contacted": 0 if waits.contacted is None else micros(waits.contacted),
        **muted_cells(waits),
    }


def _code(result: bool | None) -> int:  # noqa: FBT001 - a result
    return NOTHING if result is None else YES if result else NO


def tone_code(tone: Tone | None) -> int:
    """What a tone tells, of good and bad."""
    return BAD if tone == "complaint" else GOOD if tone == "praise" else 0


def aside_cells(item: Item) -> tuple[dict[str, int], dict[str, int]]:
    """Flags and figures of an item that counts only as an outcome of a contact, or as a purchase."""
    flags, figures = voice_cells(item, item.tone, 0)
    kept = {name: flags[name] for name in ASIDE_FLAGS}
    return {**kept, "role": ELSEWHERE}, figures


def voice_cells(item: Item, tone: Tone | None, wait: int) -> tuple[dict[str, int], dict[str, int]]:
    """Flags and figures of an item; ``wait`` is the number of the interval it is in, or 0.

    ``tone`` is the one it was heard with, before a person gave it another one.
    """
    bare = item.toned(None) if item.tone else item
    rated = BAD * bare.bad | GOOD * bare.good
    public = item.visibility == "public"
    asked = item.score is not None and 0 <= item.score <= 10
    customer = item.role == "customer"
    flags = {
        "role": OF_BOTH if item.role == "competitor" and item.names_us else ROLES.index(item.role),
        "public": int(public and customer),
        "told": (BAD * item.bad | GOOD * item.good) * (1 + PUBLIC * public) if customer else 0,
        "named": int(bool(item.author.handle) and customer),
        "nps": VOTES.index(promotes(item.score)) if asked and item.score is not None and customer else 0,
        "nps_stars": VOTES.index(stars_promote(item.rating)) if item.rating is not None and customer else 0,
        "verdict": VERDICTS.index(verdict(item)) if customer else 0,
        "purchase": int(item.kind == "purchase"),
        "rated": rated,
        "tone": tone_code(tone),
        "reviewed": int(item.stars is not None and item.role != "own"),
    }
    figures = {
        "who": key_of(person(item)),
        "delay": max(length(item.seen - item.posted), 0),
        "followers": -1 if item.author.followers is None else item.author.followers,
        "wait": wait,
    }
    return flags, figures
