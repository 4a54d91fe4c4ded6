"""The main job, for real: a visitor's comment on a real Isso, answered by keys in a real terminal."""

import sys
from pathlib import Path

import pytest

from tests.servers.isso import Isso, program
from tests.terminal import Terminal

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(program() is None, reason="the Isso server is not installed (extra: dev)"),
]

CONFIG = """
timezone = "UTC"

[[feeds]]
name = "page"
connector = "isso"
url = "{url}"
user = "Shop Desk"
email = "desk@shop.example"
every = "1s"
allow_private = true

[outbox]
hold = "1s"
"""


def test_a_comment_is_answered_by_keys_and_the_visitor_reads_it(tmp_path: Path) -> None:
    """From the visitor's page to the queue, and from the keyboard to the visitor's page."""
    config = tmp_path / "config.toml"
    with Isso(tmp_path / "isso") as isso:
        config.write_text(CONFIG.format(url=isso.url))
        comment = isso.write("Where is my lamp? [/b]", author="Mai")
        argv = [sys.executable, "-m", "cxtui", "--config", str(config), "--data", str(tmp_path / "data")]
        with Terminal(tmp_path, argv) as terminal:
            row = terminal.sees("Where is my lamp? [/b]", "open 1")
            assert "59m" in row or "1h00" in row
            terminal.type("r")
            terminal.sees("Reply to @Mai")
            terminal.type("It left today, Mai.", "C-r")
            terminal.sees("Send?")
            terminal.type("Enter")
            terminal.wait(0.4)  # the review bar takes no key for 300 ms, so that none held down sends
            terminal.type("y")
            terminal.sees("open 0")
            terminal.until(lambda: isso.page()[0]["replies"], "the answer on the page")
            (thread,) = isso.page()
            assert thread["id"] == comment["id"]
            (answer,) = thread["replies"]
            assert (answer["parent"], answer["author"]) == (comment["id"], "Shop Desk")
            assert "It left today, Mai." in answer["text"]
            later = isso.write("Thank you. And the bulb?", author="Mai", parent=comment["id"])
            terminal.sees("And the bulb?", "open 1")
            terminal.type("q")
            terminal.until(
                lambda: "shell>" in terminal.screen().splitlines()[-1] or "shell>" in terminal.screen()
            )
        assert [reply["id"] for reply in isso.page()[0]["replies"]] == [answer["id"], later["id"]]
