"""What is behind a number: the items and waits that it counts."""

from __future__ import annotations

from dataclasses import dataclass

from cxtui.core.interval import Interval
from cxtui.core.item import Item


@dataclass(frozen=True, slots=True)
class Behind:
    """One thing that a number counts: what was written, and the wait it is in, where it is in one.

    ``id`` is that of a wait or of an item, as the number has it; ``item`` is None where neither is
    known any more.
    """

    id: str
    item: Item | None
    waits: Interval | None
