"""How the last polls of one feed went, and when it could not be heard."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual import events
from textual.app import ComposeResult

from cxtui.store import FeedLog
from cxtui.ui.hints import key_line
from cxtui.ui.rows import at
from cxtui.ui.screens.page import Page
from cxtui.ui.setting import Setting
from cxtui.ui.spans import Line, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines


class FeedLogPage(Page):
    """The gaps of a feed, then its polls, the newest first."""

    def __init__(self, setting: Setting, feed: str) -> None:
        super().__init__(setting)
        self._feed = feed
        self._log: FeedLog | None = None

    def compose(self) -> ComposeResult:
        """A page of lines."""
        yield Lines(id="title")
        yield Lines(id="lines")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Read it, and again every few seconds."""
        self.start(self._read())
        self.set_interval(5, lambda: self.start(self._read()))

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self.news()

    def news(self) -> None:
        """Draw what is known."""
        room = self.size.width
        self.query_one("#title", Lines).show([rule(f"Feed {self._feed}", "", room)])
        if self._log is not None:
            lines = log_lines(self._log, self.setting.clock(), self.setting.zone, room)
            self.query_one("#lines", Lines).show(lines)
        self.query_one("#keys", Lines).show([key_line(self.key_bar(), room)])

    async def _read(self) -> None:
        self._log = await self.setting.desk.feed_log(self._feed)
        self.news()


def log_lines(log: FeedLog, now: datetime, zone: tzinfo, room: int) -> list[Line]:
    """Gaps, then polls, each in as many lines as its words need."""
    lines: list[Line] = []
    for gap in log.gaps:
        lines += _hung(span_of(gap.since, gap.until, now, zone), gap.words, "late", room)
    for polled in log.polls:
        until = polled.until if polled.times > 1 else polled.since
        look = "soon" if polled.error else "plain"
        lines += _hung(span_of(polled.since, until, now, zone), polled.words, look, room)
    return lines or [(("It was not polled yet.", "dim"),)]


def span_of(since: datetime, until: datetime | None, now: datetime, zone: tzinfo) -> str:
    """From when to when, as short as it can be understood: ``10:02–10:31``, ``10:02–now``, ``10:02``."""
    begun, ended = at(since, now, zone), at(until, now, zone) if until else "now"
    return begun if begun == ended else f"{begun}–{ended}"


def _hung(when: str, words: str, look: str, room: int) -> list[Line]:
    """Words behind a time, their later lines under the first."""
    head = f" {when}  "
    first, *rest = wrapped(flat(words), max(room - len(head), 20)) or [""]
    lines: list[Line] = [((head, "dim"), (first, look))]
    return lines + [((" " * len(head), "plain"), (line, look)) for line in rest]
