"""What waits share, as numbers: feed, network, kind, language, tags and the like, each combination once.

A filter over these facts is asked once of each combination, not of every wait.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Final

from cxtui.core.filters.facts import OF_ITEM, OF_ROW, Arrived
from cxtui.core.filters.tree import Readers
from cxtui.core.inbox import Row
from cxtui.core.interval import Interval
from cxtui.core.item import Item
from cxtui.core.metrics.labels import BETWEEN, NO_TAG, By, operator

TEXTS: Final = (
    *("feed", "network", "kind", "lang", "visibility", "tone", "tone_by", "tags", "policy", "priority"),
    *("reason", "origin", "claimed", "by"),
)
NUMBERS: Final = ("stars", "score", "count", "notes")
FLAGS: Final = tuple(name for name in OF_ROW.flags if name != "open")
"""What a facet tells. `open` has no place there, since who still waits is known as a whole."""

Facet = tuple[tuple[tuple[str, ...], ...], tuple[float | None, ...], int, str]
"""Texts, numbers, flags as bits, and who answered."""

NOTHING: Final[Facet] = ((),) * len(TEXTS), (None,) * len(NUMBERS), 0, ""
_ROW_TEXTS = [OF_ROW.texts[name] for name in TEXTS]
_ROW_NUMBERS = [OF_ROW.numbers[name] for name in NUMBERS]
_ROW_FLAGS = [(1 << place, OF_ROW.flags[name]) for place, name in enumerate(FLAGS)]
_LABELS: Final[dict[By, str]] = {
    "feed": "feed",
    "network": "network",
    "kind": "kind",
    "language": "lang",
    "tag": "tags",
    "policy": "policy",
}


def of_wait(waits: Interval) -> Facet:
    """The facet of an interval."""
    row = Row(waits, "")
    flags = 0
    for bit, read in _ROW_FLAGS:
        if read(row):
            flags |= bit
    return (
        tuple([tuple(read(row)) for read in _ROW_TEXTS]),
        tuple([read(row) for read in _ROW_NUMBERS]),
        flags,
        operator(waits),
    )


def of_item(item: Item) -> Facet:
    """The facet of an item that nobody waits with."""
    one = Arrived(item)
    texts, numbers, flags = OF_ITEM.texts, OF_ITEM.numbers, OF_ITEM.flags
    return (
        tuple(tuple(texts[name](one)) if name in texts else () for name in TEXTS),
        tuple(numbers[name](one) if name in numbers else None for name in NUMBERS),
        sum(1 << n for n, name in enumerate(FLAGS) if name in flags and flags[name](one)),
        "",
    )


class Facets:
    """Every facet once, by its number."""

    def __init__(self, state: str = "[]") -> None:
        self.known: list[Facet] = [
            (tuple(map(tuple, texts)), tuple(numbers), flags, by)
            for texts, numbers, flags, by in (one or NOTHING for one in json.loads(state))
        ]
        self._numbers = {facet: number for number, facet in enumerate(self.known)}

    def state(self, used: Collection[int]) -> str:
        """The facets that are used, in plain ASCII, half characters too; of the others nothing is left."""
        return json.dumps([one if number in used else None for number, one in enumerate(self.known)])

    def number(self, facet: Facet) -> int:
        """The number of a facet, a new one where it is new."""
        number = self._numbers.setdefault(facet, len(self.known))
        if number == len(self.known):
            self.known.append(facet)
        return number

    def feed(self, number: int) -> str:
        """The feed of a facet."""
        return self.known[number][0][0][0]

    def label(self, number: int, by: By) -> str:
        """The word by which `classed` puts a facet into its class."""
        texts, _, _, who = self.known[number]
        if by == "operator":
            return who
        words = texts[TEXTS.index(_LABELS[by])]
        if by == "tag":
            return BETWEEN.join(sorted(words)) or NO_TAG
        return next(filter(None, words), "not known")


def _text(place: int) -> Callable[[Facet], tuple[str, ...]]:
    return lambda facet: facet[0][place]


def _number(place: int) -> Callable[[Facet], float | None]:
    return lambda facet: facet[1][place]


def _flag(bit: int) -> Callable[[Facet], bool]:
    return lambda facet: bool(facet[2] & bit)


OF_FACET: Final[Readers[Facet]] = Readers(
    {name: _text(place) for place, name in enumerate(TEXTS)},
    {name: _number(place) for place, name in enumerate(NUMBERS)},
    {name: _flag(1 << place) for place, name in enumerate(FLAGS)},
)
