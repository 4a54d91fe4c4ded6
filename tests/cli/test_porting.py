"""export and import: everything out, everything in, and nothing of a file with one bad line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import LastingTables, Shell, item, replied

FROZEN = {"CXTUI_NOW": "2026-11-22T12:30:00Z"}


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.load([
        item("mai", "2026-11-22T11:00:00Z", text="ນ້ຳໜັກບໍ່ຖືກ"),
        item("kim", "2026-11-22T11:10:00Z"),
        replied("kim", "2026-11-22T11:20:00Z", kind="holding"),
        item("bee", "2026-11-22T09:00:00Z", stars=1, kind="review"),
        replied("bee", "2026-11-22T09:10:00Z"),
    ])  # fmt: skip
    shell.act("tag", "comments:bee", "recommends")
    shell.act("snooze", "comments:mai", "4h", "--yes")
    shell.act("note", "comments:kim", "vip")
    return shell


def other(shell: Shell) -> Shell:
    return Shell(shell.home, shell.config, shell.env, LastingTables())


def test_an_export_in_an_empty_store_gives_the_same_list_and_numbers(shop: Shell) -> None:
    file = shop.home / "all.jsonl"
    assert shop.run("export", str(file)).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    new = other(shop)
    assert new.run("import", str(file)).code == 0
    for command in (("list", "--all"), ("stats", "--window", "all"), ("show", "comments:kim")):
        assert new.json(*command, env=FROZEN) == shop.json(*command, env=FROZEN), command
    assert new.run("import", str(file)).code == 0, "again is no change"
    assert new.run("export").out == shop.run("export").out


def test_an_export_never_writes_over_a_file(shop: Shell) -> None:
    file = shop.home / "there"
    file.write_text("mine")
    assert shop.run("export", str(file)).code == 2
    assert shop.run("export", str(shop.home / "none/there")).code == 1
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "must be one JSON object"),
        ('"text"', "must be one JSON object"),
        ('{"v":1,"type":"item","score":NaN}', "NaN is no number"),
        ("[" * 100_000, "nested too deep"),
        ('{"v":2}', "version 1"),
        ('{"v":1,"type":"itm"}', "itm"),
        (json.dumps(replied("nobody", "2026-11-22T09:00:00Z")), "comments:nobody"),
        (json.dumps(item("x", "yesterday")), "posted"),
    ],
)
def test_one_bad_line_is_named_and_nothing_is_kept(shell: Shell, line: str, said: str) -> None:
    done = shell.run("import", "-", stdin=f"{json.dumps(item('mai'))}\n\n{line}\n{json.dumps(item('tom'))}\n")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("cxtui: line 3: ")
    assert said in done.err
    assert shell.json("list", "--all") == []


def test_bytes_that_are_no_text_are_named_by_their_line(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "latin.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"v":1}\n{"v":1,"text":"caf\xe9"}\n')
    done = shell.run("import", str(file))
    assert (done.code, "line 2: is no UTF-8" in done.err) == (2, True)
    done = shell.run("import", str(tmp_path / "none"))
    assert (done.code, "cannot be read" in done.err) == (2, True)


def test_a_note_with_many_brackets_is_not_nested(shell: Shell) -> None:
    shell.load([item("mai", text="[" * 200 + "]" * 200)])
    assert len(shell.json("list")) == 1


def test_import_says_how_much_it_took(shell: Shell) -> None:
    done = shell.run("import", "-", "--json", stdin=json.dumps(item("mai")) + "\r\n")
    assert done.record == {"records": 1}
