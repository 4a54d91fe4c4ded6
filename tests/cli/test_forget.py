"""forget: asks, erases, says what went, and looks into the files beside the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cxtui.cli import forget
from tests.cli.shell import Shell, item, replied

FROZEN = {"CXTUI_NOW": "2026-11-22T12:30:00Z"}
SECRET = "my street is Rue Setthathirath"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forget, "GRACE", 0.0)


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.load([
        item("mai", "2026-11-22T11:00:00Z", text=SECRET, author={"handle": "@mai", "name": "Mai Vongsavath"}),
        item("kim", "2026-11-22T11:10:00Z"),
        item("bee", "2026-11-22T09:00:00Z", author={"handle": "@mai", "name": "Mai Vongsavath"}, stars=1),
        replied("bee", "2026-11-22T09:10:00Z", text="Dear Mai Vongsavath"),
    ])  # fmt: skip
    shell.act("note", "comments:mai", "she called")
    return shell


def all_of(shop: Shell) -> str:
    printed = [shop.run(*words).out for words in (("export",), ("list", "--all", "--json"))]
    return json.dumps(printed, ensure_ascii=False)


def test_it_says_what_was_erased_and_no_number_moves(shop: Shell) -> None:
    before = shop.json("stats", "--window", "all", env=FROZEN)
    done = shop.run("forget", "mai", "--yes", "--json")
    assert done.code == 0
    assert done.record == {
        "who": "mai", "network": None, "items": 2, "replies": 1, "rows": 2, "people": 0, "reports": 0,
        "left": [],
    }  # fmt: skip
    assert shop.json("stats", "--window", "all", env=FROZEN) == before
    told = all_of(shop)
    assert not [word for word in ("@mai", "Vongsavath", SECRET, "she called") if word in told]
    assert "order kim" in told


def test_it_asks_first(shop: Shell) -> None:
    before = all_of(shop)
    assert shop.run("forget", "@mai").code == 2
    assert shop.run("forget", "@mai", "--no-input").code == 2
    assert shop.run("forget", "@mai", stdin="n\n", terminal=True).code == 1
    assert shop.run("forget", "@mai", "--yes", "--readonly").code == 2
    assert shop.run("forget", "@mai", "--yes", env=FROZEN).code == 2
    assert all_of(shop) == before
    done = shop.run("forget", "@mai", stdin="y\n", terminal=True)
    assert (done.code, done.out) == (
        0,
        "erased 2 messages, 1 of our replies; 2 rows stay without words and names\n",
    )


def test_who_is_not_known_is_refused_with_the_nearest(shop: Shell) -> None:
    done = shop.run("forget", "@may", "--yes")
    assert (done.code, done.err) == (2, "cxtui: nobody called '@may' wrote, did you mean '@mai'?\n")
    assert shop.run("forget", "@mai", "--network", "mail", "--yes").code == 2


def test_crash_reports_that_name_them_go_and_other_files_are_named(shop: Shell, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "state").mkdir(parents=True)
    bad, good = data / "state/crash-1.txt", data / "state/crash-2.txt"
    bad.write_text("x" * (forget.BLOCK - 9) + "Mai Vongsavath")
    good.write_text("nothing")
    damaged = data / "cxtui.db.damaged"
    damaged.write_bytes(b"\0" + json.dumps(SECRET).encode())
    done = shop.run("forget", "mai", "--yes", "--json", "--data", str(data))
    record: dict[str, Any] = done.record
    assert (record["reports"], bad.exists(), good.exists()) == (1, False, True)
    assert done.code == 1
    assert [str(damaged) in sentence for sentence in record["left"]] == [True]
