"""Health of the feeds, in words."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual import events
from textual.app import ComposeResult

from cxtui.core.clock import span
from cxtui.store import FeedState
from cxtui.ui.rows import at
from cxtui.ui.screens.page import Page
from cxtui.ui.spans import Line, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

STATES = {
    "ok": "ok", "down": "cannot be read", "auth": "sign-in refused", "gone": "gone for good",
    "paused": "paused", "new": "not polled yet",
}  # fmt: skip


class Feeds(Page):
    """One feed after the other: state, last ok, next try, error."""

    def compose(self) -> ComposeResult:
        """A page of lines."""
        yield Lines(id="title")
        yield Lines(id="lines")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """The next poll comes nearer by the second."""
        self.set_interval(1, self.news)

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the size there is."""
        del event
        self.news()

    def news(self) -> None:
        """Draw what is known now."""
        room = self.size.width
        keys = self.setting.keys["app.poll"]
        self.query_one("#title", Lines).show([rule("Feeds", f"{len(self.board.feeds)}", room)])
        now, zone = self.setting.clock(), self.setting.zone
        lines = [line for feed in self.board.feeds for line in feed_lines(feed, now, zone, room)]
        self.query_one("#lines", Lines).show(
            lines or [(("No feed is configured: `cxtui config path`.", "dim"),)]
        )
        words = f" {keys[0]} polls all now  Esc back" if keys else " Esc back"
        self.query_one("#keys", Lines).show([((words, "dim"),)])


def feed_lines(feed: FeedState, now: datetime, zone: tzinfo, room: int) -> list[Line]:
    """One feed in two to four lines."""
    ill = feed.state in ("down", "auth", "gone")
    sign = "!" if ill else " "
    name = flat(f"{feed.feed} ({feed.connector})" if feed.connector else feed.feed)
    title = flat(f"  {feed.title}") if feed.title else ""
    facts = [
        f"last ok {at(feed.last_ok, now, zone)}" if feed.last_ok else "never read yet",
        f"{feed.items} items",
    ]
    if feed.next_try:
        wait = feed.next_try - now
        facts.append(f"next poll in {span(wait)}" if wait.total_seconds() > 0 else "polls now")
    if feed.failing_since:
        facts.append(f"failing for {span(now - feed.failing_since)}, {feed.failures} tries")
    head: Line = (
        (f"{sign} ", "late"),
        (f"{name}: ", "title"),
        (STATES[feed.state], "late" if ill else "plain"),
    )
    lines: list[Line] = [(*head, (title, "dim"))]
    lines += [(("    ", "plain"), (line, "dim")) for line in wrapped(" · ".join(facts), room - 4)]
    if feed.error:
        lines += [(("    ", "plain"), (line, "late")) for line in wrapped(flat(feed.error), room - 4)]
    return lines
