"""What the engine tells the screen, gathered until the screen takes it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from cxtui.engine.desk import News


class Bulletin:
    """News from the engine's thread to the screen's; many messages become one.

    ``tell`` is called when there is something to take, ``heard`` with each message, in the engine's thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news = News()
        self.tell: Callable[[], None] | None = None
        self.heard: Callable[[News], None] | None = None

    def take(self) -> News:
        """What was added since the last time."""
        with self._lock:
            news, self._news = self._news, News()
        return news

    def add(self, more: News) -> None:
        """Add to what waits to be taken; the screen is called when there was nothing yet."""
        if self.heard is not None:
            self.heard(more)
        with self._lock:
            quiet = self._news != News()
            self._news = _joined(self._news, more)
        if self.tell is not None and not quiet:
            self.tell()


def _joined(was: News, more: News) -> News:
    rows = {row.id: row for row in (*was.rows, *more.rows)}
    for key in more.gone:
        rows.pop(key, None)
    return News(
        rows=tuple(rows.values()),
        rest=(*was.rest, *more.rest),
        gone=tuple(k for k in dict.fromkeys((*was.gone, *more.gone)) if k not in rows),
        feeds=was.feeds if more.feeds is None else more.feeds,
        promises=was.promises if more.promises is None else more.promises,
        outbox=was.outbox if more.outbox is None else more.outbox,
        leader=more.leader or was.leader,
        alarms=(*was.alarms, *more.alarms),
        replying=was.replying if more.replying is None else more.replying,
        notices=(*was.notices, *more.notices)[-20:],
        said=more.said or was.said,
    )
