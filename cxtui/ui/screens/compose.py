"""Writing a reply. The draft is kept while it grows; nothing here waits for the disk or the network."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported
from textual.timer import Timer
from textual.widgets import TextArea

from cxtui.core.templates import fill
from cxtui.errors import CxtuiError
from cxtui.ui import writing
from cxtui.ui.board import who
from cxtui.ui.limits import filling
from cxtui.ui.screens.composing import LARGE, Start, Written
from cxtui.ui.screens.reviewing import Reviewing
from cxtui.ui.spans import flat
from cxtui.ui.widgets.fields import TextField

if TYPE_CHECKING:
    from cxtui.core.attached import File
    from cxtui.ui.commands import Command

__all__ = ["Compose", "Start", "Written"]

PAUSE = 0.5
"""Seconds without a key after which the text is looked at and kept."""
OFTEN = 3.0
"""Seconds after which it is kept even where the writer makes no pause."""
LOOKED = 20_000
"""A text of more characters is looked over on the review bar only."""
AGAIN = 5.0
"""Seconds after which it is tried again to keep what could not be kept."""
STILL = 20.0
"""Seconds after which others are told again that a reply is being written."""


class Compose(Reviewing):
    """Gives what was written, and keeps it whatever ends the screen."""

    _pause: Timer | None = None
    _often: Timer | None = None

    def on_mount(self) -> None:
        """Begin to type at the end of the draft."""
        field = self.query_one(TextField)
        field.focus()
        field.move_cursor(field.document.end)
        if self._begun.insert:
            self.insert(self._begun.insert)
        self.begin_to_type()
        self.run_worker(self._load, group="load")
        self._write()
        self.set_interval(STILL, self._write)
        self.run_worker(self._sign(), group="sign")
        self._look_soon()

    def on_unmount(self) -> None:
        """Let others know that nobody writes here any more."""
        self.program.run_worker(self._writes(now=False), group="writing")

    def news(self) -> None:
        """Say so when the customer writes again meanwhile, or somebody answers."""
        row = self.setting.board.row(self._row.id)
        self._can = self.setting.desk.capabilities(self._row.interval.opener.feed) or self._can
        if row is not None and row != self._row:
            new = [key for key in row.interval.items if key not in self._row.interval.items]
            self._row = row
            if new:
                self._again = True
                self.run_worker(self._reread, group="thread", exclusive=True)
        self.draw()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Count, and look and keep the draft when the writer pauses."""
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._look_soon)
        if self._often is None:
            self._often = self.set_timer(OFTEN, self._look_soon)
        self.recount()

    # what keys do

    def keep(self) -> None:
        """Leave; the text stays as a draft."""
        self.run_worker(self._leave, group="review", exclusive=True)

    def canned(self) -> None:
        """Choose a prepared reply."""
        self.run_worker(self._canned, group="review", exclusive=True)

    def edit(self) -> None:
        """Write on in the user's own editor."""
        self.run_worker(self._edit, group="review", exclusive=True)

    def switch(self) -> None:
        """Public or direct, where there is a choice."""
        waits, can = self._row.interval, self._can
        if waits.visibility == "direct":
            self.say("it was written to us alone, so it is answered direct")
        elif "direct" not in can.visibility:
            self.say(f"{can.network} takes no direct replies from here")
        else:
            self._visibility = "public" if self._visibility == "direct" else "direct"
            self.say(f"{self._visibility}: " + ("everybody reads it" if self._visibility == "public" else
                     f"only {flat(who(waits.author))} reads it"))  # fmt: skip
            self.draw()
            self._look_soon()

    def attach(self) -> None:
        """Attach a file, or take one off."""
        if self._begun.batch:
            self.say("a file goes with a single reply only: Esc, then r on the row")
        else:
            self.run_worker(self._ask_for_file, group="review", exclusive=True)

    async def bring(self, files: tuple[File, ...]) -> None:
        """Have these go with it, and keep them with the draft."""
        self._files = files
        await self.save()
        self.draw()

    def help(self) -> None:
        """The keys of the composer."""
        from cxtui.ui.screens.help import Help

        self.program.push_screen(Help(self.setting, self))

    def quit(self) -> None:
        """Leave the program with the draft kept."""
        self.run_worker(self._quit, group="review", exclusive=True)

    def word(self, one: Command) -> str:
        """Only what means something here has a word; that for public or direct says what it leads to."""
        choice = "direct" in self._can.visibility and self._row.interval.visibility == "public"
        other = "public" if self._visibility == "direct" else "direct"
        files = "attach" if self._can.attachments else ""
        words = {"compose.visibility": other if choice else "", "compose.attach": files}
        return words.get(one.id, one.bar)

    def put(self, words: str) -> None:
        """Put words where the cursor is."""
        self.query_one(TextField).insert(words)

    def insert(self, words: str) -> None:
        """Put a text where the cursor is."""
        field = self.query_one(TextField)
        line, column = field.cursor_location
        before = field.document.get_line(line)[:column]
        field.insert(words if not before or before.endswith(" ") else f"\n{words}")

    # beside the writer

    def _look_soon(self) -> None:
        for timer in (self._pause, self._often):
            if timer is not None:
                timer.stop()
        self._pause = self._often = None
        self.run_worker(self._looks, group="looks", exclusive=False)

    async def _looks(self) -> None:
        await self._count_long()
        if not await self.save() and self._often is None and self.is_mounted:
            self._often = self.set_timer(AGAIN, self._look_soon)
        if len(self.text) <= LOOKED:
            with suppress(CxtuiError):  # the review looks again and says what is wrong
                await self.look_over()

    async def _count_long(self) -> None:
        text = self.text.strip()
        if len(text) > LARGE:
            self._filled = await asyncio.to_thread(filling, self._can, text)
            self.draw_below()

    async def _load(self) -> None:
        """Read the thread, and the draft where one may be kept: the screen stands there before."""
        try:
            if self._begun.fetch and (kept := await self.setting.desk.kept(self._row.id)):
                between = "\n" if kept.text and self._begun.insert else ""
                self.query_one(TextField).insert(f"{kept.text}{between}", (0, 0))
                self._files = self._kept_files = kept.files
                self._kind = kept.kind if self._kind == "answer" else self._kind
            if not self._messages:
                await self._reread()
        except CxtuiError as error:
            self._failed = str(error)
        self.loaded.set()
        self.draw()
        if self._begun.editor:
            self.call_after_refresh(self.edit)

    async def _sign(self) -> None:
        with suppress(CxtuiError):  # who we are there is a help, no need
            self._as = flat(await self.setting.desk.handle(self._row.interval.opener.feed))
        self.draw()

    def _write(self) -> None:
        self.run_worker(self._writes(now=True), group="writing", exclusive=True)

    async def _writes(self, *, now: bool) -> None:
        with suppress(CxtuiError):  # whoever cannot be told is not held up, and neither is the writer
            await self.setting.desk.writes(self._row.id, now=now)

    async def _reread(self) -> None:
        try:
            self._messages = await self.setting.desk.thread(self._row.id)
        except CxtuiError as error:
            self._failed = str(error)
        self._draw_quote(to_end=self._again)
        self.draw_below()

    # leaving

    async def _quit(self) -> None:
        from cxtui.ui.leaving import leave_from

        if await self.save():
            await leave_from(self.program, self.setting)

    async def _ask_for_file(self) -> None:
        from cxtui.ui.attaching import attach

        await self.loaded.wait()
        await attach(self)

    async def _canned(self) -> None:
        from cxtui.ui.screens.canned import CannedPicker

        picker = CannedPicker(self.setting, self._row.id, self.known)
        chosen = await self.program.push_screen_wait(picker)
        if chosen is not None:
            self.insert(fill(chosen.text, self.known))
            if chosen.kind == "holding" and self._kind != "holding":
                self.say("a holding text: h on the review bar sends it so")

    async def _edit(self) -> None:
        from cxtui.ui import editor

        if not await self.save():
            return
        name = flat(who(self._row.interval.author))
        fact = f"to {name} on {self._can.code}, {self._visibility}, {self._filled.words}"
        whole = editor.page(self.text, [fact], writing.quoted(self._row, self._messages))
        try:
            argv = editor.command(os.environ)
            with self.program.suspend():  # comes back only where nothing is raised in it
                done = editor.tried(argv, self.setting.state, whole)
        except SuspendNotSupported:
            done = editor.NotEdited("this terminal cannot be given to an editor")
        except editor.NotEdited as error:
            done = error
        if isinstance(done, editor.NotEdited):
            self._not_edited(str(done))
            return
        field = self.query_one(TextField)
        field.replace(done, (0, 0), field.document.end)
        field.move_cursor(field.document.end)
        self.say("")

    def _not_edited(self, why: str) -> None:
        """Say why; who had asked for the editor only goes back to where that was."""
        if self._begun.editor and self._kept == self.text == self._start:
            self.setting.board.session.say(flat(why), bad=True)
            self.dismiss(self._written("keep", self._row.interval.items))
        else:
            self.say(why)
