"""Quitting: asks only when something is unsent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.screens.choice import Choice

if TYPE_CHECKING:
    from cxtui.ui.app import Cxtui
    from cxtui.ui.screens.page import Page
    from cxtui.ui.setting import Setting


async def leave(page: Page) -> None:
    """Quit from a page."""
    await leave_from(page.program, page.setting)


async def leave_from(program: Cxtui, setting: Setting) -> None:
    """Quit, wait for the replies on their way, or stay."""
    unsent = setting.board.unsent()
    if unsent:
        replies = sum(one.deed is None for one in unsent)
        deeds = [one.what for one in unsent if one.deed]
        count = "1 reply is" if replies == 1 else f"{replies} replies are"
        said = [f"{count} not sent yet. Quitting now keeps the text as a draft."] if replies else []
        if deeds:
            said.append(f"Not done yet: {', '.join(deeds)}. Quitting now drops it.")
        offers = [("ask.wait", ""), ("ask.yes", "quit now"), ("ask.no", "stay")]
        answer = await program.push_screen_wait(Choice(setting, "ask", "Quit?", said, offers))
        if answer == "ask.wait":
            program.leave_when_sent()
        if answer != "ask.yes":
            return
    await program.leave(0)
