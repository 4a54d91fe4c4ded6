"""The example configuration shows every connector as it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.config import Config, load
from cxtui.connectors import connect
from cxtui.core.feed import NETWORKS
from cxtui.http import Client

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
USABLE = {name: network for name, network in NETWORKS.items() if network.needs is not None}


def uncommented(text: str) -> str:
    """The example with those of its feeds in use that stand there as comments."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        inside = line == "# [[feeds]]" or (inside and line.startswith("#"))
        lines.append(line.removeprefix("# ") if inside else line)
    return "\n".join(lines)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Config:
    file = tmp_path_factory.mktemp("example") / "config.toml"
    file.write_text(uncommented(EXAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
    return load(file, {"HOME": str(file.parent)})


def test_every_connector_is_shown(whole: Config) -> None:
    assert {feed.connector for feed in whole.feeds} == set(USABLE)


def test_every_key_of_every_connector_is_shown(whole: Config) -> None:
    for feed in whole.feeds:
        assert set(feed.options) == set(USABLE[feed.connector].takes), feed.name


def test_every_one_of_them_can_be_connected(whole: Config) -> None:
    """Its keys fit together; nothing is asked yet."""
    can = {feed.name: connect(feed, Client(feed, agent="cxtui/1")).capabilities for feed in whole.feeds}
    assert {name for name, one in can.items() if one.reply} == {
        "page", "blog", "post", "mastodon", "bluesky", "board", "guestbook",
    }  # fmt: skip
