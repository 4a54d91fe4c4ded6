"""Finding rows: a filter that narrows the list while it is typed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cxtui.errors import FilterError
from cxtui.ui.screens.filterline import FilterLine

if TYPE_CHECKING:
    from cxtui.ui.screens.queue import Queue

EXAMPLES = "words, or a filter such as is:late kind:review stars:<=2 due:<30m from:@name -tag:spam"


async def find(queue: Queue) -> None:
    """Narrow the view while a filter is typed; Esc shows all of it again."""

    def echo(text: str) -> str:
        try:
            queue.find(text)
        except FilterError as error:
            with suppress(FilterError):
                queue.find(" ".join(text[: error.at[0]].split(" ")[:-1]))  # what stands before the wrong word
            raise
        found = len(queue.board.listing)
        rows = "1 row" if found == 1 else f"{found} rows"
        return f"{rows}, Enter keeps them, Esc shows all" if text.strip() else EXAMPLES

    before = queue.board.narrowing.text
    text = await queue.program.push_screen_wait(FilterLine(queue.setting, before, echo))
    queue.find(text or "")
