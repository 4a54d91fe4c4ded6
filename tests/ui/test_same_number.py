"""The same number everywhere: pane, stats page, `stats --json`, CSV and the page's own file."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cxtui.config import Config, StorePlace
from cxtui.core.clock import span
from cxtui.engine.live import LiveDesk
from cxtui.ui.app import Cxtui
from cxtui.ui.board import Board
from cxtui.ui.cellwidth import overlay
from cxtui.ui.keys import keymap
from cxtui.ui.screens.stats import Stats
from cxtui.ui.setting import Setting
from tests.cli.shell import Record, Shell, item, replied
from tests.screen import shown

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FROZEN = {"CXTUI_NOW": "2026-11-22T12:00:00Z"}
ZONE = ZoneInfo("Asia/Vientiane")

Key = tuple[str, str | None]
Numbers = dict[Key, tuple[float | None, int, float | None, float | None]]


def stamp(hours: float) -> str:
    """So many hours ago."""
    return (NOW - timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def told() -> list[Record]:
    """Two weeks with every kind of end, half an outage, reviews, praise, complaints and promises."""
    records: list[Record] = []
    for n in range(60):
        ago = 0.4 + n * 5.3
        more: dict[str, Any] = {"tone": ("complaint", "praise", None, "question")[n % 4]}
        if n % 6 == 0:
            more |= {"kind": "review", "stars": n % 5 + 1}
        author = {"handle": f"@c{n % 17}", "name": f"C{n % 17}", "followers": 100 * n or None}
        records.append(item(f"c{n}", stamp(ago), lang=("lo", "en")[n % 2], author=author, **more))
        if n % 5:
            kind = "holding" if n % 7 == 0 else "answer"
            records.append(replied(f"c{n}", stamp(ago - 0.02 * (n % 40)), kind=kind))
    records += [
        {"v": 1, "type": "event", "id": "e1", "item": "comments:c10", "verb": "closed", "by": "nok",
         "at": stamp(50), "detail": {"reason": "spam"}},
        {"v": 1, "type": "event", "id": "e2", "item": "comments:c5", "verb": "tagged", "by": "nok",
         "at": stamp(20), "detail": {"tag": "vip"}},
        {"v": 1, "type": "promise", "item": "comments:c7", "text": "friday", "made": stamp(30),
         "due": stamp(26), "state": "kept", "proof": None},
        {"v": 1, "type": "gap", "feed": "comments", "from": stamp(3), "to": stamp(2), "why": "HTTP 503"},
    ]  # fmt: skip
    return records


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    shell = Shell(tmp_path, config='operator = "nok"\ntimezone = "Asia/Vientiane"\n')
    shell.load(told())
    return shell


def from_json(records: list[Record]) -> Numbers:
    return {(r["metric"], r["class"]): (r["value"], r["n"], r["low"], r["high"]) for r in records}


def from_csv(text: str) -> Numbers:
    def number(cell: str) -> float | None:
        return float(cell) if cell else None

    return {
        (row["metric"], row["class"] or None): (
            number(row["value"]), int(row["n"]), number(row["low"]), number(row["high"])
        )
        for row in csv.DictReader(io.StringIO(text))
    }  # fmt: skip


def written(value: float | None, unit: str) -> str:
    """As the screen writes the numbers looked at here."""
    if value is None:
        return "–"
    return (
        span(timedelta(seconds=value))
        if unit == "seconds"
        else f"{value:.0%}"
        if unit == "rate"
        else f"{value:g}"
    )


async def looked(shell: Shell) -> tuple[str, str, Numbers]:
    """The queue with its pane, the stats page of 24 h, its numbers; these are written to a file, too."""
    overlay()
    place = StorePlace("tinydb", shell.home)
    config = Config(None, "nok", ZONE, place, shell.home, (), timedelta(seconds=10))
    desk = LiveDesk(config, shell.open, clock=lambda: NOW, polls=False)
    app = Cxtui(Setting(desk, Board(zone=ZONE, me="nok"), lambda: NOW, ZONE, keymap({})))
    try:
        async with app.run_test(size=(160, 90)) as pilot:
            async with asyncio.timeout(20):
                while not app.board.figures or not app.board.pictures:
                    await pilot.pause(0.01)
                await pilot.pause()
                pane = shown(app)
                await pilot.press("6")
                while not (isinstance(app.screen, Stats) and app.screen.sheet):
                    await pilot.pause(0.01)
                await pilot.pause()
                page, sheet = shown(app), app.screen.sheet
                await pilot.press("e")
                await pilot.pause()
                await pilot.press(*["backspace"] * 60, *"out.jsonl", "enter")
                while "written to out.jsonl" not in shown(app):
                    await pilot.pause(0.01)
    finally:
        await desk.close()
    return pane, page, {(f.metric, f.class_): (f.value, f.n, f.low, f.high) for f in sheet.everything}


def test_pane_page_json_csv_and_file_tell_the_same_numbers(shop: Shell) -> None:
    printed = shop.json("stats", env=FROZEN)
    plain = from_json(printed)
    pictured = from_json(shop.json("stats", "--pictures", env=FROZEN))
    spread = shop.run("stats", "--pictures", "--csv", "-", env=FROZEN)
    pane, page, numbers = asyncio.run(looked(shop))
    lines = Path("out.jsonl").read_text(encoding="utf-8").splitlines()
    filed = from_json([json.loads(line) for line in lines])
    assert spread.code == 0, spread.err
    assert numbers == filed == pictured == from_csv(spread.out)
    assert {key: numbers[key] for key in plain} == plain
    assert len(plain) > 45
    units = {(r["metric"], r["class"]): r["unit"] for r in printed}
    for metric in ("waiting_now", "late_now", "response_rate", "answered_within_5m", "answered_within_60m",
                   "first_response_median", "first_answer_median", "share_bad", "ever_ignored"):  # fmt: skip
        value, n, *_ = plain[metric, None]
        said = re.escape(written(value, units[metric, None]))
        name = metric.replace("_", " ")
        assert re.search(rf"{name} +{said}[? ]n={n} ", page), (metric, value, n, page)
    rate, n, *_ = plain["response_rate", None]
    assert re.search(rf"answered +{written(rate, 'rate')}\? n={n} ", pane)
    median, n, *_ = plain["first_response_median", None]
    assert re.search(rf"median +{re.escape(written(median, 'seconds'))}\? p90 .* n={n} ", pane)
    fast, n, *_ = plain["answered_within_60m", None]
    assert re.search(rf"<60m +{written(fast, 'rate')}\? .* n={n} ref 42%", pane)
    assert f"late {plain['late_now', None][0]:g}" in pane.splitlines()[0]


def test_the_items_of_a_number_are_those_that_it_counts(shop: Shell) -> None:
    [late] = [one for one in shop.json("stats", env=FROZEN) if one["metric"] == "late_now"]
    items = shop.json("stats", "--items", "late_now", env=FROZEN)
    assert len(items) == late["value"] > 0
    listed = {row["id"] for row in shop.json("list", "is:late", env=FROZEN)}
    assert {one["interval"] for one in items} == listed
    part = shop.json("stats", "--window", "all", "--items", "answer_times/5-30m", env=FROZEN)
    assert {one["state"] for one in part} == {"answered"}
    lines = shop.run("stats", "--items", "share_bad", env=FROZEN).out.splitlines()
    assert lines[0].split() == ["posted", "id", "state", "feed", "customer", "text"]


def test_a_number_that_is_not_there_names_the_nearest(shop: Shell) -> None:
    done = shop.run("stats", "--items", "late_new", env=FROZEN)
    assert done.code == 2
    assert "there is no number 'late_new'" in done.err
    assert "late_now" in done.err
    done = shop.run("stats", "--items", "nps", env=FROZEN)
    assert (done.code, done.out) == (0, "")
    assert "it counts nothing" in done.err


def test_csv_goes_into_a_new_file_only(shop: Shell) -> None:
    done = shop.run("stats", "--csv", "numbers.csv", env=FROZEN)
    assert (done.code, done.out) == (0, "")
    numbers = from_csv(Path("numbers.csv").read_text(encoding="utf-8"))
    assert numbers == from_json(shop.json("stats", env=FROZEN))
    done = shop.run("stats", "--csv", "numbers.csv", env=FROZEN)
    assert done.code != 0
    assert "is there already" in done.err
    assert shop.run("stats", "--csv", "-", "--items", "nps", env=FROZEN).code == 2


def test_the_numbers_by_class_are_printed_with_the_others(shop: Shell) -> None:
    found = from_json(shop.json("stats", "--by", "language", "--window", "all", env=FROZEN))
    whole = from_json(shop.json("stats", "--window", "all", env=FROZEN))
    assert {key: found[key] for key in whole} == whole
    waiting = [found["waiting_now", f"language:{lang}"][0] or 0 for lang in ("en", "lo")]
    assert sum(waiting) == whole["waiting_now", None][0]
    assert shop.run("stats", "--by", "planet", env=FROZEN).code == 2
