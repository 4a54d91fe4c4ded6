"""The example configuration shows every connector as it works."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cxtui.config import Config, load
from cxtui.connectors import connect
from cxtui.core.clock import DEFAULT, Policy
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


def test_policies_and_calendars_are_shown_with_every_key_and_as_they_count(tmp_path: Path) -> None:
    """The policy that is shown is the built-in one but for its match and its hours."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    first, last = lines.index("# [[policy]]"), next(n for n, line in enumerate(lines) if "# holidays" in line)
    shown = "\n".join(line.removeprefix("# ") for line in lines[first : last + 1])
    file = tmp_path / "config.toml"
    file.write_text(shown.replace('"24/7"', '"office"'), encoding="utf-8")
    (tmp_path / "closed.ics").write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261127\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    (policy,) = load(file, {"HOME": str(tmp_path)}, now=datetime(2026, 11, 22, tzinfo=UTC)).policies.listed
    assert policy == replace(DEFAULT, match=policy.match, calendar=policy.calendar)
    assert {f.name for f in fields(Policy)} - {"warn", "calendar"} <= {
        line.split(" ")[0] for line in shown.splitlines()
    }
    assert policy.calendar.holiday(date(2026, 12, 2)) == "Lao National Day"


def test_a_rule_a_macro_and_what_we_are_called_are_shown_as_they_can_be_written(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    top = [
        line for line in lines if line.startswith(("# brand", "# order_value", "# currency", "# orders_per"))
    ]
    block = lines[lines.index("# [[rule]]") :]
    shown = [*top, *block[: block.index("")]]
    assert [line.split()[1] for line in block[1:5]] == ["name", "match", "do", "stop"]
    file = tmp_path / "config.toml"
    file.write_text("\n".join(line.removeprefix("# ") for line in shown), encoding="utf-8")
    config = load(file, {"HOME": str(tmp_path)})
    assert [one.name for one in config.rules.listed] == ["angry"]
    assert config.rules.listed[0].stop
    assert (config.brand, config.orders and config.orders.currency) == (("lampco", "LampCo"), "USD")
