"""A person at the screen: an operator's home beside a real server, keys typed in a terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cxtui.ui.screens.review import QUIET
from tests.program import Program
from tests.servers.isso import IssoPlace
from tests.terminal import Terminal

COLOUR = re.compile(r"\x1b\[(?:[0-9;:]*[;:])?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m")
"""An escape sequence that chooses a colour."""


class Eyes(Terminal):
    """The terminal as a person uses it: reads, then types."""

    def write(self, text: str) -> None:
        """Type a text as it stands."""
        self._tmux("send-keys", "-l", text)

    def coloured(self) -> str:
        """What stands on the screen with its escape sequences."""
        return self._tmux("capture-pane", "-p", "-e")

    def answers(self, key: str) -> None:
        """Answer a question of which a key that came too fast answers nothing."""
        self.wait(QUIET + 0.1)
        self.type(key)

    def until(self, ready: Callable[[], object], what: str = "it") -> None:
        """Wait until something is true; fails at once where the program ended by a fault."""

        def there() -> object:
            return ready() or "something went wrong inside cxtui" in self.screen()

        super().until(there, what)
        assert "something went wrong inside cxtui" not in self.screen(), self.screen()

    def reviews(self, text: str) -> None:
        """Write behind what stands in the composer, and ask for the review."""
        self.write(text)
        self.sees(text.rsplit(maxsplit=1)[-1], "draft saved")
        self.type("C-r")
        self.sees("Send?", "unchanged")

    def replies(self, text: str) -> None:
        """Write behind what stands in the composer, review it and send it."""
        self.reviews(text)
        self.answers("y")


class Operator(Program):
    """A home with the account at a place; ``hold`` is how long a reply can be taken back."""

    def __init__(self, home: Path, place: IssoPlace, hold: str = "1s", more: str = "") -> None:
        super().__init__(home, place.feed + more, place.env, hold)
        words = f"--config {home}/config.toml --data {home}/data"
        (home / "run").write_text(f'echo $$ > "{home}/pid"\nexec {sys.executable} -m cxtui {words}\n')

    def screen(self, columns: int = 80, rows: int = 24, env: Mapping[str, str] | None = None) -> Eyes:
        """The program's screen in a terminal of that size."""
        env = {"PYTHONPATH": str(Path.cwd()), "HOME": str(self.home), "NO_COLOR": "", **(env or {})}
        return Eyes(self.home, ["sh", f"{self.home}/run"], columns=columns, rows=rows, env=env)

    def killed(self, screen: Eyes) -> None:
        """Kill the program as it stands; the shell is there again."""
        pid = int((self.home / "pid").read_text())
        os.kill(pid, signal.SIGKILL)
        screen.until(lambda: not Path(f"/proc/{pid}").exists(), "the end of the program")
        screen.type("reset; clear", "Enter")
        screen.until(lambda: screen.screen().startswith("shell>"), "the shell")

    def again(self, screen: Eyes) -> None:
        """Start the program from the shell."""
        screen.type(f"sh {self.home}/run", "Enter")

    def rows(self) -> dict[str, dict[str, Any]]:
        """Every row of the store by its id."""
        return {row["id"]: row for row in self.run("list", "--all")}

    def figures(self, *names: str) -> dict[str, tuple[Any, int]]:
        """The numbers by name: value and n; all classes of a name that has several."""
        found = {one["metric"]: (one["value"], one["n"]) for one in self.run("stats", "--window", "all")}
        return {name: found[name] for name in names}

    def brings_in(self, records: Sequence[Mapping[str, object]]) -> None:
        """Import records."""
        file = self.home / "records.jsonl"
        file.write_text("".join(f"{json.dumps({'v': 1, **one})}\n" for one in records))
        self.run("import", str(file))
