"""What customers tell others: how many did, how far it may reach, and our part of the talk."""

from __future__ import annotations

from itertools import compress

from cxtui.core.metrics.codes import BAD, COMPETITOR, CUSTOMER, GOOD, OF_BOTH, PUBLIC, having
from cxtui.core.metrics.figure import Found
from cxtui.core.metrics.registry import metric
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import Ids, picking


def _tellers(span: Span, flag: str, bit: int) -> int:
    """How many people wrote something in the window that has a bit in a flag."""
    voices = span.ledger.voices
    i, j = span.places(voices)
    handles = set(compress(voices.figure["who"][i:j], _picked(voices.flag[flag][i:j], bit)))
    return span.ledger.merged.count(handles)


def _people(span: Span, bit: int) -> Found:
    voices = span.ledger.voices
    i, j = span.places(voices)
    return Found(
        value=span.once(("told", bit), lambda: _tellers(span, "told", bit * PUBLIC)),
        n=span.once("public", lambda: _tellers(span, "public", 1)),
        ids=voices.ids(voices.flag["told"], having(bit * PUBLIC), i, j),
    )


def _picked(told: bytearray, bit: int) -> bytearray:
    """A true byte for each item that has the bit."""
    return told.translate(picking(having(bit)))


def _reach(span: Span, bit: int, words: str) -> Found:
    voices = span.ledger.voices
    i, j = span.places(voices)
    told = _picked(voices.flag["told"][i:j], bit * PUBLIC)
    known: dict[int, int] = {}
    for who, followers in compress(
        zip(voices.figure["who"][i:j], voices.figure["followers"][i:j], strict=True), told
    ):
        if followers > known.get(who, -1):
            known[who] = followers
    total = sum(known.values()) if known else None
    why = f"nobody shared {words} in this window" if not any(told) else "no follower counts are known"
    return Found(
        total,
        len(known),
        voices.ids(voices.flag["told"], having(bit * PUBLIC), i, j),
        "" if known else why,
        low=0 if known else None,
        high=total,
        kind="estimate",
    )


@metric("share_bad", unit="people", source="benchmark share-bad")
def share_bad(span: Span) -> Found:
    """People who told a bad experience in public; n is everybody who wrote in public."""
    return _people(span, BAD)


@metric("share_good", unit="people")
def share_good(span: Span) -> Found:
    """People who told a good experience in public; n is everybody who wrote in public."""
    return _people(span, GOOD)


@metric("share_bad_per_100", unit="people per 100 contacts", source="benchmark share-bad")
def share_bad_per_100(span: Span) -> Found:
    """People who told a bad experience in public, per 100 contacts of any kind begun in the window."""
    lines = (span.ledger.waits, span.ledger.praise)
    begun = sum(line.flag["first"].count(1, *span.places(line)) for line in lines)
    if not begun:
        return Found(None, 0, why="no contact began in this window")
    ids = [line.ids(line.flag["first"], (1,), *span.places(line)) for line in lines]
    people = _people(span, BAD).value or 0
    return Found(100 * people / begun, begun, Ids(lambda: (one for found in ids for one in found)))


@metric("reach_bad", unit="followers")
def reach_bad(span: Span) -> Found:
    """Followers of those who told a bad experience: an upper bound, nobody knows who read it."""
    return _reach(span, BAD, "a bad experience")


@metric("reach_good", unit="followers")
def reach_good(span: Span) -> Found:
    """Followers of those who told a good experience: an upper bound."""
    return _reach(span, GOOD, "a good experience")


@metric("share_of_voice", unit="rate")
def share_of_voice(span: Span) -> Found:
    """What was said to us, of that and what was said to competitors; our own posts are in neither.

    What was written to a competitor and names us counts on either side.
    """
    voices = span.ledger.voices
    roles = voices.flag["role"]
    if roles.find(COMPETITOR) < 0 and roles.find(OF_BOTH) < 0:
        return Found(None, 0, why="name a competitor feed")
    i, j = span.places(voices)
    both = roles.count(OF_BOTH, i, j)
    ours, theirs = roles.count(CUSTOMER, i, j) + both, roles.count(COMPETITOR, i, j) + both
    if not ours + theirs:
        return Found(None, 0, why="nobody wrote to us or to a competitor in this window")
    ids = voices.ids(roles, (CUSTOMER, COMPETITOR, OF_BOTH), i, j)
    beside = (("about both", both),) if both else ()
    return Found(ours / (ours + theirs), ours + theirs, ids, beside=beside)


@metric("amplification", unit="reshares per post")
def amplification(_span: Span) -> Found:
    """Reshares of an own post, the median."""
    return Found(None, 0, why="no feed tells who reshared our posts")
