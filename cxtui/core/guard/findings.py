"""What the guard is asked and what it says: immutable values. Places are code points of the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from cxtui.core.item import ReplyKind, Visibility
from cxtui.core.lengths import Counted

if TYPE_CHECKING:
    from cxtui.core.guard.phrases import Phrases
    from cxtui.core.pledges import Pledge

Level = Literal["block", "warn", "info"]
Rule = Literal[
    "empty", "unresolved-variable", "too-long", "visibility", "duplicate", "payment-data",
    "personal-data", "blame", "shouting", "undated-promise", "language", "repeated", "thread-changed",
    "question", "no-next-step", "spelling",
]  # fmt: skip
Place = tuple[int, int]

LEVELS: Mapping[Rule, Level] = {
    "empty": "block",
    "unresolved-variable": "block",
    "too-long": "block",
    "visibility": "block",
    "duplicate": "block",
    "payment-data": "block",
    "personal-data": "warn",
    "blame": "warn",
    "shouting": "warn",
    "undated-promise": "warn",
    "language": "warn",
    "repeated": "warn",
    "thread-changed": "warn",
    "question": "info",
    "no-next-step": "info",
    "spelling": "info",
}
"""How much each rule weighs. A block refuses until a reason is given."""
BLOCKS: tuple[Rule, ...] = tuple(rule for rule, level in LEVELS.items() if level == "block")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: which rule, from where to where in the draft, and why in a sentence."""

    rule: Rule
    at: Place
    message: str

    @property
    def level(self) -> Level:
        """How much it weighs."""
        return LEVELS[self.rule]

    @property
    def blocks(self) -> bool:
        """Whether it refuses the draft until a reason is given."""
        return self.level == "block"


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply before it is sent. ``promised`` is until when the writer promised to write again."""

    text: str
    kind: ReplyKind = "answer"
    visibility: Visibility = "public"
    promised: datetime | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A reply of ours of today, in another thread; ``who`` got it."""

    text: str
    who: str
    visibility: Visibility = "public"


def _unknown(_text: str) -> str | None:
    return None


def _no_pledges(_text: str, _lang: str | None) -> Sequence[Pledge]:
    return ()


def _not_asked(_sentence: str, _lang: str | None) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Context:
    """What a draft is held against.

    ``asked`` are the customer's messages that wait, ``heard`` everything customers wrote in the
    thread, ``ours`` what we wrote there and still stands, ``today`` what we wrote elsewhere today.
    ``lang`` is what the messages say of their language, ``direct`` whether one of them was not
    public. ``limit``, ``counted``, ``most_bytes``, ``ways`` and ``network`` are the network's.
    ``own`` are mail addresses, domains and numbers that are ours to publish, ``known`` words that
    are right as they are: names, goods. ``changed`` says what the writer has not seen.
    ``speaks`` tells the language of a text, ``asks`` whether a sentence without a question mark
    asks, ``pledged`` finds promises, ``spelled`` says whether a word of a language is right (None:
    not known).
    """

    asked: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    today: tuple[Elsewhere, ...] = ()
    lang: str | None = None
    direct: bool = False
    limit: int | None = None
    counted: Counted = "code points"
    most_bytes: int | None = None
    ways: tuple[Visibility, ...] = ("public", "direct")
    network: str = "the network"
    own: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    changed: str = ""
    phrases: Mapping[str, Phrases] = field(default_factory=dict[str, "Phrases"])
    speaks: Callable[[str], str | None] = _unknown
    asks: Callable[[str, str | None], bool] = _not_asked
    pledged: Callable[[str, str | None], Sequence[Pledge]] = _no_pledges
    spelled: Callable[[str, str], bool | None] | None = None
