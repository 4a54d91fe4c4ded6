"""Replies and deeds on their way, kept, failed or not known."""

from __future__ import annotations

from math import ceil
from typing import ClassVar

from cxtui.store import Outgoing
from cxtui.ui.board import Entry, who
from cxtui.ui.rows import at
from cxtui.ui.screens.ticking import Ticking
from cxtui.ui.spans import Line, fitted, flat, rule
from cxtui.ui.widgets.lines import Lines

STATES = {
    "draft": "draft", "queued": "goes out soon", "sending": "being sent", "failed": "not sent",
    "unknown": "sent? not known", "sent": "sent",
}  # fmt: skip


class OutboxPage(Ticking):
    """A row for each reply; Enter edits or settles."""

    KEYS: ClassVar[str] = "outbox"

    def news(self) -> None:
        """Draw what is known now."""
        room = self.size.width
        self._cursor = min(self._cursor, max(len(self.board.outbox) - 1, 0))
        self.query_one("#title", Lines).show([rule("Outbox", f"{len(self.board.outbox)}", room)])
        lines = [self._row(one, here=n == self._cursor) for n, one in enumerate(self.board.outbox)]
        self.query_one("#lines", Lines).show(
            lines or [(("Nothing is on its way and no draft is kept.", "dim"),)]
        )
        self.draw_foot()

    def scroll_lines(self, count: int) -> None:
        """Move the cursor."""
        self._cursor = min(max(self._cursor + count, 0), max(len(self.board.outbox) - 1, 0))
        self.news()
        pane = self.query_one("#lines", Lines)
        pane.scroll_to(y=max(self._cursor - pane.size.height + 1, 0), animate=False, force=True)

    def open(self) -> None:
        """Edit a draft or a failed reply, settle an unknown one."""
        self.start(self._open())

    def recall(self) -> None:
        """Take a reply back."""
        self.start(self._recall())

    def discard(self) -> None:
        """Drop a draft or a failed reply."""
        self.start(self._discard())

    @property
    def chosen(self) -> Outgoing | None:
        """The reply under the cursor."""
        return self.board.outbox[self._cursor] if self.board.outbox else None

    async def _open(self) -> None:
        from cxtui.ui.deeds import again
        from cxtui.ui.replies import answer, settle

        one = self.chosen
        if one is None:
            return
        row = self.board.row(one.interval)
        if one.deed is not None:
            await again(self, one)
        elif one.state == "unknown":
            await settle(self, one)
        elif row is None:
            self.say("the customer does not wait any more; D drops the draft")
        else:
            await answer(self, row)

    async def _recall(self) -> None:
        from cxtui.ui.deeds import take_back
        from cxtui.ui.replies import recall

        one = self.chosen
        if one is None or one.state != "queued":
            self.say("only a reply that has not left yet can be taken back", bad=True)
            return
        if one.deed is None:
            await recall(self, one)
        else:
            await take_back(self, one)

    async def _discard(self) -> None:
        one = self.chosen
        if one is None or one.state not in ("draft", "failed"):
            self.say("only a draft or a reply that was not sent can be discarded", bad=True)
            return
        await self.setting.desk.discard(one.id)
        self.board.put_outbox(other for other in self.board.outbox if other.id != one.id)
        if one.deed is not None:
            self.say("discarded")
            return
        entry = Entry("discard", "discard", row=one.interval, text=one.text)
        self.board.session.keep(entry, self.setting.clock())
        self.say("discarded; u in the queue brings it back")

    def _row(self, one: Outgoing, *, here: bool) -> Line:
        now, zone = self.setting.clock(), self.setting.zone
        row = self.board.row(one.interval)
        name = who(row.interval.author) if row else one.feed
        state = STATES.get(one.state, one.state)
        if one.state == "queued" and one.until and one.until > now:
            state = f"goes out in {ceil((one.until - now).total_seconds())}s"
        look = "cursor" if here else "late" if one.state in ("failed", "unknown") else "plain"
        text = one.text if one.deed is None else f"({one.what})"
        words = f"{one.error}: {text}" if one.error else text
        head = f"{'> ' if here else '  '}{state:<16} {at(one.changed, now, zone):<10} "
        return fitted(
            ((head, look), (flat(f"{name}  {words}"), "cursor" if here else "plain")), self.size.width
        )
