"""Acts as a person words them: the event that a tag, a note or a name stands for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unicodedata import category

from cxtui.core.interval import Interval
from cxtui.core.item import Verb
from cxtui.core.text import clean
from cxtui.core.triage import reopenable
from cxtui.errors import UsageError

LEASE = timedelta(hours=1)
"""How long a claim lasts."""
OUTCOMES = ("recommends", "detracts")
"""Tags that say what came of it; they are counted, and taken back by undo."""
LONGEST_TAG = 64
LONGEST_NOTE = 10_000

Step = tuple[Verb, dict[str, Any]]


def tagging(word: str) -> Step:
    """The event of one tag; ``-TAG`` takes it off. Raises: UsageError."""
    if word.startswith("--"):
        raise UsageError(f"cxtui tag: unknown option {word!r}; -TAG takes a tag off")
    off = word.startswith("-")
    tag = plain(word.removeprefix("-").removeprefix("#"), "a tag")
    if tag in OUTCOMES and off:
        raise UsageError(f"{tag} is taken back with: cxtui undo")
    if tag == "recommends":
        return "recommends", {}
    if tag == "detracts":
        return "detracts", {}
    return ("untagged" if off else "tagged"), {"tag": tag}


def plain(text: str, what: str) -> str:
    """One word without blanks. Raises: UsageError naming ``what`` where it is none."""
    odd = any(char.isspace() or category(char) in ("Cc", "Cf", "Cs") for char in text)
    if not text or odd or len(text) > LONGEST_TAG:
        raise UsageError(f"{what} must be one word without blanks, is {text[:LONGEST_TAG]!r}")
    return text


def noting(text: str) -> Step:
    """The event of a note. Raises: UsageError where it says nothing or too much."""
    return "noted", {"text": said(text, "the note")}


def muting(reason: str) -> Step:
    """The event of muting a customer. Raises: UsageError without a reason."""
    return "muted", {"reason": said(reason, "the reason")}


def waking(waits: Interval) -> Step:
    """The event that brings a row back: from its snooze, or from being closed."""
    return ("reopened" if reopenable(waits) else "woken"), {}


def said(text: str, what: str) -> str:
    """Free words, cleaned. Raises: UsageError naming ``what`` where there are none or too many."""
    tidy = clean(text).strip()
    if not tidy:
        raise UsageError(f"{what} is empty")
    if len(tidy) > LONGEST_NOTE:
        raise UsageError(f"{what} has {len(tidy):,} characters; at most {LONGEST_NOTE:,} are kept")
    return tidy
