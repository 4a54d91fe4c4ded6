"""What keys do while a reply is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.ui.commands.registry import command

if TYPE_CHECKING:
    from cxtui.ui.screens.compose import Compose


@command("compose.review", "ctrl+r", "Composer", bar="review+send")
def review(compose: Compose) -> None:
    """Review, then send."""
    compose.review()


@command("compose.keep", "escape", "Composer", bar="keep draft")
def keep(compose: Compose) -> None:
    """Back; the text is kept as a draft."""
    compose.keep()


@command("compose.help", "f1", "Composer", bar="help")
def compose_help(compose: Compose) -> None:
    """Help."""
    compose.help()
