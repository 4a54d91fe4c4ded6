"""The short form of what `tests/bench/crash.py` does at length."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from cxtui.store.tinydb import connection
from tests.bench import crash, damage


def quiet(_: str) -> None:
    """A short run needs no running count."""


def wrong(total: Counter[str]) -> dict[str, int]:
    """How often something happened that must not."""
    return {name: total[name] for name in crash.WRONG if total[name]}


def test_killed_writers_lose_nothing_that_was_acknowledged() -> None:
    total = crash.kills(10, tell=quiet)
    assert wrong(total) == {}
    assert total["kills"] >= 10
    assert total["acknowledged"] >= 10


def test_writers_that_move_the_log_without_rest_lose_nothing() -> None:
    total = crash.race(1.5)
    assert wrong(total) == {}
    assert total["acknowledged"] > 10


@pytest.mark.parametrize("damaged", [damage.flips, damage.cuts])
def test_no_damage_is_taken_for_the_truth(damaged: object) -> None:
    total = (damage.flips if damaged is damage.flips else damage.cuts)(40, 7)
    assert wrong(total) == {}
    assert total["refused at open"] > 10


def test_a_full_disk_leaves_nothing_half_done() -> None:
    total = damage.full(128 * 1024)
    assert wrong(total) == {}
    assert total["refused"] >= len(damage.ACTS)


def test_a_store_that_lies_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the harness counts can be counted at all."""
    monkeypatch.setattr(connection, "CHECKPOINT_EVERY", 100)
    done = {"a": 3, "b": 0}
    writer = crash.Writer(tmp_path, "a", 0, every=7)
    assert writer.heard(5.0)
    assert writer.kill() >= 0
    there = crash.verified(tmp_path, dict(done))
    assert there["half"] == 0
    assert crash.verified(tmp_path, {"a": 1_000_000, "b": 0})["lost"] > 0
    content = bytearray((tmp_path / "cxtui.db").read_bytes())
    os.truncate(tmp_path / "cxtui.db", len(content) // 2)
    assert crash.verified(tmp_path, dict(done))["unreadable"] == 1
