"""The bar before anything leaves the machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cxtui.errors import CxtuiError
from cxtui.ui.rows import at
from cxtui.ui.screens.choice import Choice, Offer
from cxtui.ui.setting import Setting

if TYPE_CHECKING:
    from cxtui.connectors import Capabilities
    from cxtui.core.inbox import Row

QUIET = 0.3
"""Seconds without a key before an answer counts: a key held down repeats faster than that."""


class Sure(Choice):
    """A question of which a key that is held down, or came too fast, answers nothing."""

    def __init__(
        self, setting: Setting, keys: str, title: str, said: Sequence[str], offers: Sequence[Offer]
    ) -> None:
        super().__init__(setting, keys, title, said, offers)
        self._last = setting.seconds()

    def choose(self, name: str) -> None:
        """Answer, where the keyboard was quiet before."""
        now = self.setting.seconds()
        before, self._last = self._last, now
        if now - before >= QUIET:
            super().choose(name)


def window(setting: Setting) -> str:
    """For how long what goes out can be taken back."""
    seconds = round(setting.desk.hold.total_seconds())
    return f"({seconds} s to undo)" if seconds else "(at once: it cannot be taken back)"


class Review(Sure):
    """Send, edit on, go back or discard. The thread is read anew while the bar stands there."""

    OFFERS = (
        "review.send",
        "review.edit",
        "review.back",
        "review.later",
        "review.holding",
        "review.answer",
        "review.promise",
        "review.discard",
    )

    def __init__(
        self, setting: Setting, row: Row, facts: Sequence[str], can: Capabilities, found: Sequence[str] = (),
        *, holds: bool = False,
    ) -> None:  # fmt: skip
        words = {"review.send": window(setting)}
        without = "review.holding" if holds else "review.answer"
        offers = [(name, words.get(name, "")) for name in self.OFFERS if name != without]
        super().__init__(setting, "review", "Send?", (), offers)
        self._row = row
        self._facts = list(facts)
        self._found = list(found)
        self._reads = can.thread
        self._thread = "the thread is being read again" if can.thread else ""
        self._said = self._words()

    def on_mount(self) -> None:
        """Read the thread anew."""
        if self._reads:
            self.run_worker(self._reread(), group="reread")

    def news(self) -> None:
        """Say so when the customer writes while the bar stands there."""
        row = self.setting.board.row(self._row.id)
        if row is not None and row.interval.items != self._row.interval.items:
            self._tell("! the customer wrote again: e, and read it above")

    async def _reread(self) -> None:
        waits = self._row.interval
        try:
            changed = await self.setting.desk.reread(self._row.id, waits.items)
        except CxtuiError as error:
            self._tell(f"! the thread could not be read again: {error}")
            return
        now = at(self.setting.clock(), self.setting.clock(), self.setting.zone)
        self._tell(f"! {changed}" if changed else f"thread re-read {now}: unchanged")

    def _tell(self, words: str) -> None:
        self._thread = words
        self._said = self._words()
        if self.is_mounted:
            self.lay_out(self.size.width, self.size.height)

    def _words(self) -> list[str]:
        return [*self._facts, *([self._thread] if self._thread else []), *self._found]
