"""``[warnings]``: what it says and what is wrong with it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.config import load
from cxtui.core.alarms import Warnings
from cxtui.errors import ConfigError


def read(folder: Path, text: str) -> Warnings:
    file = folder / "config.toml"
    file.write_text(f'timezone = "Asia/Vientiane"\n{text}')
    return load(file, {"HOME": str(folder), "LOGNAME": "nok"}).warnings


def test_all_of_it_is_on_and_no_hour_is_quiet_by_default(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Warnings(bell=True, osc=True, title=True, quiet=None, hook=())


def test_everything_can_be_switched(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '[warnings]\nbell = false\nnotify = false\ntitle = false\nquiet = ["22:00-07:00"]\n'
        'hook = ["say", "it is late"]\n',
    )
    assert (found.bell, found.osc, found.title, found.hook) == (False, False, False, ("say", "it is late"))
    assert found.quiet is not None
    assert found.quiet.is_open(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)), "23:00 in Vientiane"
    assert not found.quiet.is_open(datetime(2026, 11, 23, 0, 30, tzinfo=UTC)), "07:30 in Vientiane"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('bell = "no"', ":3 warnings.bell: must be true or false"),
        ('quiet = ["22 to 7"]', ":3 warnings.quiet: '22 to 7' are no hours"),
        ('quiet = ["10:00-14:00", "12:00-13:00"]', ":3 warnings.quiet: has hours that overlap"),
        ('quiet = ["22:00-07:00", "06:00-08:00"]', ":3 warnings.quiet: has hours that overlap"),
        ('hook = "notify-send"', ":3 warnings.hook: must be a list of texts"),
        ("ring = true", ":3 warnings.ring: unknown key"),
    ],
)
def test_what_is_wrong_names_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        read(tmp_path, f"[warnings]\n{text}\n")
    assert any(said in problem for problem in wrong.value.problems), wrong.value.problems
