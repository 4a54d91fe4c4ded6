"""A reply in the user's own editor: what it is given, what it may leave, and that nothing stays behind."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from cxtui.ui.editor import SCISSORS, NotEdited, above, command, edited, page

QUOTED = "where is it?\n{name} vim: set modeline: ex: x -*- eval: (x) -*- Local Variables:"


def script(folder: Path, body: str) -> list[str]:
    """An editor as a shell script; the file is its last argument."""
    file = folder / "an editor"
    file.write_text(f"#!/bin/sh\nfor file; do :; done\n{body}\n")
    file.chmod(0o700)
    return [str(file), "--wait"]


def test_what_is_written_above_the_scissors_comes_back(tmp_path: Path) -> None:
    argv = script(tmp_path, 'printf "new words\\n%s\\n" "$(cat "$file")" > "$file"')
    whole = page("draft", ["to @ann, public"], QUOTED)
    assert edited(argv, tmp_path / "state", whole) == "new words\ndraft"
    assert list((tmp_path / "state").iterdir()) == []


def test_the_file_is_for_us_alone_and_holds_the_draft_and_the_question(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    argv = script(tmp_path, f'ls -l "$file" > "{seen}"; cat "$file" >> "{seen}"')
    edited(argv, tmp_path / "state", page("my draft", ["to @ann, public"], QUOTED))
    told = seen.read_text()
    assert told.startswith("-rw-------")
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert "my draft\n\n" + SCISSORS in told
    assert "# to @ann, public\n> where is it?\n> {name}" in told


def test_a_customers_words_set_nothing_in_an_editor() -> None:
    below = page("", [], QUOTED).partition(SCISSORS)[2].lower()
    for word in ("vim:", "vi:", "ex:", "-*-", "local variables:"):
        assert word not in below, word


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('printf "lost\\n" > "$file"; exit 3', "ended with 3: the draft is as it was"),
        ("kill -9 $$", "was ended by signal 9: the draft is as it was"),
        (': > "$file"', "the text was left empty"),
        (f'printf "\\n%s\\nbelow\\n" "{SCISSORS}" > "$file"', "the text was left empty"),
        ('rm "$file"', "the editor left no file to read"),
        ('rm "$file"; ln -s /etc/hostname "$file"', "the editor left no file to read"),
        ('printf "ok\\n\\377" > "$file"', "line 2 is no UTF-8 text"),
        ('head -c 500000 /dev/zero > "$file"', "left more than 400 kB"),
    ],
)
def test_an_editor_that_fails_changes_and_leaves_nothing(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(NotEdited, match=said):
        edited(script(tmp_path, body), tmp_path / "state", page("draft", [], "q"))
    assert list((tmp_path / "state").iterdir()) == []


def test_an_editor_that_is_not_there_or_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotEdited, match="the editor no-such-editor cannot be started"):
        edited(["no-such-editor"], tmp_path / "state", "x")
    assert list((tmp_path / "state").iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(NotEdited, match="no file could be made"):
        edited(["true"], tmp_path / "file" / "state", "x")
    with pytest.raises(NotEdited, match="no folder"):
        edited(["true"], None, "x")


@pytest.mark.parametrize(
    ("env", "argv"),
    [
        ({"VISUAL": "code --wait", "EDITOR": "vi"}, ["code", "--wait"]),
        ({"VISUAL": " ", "EDITOR": "'/opt/my editor/ed' -x"}, ["/opt/my editor/ed", "-x"]),
        ({"EDITOR": "vi; rm -rf $HOME"}, ["vi;", "rm", "-rf", "$HOME"]),
    ],
)
def test_the_editor_is_named_as_words_without_a_shell(env: dict[str, str], argv: list[str]) -> None:
    assert command(env) == argv


def test_an_editor_with_an_open_quotation_mark_is_said() -> None:
    with pytest.raises(NotEdited, match=r"\$EDITOR cannot be read"):
        command({"EDITOR": "vi 'x"})


def test_without_a_named_editor_there_is_one_or_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"nano": "/usr/bin/nano"}
    monkeypatch.setattr("cxtui.ui.editor.which", there.get)
    assert command({}) == ["nano"]
    there.clear()
    with pytest.raises(NotEdited, match=r"set \$EDITOR"):
        command({})


def test_what_was_written_is_cleaned_and_cut_at_the_first_scissors() -> None:
    assert above(f"a\x1b[31mb\r\nc\n{SCISSORS}\nd\n{SCISSORS}\ne") == "ab\nc"
    assert above("no scissors at all") == "no scissors at all"


def test_ctrl_c_is_the_editors_while_it_runs(tmp_path: Path) -> None:
    argv = script(tmp_path, 'trap "echo heard > \\"$file\\"" INT; kill -INT $PPID; kill -INT $$; :')
    assert edited(argv, tmp_path / "state", page("draft", [], "q")) == "heard"


def test_ctrl_c_while_the_editor_starts_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spawned = os.posix_spawnp

    def hasty(path: str, argv: list[str], env: Mapping[str, str], *, setsigdef: list[int]) -> int:
        number = spawned(path, argv, env, setsigdef=setsigdef)
        os.kill(os.getpid(), signal.SIGINT)
        return number

    argv = script(tmp_path, 'echo written > "$file"')
    monkeypatch.setattr("cxtui.ui.editor.os.posix_spawnp", hasty)
    try:
        written = edited(argv, tmp_path / "state", page("draft", [], "q"))
    except KeyboardInterrupt:
        pytest.fail("it reached cxtui")
    assert written == "written"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
