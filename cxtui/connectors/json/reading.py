"""What an answer says: the messages at their places in it, the next page, the reason of a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from cxtui.connectors.heard import sentence
from cxtui.connectors.json.expressions import Expression
from cxtui.connectors.json.settings import Settings
from cxtui.connectors.json.template import bare, joined
from cxtui.connectors.nested import told
from cxtui.connectors.record import Ours, called
from cxtui.connectors.records import Problem, mark_of, read
from cxtui.core.item import Arrival
from cxtui.core.text import clean, from_html, one_line
from cxtui.core.web import place
from cxtui.errors import Unreadable
from cxtui.http import Answer

MOST = 10_000
"""So many messages of one answer are read."""
DEPTH = 8
"""So deep a server's own words are looked for."""
LENGTH = 200
"""Characters of a server's own words in a sentence."""
_WORDS = ("message", "error_description", "detail", "error", "errors", "title", "reason", "description")


@dataclass(frozen=True, slots=True)
class Found:
    """The messages of one answer or several, and what could not be used. ``value`` is the last one's."""

    value: object
    arrivals: tuple[Arrival, ...] = ()
    problems: tuple[Problem, ...] = ()

    def with_page(self, page: Found) -> Found:
        """With what another page says; a message on both is taken once."""
        both = {one.native: one for one in (*self.arrivals, *page.arrivals)}
        return Found(page.value, tuple(both.values()), self.problems + page.problems)

    def usable(self, url: str) -> Found:
        """Itself. Raises: Unreadable where there was something and none of it could be used."""
        if not self.arrivals and any(problem.lost for problem in self.problems):
            raise Unreadable(f"{place(url)}: {sentence(self.problems)}")
        return self


@dataclass(frozen=True, slots=True)
class Next:
    """Where the next page is: at an address, or at the same one with another parameter."""

    url: str
    params: Mapping[str, str]


def value_of(answer: Answer) -> object:
    """The answer as a value of JSON. Raises: Unreadable."""
    return told(answer, object)


def messages(answer: Answer, told: Settings, ours: Ours, where: str = "") -> Found:
    """The messages of an answer. ``where`` stands before their places. Raises: Unreadable."""
    value = value_of(answer)
    listed = told.items.of(value)
    if not isinstance(listed, list):
        raise Unreadable(f"{place(answer.url)}: {_no_list(told.items, listed)}")
    items = cast("list[object]", listed)
    problems: list[Problem] = []
    if len(items) > MOST:
        words = f"{len(items)} messages in one answer: the first {MOST} were read"
        problems.append(Problem(words, "", lost=False))
    batch = read(_records(items[:MOST], told.fields, where, problems), ours, bare(answer.url))
    arrivals = batch.arrivals
    if "parent" not in told.fields:
        arrivals = tuple(replace(one, flat=True) for one in arrivals)
    return Found(value, arrivals, (*problems, *batch.problems))


def following(told: Settings, value: object, answer: Answer, home: str) -> Next | None:
    """The page behind an answer, None where it is the last. Raises: Unreadable."""
    if told.next is None:
        return None
    named = told.next.of(value)
    if named is None or named is False or named == "":
        return None
    if isinstance(named, bool) or not isinstance(named, str | int):
        raise Unreadable(f"{told.next.key} = {told.next.text!r} is {called(named)}, not an address or cursor")
    if told.next_param is not None:
        return Next(home, {told.next_param: str(named)})
    return Next(joined(answer.url, str(named)), {})


def reason(answer: Answer) -> str:
    """The server's own reason for a refusal, from JSON or a page; its status where it gives none."""
    try:
        said = _reason(value_of(answer))
    except Unreadable:
        said = from_html(answer.body[: 64 << 10].decode(errors="replace"))
    words = str(one_line(clean(said)))[:LENGTH]
    return f"{words} ({answer.status})" if words else f"it gave no reason ({answer.status})"


def _records(
    items: list[object], fields: Mapping[str, Expression], where: str, problems: list[Problem]
) -> Iterator[tuple[str, object]]:
    """Each item as a record. Those without an id, and expressions that do not fit, are noted."""
    for number, item in enumerate(items, 1):
        spot = f"{where}item {number}"
        record: dict[str, object] = {}
        for key, one in fields.items():
            try:
                found = one.of(item)
            except Unreadable as wrong:
                problems.append(Problem(f"{spot}: {wrong}", mark_of((item, key)), lost=False))
                continue
            outer, _, inner = key.partition(".")
            if inner:
                of = record.setdefault(outer, {})
                if isinstance(of, dict):
                    cast("dict[str, object]", of)[inner] = found
            elif found is not None:
                record[key] = found
        if "id" not in record:
            said = "is null" if item is None else f"{fields['id'].key} = {fields['id'].text!r} finds nothing"
            problems.append(Problem(f"{spot}: {said}", mark_of(item)))
        else:
            yield spot, record


def _no_list(items: Expression, found: object) -> str:
    """Why there is no list of messages, and what may be meant."""
    said = f"{items.key} = {items.text[:80]!r} is {called(found)} in its answer where a list is expected"
    if found is None:
        return f"{said}; if that means none, write {items.key} = {items.text[:80] + ' || `[]`'!r}"
    if isinstance(found, dict):
        names = ", ".join(
            str(one_line(clean(str(key)[:20]))) for key in list(cast("dict[str, object]", found))[:5]
        )
        return f"{said}; it holds {names}" if names else f"{said}; it is empty"
    return said


def _reason(value: object, depth: int = DEPTH) -> str:
    if isinstance(value, str) or not depth:
        return value if isinstance(value, str) else ""
    parts: list[object] = []
    if isinstance(value, list):
        parts = cast("list[object]", value)[:5]
    elif isinstance(value, dict):
        table = cast("dict[str, object]", value)
        parts = [table[key] for key in _WORDS if key in table]
    return next((said for part in parts if (said := _reason(part, depth - 1))), "")
