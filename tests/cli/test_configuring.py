"""config path, show, check and example."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.cli import main
from tests.cli.shell import Shell


def test_path_says_which_file_is_used_or_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CXTUI_CONFIG", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    usual = tmp_path / ".config/cxtui/config.toml"
    assert main(["config", "path"]) == 0
    out, err = capsys.readouterr()
    assert out == f"{usual}\n"
    assert "not there yet" in err
    usual.parent.mkdir(parents=True)
    usual.write_text("")
    assert main(["config", "path"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["--config", "/nowhere/c.toml", "config", "path", "--json"]) == 0
    assert capsys.readouterr().out == '{"v": 1, "path": "/nowhere/c.toml", "exists": false}\n'


def test_check_says_that_nothing_is_wrong_or_all_that_is(shell: Shell) -> None:
    assert "nothing is wrong" in shell.run("config", "check").out
    assert shell.json("config", "check") == [{"ok": True, "problems": []}]
    shell.config = "operater = 1\ntimezone = 2\n"
    done = shell.run("config", "check", "--json")
    assert done.code == 3
    assert done.record["ok"] is False
    assert len(done.record["problems"]) == 2


def test_show_gives_what_is_settled_and_no_secret(shell: Shell) -> None:
    shell.config = """
operator = "mai"
[[feeds]]
name = "blog"
connector = "feed"
url = "https://blog.example/feed?key=s3cret"
token = { env = "BLOG" }
every = "90s"
"""
    env = {"BLOG": "s3cret", "CXTUI_OPERATOR": "joy"}
    [shown] = shell.json("config", "show", env=env)
    assert (shown["operator"], shown["outbox.hold"]) == ("joy", "10s")
    [feed] = shown["feeds"]
    assert (feed["name"], feed["every"], feed["token"]) == ("blog", "1m", "***")
    text = shell.run("config", "show", env=env).out
    assert 'operator = "joy"' in text
    assert 'token = "***"' in text
    assert "s3cret" not in text + str(shown)


def test_the_example_is_a_configuration(shell: Shell) -> None:
    shell.config = shell.run("config", "example").out
    done = shell.run("config", "check")
    assert (done.code, done.err) == (0, "")
    assert "feeds" in done.out


def test_check_looks_at_the_keys_as_the_screen_does(shell: Shell) -> None:
    shell.config = '# keys\n[keys]\n"queue.replay" = "r"\n'
    done = shell.run("config", "check")
    assert (done.code, done.out) == (3, "")
    assert "config.toml:3 keys.queue.replay: " in done.err
    shell.config = '[keys]\n"queue.reply" = "R"\n'
    assert shell.run("config", "check").code == 3, "R polls already"
    assert shell.run("--yes", terminal=True).code == 3, "the screen says it before it is drawn"
