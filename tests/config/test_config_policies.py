"""[[policy]]: targets, matches and hours become policies, every mistake is named with its line."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from cxtui.config import Config, load
from cxtui.core.calendar import ALWAYS_OPEN
from cxtui.core.clock import DEFAULT, Policy, Target
from cxtui.core.filters import parse
from cxtui.core.policies import Policies
from cxtui.errors import ConfigError

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FEED = '\n[[feeds]]\nname = "shop"\nconnector = "feed"\nurl = "https://shop.example/feed"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, text: str) -> Config:
    file.write_text(text)
    return load(file, {"HOME": str(file.parent)})


def wrong(file: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    return [problem.removeprefix(f"{file}:") for problem in caught.value.problems]


def test_without_a_policy_the_built_in_one_counts(file: Path) -> None:
    config = read(file, FEED)
    assert config.policies == Policies()
    assert config.feeds[0].promise is None


def test_a_whole_policy_becomes_values(file: Path) -> None:
    text = """
[[policy]]
name = "reviews"
match = "kind:review lang:lo"
first_response = "1d12h"
next_response = "48h"
update = "1h30"
thanks = "3d"
warn_at = "15m"
hours = "office"
[[policy]]
name = "rest"
warn_at = "12.5 %"
hours = "24/7"
[calendars.office]
mon = ["09:00-17:00"]
"""
    reviews, rest = read(file, text).policies.listed
    assert reviews.name == "reviews"
    assert reviews.match == parse("kind:review lang:lo")
    assert reviews.first_response == Target(days=1, worked=12 * HOUR)
    assert reviews.next_response == Target(worked=48 * HOUR)
    assert reviews.update == Target(worked=90 * MINUTE)
    assert reviews.thanks == Target(days=3)
    assert reviews.warn == 15 * MINUTE
    assert reviews.calendar.name == "office"
    assert rest == Policy("rest", warn=0.125, calendar=ALWAYS_OPEN)


def test_what_a_policy_leaves_out_is_that_of_the_built_in_one(file: Path) -> None:
    (found,) = read(file, '[[policy]]\nname = "slow"\nfirst_response = "4h"\n').policies.listed
    assert found == Policy("slow", Target(worked=4 * HOUR))
    assert found.next_response == DEFAULT.next_response


def test_feeds_are_asked_for_the_sake_of_the_shortest_target(file: Path) -> None:
    text = '[[policy]]\nname = "vip"\nmatch = "tag:vip"\nfirst_response = "10m"\n'
    assert read(file, text + FEED).feeds[0].promise == 10 * MINUTE
    slow = '[[policy]]\nname = "all"\nfirst_response = "8h"\nnext_response = "6h"\n'
    assert read(file, slow + FEED).feeds[0].promise == 6 * HOUR


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[policy]]\n", "1 policy.name: is missing"),
        ('[[policy]]\nname = "a/b"\n', "2 policy.name: must be short, without a slash"),
        (
            '[[policy]]\nname = "a"\nmatch = "kind:review"\n\n[[policy]]\nname = "a"\n',
            "6 policy.name: 'a' is the name of the policy at line 2 already",
        ),
        (
            '[[policy]]\nname = "a"\n[[policy]]\nname = "b"\n',
            "4 policy.name: nothing comes here: the policy at line 1 has no match",
        ),
        ('[[policy]]\nname = "a"\nmatch = "knd:review"\n', "3 policy.match: knd: is no word of filters"),
        ('[[policy]]\nname = "a"\nmatch = "is:late"\n', "3 policy.match: 'is:late' is not known yet when"),
        (
            '[[policy]]\nname = "a"\nmatch = "kind:review -due:<30m"\n',
            "3 policy.match: 'due:<30m' is not known yet when",
        ),
        (
            '[[policy]]\nname = "a"\nhours = "ofice"\n[calendars.office]\nmon = "9:00-10:00"',
            "did you mean 'office'?",
        ),
        (
            '[[policy]]\nname = "a"\nhours = "office"\n',
            "3 policy.hours: unknown calendar 'office'; there is no [",
        ),
        (
            '[[policy]]\nname = "a"\nfirst_response = "4x"\n',
            "3 policy.first_response: must be a length of time",
        ),
        (
            '[[policy]]\nname = "a"\nfirst_response = "0m"\n',
            "3 policy.first_response: must be from 1m to 366d",
        ),
        ('[[policy]]\nname = "a"\nthanks = "400d"\n', "3 policy.thanks: must be from 1m to 366d, is 400d"),
        ('[[policy]]\nname = "a"\nwarn_at = "soon"\n', "3 policy.warn_at: must be how much time is left"),
        ('[[policy]]\nname = "a"\nwarn_at = "101%"\n', "3 policy.warn_at: must be how much time is left"),
        (
            '[[policy]]\nname = "a"\nwarn_at = 15\n',
            '3 policy.warn_at: must be how much time is left, such as "15m"',
        ),
        (
            '[[policy]]\nname = "a"\nfirst_reponse = "4h"\n',
            "3 policy.first_reponse: unknown key, did you mean",
        ),
        ('[policy]\nname = "a"\n', "1 policy: must be tables, each written [[policy]]"),
        ('calendars = "office"\n', "1 calendars: must be a table, written [calendars]"),
    ],
)
def test_every_mistake_is_named_with_its_line(file: Path, text: str, said: str) -> None:
    assert any(said in problem for problem in wrong(file, text)), wrong(file, text)


def test_a_broken_calendar_is_told_once_and_not_for_every_policy_that_names_it(file: Path) -> None:
    text = '[[policy]]\nname = "a"\nhours = "office"\n[calendars.office]\nmon = ["9-17"]\n'
    assert [problem.split(":")[0] for problem in wrong(file, text)] == ["5 calendars.office.mon"]


def test_the_package_of_holidays_is_imported_only_where_a_country_is_named(file: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from cxtui.config import load; "
        "load(Path(sys.argv[1]), {'HOME': '/'}); print('holidays' in sys.modules)"
    )
    said: list[str] = []
    for off in ('"2026-12-31"', '"LA"'):
        file.write_text(f'[calendars.office]\nmon = ["09:00-10:00"]\nholidays = [{off}]\n')
        done = subprocess.run(
            [sys.executable, "-c", script, str(file)], capture_output=True, check=True, text=True
        )
        said.append(done.stdout.strip())
    assert said == ["False", "True"]
