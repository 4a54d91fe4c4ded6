"""What waits are told apart by, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, get_args

from cxtui.core.interval import Interval

By = Literal["feed", "network", "kind", "language", "tag", "policy", "operator"]
BYS: tuple[By, ...] = get_args(By)
NO_TAG: Final = "no tag"
BETWEEN: Final = "\x1f"
"""Stands between several tags in one word."""


def operator(waits: Interval) -> str:
    """Who answered, else who spoke last, else who has it."""
    if waits.answered_by:
        return waits.answered_by
    return waits.replies[-1].by if waits.replies else waits.claimed_by or "nobody yet"


_WORDS: dict[By, Callable[[Interval], str]] = {
    "feed": lambda waits: waits.opener.feed,
    "network": lambda waits: waits.opener.network,
    "kind": lambda waits: waits.kind,
    "language": lambda waits: waits.opener.lang or "not known",
    "tag": lambda waits: BETWEEN.join(sorted(waits.tags)) or NO_TAG,
    "policy": lambda waits: waits.policy,
    "operator": operator,
}


def classes_in(word: str) -> Sequence[str]:
    """The classes that a label's word stands for: one, or each of several tags."""
    return word.split(BETWEEN)


def word_of(waits: Interval, by: By) -> str:
    """The word of an interval's label."""
    return _WORDS[by](waits)
