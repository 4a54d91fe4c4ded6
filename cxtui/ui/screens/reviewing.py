"""From a text to its sending: what the guard says of it, its promises, the review bar, the last questions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from cxtui.core.templates import fill
from cxtui.errors import CxtuiError
from cxtui.ui import writing
from cxtui.ui.board import who
from cxtui.ui.limits import filling
from cxtui.ui.pledging import TIMES, asked_due, told, tracked
from cxtui.ui.screens.composing import Composing, Written
from cxtui.ui.spans import flat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cxtui.core.item import ReplyKind

SENDS: Mapping[str, ReplyKind | None] = {
    "review.send": None,
    "review.holding": "holding",
    "review.answer": "answer",
}
"""As what each answer of the review bar sends; None: as what it was begun."""
SHOWN_ELSEWHERE = frozenset({"empty", "too-long"})
"""Rules whose findings the counter shows."""


class Reviewing(Composing):
    """What a writer does last."""

    def review(self) -> None:
        """Show the review bar."""
        self.run_worker(self._review, group="review", exclusive=True)

    async def save(self) -> bool:
        """Keep the draft now; False, and a sentence, where it could not be."""
        await self.loaded.wait()
        text, visibility, files = self.text, self._visibility, self._files
        if (text, visibility, files) == (self._kept, self._kept_for, self._kept_files):
            return True
        try:
            await self.setting.desk.keep_draft(self._row.id, text, visibility, files, self._kind)
        except CxtuiError as error:
            self._failed = f"not saved: {error}"
            self.draw_below()
            return False
        self._kept, self._kept_for, self._kept_files, self._failed = text, visibility, files, ""
        self.draw_below()
        return True

    async def look_over(self) -> None:
        """Have the guard and the promises in the text looked at. Raises: CxtuiError."""
        text, desk, waits = self.text, self.setting.desk, self._row.interval
        text = fill(text, self.known) if self._begun.several else text
        if not text.strip():
            self._findings, self._pledges = (), ()
        else:
            self._pledges = await desk.pledges(self._row.id, text)
            due = self._promised[0].due if self._promised else None
            found = await desk.guard(self._row, text, self._kind, self._visibility, waits.items, due)
            self._findings = [one for one in found if one.rule not in SHOWN_ELSEWHERE]
        if self.is_mounted:
            self.draw_below()

    async def _leave(self) -> None:
        if await self.save():
            self.dismiss(self._written("keep", self._row.interval.items))

    async def _review(self) -> None:
        text, basis = self.text.strip(), self._row.interval.items
        if not text:
            self.say("there is nothing to send yet")
            return
        fills = await asyncio.to_thread(filling, self._can, text)
        if fills.over:
            self.say(f"too long by {fills.over}")
            return
        if self._begun.batch:
            self.dismiss(self._written("keep", basis))
            return
        await self.save()
        self._promised = ()  # what was tracked before may have been edited since
        try:
            await self.look_over()
            answer = await self._asked(fills.words)
            if answer == "review.later":
                await self._send_later(basis)
            elif answer is not None and answer in SENDS:
                await self._send(basis, SENDS[answer] or self._kind)
        except CxtuiError as error:
            self.say(str(error))
            return
        if answer == "review.back":
            await self._leave()
        elif answer == "review.discard":
            self.dismiss(self._written("discard", basis))

    async def _send_later(self, basis: tuple[str, ...]) -> None:
        """Ask when, and plan it for then."""
        hint = f"when? {TIMES}. It is a draft again if the customer writes first"
        at = await asked_due(self, self._row, hint, "goes out", self._row.due)
        if at is not None:
            await self._send(basis, self._kind, at)

    async def _send(self, basis: tuple[str, ...], kind: ReplyKind, at: datetime | None = None) -> None:
        """Send, after the last questions: until when a holding reply holds, why a block is overridden."""
        before, self._kind = self._kind, kind
        self.draw()
        reasons = await self._reasons() if await self._promises() else None
        if reasons is None:
            self._kind = before
            self.draw()
        else:
            self.dismiss(replace(self._written("send", basis, reasons), at=at))

    async def _asked(self, length: str) -> str | None:
        """What the review bar is answered; P on it only says what is tracked."""
        from cxtui.ui.screens.review import Review

        while True:
            holds = self._kind == "holding"
            bar = Review(self.setting, self._row, self._facts(length), self._can, self._found(), holds=holds)
            answer = await self.program.push_screen_wait(bar)
            if answer != "review.promise":
                return answer
            text = self.text.strip()
            self._promised = await tracked(self, self._row, text, self._pledges) or self._promised

    async def _promises(self) -> bool:
        """Note what a holding reply promises; False where that was asked and not said."""
        if self._kind == "holding" and not self._promised and not self._begun.tracked:
            self._promised = await tracked(self, self._row, self.text.strip(), self._pledges)
            if not self._promised:
                self.say("not sent: a holding reply needs a time until which the customer hears from you")
                return False
        return True

    async def _reasons(self) -> dict[str, str] | None:
        """Why it is sent against each rule that blocks, as the writer says; None where that is not said."""
        from cxtui.ui.screens.prompt import Prompt

        blocks = list(dict.fromkeys(one.rule for one in self._findings if one.level == "block"))
        if not blocks:
            return {}
        asked = f"{', '.join(blocks)}: why is it sent nevertheless? The reason is kept. Esc goes back"
        reason = await self.program.push_screen_wait(Prompt(self.setting, "reason", "", lambda _: asked))
        if reason is None or not reason.strip():
            self.say(f"not sent: {', '.join(blocks)}")
            return None
        return dict.fromkeys(blocks, flat(reason.strip()))

    def _written(
        self,
        what: Literal["send", "keep", "discard"],
        basis: tuple[str, ...],
        overrides: dict[str, str] | None = None,
    ) -> Written:
        return Written(
            what, self.text, basis, self._visibility, self._kind, overrides or {}, self._promised,
            files=self._files,
        )  # fmt: skip

    def _found(self) -> list[str]:
        """What was found in the text, the worst first."""
        found = sorted(self._findings, key=lambda one: writing.ORDER.index(one.level))
        return [f"{writing.SIGNS[one.level][0]} {one.rule}: {one.message}" for one in found]

    def _facts(self, length: str) -> list[str]:
        waits = self._row.interval
        sender = f"  as {self._as}" if self._as else ""
        facts = [f"to {flat(who(waits.author))} ({self._can.code}, {self._visibility}){sender}  {length}"]
        if not self._begun.tracked:
            facts += told(self._pledges, self._promised, self.setting, holds=self._kind == "holding")
        facts += [f"+ {writing.file_words(one, self._can)}" for one in self._files]
        return facts + [f"! {said}" for said in self._alerts()]
