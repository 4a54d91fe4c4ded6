"""What every page can do: help, palette, back, quit, other pages, poll."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from cxtui.engine.leading import named
from cxtui.errors import CxtuiError, StoreError
from cxtui.ui.board import Board
from cxtui.ui.commands import Command
from cxtui.ui.screens.keyed import Keyed
from cxtui.ui.setting import Setting
from cxtui.ui.spans import flat
from cxtui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from cxtui.core.inbox import Row
    from cxtui.ui.screens.choice import Offer


FAR = 1_000_000
"""More lines than there are on any page."""


class Page(Keyed[None]):
    """A whole screen over the live queue, or the queue itself."""

    KEYS: ClassVar[str] = "lines"

    def __init__(self, setting: Setting, more: Sequence[Command] = ()) -> None:
        super().__init__(setting, more=more)
        self.board: Board = setting.board

    async def action_command(self, name: str) -> None:
        """Do what a key is bound to; what was said before is read by then."""
        self.board.session.read()
        await super().action_command(name)

    def back(self) -> bool:
        """Leave the page; False where there is nothing to go back to."""
        self.dismiss()
        return True

    @property
    def leads_back(self) -> bool:
        """Whether there is something to go back to."""
        return True

    def word(self, one: Command) -> str:
        """The key that quits the program in the end leads back before that."""
        return "Back" if one.id == "app.leave" and self.leads_back else super().word(one)

    def kept(self, one: Command) -> bool:
        """The way back, too."""
        return (one.id == "app.leave" and self.leads_back) or super().kept(one)

    @property
    def about(self) -> Row | None:
        """The row that the help says something of, if there is one."""
        return None

    def go(self, place: str) -> None:
        """To another page or view."""
        self.program.go(place)

    def help(self) -> None:
        """Every key that is bound here."""
        from cxtui.ui.screens.help import Help

        self.program.push_screen(Help(self.setting, self, self.about))

    def palette(self) -> None:
        """All commands by name; does the one that is chosen."""
        from cxtui.ui.screens.palette import Palette

        offered = {one.id: one for one in (*self.bound, *self.offers())}

        def chosen(name: str | None) -> None:
            if name:
                offered[name].run(self)

        self.program.push_screen(Palette(self.setting, tuple(offered.values())), chosen)

    def offers(self) -> Sequence[Command]:
        """What the palette has beside the commands that are bound here."""
        return ()

    def quit(self) -> None:
        """Leave the program; asks when something is unsent."""
        self.begin("cxtui.ui.leaving", "leave")

    def poll(self) -> None:
        """Ask all feeds now."""
        self.start(self._poll())

    def scroll_lines(self, count: int) -> None:
        """Scroll the page's lines."""
        self.query_one("#lines", Lines).scroll_lines(count)

    def scroll_page(self, count: int) -> None:
        """Scroll by what is seen at once, but for a line or two."""
        self.scroll_lines(count * max(self.size.height - 5, 1))

    def to_end(self, *, first: bool) -> None:
        """To the first or the last line."""
        self.scroll_lines(-FAR if first else FAR)

    def begin(self, module: str, name: str) -> None:
        """Start a flow named by module and function: imported when first needed, after the first paint."""
        self.start(getattr(import_module(module), name)(self))

    def start(self, flow: Coroutine[Any, Any, None]) -> None:
        """Run a flow beside the screen; what it cannot do is said in the status line."""
        self.run_worker(self._guarded(flow), group="flows")

    def say(self, words: str, *, bad: bool = False) -> None:
        """A sentence for the status line."""
        self.board.session.say(words, bad=bad, asked=True)
        self.program.draw()

    def refuse(self, error: CxtuiError) -> None:
        """Say why something was not done."""
        self.say(f"not saved: {error}" if isinstance(error, StoreError) else str(error), bad=True)

    async def ask(self, keys: str, title: str, said: Sequence[str], offers: Sequence[Offer]) -> str | None:
        """Ask a question of one key; gives the id of the answer."""
        from cxtui.ui.screens.choice import Choice

        return await self.program.push_screen_wait(Choice(self.setting, keys, title, said, offers))

    async def _poll(self) -> None:
        await self.setting.desk.poll_now()
        leader = self.board.leader
        if leader is None or leader.here:
            self.say("polling")
        elif leader.lead is None:
            self.say(flat(leader.words), bad=True)
        else:
            self.say(flat(f"{named(leader.lead)} is asked to poll now"))

    async def _guarded(self, flow: Coroutine[Any, Any, None]) -> None:
        try:
            await flow
        except CxtuiError as error:
            self.refuse(error)
