"""What a customer says of us in the end, where it is explicit."""

from __future__ import annotations

from typing import Literal

from cxtui.core.item import Item

Verdict = Literal["recommends", "neutral", "detracts"]


def verdict(item: Item) -> Verdict | None:
    """What a 0-10 answer (9-10, 7-8, 0-6) or a review (4 stars or more, 2 or fewer) says; None else."""
    if item.score is not None and 0 <= item.score <= 10:
        return "recommends" if item.score >= 9 else "neutral" if item.score >= 7 else "detracts"
    if item.rating is not None:
        return "recommends" if item.rating >= 4 else "detracts" if item.rating <= 2 else "neutral"
    return None
