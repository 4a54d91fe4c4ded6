"""Every word of the filter language: what it asks, which values it takes, what the help says of it.

To add a word, write a `Field` into `FIELDS`. Its ``read`` makes a question of a value, or None of
what is no value of it; the question gives the tree of facts for whoever looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from cxtui.core.filters.states import CLOCKS, STATES, THINGS, TIMED, Question, claimed
from cxtui.core.filters.times import days, due, waited
from cxtui.core.filters.tree import All, Between, Contains, Equals, Is, Node, Not, Some, Starts
from cxtui.core.filters.values import SIGN, number, ranged
from cxtui.core.interval import PRIORITIES, Reason
from cxtui.core.item import TONES, Kind, Origin, Visibility
from cxtui.core.search import form


@dataclass(frozen=True, slots=True)
class Field:
    """One word before the colon.

    ``takes`` says what its values are, ``known`` has all of them where they are words. ``early``:
    it can be decided when an item arrives, before anything is done about it (``early_names`` where
    that is so of some values). ``timed`` likewise: the answer may change while the row does not.
    """

    name: str
    help: str
    takes: str
    read: Callable[[str], Question | None]
    known: tuple[str, ...] = ()
    early: bool = False
    timed: bool = False
    early_names: frozenset[str] = frozenset()
    timed_names: frozenset[str] = frozenset()
    part: bool = False
    listed: bool = True

    def is_early(self, value: str) -> bool:
        """Whether this value can be decided when an item arrives."""
        return self.early or value in self.early_names

    def is_timed(self, value: str) -> bool:
        """Whether the answer for this value may change while the row does not."""
        return self.timed or value in self.timed_names


SAID: Final = ("text", "title", "handle", "name", "feed")
"""Where a plain word is looked for."""


def said(word: str) -> Question:
    """Whether a plain word is in the text, the title, the customer's names or the feed's name.

    ``@name`` may also begin a handle that is kept without its sign.
    """
    wanted = form(word)
    node: Node = Contains(SAID, wanted)
    if wanted.startswith("@"):
        node = Some((node, Starts("handle", wanted[1:])))
    return lambda _: node


def _word(known: Mapping[str, Question]) -> Callable[[str], Question | None]:
    return lambda value: known.get(value.lower())


def _equal(fact: str, known: tuple[str, ...] = ()) -> Callable[[str], Question | None]:
    def read(value: str) -> Question | None:
        node = Equals(fact, frozenset({form(value)}))
        return (lambda _: node) if not known or value.lower() in known else None

    return read


def holds(*facts: str) -> Callable[[str], Question | None]:
    """Reads words that are a part of one of these texts."""

    def read(value: str) -> Question:
        node = Contains(facts, form(value))
        return lambda _: node

    return read


def _or_none(fact: str, read: Callable[[str], Question | None]) -> Callable[[str], Question | None]:
    """``none`` asks for what does not have the fact."""
    return lambda value: (lambda _: Not(Is(fact))) if value.lower() == "none" else read(value)


def _lang(value: str) -> Question:
    name = form(value)
    return lambda _: Some((Equals("lang", frozenset({name})), Starts("lang", f"{name}-")))


def _from(value: str) -> Question | None:
    """``@name`` is the handle, with or without its server; a bare word a part of handle or name."""
    name = form(value)
    handle = name.lstrip("@")
    if not name.startswith("@"):
        return holds("handle", "name")(value)
    spelled = (handle, f"@{handle}")
    whole = Some((Equals("handle", frozenset(spelled)), *(Starts("handle", f"{one}@") for one in spelled)))
    return (lambda _: whole) if handle else None


def _one_of_us(fact: str) -> Callable[[str], Question]:
    """Somebody of us by name; ``me`` is who looks."""

    def read(value: str) -> Question:
        name = form(value).removeprefix("@")
        return lambda sight: Equals(fact, frozenset({form(sight.me) if name == "me" else name}))

    return read


def _by(value: str) -> Question:
    """Who of us, or a rule: ``rule`` is any of them, ``"rule NAME"`` one."""
    who = _one_of_us("by")(value)
    if form(value) != "rule":
        return who
    return lambda sight: Some((who(sight), Starts("by", "rule ")))


def _for(value: str) -> Question:
    who = _one_of_us("claimed")(value)
    return lambda sight: All((who(sight), claimed(sight)))


def _priority(value: str) -> Question | None:
    """A level, or ``>=high`` and the like."""
    sign = SIGN.match(value)
    level = value[sign.end() if sign else 0 :].lower()
    if level not in PRIORITIES:
        return None
    n = PRIORITIES.index(level)
    levels = {"<": PRIORITIES[:n], "<=": PRIORITIES[: n + 1], ">": PRIORITIES[n + 1 :], ">=": PRIORITIES[n:]}
    node = Equals("priority", frozenset(levels.get(sign[0] if sign else "", (PRIORITIES[n],))))
    return lambda _: node


def _number(fact: str) -> Callable[[str], Question | None]:
    def read(value: str) -> Question | None:
        found = ranged(value, number, "=")
        if found is None:
            return None
        node = Between(fact, found.low, found.high, found.closed)
        return lambda _: node

    return read


def _id(value: str) -> Question:
    wanted = frozenset({form(value)})
    return lambda _: Some((Equals("id", wanted), Equals("items", wanted)))


_SHARES = "a number, <=2, or 1..3"
_LENGTHS = "a length of time: <30m, >1h, 1h..2d, <-1h"
_ANY = "a name"

FIELDS: Final[dict[str, Field]] = {
    one.name: one
    for one in (
        Field("is", "state of the wait; new is somebody's first, again a later one", "", _word(STATES),
              tuple(STATES), early_names=frozenset({"pending"}), timed_names=TIMED),
        Field("has", "what is there beside the words", "", _word(THINGS), tuple(THINGS),
              early_names=frozenset({"attachment", "link", "question", "stars", "tag", "title"}),
              timed_names=frozenset({"draft"})),
        Field("net", "network", _ANY, _equal("network"), early=True),
        Field("feed", "feed by its name", _ANY, _equal("feed"), early=True, part=True),
        Field("kind", "kind of message", "", _equal("kind", get_args(Kind)), get_args(Kind), early=True),
        Field("stars", "stars, of five", _SHARES, _number("stars"), early=True),
        Field("score", "answer from 0 to 10", _SHARES, _number("score"), early=True),
        Field("followers", "followers of the customer", "a number: >1000, >=10k", _number("followers"),
              early=True),
        Field("count", "messages in the wait", _SHARES, _number("count")),
        Field("tag", "tag", _ANY, _equal("tags"), early=True, part=True),
        Field("due", "time left of the clock that runs, or its day", f"{_LENGTHS}, today, 2026-12-01", due,
              timed=True),
        Field("waited", "how long it waits, or waited", "a length of time: >2h, 10m..1h", waited,
              timed=True),
        Field("from", "customer: @handle, or a part of the name", "a name or @handle", _from, early=True,
              part=True),
        Field("lang", "language, or none", "a language such as lo, or none", _or_none("lang", _lang),
              early=True),
        Field("text", "in the text", "words", holds("text"), early=True, part=True),
        Field("title", "in the title", "words", holds("title"), early=True, part=True),
        Field("since", "begun on this day or later, or in this time", "-2w, 30m, today, mon, 2026-11-01",
              days(">="), timed=True),
        Field("until", "begun on this day or before", "-2w, today, mon, 2026-11-01", days("<="), timed=True),
        Field("posted", "begun on this day", "2026-11-01, 2026-11, <today, 2026-11-01..2026-11-07",
              days("="), timed=True),
        Field("by", "who of us answered or closed it, me, or rule", _ANY, _by),
        Field("for", "who claimed it, or me", _ANY, _for, timed=True),
        Field("policy", "policy", _ANY, _equal("policy")),
        Field("priority", "priority: low normal high urgent, >=high", "", _priority, PRIORITIES, early=True),
        Field("clock", "clock that runs", "", _word(CLOCKS), tuple(CLOCKS)),
        Field("tone", "tone, or none", "", _or_none("tone", _equal("tone", TONES)), (*TONES, "none"),
              early=True),
        Field("reason", "why it was closed", "", _equal("reason", get_args(Reason)), get_args(Reason)),
        Field("origin", "answered from cxtui or elsewhere", "", _equal("origin", get_args(Origin)),
              get_args(Origin)),
        Field("visibility", "public or direct", "", _equal("visibility", get_args(Visibility)),
              get_args(Visibility), early=True),
        Field("id", "id, short id, or that of a message", "an id", _id, listed=False),
    )
}  # fmt: skip
"""The words by name, in the order of the help."""
ALIASES: Final = {
    "network": "net", "state": "is", "author": "from", "language": "lang",
    "after": "since", "before": "until",
}  # fmt: skip
"""Other names that people try first."""
