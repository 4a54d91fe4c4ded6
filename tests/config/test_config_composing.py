"""``[compose]``: the languages a user writes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.cli import main
from cxtui.config import load
from cxtui.errors import ConfigError

ENV = {"HOME": "/home/nok", "USER": "nok", "TZ": "UTC"}


def languages(file: Path, text: str) -> tuple[str, ...]:
    file.write_text(text)
    return load(file, ENV).languages


def test_prepared_replies_are_in_english_unless_languages_are_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    assert languages(file, "") == ("en",)
    assert languages(file, '[compose]\nlanguages = ["lo", "en", "lo"]') == ("lo", "en")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[compose]\nlanguages = ["English"]', ":2 compose.languages: must be codes of languages"),
        ('[compose]\nlanguages = ["../x"]', ":2 compose.languages: must be codes of languages"),
        ("[compose]\nlanguages = 1", ":2 compose.languages: must be a list of texts"),
        ('[compose]\nlanguage = "en"', ":2 compose.language: "),
    ],
)
def test_what_is_no_language_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        languages(tmp_path / "config.toml", text)
    assert said in refused.value.problems[0]


def test_config_check_names_what_is_wrong_with_a_prepared_reply(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text('operator = "nok"\n')
    place = tmp_path / "canned" / "lo"
    place.mkdir(parents=True)
    words = ["--config", str(tmp_path / "config.toml"), "--data", str(tmp_path / "data"), "config", "check"]
    (place / "hello.txt").write_text("Hello {name|there}")
    assert main(words) == 0
    (place / "hello.txt").write_text("match: stars:1\n\nHello {name}")
    assert main(words) == 3
    assert f"{place}/hello.txt:3 {{name}} needs a fallback" in capsys.readouterr().err
