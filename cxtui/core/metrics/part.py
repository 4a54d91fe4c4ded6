"""A part of a ledger: only what belongs to some intervals, cut out of the columns.

The same as a ledger of `Facts.narrowed`, without looking at a document.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from cxtui.core.filters import Filter, Sight
from cxtui.core.filters.tree import (
    All,
    Between,
    Contains,
    Equals,
    Is,
    Node,
    Not,
    Readers,
    Some,
    Starts,
    compiled,
    leaves,
)
from cxtui.core.item import Event
from cxtui.core.metrics import masks
from cxtui.core.metrics.facets import FLAGS, NUMBERS, OF_FACET, TEXTS
from cxtui.core.metrics.facts import OUTCOMES
from cxtui.core.metrics.ledger import Ledger
from cxtui.core.metrics.timeline import Timeline

ALWAYS: Final = All()
NEVER: Final = Some()
OF_LENGTH: Final[Readers[int]] = Readers({}, {"took": lambda length: length}, {})
ARRIVING: Final = Sight(datetime.min.replace(tzinfo=UTC), UTC)
"""Who looks where neither the moment nor the person matters."""


def fitting(ledger: Ledger, only: Filter, sight: Sight) -> set[int] | None:
    """The numbers of the intervals that a filter shows; None where the columns cannot tell."""
    node = only.node(sight)
    ended = settled(node)
    if not _told(ended, {*NUMBERS, "start", "took"}):
        return None
    found: set[int] = set()
    for line in (ledger.waits, ledger.praise, ledger.muted):
        mask = _mask(line, ledger, ended)
        found.update(number for number, fits in zip(line.numbers, mask, strict=True) if fits)
    holds = only.keep(sight)
    found.difference_update(ledger.open)
    found.update(number for number, waits in ledger.open.items() if holds(waits))
    return found


def others_fitting(ledger: Ledger, only: Filter) -> set[int] | None:
    """The numbers of the posts of ours and of competitors that a filter shows; None where only they can tell.

    A filter that asks what is done about a row shows none.
    """
    if not only.early:
        return set()
    node = only.node(ARRIVING)
    if not _told(node):
        return None
    test = compiled(node, OF_FACET)
    fits = {facet for facet in set(ledger.others.values()) if test(ledger.facets.known[facet])}
    return {number for number, facet in ledger.others.items() if facet in fits}


def settled(node: Node) -> Node:
    """What a question comes to for whoever does not wait any more."""
    match node:
        case Is("open"):
            return NEVER
        case All(parts):
            asked = [one for one in map(settled, parts) if one != ALWAYS]
            return NEVER if NEVER in asked else All(tuple(asked))
        case Some(parts):
            asked = [one for one in map(settled, parts) if one != NEVER]
            return ALWAYS if ALWAYS in asked else Some(tuple(asked))
        case Not(part):
            inner = settled(part)
            return ALWAYS if inner == NEVER else NEVER if inner == ALWAYS else Not(inner)
        case _:
            return node


def _told(node: Node, numbers: Collection[str] = NUMBERS) -> bool:
    """Whether facets tell what a question asks, but for some numbers."""
    return all(_known(leaf, numbers) for leaf in leaves(node))


def _known(leaf: Node, numbers: Collection[str]) -> bool:
    match leaf:
        case Between(fact):
            return fact in numbers
        case Is(fact):
            return fact in FLAGS
        case Equals(fact) | Starts(fact):
            return fact in TEXTS
        case Contains(facts):
            return set(facts) <= set(TEXTS)
        case _:
            return True


def _mask(line: Timeline, ledger: Ledger, node: Node) -> bytes:
    """What a question chooses among the records of a timeline that do not wait."""
    if _told(node):
        test, known = compiled(node, OF_FACET), ledger.facets.known
        table = {facet: test(known[facet]) for facet in set(line.figure["facet"])}
        return bytes(map(table.__getitem__, line.figure["facet"]))
    match node:
        case All(parts):
            return masks.every([_mask(line, ledger, part) for part in parts], len(line))
        case Some(parts):
            return masks.either([_mask(line, ledger, part) for part in parts], len(line))
        case Not(part):
            return masks.others(_mask(line, ledger, part))
        case Between("start"):
            return _begun(line, node)
        case Between("took"):
            return _took(line, node)
        case _:
            raise TypeError(node)


def _begun(line: Timeline, asked: Between) -> bytes:
    low, high = asked.low, asked.high
    first, last = 0, len(line)
    if low is not None:
        first = (bisect_left if asked.closed[0] else bisect_right)(line.at, low)
    if high is not None:
        last = (bisect_right if asked.closed[1] else bisect_left)(line.at, high)
    last = max(first, last)
    return bytes(first) + b"\1" * (last - first) + bytes(len(line) - last)


def _took(line: Timeline, asked: Between) -> bytes:
    ends = zip(line.figure["answered"], line.figure["closed"], line.at, strict=True)
    holds = compiled(asked, OF_LENGTH)
    return bytes(
        bool(answered or closed) and holds((answered or closed) - at) for answered, closed, at in ends
    )


def part(ledger: Ledger, kept: Collection[int], others: Collection[int]) -> Ledger:
    """What belongs to the intervals with these numbers, and these items of ours and of competitors.

    Nothing may be taken into it.
    """
    found = Ledger()
    found.feeds, found.left, found.facets = ledger.feeds, ledger.left, ledger.facets
    found.merged = ledger.merged
    contacts: dict[int, int] = {}
    feeds: set[int] = set()
    for name in ("waits", "praise", "muted"):
        mine, line = getattr(found, name), getattr(ledger, name)
        mine.part(line, masks.chosen(line.numbers, kept))
        feeds.update(mine.figure["facet"])
        if name != "muted":
            contacts.update(zip(mine.figure["contact"], mine.numbers, strict=True))
    found.voices.chosen(ledger.voices, kept, others)
    waited = ledger.voices.waiting()
    inside = [waited.get(item, 0) for item in ledger.replies.names]
    found.replies.part(ledger.replies, masks.chosen(inside, kept))
    _acts(found, ledger, kept, contacts)
    for number, promise in ledger.promises.items():
        if waited.get(promise.item, 0) in kept:
            found.owe(number, promise)
    shown = {ledger.facets.feed(facet) for facet in feeds}
    found.gaps = {number: gap for number, gap in ledger.gaps.items() if gap.feed in shown}
    found.open = {number: waits for number, waits in ledger.open.items() if number in kept}
    found.tide.part(ledger.tide, kept)
    return found


def _acts(found: Ledger, ledger: Ledger, kept: Collection[int], contacts: dict[int, int]) -> None:
    """Take the acts on what is kept; a tag counts for its contact, wherever it was set."""
    tagged: dict[str, int] = {}

    def keep(event: Event) -> bool:
        wait = ledger.voices.wait_of(event.item)
        if wait in kept:
            return True
        contact = ledger.contact_of(wait) if event.verb in OUTCOMES else None
        if contact not in contacts:
            return False
        tagged[event.item] = contacts[contact]
        return True

    found.marks.part(ledger.marks, keep)
    for item, number in tagged.items():
        found.voices.link([item], number)
