"""Writing in a real terminal: drafts outlive a killed program, the editor gets it and gives it back."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.terminal import Terminal

PROGRAM = """
import json, pathlib, sys
asked = json.loads(sys.stdin.readline())
book = pathlib.Path("book.jsonl")
if asked["type"] == "reply":
    with book.open("a") as file:
        said = {"id": asked["token"], "parent": asked["id"], "text": asked["text"], "role": "own"}
        print(json.dumps(said), file=file)
    print(json.dumps({"id": asked["token"]}))
else:
    print(book.read_text())
"""
CONFIG = """
operator = "nok"
timezone = "UTC"
[[feeds]]
name = "book"
connector = "exec"
command = ["{python}", "program.py"]
folder = "{home}"
replies = true
threads = true
[outbox]
hold = "60s"
"""


class Home:
    """An operator's home with one customer who waits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "program.py").write_text(PROGRAM)
        (folder / "config.toml").write_text(CONFIG.format(python=sys.executable, home=folder))
        now = datetime.now(UTC).isoformat()
        asked = {"id": "1", "author": "Riad", "text": "where is {name}? order 4512", "posted": now}
        (folder / "book.jsonl").write_text(json.dumps(asked) + "\n")
        words = f"--config {folder}/config.toml --data {folder}/data"
        (folder / "run").write_text(
            f'echo $$ > "{folder}/pid"\nexec {sys.executable} -m cxtui {words}\n', encoding="utf-8"
        )

    def terminal(self, editor: str = "vi") -> Terminal:
        env = {"PYTHONPATH": str(Path.cwd()), "HOME": str(self.folder), "EDITOR": editor, "VISUAL": ""}
        return Terminal(self.folder, ["sh", f"{self.folder}/run"], env=env)

    def killed(self, terminal: Terminal) -> None:
        """Kill the program as it stands and start it again."""
        pid = int((self.folder / "pid").read_text())
        os.kill(pid, signal.SIGKILL)
        terminal.until(lambda: not Path(f"/proc/{pid}").exists(), "the end of the program")
        terminal.type("reset; clear", "Enter")
        terminal.until(lambda: terminal.screen().startswith("shell>"), "the shell")
        terminal.type(f"sh {self.folder}/run", "Enter")
        terminal.sees("Unanswered", "where is {name}?")

    def answers(self) -> list[str]:
        """What went out."""
        lines = [json.loads(line) for line in (self.folder / "book.jsonl").read_text().splitlines()]
        return [line["text"] for line in lines if line.get("role") == "own"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_draft_outlives_a_killed_program(home: Home) -> None:
    with home.terminal() as terminal:
        terminal.sees("Unanswered", "where is {name}?")
        terminal.type("r")
        terminal.sees("Reply to", "vars: {name}=Riad {order}=4512 {agent}=Nok")
        terminal.type("Hello", "Space", "Riad,", "Space", "it", "Space", "went")
        terminal.sees("Hello Riad, it went", "draft saved")
        home.killed(terminal)
        terminal.sees("D ")
        terminal.type("r")
        assert terminal.sees("Reply to", "Hello Riad, it went")


def test_a_draft_is_kept_while_the_writer_makes_no_pause(home: Home) -> None:
    with home.terminal() as terminal:
        terminal.sees("Unanswered", "where is {name}?")
        terminal.type("r")
        terminal.sees("Reply to")
        for n in range(40):
            terminal.type(f"word{n}", "Space")
            terminal.wait(0.1)
        home.killed(terminal)
        terminal.type("r")
        assert terminal.sees("Reply to", "word0 word1")


def test_a_program_killed_in_the_window_has_sent_nothing_and_says_so(home: Home) -> None:
    with home.terminal() as terminal:
        terminal.sees("Unanswered", "where is {name}?")
        terminal.type("r")
        terminal.sees("Reply to")
        terminal.type("too", "Space", "hasty")
        terminal.type("C-r")
        terminal.sees("Send?", "re-read", "unchanged")
        terminal.wait(0.5)
        terminal.type("y")
        terminal.sees("goes out in")
        home.killed(terminal)
        terminal.sees("(not sent, r to see why)")
        assert home.answers() == []
        terminal.type("r")
        terminal.sees("Reply to", "too hasty")


def test_the_editor_gets_the_terminal_and_gives_it_back(home: Home) -> None:
    script = home.folder / "editor"
    script.write_text(
        '#!/bin/sh\nfor file; do :; done\necho "in the editor"; head -4 "$file"; read answer\n'
        'if [ "$answer" = bad ]; then exit 3; fi\nprintf "%s\\n" "$answer" > "$file"\n'
    )
    script.chmod(0o700)
    with home.terminal(f"{script} --wait") as terminal:
        terminal.sees("Unanswered", "where is {name}?")
        terminal.type("e")
        terminal.sees("in the editor", ">8")
        terminal.type("written", "Space", "there", "Enter")
        terminal.sees("Reply to", "written there", "draft saved")
        terminal.type("C-g")
        terminal.sees("in the editor", "written there")
        terminal.type("bad", "Enter")
        terminal.sees("Reply to", "written there", "editor ended with 3: the draft is as it was")
        terminal.type("C-g")
        terminal.sees("in the editor")
        terminal.type("C-c")
        terminal.sees("Reply to", "written there", "editor was ended by signal 2: the draft is as it was")
        terminal.type("Escape")
        terminal.sees("Unanswered")
        terminal.type("q")
        terminal.until(lambda: terminal.screen().rstrip().endswith("shell>"), "the shell")
        terminal.type("stty -a", "Enter")
        terminal.sees(" echo ", " icanon ")
    assert not [one for one in (home.folder / "data" / "state").iterdir() if one.name.startswith("reply-")]
