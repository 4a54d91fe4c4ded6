"""Every number, for the pane, the command line and the export alike.

One function measures one interval, item or person; a reducer makes the number. To add a
metric, write such a pair in a module here (a new one goes into `FAMILIES`), register it with
`metric`, and put its name into `NAMES` where its row belongs.
"""

from __future__ import annotations

from datetime import datetime

from cxtui.core.metrics import (
    money,
    overrides,
    people,
    posting,
    promises,
    rates,
    recommend,
    reviews,
    share,
    targets,
    times,
    waiting,
)
from cxtui.core.metrics.facts import WINDOWS, Facts, Orders
from cxtui.core.metrics.figure import Figure
from cxtui.core.metrics.ledger import Ledger
from cxtui.core.metrics.references import REFERENCES, Reference, beside, references
from cxtui.core.metrics.registry import METRICS
from cxtui.core.metrics.span import Span
from cxtui.core.metrics.waiting import Breach

__all__ = [
    "METRICS",
    "NAMES",
    "REFERENCES",
    "WINDOWS",
    "Breach",
    "Facts",
    "Figure",
    "Ledger",
    "Orders",
    "Reference",
    "Span",
    "beside",
    "figures",
]

FAMILIES = (
    *(rates, times, targets, waiting, share, recommend, reviews, promises, people, posting, money, overrides),
)
"""The modules that hold the metrics; importing one registers what is in it."""

NAMES = (
    "answered_within_5m",
    "answered_within_30m",
    "answered_within_60m",
    "answered_within_24h",
    "response_rate",
    "first_response_median",
    "first_response_p90",
    "first_answer_median",
    "first_answer_p90",
    "next_response_median",
    "next_response_p90",
    "in_target",
    "ever_ignored",
    "late_now",
    "waiting_now",
    "probably_now",
    "share_bad",
    "share_good",
    "share_bad_per_100",
    "reach_bad",
    "reach_good",
    "share_of_voice",
    "amplification",
    "recommend",
    "nps",
    "nps_stars",
    "review_mean",
    "promises_kept",
    "thanked_within_48h",
    "advocates",
    "detractors",
    "consistency_gap",
    "pickup_delay_median",
    "money_at_risk",
    "guard_overrides",
)
"""The order of the rows; scripts rely on the names."""


def figures(
    facts: Facts, now: datetime, window: str = "all", orders: Orders | None = None
) -> tuple[Figure, ...]:
    """A row at least for every metric, in the order of `NAMES`, and the references behind them.

    ``window`` is ``24h``, ``7d``, ``30d`` or ``all``. Raises: UsageError for another word.
    """
    return Ledger.of(facts).figures(now, window, orders)


def rows(span: Span) -> tuple[Figure, ...]:
    """Every figure of a window of a ledger."""
    own = [figure for name in NAMES for figure in METRICS[name].figures(span)]
    return (*own, *references(span))
