"""A picture attached in a real terminal: there again after kill -9, sent though the original is gone."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.pictures import png
from tests.servers.mastodon import Mastodon
from tests.terminal import Terminal

pytestmark = pytest.mark.server


class Home:
    """An operator's home at a server with one customer who waits."""

    def __init__(self, folder: Path, place: Mastodon) -> None:
        self.folder, self.place = folder, place
        text = f'operator = "nok"\ntimezone = "UTC"\n{place.feed}\n[outbox]\nhold = "1s"\n'
        (folder / "config.toml").write_text(text)
        words = f"--config {folder}/config.toml --data {folder}/data"
        (folder / "run").write_text(f'echo $$ > "{folder}/pid"\nexec {sys.executable} -m cxtui {words}\n')

    def terminal(self) -> Terminal:
        env = {"PYTHONPATH": str(Path.cwd()), "HOME": str(self.folder), **self.place.env}
        return Terminal(self.folder, ["sh", f"{self.folder}/run"], env=env)

    def killed(self, terminal: Terminal) -> None:
        """Kill the program as it stands and start it again."""
        pid = int((self.folder / "pid").read_text())
        os.kill(pid, signal.SIGKILL)
        terminal.until(lambda: not Path(f"/proc/{pid}").exists(), "the end of the program")
        terminal.type("reset; clear", "Enter")
        terminal.until(lambda: terminal.screen().startswith("shell>"), "the shell")
        terminal.type(f"sh {self.folder}/run", "Enter")
        terminal.sees("Unanswered", "which lamp?")


def test_a_draft_has_its_picture_after_kill_9_and_it_is_sent(tmp_path: Path) -> None:
    lamp = tmp_path / "a lamp.png"
    lamp.write_bytes(png(40, 30))
    with Mastodon(tmp_path) as place:
        asked = place.ask("which lamp?")
        home = Home(tmp_path, place)
        with home.terminal() as terminal:
            terminal.sees("Unanswered", "which lamp?")
            terminal.type("r")
            terminal.sees("Reply to", "0/500")
            terminal.type("This", "Space", "one.")
            terminal.type("C-o")
            terminal.sees("a file to attach")
            terminal.type("~/a", "Tab")
            terminal.sees("file ~/a lamp.png")
            terminal.type("Enter")
            terminal.sees("what does a lamp.png show?")
            terminal.type("A", "Space", "lamp", "Enter")
            terminal.sees("+ image: a lamp.png", "alt: A lamp", "draft saved")
            home.killed(terminal)
            lamp.unlink()
            terminal.sees("D ")
            terminal.type("r")
            terminal.sees("Reply to", "This one.", "+ image: a lamp.png", "alt: A lamp")
            terminal.type("C-r")
            terminal.sees("Send?", "+ image: a lamp.png", "re-read")
            terminal.wait(0.5)
            terminal.type("y")
            terminal.until(lambda: place.answers(asked), "the answer")
        (shown,) = [media for media in place.stub.shows.values() if media]
        assert [(one.content, one.alt) for one in shown] == [(png(40, 30), "A lamp")]
        (copy,) = (tmp_path / "data" / "attachments").iterdir()
        assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
