"""``[[macro]]``: several acts on one key."""

from __future__ import annotations

from cxtui.config.table import Table
from cxtui.core.macros import Macro, macro
from cxtui.errors import UsageError

_EXAMPLE = '["tag refund", "claim", "canned refund"]'


def macros(tables: list[Table]) -> tuple[Macro, ...]:
    """Every macro in its order; what is wrong is noted."""
    found: list[Macro] = []
    for table in tables:
        name = _name(table)
        key = table.text("key", '"f2"') or ""
        acts = table.texts("do", _EXAMPLE)
        if not table.has("do"):
            table.missing("do", _EXAMPLE)
        table.end()
        if name is None or not table.has("do"):
            continue
        if any(one.name == name for one in found):
            table.note("name", f"{name!r} is there twice; choose another name")
            continue
        try:
            found.append(macro(name, acts, key))
        except UsageError as error:
            table.note("do", str(error))
    return tuple(found)


def _name(table: Table) -> str | None:
    name = table.text("name", '"refund"')
    if name is None and not table.has("name"):
        table.missing("name", '"refund"')
    if name is not None and not all(char.isalnum() or char in "-_" for char in name):
        table.note("name", f"{name!r} must be one word of letters, digits, - and _")
        return None
    return name
