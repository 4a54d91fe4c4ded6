"""Health of the feeds, in words."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual import events
from textual.app import ComposeResult

from cxtui.core.clock import span
from cxtui.core.web import masked
from cxtui.engine.schedule import red, shortfall
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
    """One feed in two to six lines; red where it needs somebody or has failed for three days."""
    ill = feed.state in ("down", "auth", "gone")
    bad = "late" if red(feed, now) else "soon"
    sign = "!" if ill else " "
    name = flat(f"{feed.feed} ({feed.connector})" if feed.connector else feed.feed)
    title = flat(f"  {feed.title}") if feed.title else ""
    facts = [
        f"last ok {at(feed.last_ok, now, zone)}" if feed.last_ok else "never read yet",
        f"{feed.items} items",
    ]
    if feed.every and not ill:
        facts.append(f"read every {span(feed.every)}")
    if feed.next_try:
        wait = feed.next_try - now
        facts.append(f"next poll in {span(wait)}" if wait.total_seconds() > 0 else "polls now")
    if feed.failing_since:
        facts.append(f"failing for {span(now - feed.failing_since)}, {feed.failures} tries")
    head: Line = (
        (f"{sign} ", bad),
        (f"{name}: ", "title"),
        (STATES[feed.state], bad if ill else "plain"),
    )
    lines: list[Line] = [(*head, (title, "dim"))]
    lines += [(("    ", "plain"), (line, "dim")) for line in wrapped(" · ".join(facts), room - 4)]
    said = [(shortfall(feed), "soon"), (flat(feed.error) if feed.error else None, bad)]
    if feed.address:
        said.append((flat(f"moved for good, read at {masked(feed.address)}"), "dim"))
    for words, look in said:
        lines += [(("    ", "plain"), (line, look)) for line in wrapped(words or "", room - 4) if line]
    return lines
