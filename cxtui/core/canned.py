"""Prepared replies: one text each, by language, for all customers or for those that a filter fits.

A file holds the text; its first lines may say ``match: FILTER`` and ``kind: holding``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, get_args

from cxtui.core.item import ReplyKind
from cxtui.core.templates import unresolved, variables
from cxtui.core.text import clean
from cxtui.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.core.interval import Priority
    from cxtui.core.item import Item

ANY = "any"
"""The folder of what fits every language."""
LONGEST = 10_000
KINDS: tuple[ReplyKind, ...] = get_args(ReplyKind)
_FRONT = re.compile(r"(match|kind):[ \t]*(.*)")


class Fits(Protocol):
    """A filter that can be asked about a row before anything else is known of it."""

    @property
    def early(self) -> bool:
        """Whether all its words can be decided by `fits`."""
        ...

    def fits(self, item: Item, priority: Priority = ..., tags: Sequence[str] = ...) -> bool:
        """Whether it means this item."""
        ...


Parse = Callable[[str], Fits]
"""Makes a filter of its text. Raises: UsageError."""


@dataclass(frozen=True, slots=True)
class Canned:
    """One prepared reply. ``own`` are the user's, the others come with cxtui."""

    name: str
    lang: str
    text: str
    kind: ReplyKind = "answer"
    match: Fits | None = None
    own: bool = False

    def fits(self, row: Row) -> bool:
        """Whether it is for the customer of this row."""
        waits = row.interval
        return self.match is None or self.match.fits(waits.opener, waits.priority, waits.tags)


def canned(text: str, name: str, lang: str, where: str, parse: Parse, *, own: bool = False) -> Canned | None:
    """What a file says; None where it is empty, by which a user takes away what comes with cxtui.

    Raises: ConfigError naming the line, where a variable has no fallback or the front cannot be read.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    wrong: list[str] = []
    match: Fits | None = None
    kind: ReplyKind = "answer"
    at = 0
    while at < len(lines) and (front := _FRONT.fullmatch(lines[at])):
        at += 1
        word, said = front[1], front[2].strip()
        if word == "match":
            try:
                match = _filter(said, parse)
            except UsageError as error:
                wrong.append(f"{where}:{at} match: {error}")
        elif said in KINDS:
            kind = next(one for one in KINDS if one == said)
        else:
            wrong.append(f"{where}:{at} kind: must be one of {', '.join(KINDS)}, is {said!r}")
    body = clean("\n".join(lines[at:]), limit=LONGEST, lines=LONGEST)
    wrong += _variables_wrong("\n".join(lines[at:]), where, at)
    if wrong:
        raise ConfigError(wrong)
    return Canned(name, lang, body.strip(), kind, match, own) if body.strip() else None


def chosen(
    every: Iterable[Canned], row: Row, langs: Sequence[str], kind: ReplyKind | None = None
) -> tuple[Canned, ...]:
    """Those for a row: the first language's first, `ANY` language's last; a user's own before others."""
    order = {lang: n for n, lang in enumerate(dict.fromkeys((*langs, ANY)))}
    fitting = [
        one for one in every if one.lang in order and (kind is None or one.kind == kind) and one.fits(row)
    ]
    fitting.sort(key=lambda one: (order[one.lang], not one.own, one.name))
    return tuple(fitting)


def _filter(text: str, parse: Parse) -> Fits:
    found = parse(text)
    if not found.early:
        raise UsageError(f"{text!r} asks for what is not known when a customer writes, such as is:late")
    return found


def _variables_wrong(text: str, where: str, before: int) -> list[str]:
    good = {one.at for one in variables(text) if one.fallback}
    wrong: list[str] = []
    for start, end in unresolved(text):
        if (start, end) not in good:
            line = before + text.count("\n", 0, start) + 1
            name = text[start:end].strip("{} ").partition("|")[0] or "name"
            wrong.append(
                f"{where}:{line} {text[start:end]} needs a fallback for when it is not known, "
                f"such as {{{name}|there}}"
            )
    return wrong
