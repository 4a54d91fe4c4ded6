"""The bar before anything leaves the machine."""

from __future__ import annotations

from collections.abc import Sequence

from cxtui.ui.screens.choice import Choice, Offer
from cxtui.ui.setting import Setting

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


class Review(Sure):
    """Send, edit on, go back or discard."""

    def __init__(self, setting: Setting, said: Sequence[str]) -> None:
        offers = [(name, "") for name in ("review.send", "review.edit", "review.back", "review.discard")]
        super().__init__(setting, "review", "Send?", said, offers)
