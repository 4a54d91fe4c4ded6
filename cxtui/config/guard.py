"""``[guard]``: what the guard must know of us."""

from __future__ import annotations

from dataclasses import dataclass

from cxtui.config.table import Table


@dataclass(frozen=True, slots=True)
class Guarded:
    """Words that are right as they are, addresses and numbers that are ours to publish, and if to spell."""

    words: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    spelling: bool = True


def guarded(table: Table) -> Guarded:
    """The table; every key may be left out."""
    off = table.has("spelling") and not table.flag("spelling")
    found = Guarded(
        words=table.texts("words", '["Luna", "XL"]'),
        own=table.texts("own", '["help@shop.example", "021 555 010"]'),
        spelling=not off,
    )
    table.end()
    return found
