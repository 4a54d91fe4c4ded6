"""Policies and calendars of a configuration, from the file to what the commands say."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import Shell, item

CONFIG = """operator = "nok"
timezone = "Europe/Berlin"
[[policy]]
name = "now"
match = "priority:urgent"
first_response = "10m"
hours = "office"
[[policy]]
name = "desk"
first_response = "30m"
hours = "office"
[calendars.office]
mon-fri = ["09:00-12:00", "13:00-17:00"]
holidays = ["2026-11-23"]
"""
FRIDAY = "2026-11-20T15:45:00Z"
FROZEN = {"CXTUI_NOW": "2026-11-20T15:50:00Z"}


@pytest.fixture
def desk(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path, config=CONFIG)
    shell.load([item("mai", FRIDAY)])
    return shell


def test_explain_tells_the_calendar_the_hours_that_were_not_counted_and_why(desk: Shell) -> None:
    [found] = desk.json("explain", "comments:mai", env=FROZEN)
    assert found.pop("why") == (
        "@mai wrote on 2026-11-20 16:45; the policy 'desk' allows 30m until the first answer, in working "
        "time: due 2026-11-24 09:15. Not counted: Fri 20 Nov 17:00 to Tue 24 Nov 09:00 (closed, a day off). "
        "Time counts in the hours of office: mon-fri 09:00-12:00, 13:00-17:00 (Europe/Berlin)."
    )
    assert found == {
        "id": "comments:mai", "policy": "desk", "clock": "first_response", "start": FRIDAY, "target": 1800,
        "calendar": "office", "due": "2026-11-24T08:15:00Z",
    }  # fmt: skip
    text = desk.run("explain", "comments:mai", env=FROZEN).out
    assert "target    30m\ncalendar  office, mon-fri 09:00-12:00, 13:00-17:00 (Europe/Berlin)\n" in text


def test_a_raised_priority_brings_it_nearer_and_undo_back(desk: Shell) -> None:
    desk.act("priority", "comments:mai", "urgent")
    [urgent] = desk.json("list")
    assert urgent["due"] == "2026-11-20T15:55:00Z"
    assert "since its priority is urgent" in desk.run("explain", "comments:mai").out
    desk.act("undo")
    assert desk.json("list")[0]["due"] == "2026-11-24T08:15:00Z"


def test_an_edit_of_the_configuration_moves_no_due_time(desk: Shell) -> None:
    desk.config = CONFIG.replace('"30m"', '"1h"').replace('"09:00-12:00"', '"10:00-12:00"')
    desk.act("note", "comments:mai", "she called")
    desk.load([item("riad", FRIDAY)])
    assert {row["id"]: row["due"] for row in desk.json("list")} == {
        "comments:mai": "2026-11-24T08:15:00Z", "comments:riad": "2026-11-24T09:45:00Z",
    }  # fmt: skip
    [found] = desk.json("explain", "comments:mai")
    assert "The hours of its calendar were changed since" in found["why"]


def test_a_frozen_clock_comes_out_as_policy_hash_and_due_and_goes_in_again(
    desk: Shell, tmp_path: Path
) -> None:
    desk.act("priority", "comments:mai", "urgent")
    out = [record for record in desk.json("export") if record["type"] == "interval"]
    assert [(one["policy"], one["due"]) for one in out] == [("now", "2026-11-20T15:55:00Z")]
    assert out[0]["calendar"] not in ("office", "24/7")
    other = Shell(tmp_path / "other")
    (tmp_path / "other").mkdir()
    other.load([{"v": 1, **record} for record in desk.json("export")])
    assert other.json("list", env=FROZEN) == desk.json("list", env=FROZEN)


def test_a_snooze_until_a_day_wakes_at_its_opening(desk: Shell) -> None:
    done = desk.act("snooze", "comments:mai", "2099-12-01", "--yes")
    assert done["state"] == "snoozed"
    assert desk.json("list")[0]["snoozed_until"] == "2099-12-01T08:00:00Z"


def test_a_mistake_in_a_calendar_is_named_with_its_line(desk: Shell) -> None:
    desk.config = CONFIG.replace('"13:00-17:00"', '"11:00-17:00"')
    done = desk.run("config", "check")
    assert done.code == 3
    assert ":13 calendars.office.mon-fri: mon 11:00-17:00 overlaps mon 09:00-12:00 of line 13" in done.err


def test_the_configuration_shows_its_policies_with_their_hours_the_built_in_one_last(desk: Shell) -> None:
    policies = desk.json("config", "show")[0]["policy"]
    assert [one["name"] for one in policies] == ["now", "desk", "default"]
    assert policies[1] == {
        "name": "desk", "match": None, "first_response": "30m", "next_response": "1h", "update": "4h",
        "thanks": "2d", "warn_at": "25%", "hours": "office",
        "open": "mon-fri 09:00-12:00, 13:00-17:00 (Europe/Berlin)",
    }  # fmt: skip
    text = desk.run("config", "show").out
    assert '[[policy]]\nname = "now"\nmatch = "priority:urgent"\nfirst_response = "10m"\n' in text
