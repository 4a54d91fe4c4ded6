"""What an imported event may tell: nothing that no interval could hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, get_args

from cxtui.core.interval import PRIORITIES, Reason
from cxtui.core.item import TONES, Verb
from cxtui.core.promises import VERBS, check_told
from cxtui.core.text import clean, one_line

YEARS: Final = range(1900, 3000)
"""Times of other years cannot be reckoned with, or shown in every zone."""
NEEDS: Final[Mapping[str, str]] = {
    "closed": "reason",
    "tagged": "tag",
    "untagged": "tag",
    "noted": "text",
    "priority": "level",
    "toned": "tone",
    "overrode": "rule",
    "muted": "reason",
    "undone": "event",
}
KNOWN: Final[Mapping[str, tuple[str, Sequence[str | None]]]] = {
    "closed": ("reason", get_args(Reason)),
    "priority": ("level", PRIORITIES),
    "toned": ("tone", (*TONES, None)),
}
"""Where a detail is one of some words: which, and the words."""
TEXTS: Final = ("tag", "text", "reason", "level", "tone", "rule", "event", "evidence", "for", "remote_id")
ON_ONE_LINE: Final = ("tag", "evidence", "for")
TIMES: Final = ("until", "at", "due", "from")


def bounded(name: str, at: datetime) -> datetime:
    """The time itself. Raises: ValueError where nobody could reckon with it."""
    if at.year not in YEARS:
        raise ValueError(f"{name} is no time between {YEARS[0]} and {YEARS[-1]}: {at.isoformat()}")
    return at


def told(verb: Verb, detail: Mapping[str, Any]) -> dict[str, Any]:
    """A detail, cleaned. Raises: ValueError where it lacks what its verb needs, or holds what it cannot."""
    need = NEEDS.get(verb)
    if need and need not in detail:
        raise ValueError(f"{verb} needs detail.{need}")
    if verb in VERBS:
        check_told(verb, detail)
    for name in TEXTS:
        if not isinstance(detail.get(name), str | None):
            raise ValueError(f"detail.{name} is no text: {detail[name]!r}")  # noqa: TRY004 - as every other bad line
    for name in TIMES:
        _check_time(name, detail.get(name))
    name, words = KNOWN.get(verb, ("", ()))
    if name and detail[name] not in words:
        known = " ".join(word for word in words if word)
        raise ValueError(f"detail.{name} is {detail[name]!r}; it may be one of: {known}")
    cleaned = {key: _cleaned(key, value) for key, value in detail.items()}
    if need == "tag" and not cleaned["tag"]:
        raise ValueError(f"{verb} needs a word as detail.tag")
    return cleaned


def _check_time(name: str, value: object) -> None:
    if isinstance(value, str) and value[:1].isdigit():
        bounded(f"detail.{name}", datetime.fromisoformat(value))
    elif value is not None and value not in ("reply", "promise"):
        raise ValueError(f"detail.{name} is no time: {value!r}")


def _cleaned(key: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    return one_line(clean(value)).strip() if key in ON_ONE_LINE else clean(value)
