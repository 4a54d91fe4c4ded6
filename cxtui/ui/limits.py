"""How much of what a network takes a text fills, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxtui.core.lengths import LINK, measured

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities

NEAR = 0.8
"""From this share on the second limit is shown, too."""


@dataclass(frozen=True, slots=True)
class Filled:
    """``words`` such as ``148/300``; ``over`` is by how much it is too long, empty where it fits."""

    words: str
    over: str = ""


def filling(can: Capabilities, text: str) -> Filled:
    """``148/300``, ``0/500, links count 23``; the bytes too while nothing is written and when near."""
    length, size = measured(text, can.counted), len(text.encode())
    said = str(length)
    if can.limit is not None:
        said += f"/{can.limit}"
    if can.counted == "statuses":
        said += f", links count {LINK}"
    elif can.counted == "bytes":
        said += " bytes"
    if can.most_bytes is not None and (not text or size >= can.most_bytes * NEAR):
        said += f", {size}/{can.most_bytes} bytes"
    return Filled(said, _over(can, length, size))


def unit(can: Capabilities) -> str:
    """What the limit of a network counts, as people call it."""
    return "bytes" if can.counted == "bytes" else "characters"


def filled(can: Capabilities, text: str) -> str:
    """How long a text is, in words."""
    return filling(can, text).words


def excess(can: Capabilities, text: str) -> str:
    """By how much of what a text is too long; empty where it fits."""
    return filling(can, text).over


def _over(can: Capabilities, length: int, size: int) -> str:
    if can.limit is not None and length > can.limit:
        return f"{length - can.limit} {unit(can)}: {can.network} takes {can.limit}"
    if can.most_bytes is not None and size > can.most_bytes:
        return f"{size - can.most_bytes} bytes: {can.network} takes {can.most_bytes}"
    return ""
