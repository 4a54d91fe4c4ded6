"""A network that has a usual address needs none in the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.config import load
from cxtui.core.feed import NETWORKS
from cxtui.errors import ConfigError

TABLE = """
[[feeds]]
name = "sky"
connector = "bluesky"
user = "lampco.example"
token = { env = "SKY" }
"""
ENV = {"HOME": "/home/nok", "USER": "nok", "TZ": "UTC", "SKY": "abcd"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_feed_that_names_no_address_has_its_networks(file: Path) -> None:
    file.write_text(TABLE)
    (feed,) = load(file, ENV).feeds
    assert feed.url == NETWORKS["bluesky"].url == "https://bsky.social"


def test_a_feed_that_names_one_has_that(file: Path) -> None:
    file.write_text(f'{TABLE}url = "https://pds.example"\nsearch = ["LampCo"]\n')
    (feed,) = load(file, ENV).feeds
    assert (feed.url, feed.options) == ("https://pds.example", {"search": ("LampCo",)})


def test_what_else_it_needs_is_said(file: Path) -> None:
    file.write_text('[[feeds]]\nname = "sky"\nconnector = "bluesky"\n')
    with pytest.raises(ConfigError, match="bluesky needs it") as error:
        load(file, ENV)
    assert ["feeds.user" in problem or "feeds.token" in problem for problem in error.value.problems] == [
        True
    ] * 2
