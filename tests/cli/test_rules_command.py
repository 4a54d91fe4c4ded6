"""Rules from the outside: `rules`, `rules test`, what polling does, and money, voice, advocates beside it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell, item
from tests.program import Program

FEED = """
[[feeds]]
name = "drop"
connector = "ingest"
path = "drop"
every = "1s"
"""
RULES = """
[[rule]]
match = "text~unsubscribe"
do = ["close spam"]

[[rule]]
name = "angry"
match = "stars:<=2"
do = ["tag angry", "priority high", "run sh -c 'echo $CXTUI_ITEM >> told'"]
"""
PATIENCE = 30.0


def asks(home: Path, *records: dict[str, Any]) -> None:
    (home / "drop").mkdir(exist_ok=True)
    name = f"{sum(1 for _ in (home / 'drop').iterdir())}.jsonl"
    (home / "drop" / name).write_text("".join(json.dumps(record) + "\n" for record in records))


def test_polling_uses_the_rules_and_a_person_opens_again_what_they_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cxtui = Program(tmp_path, FEED + RULES)
    monkeypatch.chdir(tmp_path)
    cxtui.env = {"PYTHONPATH": str(Path(__file__).parents[2])}
    asks(
        tmp_path,
        {"id": 1, "author": "mai", "text": "unsubscribe"},
        {"id": 2, "author": "tom", "text": "bad", "stars": 1},
    )
    cxtui.run("poll", "--once")
    cxtui.run("poll", "--once")
    (angry,) = cxtui.run("list")
    assert (angry["id"], angry["tags"], angry["priority"]) == ("drop:2", ["angry"], "high")
    assert (tmp_path / "told").read_text() == "drop:2\n"
    (closed,) = cxtui.run("list", "--all", "is:closed", "by:rule")
    assert (closed["id"], closed["closed_reason"]) == ("drop:1", "spam")
    with cxtui.start("list", "--all", "is:closed") as listing:
        assert "closed, rule text~unsubscribe" in listing.communicate(timeout=PATIENCE)[0]
    assert "It was closed by rule text~unsubscribe on " in cxtui.run("explain", "drop:1")[0]["why"]
    assert cxtui.run("wake", "drop:1")[0]["state"] == "waiting"
    assert cxtui.run("undo")[0]["state"] == "closed"
    found = {one["metric"]: one for one in cxtui.run("stats", "--window", "all")}
    assert found["response_rate"]["beside"] == {"closed spam": 1, "waiting": 1}
    cxtui.run("wake", "drop:1", "--readonly", code=2)


def test_a_killed_poller_leaves_no_rule_half_done_and_starts_no_program_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cxtui = Program(tmp_path, FEED + RULES)
    monkeypatch.chdir(tmp_path)
    cxtui.env = {"PYTHONPATH": str(Path(__file__).parents[2])}
    number = 0
    for _ in range(3):
        with cxtui.start("poll") as poller:
            end = time.monotonic() + PATIENCE
            said = {"author": "tom", "text": "bad", "stars": 1}
            asks(tmp_path, *({"id": n, **said} for n in range(number + 1, number + 6)))
            number += 5
            while len(cxtui.run("list")) < number:
                assert time.monotonic() < end
            poller.kill()
    cxtui.run("poll", "--once")
    assert all(row["tags"] == ["angry"] and row["priority"] == "high" for row in cxtui.run("list"))
    events = [one for one in cxtui.run("export") if one["type"] == "event"]
    assert len(events) == 2 * number
    told = (tmp_path / "told").read_text().split()
    assert len(told) == len(set(told))
    assert set(told) <= {f"drop:{n}" for n in range(1, number + 1)}


def test_a_rule_written_while_it_polls_counts_from_then_on(tmp_path: Path) -> None:
    cxtui = Program(tmp_path, FEED)
    file = tmp_path / "config.toml"
    asks(tmp_path, {"id": 1, "author": "mai", "text": "unsubscribe"})
    with cxtui.start("poll") as poller:
        try:
            end = time.monotonic() + PATIENCE
            while not cxtui.run("list"):
                assert time.monotonic() < end
            file.write_text(file.read_text() + '[[rule]]\nmatch = "text~unsubscribe"\ndo = ["close spam"]\n')
            assert poller.stderr is not None
            while "the new rules count for what comes from now on" not in poller.stderr.readline():
                assert time.monotonic() < end
            asks(tmp_path, {"id": 2, "author": "tom", "text": "unsubscribe"})
            while len(cxtui.run("list", "--all")) < 2:
                assert time.monotonic() < end
        finally:
            poller.terminate()
    assert [row["id"] for row in cxtui.run("list")] == ["drop:1"]


CONFIG = f"""
operator = "nok"
timezone = "UTC"
order_value = 40.0
currency = "USD"
orders_per_year = 3
{RULES}
[[rule]]
name = "broken"
match = "text~lamp"
do = ["run /nowhere/at-all", "snooze 2h"]
stop = true
"""


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.config = CONFIG
    shell.load([
        item("mai", "2026-11-20T12:00:00Z", text="unsubscribe me"),
        item("tom", "2026-11-21T12:00:00Z", text="my lamp, awful", stars=1, kind="review", tone="complaint"),
        item("old", "2026-11-01T12:00:00Z", text="unsubscribe", history=True),
    ])  # fmt: skip
    return shell


def test_the_rules_are_listed(shop: Shell) -> None:
    done = shop.run("rules")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == [
        "rule",
        "text~unsubscribe",
        "angry",
        "broken",
    ]
    assert done.err == "rule broken: there is no program '/nowhere/at-all' here\n"
    one, two, three = shop.run("rules", "--json").records
    assert one == {
        "rule": "text~unsubscribe", "match": "text~unsubscribe", "do": ["close spam"], "stop": False,
        "program": None,
    }  # fmt: skip
    assert two["do"] == ["tag angry", "priority high", "run sh -c 'echo $CXTUI_ITEM >> told'"]
    assert (three["stop"], three["program"]) == (True, None)


def test_what_they_would_have_done_is_shown_and_nothing_is_done(shop: Shell) -> None:
    before = shop.run("export").out
    done = shop.run("rules", "test", "--json")
    assert [(one["rule"], one["id"], one["would"], one["not"]) for one in done.records] == [
        ("text~unsubscribe", "comments:mai", ["close spam"], []),
        ("angry", "comments:tom", ["tag angry", "priority high", "run sh -c 'echo $CXTUI_ITEM >> told'"], []),
        ("broken", "comments:tom", ["run /nowhere/at-all", "snooze 2h"], []),
    ]
    assert done.err.splitlines() == [
        "rule text~unsubscribe: 1 row", "rule angry: 1 row", "rule broken: 1 row",
    ]  # fmt: skip
    assert set(done.records[0]) == {
        "rule", "match", "id", "short", "item", "feed", "author", "text", "posted", "seen", "would", "not",
    }  # fmt: skip
    assert "my lamp, awful" in shop.run("rules", "test").out
    assert shop.run("export").out == before


def test_since_when_is_asked_as_in_a_filter(shop: Shell) -> None:
    frozen = {"CXTUI_NOW": "2026-11-22T00:00:00Z"}
    some = shop.run("rules", "test", "--since", "1d", "--json", "--readonly", env=frozen)
    assert [one["id"] for one in some.records] == ["comments:tom", "comments:tom"]
    wrong = shop.run("rules", "test", "--since", "1w", "--json", env={"CXTUI_NOW": "yesterday"})
    assert (wrong.code, "CXTUI_NOW must be a time" in wrong.err) == (2, True)
    bad = shop.run("rules", "test", "--since", "soonish")
    assert bad.code == 2
    assert "since" in bad.err
    assert shop.run("rules", "tests").code == 2


def test_without_rules_it_says_how_to_write_one(shell: Shell) -> None:
    done = shell.run("rules")
    assert (done.code, done.out, done.err) == (
        0,
        "",
        "no rules are configured; a [[rule]] has match = and do =\n",
    )


def test_money_at_risk_is_a_range_in_the_currency(shop: Shell) -> None:
    frozen = {"CXTUI_NOW": "2026-11-22T00:00:00Z"}
    (row,) = [
        one for one in shop.json("stats", "--window", "all", env=frozen) if one["metric"] == "money_at_risk"
    ]
    assert (row["value"], row["low"], row["high"], row["unit"], row["kind"], row["n"]) == (
        0, 0, pytest.approx(40 * 3 * 0.88), "USD", "estimate", 1,
    )  # fmt: skip
    said = next(
        line for line in shop.run("stats", "--window", "all", env=frozen).out.splitlines() if "money" in line
    )
    assert "~0 USD" in said
    assert "[0 to 105.6 USD]" in said
    csv = shop.run("stats", "--window", "all", "--csv", "-", env=frozen).out
    assert "money_at_risk,,0.0,1,USD,estimate,0.0," in csv
    (behind,) = shop.json("stats", "--window", "all", "--items", "money_at_risk", env=frozen)
    assert behind["id"] == "comments:tom"
    shop.config = ""
    (row,) = [one for one in shop.json("stats") if one["metric"] == "money_at_risk"]
    assert (row["value"], row["why"]) == (None, "set order_value")


def test_advocates_and_detractors_have_their_reasons(shell: Shell) -> None:
    praise: dict[str, Any] = {"tone": "praise", "kind": "review", "stars": 5}
    author = {"handle": "@mai", "name": "Mai", "followers": 12}
    shell.load([
        item("a", "2026-11-20T12:00:00Z", author=author, text="good", **praise),
        item("b", "2026-11-21T12:00:00Z", author=author, text="so good", **praise),
        item("tom", "2026-11-21T12:00:00Z", text="awful", tone="complaint"),
        item("zoe", "2026-11-21T12:00:00Z", text="nice", tone="praise"),
    ])  # fmt: skip
    frozen = {"CXTUI_NOW": "2026-11-22T00:00:00Z"}
    mai, tom = shell.json("advocates", env=frozen)
    assert (mai["side"], mai["author"], mai["points"], mai["days"], mai["open"]) == (
        "advocate", {"handle": "@mai", "name": "Mai", "followers": 12}, 6, 2, False,
    )  # fmt: skip
    assert mai["reasons"][0] == {
        "what": "recommended", "points": 3, "at": "2026-11-21T12:00:00Z", "item": "comments:b",
        "text": "so good",
    }  # fmt: skip
    assert (tom["side"], tom["points"], tom["open"]) == ("detractor", -3, True)
    assert [one["side"] for one in shell.json("advocates", "--all", env=frozen)] == [
        "advocate",
        "detractor",
        None,
    ]
    later = {"CXTUI_NOW": "2027-03-01T00:00:00Z"}
    assert shell.run("advocates", env=later).err.startswith("nobody is one yet")
    words = shell.run("advocates", env=frozen).out
    assert "+3 recommended 2026-11-21 “so good”" in words


def test_a_customer_is_muted_and_unmuted(shop: Shell) -> None:
    assert shop.act("mute", "comments:tom")["state"] == "waiting"
    assert shop.run("mute", "comments:tom").code == 1
    done = shop.run("unmute", "comments:tom")
    assert "muted no more" in done.out
    assert shop.run("unmute", "comments:tom").err == "cxtui: @tom is not muted\n"
    verbs = [json.loads(line)["verb"] for line in shop.run("export").out.splitlines() if '"event"' in line]
    assert verbs == ["muted", "unmuted"]
    assert shop.run("unmute", "comments:tom", "--readonly").code == 2
    assert shop.run("unmute", "comments:tom", env={"CXTUI_NOW": "2026-11-22T00:00:00Z"}).code == 2
