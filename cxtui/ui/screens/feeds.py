"""Health of the feeds, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo
from typing import ClassVar

from cxtui.core.clock import span
from cxtui.core.web import masked
from cxtui.engine.schedule import red, shortfall
from cxtui.store import FeedState
from cxtui.ui.hints import Hint
from cxtui.ui.rows import at
from cxtui.ui.screens.ticking import Ticking
from cxtui.ui.spans import Line, cells, fitted, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

STATES = {
    "ok": "ok", "down": "cannot be read", "auth": "cannot sign in", "gone": "gone for good",
    "paused": "paused", "new": "not polled yet",
}  # fmt: skip


class Feeds(Ticking):
    """One feed after the other: state, last ok, next try, error. Keys mean the one under the cursor."""

    KEYS: ClassVar[str] = "feeds"

    def news(self) -> None:
        """Draw what is known now."""
        room = self.size.width
        self._cursor = min(self._cursor, max(len(self.board.feeds) - 1, 0))
        self.query_one("#title", Lines).show([rule("Feeds", f"{len(self.board.feeds)}", room)])
        now, zone = self.setting.clock(), self.setting.zone
        lines: list[Line] = []
        leader = self.board.leader
        if leader is not None and not leader.here:
            look = "late" if leader.lead is None or leader.differs else "dim"
            lines += [((line, look),) for line in wrapped(flat(leader.words), room)]
        top = foot = 0
        for number, feed in enumerate(self.board.feeds):
            of_feed = feed_lines(feed, now, zone, room)
            if number == self._cursor:
                top, foot = len(lines), len(lines) + len(of_feed)
                of_feed = [pointed(of_feed[0]), *of_feed[1:]]
            lines += of_feed
        pane = self.query_one("#lines", Lines)
        none = wrapped("No feed is configured: `cxtui init URL` makes a configuration.", room)
        pane.show(lines or [((line, "dim"),) for line in none])
        if not pane.scroll_y <= top <= foot <= pane.scroll_y + pane.size.height:
            pane.scroll_to(y=min(max(foot - pane.size.height, 0), top), animate=False, force=True)
        self.draw_foot()

    def scroll_lines(self, count: int) -> None:
        """Move the cursor."""
        self._cursor = min(max(self._cursor + count, 0), max(len(self.board.feeds) - 1, 0))
        self.news()

    def key_bar(self) -> list[Hint]:
        """The page's own keys, and how to ask all feeds now."""
        poll = self.setting.keys["app.poll"]
        return [*([Hint(poll[0], "Poll all")] if poll else []), *super().key_bar()]

    def pause(self) -> None:
        """Ask the feed under the cursor no more."""
        self.start(self._pause())

    def resume(self) -> None:
        """Ask it again."""
        self.start(self._resume())

    def check(self) -> None:
        """Sign in to it and say who we are there."""
        self.start(self._check())

    def show_log(self) -> None:
        """How its last polls went."""
        if self.chosen:
            from cxtui.ui.screens.feedlog import FeedLogPage

            self.program.push_screen(FeedLogPage(self.setting, self.chosen.feed))

    @property
    def chosen(self) -> FeedState | None:
        """The feed under the cursor."""
        return self.board.feeds[self._cursor] if self.board.feeds else None

    async def _pause(self) -> None:
        if self.chosen is None:
            return
        state = await self.setting.desk.pause_feed(self.chosen.feed)
        self._put(state)
        self.say(f"{state.feed} is paused; nothing new from it is seen until it is resumed")

    async def _resume(self) -> None:
        before = self.chosen
        if before is None:
            return
        state = await self.setting.desk.resume_feed(before.feed)
        self._put(state)
        changed = before.state in ("paused", "gone", "auth") and state.state != before.state
        self.say(f"{state.feed} is asked again" if changed else f"{state.feed} is not paused")

    async def _check(self) -> None:
        feed = self.chosen
        if feed is None:
            return
        self.say(f"asking {feed.feed} who we are there")
        self.say(flat(f"{feed.feed}: {await self.setting.desk.who(feed.feed)}"))

    def _put(self, state: FeedState) -> None:
        self.board.feeds = tuple(
            replace(state, connector=one.connector) if one.feed == state.feed else one
            for one in self.board.feeds
        )


def pointed(head: Line) -> Line:
    """The first line of a feed with the cursor on it."""
    (sign, _), *rest = head
    return ((f">{sign[0]}", "cursor"), *rest)


def counted(number: int, one: str, many: str) -> str:
    """``1 try``, ``2 tries``."""
    return f"{number} {one if number == 1 else many}"


def feed_lines(feed: FeedState, now: datetime, zone: tzinfo, room: int) -> list[Line]:
    """One feed in two to six lines; red where it needs somebody or has failed for three days."""
    ill = feed.state in ("down", "auth", "gone")
    bad = "late" if red(feed, now) else "soon"
    sign = "!" if ill else " "
    name = flat(f"{feed.feed} ({feed.connector})" if feed.connector else feed.feed)
    title = f"  {flat(feed.title)}" if feed.title else ""
    facts = [
        f"last ok {at(feed.last_ok, now, zone)}" if feed.last_ok else "never read yet",
        counted(feed.items, "item", "items"),
    ]
    if feed.every and not ill:
        facts.append(f"read every {span(feed.every)}")
    if feed.next_try:
        wait = feed.next_try - now
        facts.append(f"next poll in {span(wait)}" if wait.total_seconds() > 0 else "polls now")
    if feed.failing_since:
        facts.append(
            f"failing for {span(now - feed.failing_since)}, {counted(feed.failures, 'try', 'tries')}"
        )
    head: Line = (
        (f"{sign} ", bad),
        (f"{name}: ", "title"),
        (STATES[feed.state], bad if ill else "plain"),
    )
    whole: Line = (*head, (title, "dim"))
    lines: list[Line] = [whole if cells(whole) <= room else fitted(whole, room)]
    lines += [(("    ", "plain"), (line, "dim")) for line in wrapped(" · ".join(facts), room - 4)]
    said = [(shortfall(feed), "soon"), (flat(feed.error) if feed.error else None, bad)]
    if feed.address:
        said.append((flat(f"moved for good, read at {masked(feed.address)}"), "dim"))
    for words, look in said:
        lines += [(("    ", "plain"), (line, look)) for line in wrapped(words or "", room - 4) if line]
    return lines
