"""When customers come and when we answer: the last 24 hours, and hour by weekday."""

from __future__ import annotations

from datetime import tzinfo
from itertools import compress
from typing import Literal, get_args

from cxtui.core.metrics.codes import LEFT, MISSED_IN_OUTAGE, NO, YES
from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.pictures.local import WEEKDAYS, hours_before, hours_of_week
from cxtui.core.metrics.pictures.picture import (
    Picture,
    Slices,
    Strip,
    median,
    named,
    share,
    tally,
)
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import HOUR, Ids, micros

SHOWN = 24
LOAD, LOAD_IN, LOAD_OUT = "load", "load_in", "load_out"
Measure = Literal["incoming", "late", "answer"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
WEEK: dict[Measure, str] = {
    "incoming": "week_incoming",
    "late": "week_late",
    "answer": "week_answer_median",
}
"""The name of each hour-by-weekday picture, and of its strips."""
RESULTS = bytes(code // LEFT for code in range(256))


def load(span: Span, zone: tzinfo) -> Picture:
    """The last 24 local hours, the present one last: waits that began, and messages that we replied to.

    A message counts once an hour, however often we wrote. Cells are named by the hour's beginning
    with the zone's offset, so that an hour that comes twice has two names.
    """
    came: list[Figure] = []
    replied: list[Figure] = []
    for begin in hours_before(span.now, zone, SHOWN):
        name = f"{begin.astimezone(zone):%Y-%m-%dT%H:%M%z}"
        since = micros(begin)
        hour = since, since + HOUR
        found = span.ledger.waits.span(since, min(since + HOUR - 1, span.until))
        ids = named(span.ledger.waits, (found,))
        came.append(tally(span, LOAD_IN, name, ids, found[1] - found[0], during=hour))
        heard = _replied(span, since)
        replied.append(tally(span, LOAD_OUT, name, heard, len(heard), during=hour))
    return Picture(LOAD, (Strip(LOAD_IN, tuple(came)), Strip(LOAD_OUT, tuple(replied))))


def _replied(span: Span, since: int) -> tuple[str, ...]:
    """The messages that we replied to in an hour, each once."""
    line = span.ledger.replies
    i, j = line.span(since, min(since + HOUR - 1, span.until))
    return tuple(dict.fromkeys(compress(line.names[i:j], line.flag["stands"][i:j])))


def week(span: Span, zone: tzinfo, measure: Measure) -> Picture:
    """Seven strips of 24 hours over the waits that began in the window, by the local hour of that.

    ``incoming`` counts them, ``late`` is the share whose response clock was missed, ``answer``
    the median time to the answer.
    """
    i, j = span.places(span.ledger.waits)
    found = hours_of_week(span.ledger.waits, i, j, zone)
    results = response_results(span, i, j) if measure == "late" else bytearray()
    strips: list[Strip] = []
    for day, name in enumerate(WEEKDAYS):
        cells: list[Figure] = []
        for hour in range(24):
            class_, slices = f"{name} {hour:02}", found[day * 24 + hour]
            if measure == "incoming":
                cells.append(_incoming(span, class_, slices))
            elif measure == "late":
                cells.append(_late(span, class_, slices, results, i))
            else:
                why = "nobody wrote in this hour"
                cells.append(median(span, WEEK["answer"], class_, slices, (1, 2), why))
        strips.append(Strip(WEEK[measure], tuple(cells)))
    return Picture(WEEK[measure], tuple(strips))


def _incoming(span: Span, class_: str, slices: Slices) -> Figure:
    ids = named(span.ledger.waits, slices)
    return tally(span, WEEK["incoming"], class_, ids, sum(j - i for i, j in slices))


def _late(span: Span, class_: str, slices: Slices, results: bytearray, first: int) -> Figure:
    """``results`` begin at place ``first``."""
    met = missed = 0
    for i, j in slices:
        part = results[i - first : j - first]
        met += part.count(YES)
        missed += part.count(NO) + part.count(MISSED_IN_OUTAGE)
    names = span.ledger.waits.lend()
    decided = (YES, NO, MISSED_IN_OUTAGE)
    ids = Ids(lambda: (names[n] for i, j in slices for n in range(i, j) if results[n - first] in decided))
    why = "nobody who wrote in this hour was answered or is past due"
    return share(span, WEEK["late"], class_, (missed, met + missed), ids, why)


def response_results(span: Span, i: int, j: int) -> bytearray:
    """How the response clock of each wait came out: it has one, of one policy."""
    waits = span.ledger.waits
    found = 0
    for name, flag in waits.flag.items():
        if name.endswith(("/first_response", "/next_response")):
            found |= int.from_bytes(flag[i:j].translate(RESULTS), "big")
    return bytearray(found.to_bytes(j - i, "big"))
