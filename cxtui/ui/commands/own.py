"""Commands of the user's own: each macro is one."""

from __future__ import annotations

from typing import Any

from cxtui.core.macros import Macro
from cxtui.ui.commands.registry import Command


def command_of(macro: Macro) -> Command:
    """A macro as the palette, the help and the keys take it."""

    def begin(queue: Any) -> None:
        from cxtui.ui.macros import run

        queue.start(run(queue, macro))

    words = f"{macro.name}: {macro.words}"
    return Command(f"macro.{macro.name}", macro.key, words[:1].upper() + words[1:], "Act", "", begin)
