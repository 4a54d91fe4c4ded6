"""Macros: several acts on one key, written as ``tag refund``, ``claim``, ``canned refund``, ``snooze 2d``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches

from cxtui.core.asked import LEASE, Step, noting, plain, tagging
from cxtui.core.calendar import ALWAYS_OPEN, Calendar
from cxtui.core.interval import PRIORITIES, REASONS
from cxtui.core.when import EXAMPLES, when
from cxtui.errors import UsageError

WORDS = ("tag", "claim", "assign", "release", "priority", "note", "canned", "snooze", "close")
"""What a macro can do, in the order in which it is done: what takes a row off the list comes last."""
ENDS = ("snooze", "close")


@dataclass(frozen=True, slots=True)
class Do:
    """One act of a macro or of a rule: its word, and what stands behind that."""

    word: str
    value: str = ""

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.word} {self.value}".strip()

    def steps(self, now: datetime, zone: tzinfo, me: str, calendar: Calendar = ALWAYS_OPEN) -> list[Step]:
        """The events it stands for. Raises: UsageError where a time is past."""
        return _STEPS[self.word](self.value, Doing(now, zone, me, calendar))


@dataclass(frozen=True, slots=True)
class Doing:
    """When and where something is done, by whom, and by which hours."""

    now: datetime
    zone: tzinfo
    me: str
    calendar: Calendar = ALWAYS_OPEN


@dataclass(frozen=True, slots=True)
class Macro:
    """Acts that are done together. ``key`` is empty where it is only in the palette."""

    name: str
    acts: tuple[Do, ...]
    key: str = ""

    @property
    def canned(self) -> str | None:
        """The name of the prepared reply it sends."""
        return next((one.value for one in self.acts if one.word == "canned"), None)

    @property
    def words(self) -> str:
        """What it does, for the help and the preview."""
        return ", ".join(one.text for one in self.acts)

    def steps(self, now: datetime, zone: tzinfo, me: str) -> tuple[Step, ...]:
        """The events of everything but the prepared reply. Raises: UsageError where a time is past."""
        found = [one.steps(now, zone, me) for one in self.acts if one.word != "canned"]
        return tuple(step for steps in found for step in steps)


def do(text: str, known: Sequence[str] = WORDS) -> Do:
    """One act from its text. Raises: UsageError naming the nearest word, or what is wrong behind it."""
    word, _, value = text.strip().partition(" ")
    value = value.strip()
    if word not in known:
        near = get_close_matches(word, known, n=1)
        hint = f", did you mean {near[0]!r}?" if near else f"; known here: {', '.join(known)}"
        raise UsageError(f"{word or text!r} is no act{hint}")
    if word in ("claim", "release"):
        if value:
            raise UsageError(f"{word} takes nothing behind it; assign NAME hands over")
        return Do(word)
    if not value:
        raise UsageError(f"{word} needs something behind it, for instance {_EXAMPLES[word]!r}")
    _CHECKS[word](value)
    return Do(word, value)


def macro(name: str, texts: Sequence[str], key: str = "") -> Macro:
    """A macro of its acts, in the order in which they are done. Raises: UsageError."""
    acts = [do(text) for text in texts]
    if not acts:
        raise UsageError('a macro needs an act, for instance do = ["tag refund", "claim"]')
    for words in (("canned",), ENDS, ("claim", "assign", "release"), ("priority",)):
        if sum(one.word in words for one in acts) > 1:
            raise UsageError(f"a macro can {' or '.join(words)} once only")
    if any(one.word == "close" for one in acts) and any(one.word == "canned" for one in acts):
        raise UsageError("a macro that answers cannot close the row too: the answer ends the wait")
    acts.sort(key=lambda one: WORDS.index(one.word))
    return Macro(name, tuple(acts), key)


_EXAMPLES = {
    "tag": "tag refund",
    "assign": "assign tess",
    "priority": "priority high",
    "note": "note waits for the warehouse",
    "canned": "canned refund",
    "snooze": "snooze 2h",
    "close": "close spam",
    "untag": "untag refund",
    "run": "run notify-send angry",
}


def _tags(value: str) -> list[Step]:
    return [tagging(word) for word in dict.fromkeys(value.split())]


def _untags(value: str) -> list[Step]:
    return [tagging(f"-{word}") for word in dict.fromkeys(value.split())]


def program(value: str) -> tuple[str, ...]:
    """The words that a program is started with; quotes hold words together, no shell reads them.

    Raises: UsageError.
    """
    import shlex

    try:
        words = tuple(shlex.split(value))
    except ValueError as error:
        raise UsageError(f"run {value}: {str(error).lower()}") from error
    if not words or not words[0]:
        raise UsageError("run needs a program, for instance 'run notify-send angry'")
    return words


def _one_of(known: Sequence[str], what: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in known:
            raise UsageError(f"{value!r} is no {what}; one of {', '.join(known)}")

    return check


def _when(value: str) -> None:
    """Whether it is a time at all; one of a clock or a date is checked when it is used."""
    anytime = datetime(2000, 1, 1, tzinfo=UTC)
    try:
        found = when(value, anytime, UTC)
    except UsageError as error:
        raise UsageError(f"{value!r} is no time to snooze until; it may be {EXAMPLES}") from error
    if found == "promise":
        raise UsageError("what is written here cannot snooze until a promise: rows have different ones")


_CHECKS: dict[str, Callable[[str], object]] = {
    "tag": _tags,
    "untag": _untags,
    "run": program,
    "assign": lambda value: plain(value, "a name"),
    "priority": _one_of(PRIORITIES, "priority"),
    "note": noting,
    "canned": lambda value: plain(value, "the name of a prepared reply"),
    "snooze": _when,
    "close": _one_of(REASONS, "reason"),
}


def _snoozed(value: str, doing: Doing) -> list[Step]:
    until = when(value, doing.now, doing.zone, doing.calendar)
    return [("snoozed", {"until": until.isoformat() if isinstance(until, datetime) else None})]


def _claimed(who: str, doing: Doing) -> list[Step]:
    return [("claimed", {"until": (doing.now + LEASE).isoformat(), "for": who})]


_STEPS: dict[str, Callable[[str, Doing], list[Step]]] = {
    "tag": lambda value, _: _tags(value),
    "untag": lambda value, _: _untags(value),
    "claim": lambda _, doing: _claimed(doing.me, doing),
    "assign": _claimed,
    "release": lambda _value, _: [("released", {})],
    "priority": lambda value, _: [("priority", {"level": value})],
    "note": lambda value, _: [noting(value)],
    "snooze": _snoozed,
    "close": lambda value, _: [("closed", {"reason": value})],
    "run": lambda _value, _: [],
}


def wakes(step: Step) -> datetime | None:
    """When a snooze among the steps ends; None where it is another act, or has no hour."""
    until = step[1].get("until") if step[0] == "snoozed" else None
    return datetime.fromisoformat(until) if until else None
