"""Which rows of the queue are shown: by the view that is chosen, and by what was typed beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from cxtui.core.inbox import LONG_AGO, Inbox, Row

if TYPE_CHECKING:
    from cxtui.config.views import View
    from cxtui.core.filters import Filter

EVERYTHING = "all"
"""What the queue is called without a view."""
AT_ONCE = 2000
"""So many rows are looked at in a second where only the time has passed."""


@cache
def thanks() -> View:
    """The praise that nobody has said thanks for."""
    from cxtui.config.views import View
    from cxtui.core.filters import parse

    return View("thanks", parse("is:thanks"))


class Narrowing:
    """Two filters over the queue, and the rows that fit both. `fit` looks at all rows, `put` at one."""

    def __init__(self, views: Sequence[View] = (), zone: tzinfo = UTC, me: str = "") -> None:
        self.views = tuple(views)
        self.view: View | None = None
        self.typed: Filter | None = None
        self.found: Inbox | None = None
        self.drafts: frozenset[str] = frozenset()
        self._zone = zone
        self._me = me
        self._fitting: dict[str, set[str]] = {view.name: set() for view in self.views}
        self._test: Callable[[Row], bool] = lambda _: True
        self._tests: dict[str, Callable[[Row], bool]] = {}
        self._meant: tuple[datetime, Filter | None, frozenset[str]] | None = None
        self._looked = LONG_AGO

    @property
    def wanted(self) -> Filter | None:
        """Both filters as one; None shows everything."""
        if self.view is None or self.typed is None:
            return self.typed if self.view is None else self.view.filter
        return self.view.filter.also(self.typed)

    @property
    def text(self) -> str:
        """What was typed."""
        return "" if self.typed is None else self.typed.text

    @property
    def name(self) -> str:
        """The name of the view."""
        return EVERYTHING if self.view is None else self.view.name

    @property
    def built_in(self) -> bool:
        """Whether the view is one of ours, which `counts` does not know."""
        return self.view is not None and self.view not in self.views

    def fits(self, row: Row) -> bool:
        """Whether a row fits, as of the last look."""
        return self._test(row)

    def counts(self) -> list[tuple[str, int]]:
        """How many rows that are awake fit each view."""
        return [(name, len(rows)) for name, rows in self._fitting.items()]

    def next_view(self, count: int) -> View | None:
        """The view so many steps on, round the end; None is the whole queue."""
        walk = [None, *self.views]
        at = walk.index(self.view) if self.view in walk else 0
        return walk[(at + count) % len(walk)]

    def type(self, text: str) -> bool:
        """Take another filter beside the view; says whether what fits it fitted the last one, too.

        Raises: FilterError.
        """
        from cxtui.core.filters import parse

        typed = parse(text)
        before, self.typed = self.typed, None if typed.empty else typed
        words = before is not None and before.only_words and typed.only_words
        return words and before is not None and typed.text.startswith(before.text)

    def choose(self, view: View | None) -> None:
        """Take another view; what was typed goes."""
        self.view, self.typed = view, None

    def fit(self, among: Inbox, now: datetime) -> None:
        """Look at these rows for what is shown, and show those that fit."""
        self._mean(now)
        self.found = None if self.wanted is None else among.narrowed(self._test)

    def count(self, awake: Iterable[Row], now: datetime) -> None:
        """Look at all rows that are awake, for every view."""
        self._mean(now)
        self._looked = now
        for rows in self._fitting.values():
            rows.clear()
        for row in awake if self._tests else ():
            self._note(row)

    def put(self, row: Row, now: datetime, *, awake: bool) -> None:
        """A new or changed row."""
        self._mean(now)
        if awake:
            self._note(row)
        else:
            self._forget(row.id)
        if self.found is not None:
            if self._test(row):
                self.found.put(row, now)
            else:
                self.found.drop(row.id)

    def drop(self, key: str) -> None:
        """A row is no more."""
        self._forget(key)
        if self.found is not None:
            self.found.drop(key)

    def stale(self, rows: int, now: datetime) -> bool:
        """Whether time alone may have changed what fits, and it is time to look again."""
        wanted = self.wanted
        changing = (wanted is not None and wanted.timed) or any(view.filter.timed for view in self.views)
        return changing and now - self._looked >= timedelta(seconds=max(1.0, rows / AT_ONCE))

    def _mean(self, now: datetime) -> None:
        """Have the questions mean this moment."""
        meant = now, self.wanted, self.drafts
        if meant == self._meant:
            return
        self._meant = meant
        wanted = self.wanted
        if wanted is None and not self.views:
            self._test = lambda _: True
            return
        from cxtui.core.filters import Sight

        sight = Sight(now, self._zone, self._me, self.drafts)
        self._test = wanted.test(sight) if wanted is not None else lambda _: True
        self._tests = {view.name: view.filter.test(sight) for view in self.views}

    def _note(self, row: Row) -> None:
        for name, test in self._tests.items():
            rows = self._fitting[name]
            if test(row):
                rows.add(row.id)
            else:
                rows.discard(row.id)

    def _forget(self, key: str) -> None:
        for rows in self._fitting.values():
            rows.discard(key)
