"""The yardstick: Textual's own table with the same rows and nothing else. `j` moves, `q` quits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import DataTable


class Bare(App[None]):
    """One table of handles and texts, read from a file with a tab between the two."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "Quit"), ("j", "down", "Down")]

    def compose(self) -> ComposeResult:
        yield DataTable[Text](cursor_type="row")

    def on_mount(self) -> None:
        """Put in all rows at once."""
        table = self.query_one(DataTable[Text])
        table.add_columns("who", "what")
        lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
        table.add_rows([Text(cell) for cell in line.split("\t")] for line in lines)

    def action_down(self) -> None:
        self.query_one(DataTable[Text]).action_cursor_down()


if __name__ == "__main__":
    Bare().run()
