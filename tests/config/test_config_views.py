"""[[view]] in the configuration: filters with names, and what is wrong with them at which word."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.config import load
from cxtui.config.lines import Lines
from cxtui.config.table import Problems, Table
from cxtui.config.views import View, read_filter
from cxtui.core.filters import parse
from cxtui.errors import ConfigError

ENV = {"HOME": "/home/nok", "USER": "nok", "TZ": "UTC"}
GOOD = """
[[view]]
name = "reviews"
match = "kind:review"
[[view]]
name = "bad ones"
match = "stars:<=2 | tone:complaint"
"""
BAD = """
[[view]]
name = "late"
match = "lamp is:lat"
[[view]]
match = "kind:review"
[[view]]
name = "all"
match = "lamp"
[[view]]
name = "twice"
match = "lamp"
[[view]]
name = "twice"
match = "lamp"
filter = "lamp"
[[view]]
name = "empty"
"""


def test_views_are_read_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(GOOD)
    assert load(file, ENV).views == (
        View("reviews", parse("kind:review")),
        View("bad ones", parse("stars:<=2 | tone:complaint")),
    )


def test_every_wrong_view_is_named_with_line_and_word(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(BAD)
    with pytest.raises(ConfigError) as caught:
        load(file, ENV)
    said = [problem.removeprefix(f"{file}:") for problem in caught.value.problems]
    for line, words in zip(said, (
        ("4 view.match", "is: does not know 'lat', did you mean late? (at character 9: lat)"),
        ("5 view.name", "is missing"),
        ("8 view.name", "choose another name"),
        ("14 view.name", "is there twice"),
        ("16 view.filter", "unknown key"),
        ("17 view.match", "is missing"),
    ), strict=True):  # fmt: skip
        assert line.startswith(f"{words[0]}: ")
        assert words[1] in line


def test_what_must_be_known_on_arrival_says_which_word_is_not() -> None:
    for text, word in (("lamp kind:review", ""), ("kind:review is:late", "is:late"), ("by:nok", "by:nok")):
        problems = Problems("config.toml", Lines(""))
        found = read_filter(Table({"match": text}, ("policy", 0), problems), "match", early=True)
        assert (found is None) == bool(word)
        assert all(f"{word!r} is not known yet when a message arrives" in line for line in problems.all)
        assert len(problems.all) == bool(word)
