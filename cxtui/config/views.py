"""Filters in the configuration: saved ones that the queue walks through, and those of other tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxtui.config.table import Table
from cxtui.errors import FilterError

if TYPE_CHECKING:
    from cxtui.core.filters import Filter

EVERYTHING = "all"
"""What the queue calls the view without a filter."""


@dataclass(frozen=True, slots=True)
class View:
    """A filter with a name."""

    name: str
    filter: Filter


def views(tables: list[Table]) -> tuple[View, ...]:
    """Every ``[[view]]`` in its order."""
    found: list[View] = []
    for table in tables:
        name = table.text("name", '"reviews"')
        chosen = read_filter(table, "match")
        if name is None and not table.has("name"):
            table.missing("name", '"reviews"')
        if not table.has("match"):
            table.missing("match", '"kind:review"')
        table.end()
        if name is None or chosen is None:
            continue
        if name == EVERYTHING or any(view.name == name for view in found):
            what = "is what the queue is called without a view" if name == EVERYTHING else "is there twice"
            table.note("name", f"{name!r} {what}; choose another name")
            continue
        found.append(View(name, chosen))
    return tuple(found)


def read_filter(table: Table, key: str, *, early: bool = False) -> Filter | None:
    """The filter under a key, None where there is none or it is wrong.

    ``early``: only words that can be decided when an item arrives.
    """
    text = table.text(key, '"kind:review"')
    if text is None:
        return None
    from cxtui.core.filters import parse

    try:
        found = parse(text)
    except FilterError as error:
        start, end = error.at
        table.note(key, f"{error} (at character {start + 1}: {text[start:end]})")
        return None
    late = next((word for word in found.words if not word.early), None)
    if early and late is not None:
        can = "words such as kind: net: from: tag: priority: text~ are"
        said = f"{late.name}:{late.value}"
        at = text.casefold().find(said.casefold())
        place = f" (at character {at + 1})" if at >= 0 else ""
        table.note(key, f"{said!r} is not known yet when a message arrives{place}; {can}")
        return None
    return found
