"""What keys do to promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import choice, command

if TYPE_CHECKING:
    from cxtui.ui.screens.promises import PromisesPage


@command("promises.open", "enter,l", "Act", bar="Row")
def promises_open(page: PromisesPage) -> None:
    """To the customer's row."""
    page.open()


@command("promises.answer", "r", "Act", bar="Answer")
def promises_answer(page: PromisesPage) -> None:
    """Answer, which keeps the promise; a broken one with an apology."""
    page.act("keep")


@command("promises.move", "m", "Act", bar="Move")
def promises_move(page: PromisesPage) -> None:
    """Move a promise, and tell the customer."""
    page.act("move")


@command("promises.release", "x", "Act", bar="Release")
def promises_release(page: PromisesPage) -> None:
    """Release a promise with a reason."""
    page.act("release")


@command("promises.all", "a", "Act", bar="All")
def promises_all(page: PromisesPage) -> None:
    """Show kept, late and released promises, too; again only those that bind."""
    page.toggle_all()


choice("promised.answer", "r", "Answer: that keeps it; a broken one with an apology")
choice("promised.move", "m", "Move it, and tell the customer")
choice("promised.release", "x", "Release it with a reason")
choice("promised.more", "p", "Promise something else")
choice("promised.leave", "escape,q", "Not now")

choice("review.promise", "P", "Open the promise when it is sent", "promise")
