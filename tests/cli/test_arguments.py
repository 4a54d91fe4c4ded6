"""The words of the command line: options anywhere, help without work, slips named."""

from __future__ import annotations

import pytest

from cxtui import __version__
from cxtui.cli.commands import COMMANDS
from tests.cli.shell import Shell, item

WITH_ID = ("show", "explain", "reply", "snooze", "wake", "done", "confirm", "claim", "release", "tag", "note")


def test_the_version_is_one_line(shell: Shell) -> None:
    for words in (("--version",), ("list", "--version"), ("--json", "--version")):
        assert shell.run(*words).out == f"cxtui {__version__}\n"


def test_help_names_every_command_and_every_exit_code(shell: Shell) -> None:
    for words in (("--help",), ("-h",), ("--json", "-h")):
        done = shell.run(*words)
        assert done.code == 0
        for command in COMMANDS:
            assert f"  {command.name} " in done.out
            assert command.words in done.out
        for code in (
            "1 other",
            "2 usage",
            "3 conf",
            "4 secret",
            "5 a feed",
            "6 store",
            "7 some",
            "130 inter",
        ):
            assert code in done.out


@pytest.mark.parametrize("command", [command.name for command in COMMANDS if command.name != "screen"])
def test_every_command_has_a_help_of_its_own(shell: Shell, command: str) -> None:
    done = shell.run(*command.split(), "--help", env={"CXTUI_NOW": "nonsense"})
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"usage: cxtui {command}")
    more = ("priority", "tone", "mute", "unmute", "like", "approve", "spam", "guard")
    assert ("ID" in done.out) == (command in (*WITH_ID, *more) or command.split(maxsplit=1)[0] == "promise")


def test_a_word_with_commands_below_it_has_them_in_its_help(shell: Shell) -> None:
    for word in ("feeds", "config", "promise"):
        done = shell.run(word, "--help")
        below = [command for command in COMMANDS if command.name.startswith(f"{word} ")]
        assert done.code == 0
        assert len(below) > 1
        for command in below:
            assert command.name in done.out
            assert command.words in done.out
    assert "exit codes" not in shell.run("config", "--help").out


def test_there_is_no_help_of_a_command_that_is_none(shell: Shell) -> None:
    done = shell.run("lst", "--help")
    assert done.code == 2
    assert "there is no command 'lst', did you mean 'list'?" in done.err


def test_options_for_all_stand_before_or_after_the_command(shell: Shell) -> None:
    shell.load([item("mai")])
    after = shell.run("list", "--json", "--all", "mai")
    for words in (
        ("--json", "list", "--all", "mai"),
        ("list", "mai", "--json", "--all"),
        ("list", "--all", "--json", "--", "mai"),
    ):
        assert shell.run(*words) == after
    assert len(after.records) == 1


def test_config_and_data_win_over_the_environment(shell: Shell) -> None:
    named = shell.home / "named.toml"
    named.write_text('operator = "joy"')
    env = {"CXTUI_CONFIG": "/nowhere", "CXTUI_DATA": "/nowhere"}
    for words in (
        ("--config", str(named), "config", "show", "--data", str(shell.home / "d")),
        ("config", "show", f"--config={named}", f"--data={shell.home / 'd'}"),
    ):
        [shown] = shell.json(*words, env=env)
        assert (shown["operator"], shown["store.path"]) == ("joy", str(shell.home / "d"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lst",), "there is no command 'lst', did you mean 'list'?"),
        (("xyzzy",), "there is no command 'xyzzy'; see cxtui --help"),
        (("list", "--jsn"), "list: unknown option '--jsn', did you mean --json?"),
        (("list", "--jso"), "did you mean --json?"),
        (("--al",), "unknown option '--al'"),
        (("list", "--fail-lat=1"), "unknown option '--fail-lat', did you mean --fail-late?"),
        (("show",), "ID"),
        (("show", "a", "b"), "one word too many: 'b'"),
        (("config",), "config needs one of: path, show, check, example"),
        (("config", "chek"), "config needs one of: path, show, check, example"),
        (("feeds", "chek"), "one word too many: 'chek'"),
        (("list", "--config"), "--config"),
        (("reply", "a"), "--text"),
        (("reply", "a", "--text", "b", "--kind", "hold"), "did you mean 'holding'?"),
        (("demo", "--items", "few"), "whole number"),
    ],
)
def test_a_slip_ends_with_2_and_a_sentence(shell: Shell, words: tuple[str, ...], said: str) -> None:
    done = shell.run(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.startswith("cxtui: ")
    assert done.err.count("\n") == 1


def test_text_after_two_dashes_is_text(shell: Shell) -> None:
    shell.load([item("mai")])
    assert shell.run("note", "comments:mai", "--yes", "--", "--json", "is", "no", "option").code == 0
    events = [record for record in shell.run("export").records if record["type"] == "event"]
    assert events[0]["detail"]["text"] == "--json is no option"
