"""A described API in the configuration: from its text to an answer that stands there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.cli import main
from cxtui.config import load
from cxtui.connectors import connect
from cxtui.http import Client
from tests.servers.pretended_json import TOKEN, Board
from tests.servers.scripted import Scripted

README = Path(__file__).parents[3] / "README.md"
CONFIG = """
[[feeds]]
name = "board"
connector = "json"
url = "{url}/board/messages"
allow_private = true
token = {{ env = "BOARD_TOKEN" }}
items = "messages"
map = {{ id = "no", html = "body", author.name = "user.name", "author.uri" = "user.id", posted = "created", \
thread = "topic", parent = "answers", url = "page" }}
next = "more"
us = {{ url = "me", id = "id", handle = "login" }}
thread = {{ url = "topic?no={{thread}}" }}
"""
REPLY = """reply = { url = "answers", json = { answers = "{id}", body = "{text}" }, id = "no" }"""


class Desk:
    """An operator whose only feed is the board."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._file = folder / "config.toml"
        self._usual = ["--config", str(self._file), "--data", str(folder / "data"), "--json"]
        self._capsys = capsys

    def configure(self, text: str) -> None:
        self._file.write_text(text, encoding="utf-8")

    def run(self, *words: str, code: int = 0) -> list[dict[str, object]]:
        assert main([*words, *self._usual]) == code
        return [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]


@pytest.fixture
def board() -> Iterator[tuple[Board, str]]:
    with Scripted() as server:
        made = Board(datetime.now(UTC))
        made.mount(server)
        yield made, server.url


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("BOARD_TOKEN", TOKEN)
    monkeypatch.setenv("CXTUI_HOLD", "0s")
    return Desk(tmp_path, capsys)


def test_from_a_question_to_an_answer_on_the_board(board: tuple[Board, str], desk: Desk) -> None:
    there, url = board
    desk.configure(CONFIG.format(url=url) + REPLY)
    there.write("When does my lamp come?")
    assert desk.run("poll", "--once")[0]["new"] == 1
    [waits] = desk.run("list")
    assert (waits["id"], waits["text"]) == ("board:1", "When does my lamp come?")
    [sent] = desk.run("reply", "board:1", "--text", 'Tomorrow, "sure".', "--yes", "--now")
    assert (sent["state"], sent["remote_id"]) == ("sent", "2")
    assert there.said[2]["body"] == '<p>Tomorrow, "sure".</p>'
    assert desk.run("poll", "--once")[0]["new"] == 0
    assert desk.run("list") == []


def test_an_answer_from_elsewhere_is_seen(board: tuple[Board, str], desk: Desk) -> None:
    there, url = board
    desk.configure(CONFIG.format(url=url) + REPLY)
    there.write("When does my lamp come?")
    there.write("And mine?", "Noy")
    desk.run("poll", "--once")
    assert len(desk.run("list")) == 2
    there.write("Tomorrow.", "desk", 1)
    desk.run("poll", "--once")
    assert [row["id"] for row in desk.run("list")] == ["board:2"]


def test_without_a_reply_request_it_says_so(board: tuple[Board, str], desk: Desk) -> None:
    there, url = board
    desk.configure(CONFIG.format(url=url))
    there.write("When does my lamp come?")
    desk.run("poll", "--once")
    desk.run("reply", "board:1", "--text", "Tomorrow.", "--yes", "--now", code=5)
    assert [row["state"] for row in desk.run("list")] == ["waiting"]
    assert desk.run("outbox", "--all") == []


def readme_tables() -> list[str]:
    blocks = re.findall(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return [block for block in blocks if re.search(r'connector = "(json|exec|ingest)"', block)]


@pytest.mark.parametrize("block", readme_tables())
def test_what_the_readme_shows_can_be_used(tmp_path: Path, block: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(block, encoding="utf-8")
    env = {"HOME": str(tmp_path), "DESK_TOKEN": "t"}
    can = [connect(feed, Client(feed, agent="cxtui/1")).capabilities for feed in load(file, env).feeds]
    assert [one.reply for one in can] == [one.network != "ingest" for one in can] != []


def test_the_readme_shows_all_three_doors() -> None:
    assert len(readme_tables()) == 3


@pytest.mark.parametrize("name", ["json", "exec", "ingest"])
def test_a_door_that_is_not_used_costs_nothing(name: str) -> None:
    code = f"import sys, cxtui.connectors.{name}\nprint(*{{'jmespath', 'httpx'}} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
