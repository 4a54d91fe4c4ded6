"""All numbers and pictures of one window at one moment: what the stats screen shows and an export holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from cxtui.core.metrics import Figure, Ledger, Orders, rows
from cxtui.core.metrics.classes import By, Classed, classed
from cxtui.core.metrics.pictures import Measure, Picture, answer_times, breaches, load, pictures

if TYPE_CHECKING:
    from cxtui.core.filters import Filter

SOON = 4
"""So many of the next breaches are in the pane."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the window, what the map of the week shows, by which classes, and of what only.

    ``me`` is whom the filter means by that.
    """

    now: datetime
    zone: tzinfo
    window: str = "24h"
    measure: Measure = "incoming"
    by: By | None = None
    filter: Filter | None = None
    me: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answer. ``figures`` are those of `cxtui.core.metrics.figures`."""

    asked: Question
    figures: tuple[Figure, ...]
    pictures: tuple[Picture, ...]
    classed: tuple[Classed, ...] = ()

    def picture(self, name: str) -> Picture:
        """The picture with this name."""
        return next(one for one in self.pictures if one.name == name)

    @property
    def everything(self) -> Iterator[Figure]:
        """Every number, then every cell of every picture, then those of the classes."""
        yield from self.figures
        for picture in self.pictures:
            yield from picture.cells
        yield from self.by_class

    @property
    def by_class(self) -> Iterator[Figure]:
        """The numbers of every class."""
        return (figure for one in self.classed for figure in one.figures)


def sheet(ledger: Ledger, asked: Question, orders: Orders | None = None) -> Sheet:
    """Every number and picture for a question. Raises: UsageError for an unknown window."""
    span = ledger.span(asked.now, asked.window, orders)
    return Sheet(
        asked,
        rows(span),
        pictures(span, asked.zone, asked.measure),
        classed(span, asked.by) if asked.by else (),
    )


def boxes(ledger: Ledger, now: datetime, zone: tzinfo) -> tuple[Picture, ...]:
    """The pictures of the pane: answer times of 7 days, load of 24 hours, the next breaches."""
    span = ledger.span(now, "7d")
    return answer_times(span), load(span, zone), breaches(span, SOON)
