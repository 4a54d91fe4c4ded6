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


@command("compose.editor", "ctrl+g", "Composer", bar="$EDITOR")
def editor(compose: Compose) -> None:
    """Write on in $VISUAL or $EDITOR."""
    compose.edit()


@command("compose.canned", "ctrl+n", "Composer", bar="canned")
def canned(compose: Compose) -> None:
    """Put in a prepared reply."""
    compose.canned()


@command("compose.visibility", "ctrl+t", "Composer", bar="direct")
def visibility(compose: Compose) -> None:
    """Public or direct, where the network has both."""
    compose.switch()


@command("compose.quote_up", "ctrl+up,f3", "Composer")
def quote_up(compose: Compose) -> None:
    """Scroll the customer's words up."""
    compose.scroll_quote(-1)


@command("compose.quote_down", "ctrl+down,f4", "Composer")
def quote_down(compose: Compose) -> None:
    """Scroll the customer's words down."""
    compose.scroll_quote(1)


@command("compose.help", "f1", "Composer", bar="help")
def compose_help(compose: Compose) -> None:
    """Help."""
    compose.help()


@command("compose.attach", "ctrl+o", "Composer", bar="attach")
def attach(compose: Compose) -> None:
    """Attach a file by its path, or take one off."""
    compose.attach()
