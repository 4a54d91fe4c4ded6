"""Replies and deeds on their way, kept, failed or not known."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import ClassVar

from cxtui.core.item import Clean
from cxtui.errors import CxtuiError
from cxtui.store import Outgoing
from cxtui.ui.board import Entry, who
from cxtui.ui.rows import at
from cxtui.ui.screens.review import Sure
from cxtui.ui.screens.ticking import Ticking
from cxtui.ui.spans import Line, cells, fitted, flat, rule, wrapped
from cxtui.ui.widgets.lines import Lines

STATES = {
    "draft": "draft", "queued": "goes out soon", "sending": "being sent", "failed": "not sent",
    "unknown": "sent? not known", "sent": "sent",
}  # fmt: skip


class OutboxPage(Ticking):
    """A row for each reply; Enter edits or settles."""

    KEYS: ClassVar[str] = "outbox"

    _sent: tuple[Outgoing, ...] = ()
    _left: frozenset[str] = frozenset()

    def on_mount(self) -> None:
        """Read what went out, too."""
        self.run_worker(self._read_sent(), group="sent", exclusive=True)

    def news(self) -> None:
        """Draw what is known now."""
        left = frozenset(one.id for one in self.board.outbox)
        if self._left - left:
            self.run_worker(self._read_sent(), group="sent", exclusive=True)
        self._left = left
        self._draw()

    @property
    def replies(self) -> Sequence[Outgoing]:
        """What is on its way or kept, then what was sent."""
        return (*self.board.outbox, *self._sent)

    def _draw(self) -> None:
        room, unsent = self.size.width, len(self.board.outbox)
        self._cursor = min(self._cursor, max(len(self.replies) - 1, 0))
        self.query_one("#title", Lines).show([rule("Outbox", f"{unsent}", room)])
        lines = [fitted(self._row(one, here=n == self._cursor), room) for n, one in enumerate(self.replies)]
        whole = self._whole()
        lines[self._cursor + 1 : self._cursor + 1] = whole
        nothing: list[Clean] = []
        if not unsent:
            said = f"Nothing is on its way and no draft is kept. {self.setting.key('app.unanswered')}"
            nothing = wrapped(f"{said} goes back to the queue.", room)
            lines[:0] = [((line, "dim"),) for line in nothing]
        if self._sent:
            above = (unsent or len(nothing)) + (len(whole) if self._cursor < unsent else 0)
            lines.insert(above, rule("Sent from here, last 7 days", f"{len(self._sent)}", room))
        self.query_one("#lines", Lines).show(lines)
        self.draw_foot()

    def scroll_lines(self, count: int) -> None:
        """Move the cursor."""
        self._cursor = min(max(self._cursor + count, 0), max(len(self.replies) - 1, 0))
        self._draw()
        below = 2 if self._cursor >= len(self.board.outbox) else 0
        pane, row = self.query_one("#lines", Lines), self._cursor + below
        pane.reveal(row + len(self._whole()))
        pane.reveal(row)

    def open(self) -> None:
        """Edit a draft or a failed reply, settle an unknown one."""
        self.start(self._open())

    def recall(self) -> None:
        """Take a reply back."""
        self.start(self._recall())

    def discard(self) -> None:
        """Drop a draft or a failed reply."""
        self.start(self._discard())

    def take_away(self) -> None:
        """Delete a reply that was sent."""
        self.start(self._take_away())

    @property
    def chosen(self) -> Outgoing | None:
        """The reply under the cursor."""
        return self.replies[self._cursor] if self.replies else None

    async def _open(self) -> None:
        from cxtui.ui.deeds import again
        from cxtui.ui.replies import answer, settle

        one = self.chosen
        if one is None:
            return
        row = self.board.row(one.interval)
        if one.state == "sent":
            self.say(f"it was sent{f': {flat(one.url)}' if one.url else ''}")
        elif one.deed is not None:
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
        entry = Entry("discard", "discard", row=one.interval, text=one.text, files=one.files)
        self.board.session.keep(entry, self.setting.clock())
        self.say("discarded; u in the queue brings it back")

    async def _take_away(self) -> None:
        one = self.chosen
        if one is None or one.state != "sent":
            self.say("only a reply that was sent can be deleted; D drops a draft", bad=True)
            return
        said = [
            f"“{flat(one.text)}”", "It goes from the network for everybody, and the customer waits again.",
        ]  # fmt: skip
        offers = [("ask.yes", "delete it"), ("ask.no", "keep it")]
        question = Sure(self.setting, "ask", "Delete this reply?", said, offers)
        if await self.program.push_screen_wait(question) == "ask.yes":
            await self.setting.desk.take_away(one.id)
            self._sent = tuple(other for other in self._sent if other.id != one.id)
            self.say("deleted there; the customer waits again")
            self.program.count()

    async def _read_sent(self) -> None:
        try:
            self._sent = await self.setting.desk.sent()
        except CxtuiError as error:
            self.say(f"what was sent could not be read: {error}", bad=True)
            return
        self._draw()

    def _whole(self) -> list[Line]:
        """Why the reply under the cursor was not sent, and all its words, where its line is too short."""
        one = self.chosen
        if one is None or cells(self._row(one, here=True)) <= self.size.width:
            return []
        room = max(self.size.width - 4, 1)
        said = [(line, "dim") for line in wrapped(flat(one.error or ""), room)] if one.error else []
        said += [(line, "ours") for line in wrapped(one.text, room)]
        return [(("    ", "plain"), span) for span in said[: max(self.size.height // 2, 1)]]

    def _row(self, one: Outgoing, *, here: bool) -> Line:
        now, zone = self.setting.clock(), self.setting.zone
        row = self.board.row(one.interval)
        name = who(row.interval.author) if row else one.feed
        state = STATES.get(one.state, one.state)
        if one.state == "queued" and one.until and one.until > now:
            far = f"sends {at(one.until, now, zone)}"
            state = far if one.far(now) else f"goes out in {ceil((one.until - now).total_seconds())}s"
        look = "cursor" if here else "late" if one.state in ("failed", "unknown") else "plain"
        text = one.text if one.deed is None else f"({one.what})"
        if one.files:
            text = f"(+ {', '.join(file.name for file in one.files)}) {text}"
        words = f"{one.error}: {text}" if one.error else text
        head = f"{'> ' if here else '  '}{state:<16} {at(one.changed, now, zone):<10} "
        return (head, look), (flat(f"{name}  {words}"), "cursor" if here else "plain")
