"""What every command has in common: its clock, its configuration, its errors, its outputs."""

from __future__ import annotations

import errno
import io
import json
from pathlib import Path
from typing import NoReturn

import pytest

from cxtui.cli import main
from cxtui.cli.printing import Printer, columns
from cxtui.core.text import width
from cxtui.errors import StoreBroken, StoreLocked
from tests.cli.shell import Shell, item


def test_a_missing_configuration_ends_with_3_and_the_way_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CXTUI_CONFIG", "CXTUI_DATA", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for words in (["list"], ["poll", "--once"], ["feeds"], ["reply", "a", "--text", "b"], ["import", "-"]):
        assert main(words) == 3
        out, err = capsys.readouterr()
        assert out == ""
        assert str(tmp_path / ".config/cxtui/config.toml") in err
        assert "cxtui init" in err


def test_every_problem_of_the_configuration_is_said_and_ends_with_3(shell: Shell) -> None:
    shell.config = 'operater = "nok"\ntimezone = "Nowhere"\n'
    for words in (("list",), ("config", "check"), ("undo",), ("poll",), ()):
        done = shell.run(*words, terminal=True)
        assert (done.code, done.out) == (3, "")
        assert done.err.count("\n") == 2
        assert "config.toml:1 operater: unknown key, did you mean 'operator'?" in done.err
        assert "config.toml:2 timezone: " in done.err


def test_a_frozen_clock_that_is_none_is_refused(shell: Shell) -> None:
    done = shell.run("list", env={"CXTUI_NOW": "noon"})
    assert (done.code, "2026-11-22T09:00:00Z" in done.err) == (2, True)


def test_a_frozen_clock_may_stand_in_any_zone(shell: Shell) -> None:
    shell.load([item("mai", "2026-11-22T12:00:00Z")])
    for now in ("2026-11-22T12:30:00Z", "2026-11-22T19:30:00+07:00", "2026-11-22T12:30"):
        figures = shell.json("stats", env={"CXTUI_NOW": now})
        assert figures[0]["as_of"] == "2026-11-22T12:30:00Z"


def test_import_and_export_do_not_mind_a_frozen_clock(shell: Shell) -> None:
    frozen = {"CXTUI_NOW": "2001-01-01T00:00:00Z"}
    done = shell.run("import", "-", stdin=json.dumps(item("mai")), env=frozen)
    assert (done.code, done.err) == (0, "")
    assert len(shell.run("export", env=frozen).records) >= 1


@pytest.mark.parametrize(
    ("error", "code"), [(StoreLocked("another program holds it"), 6), (StoreBroken("not ours"), 6)]
)
def test_our_errors_are_a_sentence_and_their_exit_code(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    async def broken(*_: object) -> NoReturn:
        raise ExceptionGroup("tasks", [error])

    monkeypatch.setattr(Shell, "open", broken)
    done = shell.run("list")
    assert (done.code, done.out, done.err) == (code, "", f"cxtui: {error}\n")


def test_errors_cannot_steer_the_terminal(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> NoReturn:
        raise StoreBroken("said \x1b[2J\x1b]0;title\x07 that")

    monkeypatch.setattr(Shell, "open", broken)
    assert shell.run("list").err == "cxtui: said  that\n"


def test_ctrl_c_ends_with_130_and_no_words(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stopped(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(Shell, "open", stopped)
    done = shell.run("list")
    assert (done.code, done.out, done.err) == (130, "", "")


def test_an_unexpected_error_becomes_a_report_without_values(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> NoReturn:
        try:
            int("s3cret")
        except ValueError as error:
            raise OSError(errno.EIO, "https://nok:s3cret@a.example/feed?key=s3cret") from error
        raise AssertionError

    monkeypatch.setattr(Shell, "open", broken)
    done = shell.run("list", "s3cret words", env={"CXTUI_DATA": str(shell.home / "d")})
    assert (done.code, done.out) == (1, "")
    assert "Traceback" not in done.err
    [report] = (shell.home / "d/state").glob("crash-*.txt")
    assert str(report) in done.err
    text = report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600
    assert "test_call.py" in text
    assert "broken" in text
    assert "builtins.OSError" in text
    assert "builtins.ValueError" in text
    assert "https://a.example/feed?…" in text
    assert text.splitlines()[1] == "list"
    assert "s3cret" not in text + done.err


def test_where_no_report_can_be_kept_the_program_still_ends_with_a_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> NoReturn:
        raise RuntimeError

    (shell.home / "file").write_text("")
    monkeypatch.setattr(Shell, "open", broken)
    done = shell.run("list", "--data", str(shell.home / "file"))
    assert done.code == 1
    assert "RuntimeError" in done.err
    assert "could not be kept" in done.err


def test_columns_align_by_terminal_cells_and_the_last_one_is_cut() -> None:
    rows = [("日本", "where?"), ("mai", "ນ້ຳໜັກບໍ່ຖືກ\nsecond line [/s]")]
    lines = columns(("who", "text"), rows)
    assert lines == ["who   text", "日本  where?", "mai   ນ້ຳໜັກບໍ່ຖືກ second line [/s]"]
    narrow = columns(("who", "text"), rows, wide=12)
    assert all(width(line) <= 12 for line in narrow)
    assert narrow[1] == "日本  where?"


def test_a_cell_cannot_steer_the_terminal() -> None:
    assert columns(("a",), [("\x1b[31mred\u202e",)]) == ["a", "red"]


class Full(io.StringIO):
    """A log on a disk that is full."""

    tried = 0

    def write(self, _: str, /) -> int:
        self.tried += 1
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_message_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Full()
    monkeypatch.setattr("sys.stderr", full)
    say = Printer(json=False)
    say.note("nok polls")
    say.note("nok polls no more")
    assert full.tried == 2
