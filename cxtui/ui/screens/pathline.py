"""The line where a path is typed; Tab completes it."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.widgets import Input

from cxtui.ui.paths import completed
from cxtui.ui.screens.prompt import Prompt
from cxtui.ui.setting import Setting
from cxtui.ui.spans import flat

NAMED = 12
"""So many of the names that a path may go on with are shown."""


class PathLine(Prompt):
    """A `Prompt` for a path, under a ``hint``, or what is ``wrong`` with the path so far."""

    KEYS: ClassVar[str] = "path"

    def __init__(self, setting: Setting, value: str, hint: str, wrong: str = "") -> None:
        super().__init__(setting, "file", value, self._told)
        self._hint = hint
        self._wrong = (value, wrong)
        self._names: tuple[str, ...] = ()
        self._at = value

    def complete(self) -> None:
        """Go on with the path as far as it is sure."""
        self.run_worker(self._complete, group="complete", exclusive=True)

    async def _complete(self) -> None:
        field = self.query_one(Input)
        typed = field.value
        found = await asyncio.to_thread(completed, typed)
        if field.value != typed or not self.is_mounted:
            return
        self._names, self._at = found.names, found.path
        field.value = found.path
        field.cursor_position = len(found.path)
        self._say(found.path)

    def _told(self, typed: str) -> str:
        value, wrong = self._wrong
        self.look = "late" if wrong and typed == value else "dim"
        if wrong and typed == value:
            return wrong
        if not self._names or typed != self._at:
            return self._hint
        more = len(self._names) - NAMED
        return ", ".join(map(flat, self._names[:NAMED])) + (f", and {more} more" if more > 0 else "")
