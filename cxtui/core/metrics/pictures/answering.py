"""How long answers took: a histogram."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from cxtui.core.metrics.codes import GOES_ON
from cxtui.core.metrics.pictures.picture import Picture, Strip, tally
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.timeline import HOUR, SECOND, Ids

MINUTE = 60 * SECOND
ENDS = (5 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, 24 * HOUR)
"""Up to where each part goes, its end with it: what is answered within 5 min is in the first."""
PARTS = ("0-5m", "5-30m", "30-60m", "1-4h", "4-24h", ">24h")
WAITING = "still waiting"
ANSWER_TIMES = "answer_times"
GROUPS = (1, 2)
"""A contact's first wait, and its later ones."""


def answer_times(span: Span) -> Picture:
    """The waits that began in the window by the time to their answer, and those that go on.

    n is all of them; closed, withdrawn, marked by hand and doubtful ones say nothing of our speed.
    """
    ledger = span.ledger
    ended = [
        ledger.spells["answer_spell", group].within(span.window, span.since, span.until) for group in GROUPS
    ]
    waiting = sum(len(ledger.queue.waiting_since("answer_spell", group, span)) for group in GROUPS)
    upto = [sum(bisect_right(known, end) for known in ended) for end in ENDS]
    borders = [0, *upto, sum(map(len, ended))]
    counts = [after - before for before, after in pairwise(borders)]
    i, j = span.places(ledger.waits)
    names, spells = ledger.waits.lend(), ledger.waits.figure["answer_spell"][i:j]
    n = sum(counts) + waiting
    lows, highs = (GOES_ON + 1, *(end + 1 for end in ENDS)), (*ENDS, 2**62)
    cells = [
        tally(span, ANSWER_TIMES, name, _between(names, i, spells, low, high), count, of=n)
        for name, count, low, high in zip(PARTS, counts, lows, highs, strict=True)
    ]
    going_on = _between(names, i, spells, GOES_ON, GOES_ON)
    cells.append(tally(span, ANSWER_TIMES, WAITING, going_on, waiting, of=n))
    return Picture(ANSWER_TIMES, (Strip(ANSWER_TIMES, tuple(cells)),))


def _between(names: Sequence[str], first: int, spells: array[int], low: int, high: int) -> Ids:
    """The names of the spells from ``low`` to ``high``, both included."""
    return Ids(lambda: (names[first + n] for n, spell in enumerate(spells) if low <= spell <= high))
