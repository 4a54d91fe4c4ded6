"""The facts that filters ask about, read from stored intervals, whatever else stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, cast

from cxtui.core.filters.facts import micro
from cxtui.core.filters.tree import Readers
from cxtui.store.document import joined

Doc = Mapping[str, Any]
Path = tuple[str, ...]

EXACT: Final = 2.0**53
PATHS: Final[dict[str, tuple[Path, ...]]] = {
    "text": (("opener", "text"),),
    "title": (("opener", "title"),),
    "handle": (("opener", "author", "handle"),),
    "name": (("opener", "author", "name"),),
    "feed": (("feed",),),
    "network": (("opener", "network"),),
    "kind": (("opener", "kind"),),
    "lang": (("opener", "lang"),),
    "visibility": (("opener", "visibility"),),
    "tone": (("opener", "tone"),),
    "tone_by": (("opener", "tone_by"),),
    "id": (("id",), ("short",)),
    "items": (("items",),),
    "tags": (("tags",),),
    "policy": (("policy",),),
    "priority": (("priority",),),
    "reason": (("closed_reason",),),
    "origin": (("origin",),),
    "claimed": (("claimed_by",),),
    "by": (("answered_by",), ("replies",), ("closed_by",)),
}
"""Where the texts of a fact stand in a stored interval: one, a list of them, or tables with ``by``."""
NUMBERS: Final = {
    "score": ("opener", "score"),
    "followers": ("opener", "author", "followers"),
    "notes": ("notes",),
    "order": ("order",),
    "soon": ("soon",),
}
MOMENTS: Final = {
    "start": ("start",),
    "snoozed_until": ("snoozed_until",),
    "claimed_until": ("claimed_until",),
}
TRUE: Final = {
    "open": ("open",),
    "history": ("history",),
    "thanks": ("thanks",),
    "first": ("first",),
    "pending": ("opener", "pending"),
}
LISTED: Final = {"attachments": ("opener", "attachments"), "replies": ("replies",), "tagged": ("tags",)}
THERE: Final = {
    "titled": ("opener", "title"),
    "linked": ("opener", "url"),
    "tone": ("opener", "tone"),
    "lang": ("opener", "lang"),
    "stars": ("opener", "stars"),
    "contacted": ("contacted",),
    "answered": ("answered",),
    "closed": ("closed",),
    "probably": ("probably",),
    "snoozed": ("snoozed_at",),
    "snoozed_until": ("snoozed_until",),
    "claimed_until": ("claimed_until",),
    "promised": ("promised",),
    "claimed": ("claimed_by",),
}


def texts(value: object) -> list[str]:
    """The texts that stand there: one, those of a list, or what its tables hold as ``by``."""
    if isinstance(value, str):
        return [joined(value)]
    found: list[str] = []
    for one in cast("list[object]", value) if isinstance(value, list) else []:
        said = cast("dict[str, object]", one).get("by") if isinstance(one, dict) else one
        if isinstance(said, str):
            found.append(joined(said))
    return found


def number(value: object) -> float | None:
    """The number that stands there; a larger one than a float holds exactly is the largest of those."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - no number
        return None
    return min(max(value, -EXACT), EXACT)


def moment(value: object) -> int | None:
    """The moment that stands there, in microseconds since 1970."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if at is None or at.tzinfo is None else micro(at)
    except (ValueError, OverflowError):
        return None


def length(value: object) -> int | None:
    """How many stand there."""
    return len(cast("list[object]", value)) if isinstance(value, list) else None


def _at(doc: Doc, path: Path) -> object:
    found: object = dict(doc) if not isinstance(doc, dict) else doc
    for name in path:
        found = cast("Doc", found).get(name) if isinstance(found, dict) else None
    return found


def _read(path: Path, as_: Callable[[object], float | None]) -> Callable[[Doc], float | None]:
    return lambda doc: as_(_at(doc, path))


def _texts_at(paths: tuple[Path, ...]) -> Callable[[Doc], list[str]]:
    return lambda doc: [text for path in paths for text in texts(_at(doc, path))]


def _true(path: Path) -> Callable[[Doc], bool]:
    return lambda doc: _at(doc, path) is True


def _there(path: Path) -> Callable[[Doc], bool]:
    return lambda doc: _at(doc, path) is not None


def _listed(path: Path) -> Callable[[Doc], bool]:
    return lambda doc: bool(length(_at(doc, path)))


def _stars(doc: Doc) -> float | None:
    stars, scale = number(_at(doc, ("opener", "stars"))), number(_at(doc, ("opener", "scale")))
    return None if stars is None or not scale else stars * 5.0 / scale


def _took(doc: Doc) -> int | None:
    answered = doc.get("answered")
    ended, start = moment(doc.get("closed") if answered is None else answered), moment(doc.get("start"))
    return None if ended is None or start is None else ended - start


OF_DOCUMENT: Final[Readers[Doc]] = Readers(
    {name: _texts_at(paths) for name, paths in PATHS.items()},
    {name: _read(path, number) for name, path in NUMBERS.items()}
    | {name: _read(path, moment) for name, path in MOMENTS.items()}
    | {"count": _read(("items",), length), "stars": _stars, "took": _took},
    {name: _true(path) for name, path in TRUE.items()}
    | {name: _listed(path) for name, path in LISTED.items()}
    | {name: _there(path) for name, path in THERE.items()},
)
