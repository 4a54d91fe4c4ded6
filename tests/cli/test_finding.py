"""find: rows of every state in which something was said."""

from __future__ import annotations

import pytest

from tests.cli.shell import Shell, item, replied

FROZEN = {"CXTUI_NOW": "2026-11-22T12:30:00Z"}


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.load([
        item("mai", "2026-11-22T11:00:00Z", text="ນ້ຳໜັກ of the lamp?"),
        item("kim", "2026-11-22T12:10:00Z", text="the second LAMP"),
        item("bee", "2026-11-22T09:00:00Z", text="a lamp, answered"),
        replied("bee", "2026-11-22T09:10:00Z", text="It came by ferry."),
        item("old", "2026-09-01T09:00:00Z", text="an old lamp", history=True),
        item("joe", "2026-11-22T09:00:00Z", text="nothing of that"),
    ])  # fmt: skip
    return shell


def ids(shop: Shell, *words: str) -> list[str]:
    return [record["id"].partition(":")[2] for record in shop.json("find", *words, env=FROZEN)]


def test_open_rows_come_by_urgency_and_the_others_behind_them_the_newest_first(shop: Shell) -> None:
    assert ids(shop, "lamp") == ["mai", "kim", "bee", "old"]
    assert ids(shop, "second", "lamp") == ["kim"]
    assert ids(shop, "ferry") == ["bee"]
    assert ids(shop, "ນ້ໍາຫນັກ") == ["mai"]


def test_it_prints_what_list_prints(shop: Shell) -> None:
    listed = {record["id"]: record for record in shop.json("list", "--all", env=FROZEN)}
    assert all(listed[record["id"]] == record for record in shop.json("find", "lamp", env=FROZEN))
    done = shop.run("find", "lamp", env=FROZEN)
    assert ["@mai" in done.out.splitlines()[1], "@kim" in done.out.splitlines()[2]] == [True, True]


def test_a_limit_says_that_there_is_more(shop: Shell) -> None:
    done = shop.run("find", "lamp", "--limit", "1", "--json", env=FROZEN)
    assert [record["id"] for record in done.records] == ["comments:kim"]
    assert "these are the newest 1" in done.err


def test_nothing_found_is_said_and_nothing_asked_is_a_mistake(shop: Shell) -> None:
    done = shop.run("find", "zzz", env=FROZEN)
    assert (done.code, done.out, done.err) == (0, "", "nobody said that\n")
    assert shop.run("find", " ", env=FROZEN).code == 2
    assert shop.run("find", env=FROZEN).code == 2
