"""Closed rows: which, why and by whom, and one that should wait after all."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cxtui.core.metrics import Figure
from cxtui.ui.board import Entry, who
from cxtui.ui.screens.behind import BehindPage
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from cxtui.core.behind import Behind
    from cxtui.ui.screens.page import Page


class ClosedPage(BehindPage):
    """The rows that were closed, the last one first; Enter shows a thread, w opens the row again."""

    KEYS: ClassVar[str] = "closed"

    def reopen(self) -> None:
        """Have the row under the cursor wait again."""
        one = self.list.chosen
        if one is not None and one.waits is not None:
            self.start(self._reopen(one))

    async def _reopen(self, one: Behind) -> None:
        rows = await self.setting.desk.act([one.id], "reopened", {})
        now, name = self.setting.clock(), flat(who(rows[0].interval.author))
        self.board.put(rows, now)
        self.board.session.keep(Entry("act", f"reopen {name}", 1, row=one.id), now)
        self.list.learn(await self.setting.desk.behind([one.id]))
        self.say(f"{name} waits again")
        self.news()


async def show(page: Page) -> None:
    """Read what was closed and show it."""
    setting = page.setting
    now = setting.clock()
    ids = [row.id for row in await setting.desk.closed_rows(now)]
    if not ids:
        page.say("nobody's row was closed in the last 30 days")
        return
    found = Figure("closed", len(ids), len(ids), "intervals", "counted", now, ids=ids[::-1])
    page.program.push_screen(ClosedPage(setting, found, "30d"))
