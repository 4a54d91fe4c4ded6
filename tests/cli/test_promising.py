"""promises, promise, the holding reply; and what a team that only holds looks like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cxtui.core.feed import NETWORKS, Network
from cxtui.core.item import Arrival, Voice
from tests.cli import network
from tests.cli.shell import Record, Shell, item, replied

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
FROZEN = {"CXTUI_NOW": "2026-11-30T12:00:00Z"}
CONFIG = """
operator = "nok"
timezone = "UTC"
[[feeds]]
name = "page"
connector = "isso"
url = "https://page.example"
user = "LampCo Support"
token = { env = "PAGE_TOKEN" }
"""


def said(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(**length: float) -> str:
    return said(datetime.now(UTC) - timedelta(**length))


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """Mai waits since ten minutes and was held, Tom since five."""
    held = replied("mai", ago(minutes=8), kind="holding", remote_id="h1")
    shell.load([item("mai", ago(minutes=10)), item("tom", ago(minutes=5)), held])
    return shell


@pytest.fixture
def polled(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Mai waits on a feed that takes replies."""
    monkeypatch.setitem(NETWORKS, "isso", Network("tests.cli.network"))
    network.clear()
    network.SAID[:] = [
        Arrival("mai", "where is it?", Voice("mai", "Mai"), posted=datetime.now(UTC) - timedelta(minutes=10))
    ]
    shell.config = CONFIG
    shell.env["PAGE_TOKEN"] = "t0k"
    assert shell.run("poll", "--once").code == 0
    return shell


def test_a_promise_is_made_listed_moved_released_and_undone(shop: Shell) -> None:
    made = shop.act("promise", "comments:mai", "you", "hear", "from", "us", "--due", "2h")
    facts = {
        "type": "promise", "item": "comments:mai", "text": "you hear from us", "state": "open", "proof": None,
        "by": "nok", "reason": None, "row": "comments:mai", "feed": "comments",
    }  # fmt: skip
    assert facts.items() <= made.items()
    assert made["author"] == {"handle": "@mai", "name": "Mai", "followers": None}
    assert 7_100 < made["left"] <= 7_200
    shop.act("promise", "comments:tom", "a call", "--due", "3h")
    assert [one["item"] for one in shop.json("promises")] == ["comments:mai", "comments:tom"]
    [held] = [row for row in shop.json("list") if row["id"] == "comments:mai"]
    assert (held["state"], held["clock"], held["due"]) == ("held", "update", made["due"])
    moved = shop.run("promise", "move", "comments:mai", "1d")
    assert moved.code == 0
    assert "--kind holding" in moved.err
    assert [one["item"] for one in shop.json("promises")] == ["comments:tom", "comments:mai"]
    released = shop.act("promise", "release", made["id"][:8], "she", "called", "us")
    assert (released["state"], released["reason"], released["left"]) == ("released", "she called us", None)
    assert [one["item"] for one in shop.json("promises")] == ["comments:tom"]
    assert "undone: release of a promise" in shop.run("undo").out
    listed = shop.run("promises").out
    assert listed.splitlines()[0].split() == [
        "left", "promise", "state", "due", "row", "customer", "by", "text",
    ]  # fmt: skip
    assert "you hear from us" in listed
    shop.run("undo")
    shop.run("undo")
    shop.run("undo")
    assert shop.run("promises").err == "nothing is promised\n"


def test_a_promise_is_broken_when_it_is_due_and_nothing_was_answered_at_that_time(shop: Shell) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    shop.load([{"v": 1, "type": "promise", "item": "comments:mai", "text": "soon", "made": ago(minutes=5),
                "due": said(due)}])  # fmt: skip
    for seconds, state, left in ((-60, "open", 60), (0, "open", 0), (90, "broken", -90)):
        env = {"CXTUI_NOW": said(due + timedelta(seconds=seconds))}
        [one] = shop.json("promises", env=env)
        assert (one["state"], one["left"]) == (state, left)


@pytest.mark.parametrize(
    ("words", "said_why"),
    [
        (("promise", "comments:nobody", "x", "--due", "2h"), "comments:nobody"),
        (("promise", "comments:mai", "x"), "--due"),
        (("promise", "comments:mai", "x", "--due", "soon"), "'soon' is no time"),
        (("promise", "comments:mai", "x", "--due", "reply"), "a promise needs a time, not 'reply'"),
        (("promise", "comments:mai", "x", "--due", "2020-01-01"), "is past"),
        (("promise", "move", "comments:mai", "2h"), "comments:mai"),
        (("promise", "release", "comments:mai"), "REASON"),
        (("promise", "release", "comments:tom", "why"), "may be several promises"),
    ],
)
def test_bad_words_change_nothing_and_say_what_helps(
    shop: Shell, words: tuple[str, ...], said_why: str
) -> None:
    for n in range(2):
        shop.act("promise", "comments:tom", f"call {n}", "--due", "3h")
    before = shop.json("promises", "--all")
    done = shop.run(*words)
    assert done.code == 2
    assert said_why in done.err
    assert [one["id"] for one in shop.json("promises", "--all")] == [one["id"] for one in before]


def test_acts_refuse_a_frozen_clock_and_readonly(shop: Shell) -> None:
    for words in (("promise", "comments:mai", "x", "--due", "2h"), ("promise", "release", "x", "y")):
        assert shop.run(*words, env=FROZEN).code == 2
        assert shop.run("--readonly", *words).code == 2


def test_a_holding_reply_opens_its_promise_and_the_answer_keeps_it(polled: Shell) -> None:
    held = polled.run("reply", "page:mai", "--text", "We look into it.", "--kind", "holding", "--due", "2h",
                      "--yes", "--now")  # fmt: skip
    assert (held.code, held.err) == (0, "")
    [owed] = polled.json("promises")
    assert (owed["text"], owed["state"], owed["by"]) == ("We look into it.", "open", "nok")
    [row] = polled.json("list")
    assert (row["state"], row["clock"], row["due"]) == ("held", "update", owed["due"])
    assert polled.run("reply", "page:mai", "--text", "It is here.", "--yes", "--now").code == 0
    assert polled.json("promises") == []
    [kept] = polled.json("promises", "--all")
    assert (kept["state"], bool(kept["proof"]), kept["left"]) == ("kept", True, None)


def test_a_holding_text_that_names_a_time_promises_it_and_one_without_says_so(polled: Shell) -> None:
    text = "We look into it. You will hear from us within 24 h."
    assert polled.run("reply", "page:mai", "--text", text, "--kind", "holding", "--yes", "--now").code == 0
    [owed] = polled.json("promises")
    assert owed["text"] == "You will hear from us within 24 h"
    assert 86_000 < owed["left"] <= 86_400
    done = polled.run("reply", "page:mai", "--text", "Still looking.", "--kind", "holding", "--yes", "--now")
    assert done.code == 0
    assert "no promise is noted; --due WHEN notes one" in done.err
    assert len(polled.json("promises")) == 1
    thanks = polled.run("reply", "page:mai", "--text", "x", "--kind", "thanks", "--due", "2h", "--yes")
    assert (thanks.code, "thanks promise nothing" in thanks.err) == (2, True)


def history(kind: str) -> list[Record]:
    """Ten customers a week ago, each heard in ten minutes and promised an answer by the next day."""
    records: list[Record] = []
    for n in range(10):
        start = NOW - timedelta(days=7, minutes=10 * n)
        name = f"c{n}"
        records += [
            item(name, said(start)),
            replied(name, said(start + timedelta(minutes=10)), kind=kind, remote_id=f"r{n}"),
            {"v": 1, "type": "promise", "item": f"comments:{name}", "text": "an answer", "by": "nok",
             "made": said(start + timedelta(minutes=10)), "due": said(start + timedelta(days=1))},
        ]  # fmt: skip
    return records


def figures(shell: Shell, *metrics: str) -> dict[str, Any]:
    rows = shell.json("stats", "--window", "30d", env=FROZEN)
    found = {(row["metric"], row["class"]): row["value"] for row in rows}
    return {name: found[name, None] for name in metrics}


METRICS = (
    "answered_within_5m",
    "answered_within_60m",
    "answered_within_24h",
    "response_rate",
    "promises_kept",
)


def test_a_team_that_only_holds_does_not_look_good(shell: Shell) -> None:
    shell.load(history("holding"))
    assert figures(shell, *METRICS) == dict.fromkeys(METRICS, 0.0)
    times = figures(shell, "first_response_median", "first_answer_median", "late_now")
    assert times == {"first_response_median": 600, "first_answer_median": None, "late_now": 10}
    assert {one["state"] for one in shell.json("promises", env=FROZEN)} == {"broken"}


def test_a_team_that_answers_as_promised_does(shell: Shell) -> None:
    answers = [
        replied(f"c{n}", said(NOW - timedelta(days=7, minutes=10 * n - 50)), remote_id=f"a{n}")
        for n in range(10)
    ]
    shell.load([*history("holding"), *answers])
    good = figures(shell, *METRICS)
    assert good == {**dict.fromkeys(METRICS, 1.0), "answered_within_5m": 0.0}
    assert {one["state"] for one in shell.json("promises", "--all", env=FROZEN)} == {"kept"}
    lines = shell.run("export").out
    other = Shell(shell.home / "other", shell.config)
    assert other.run("import", "-", stdin=lines).code == 0
    for words in (("promises", "--all"), ("stats", "--window", "30d")):
        assert other.json(*words, env=FROZEN) == shell.json(*words, env=FROZEN)


def test_a_faulty_line_of_ones_own_lists_is_named_with_its_file(shell: Shell) -> None:
    own = shell.home / ".config/cxtui/promises/en.txt"
    own.parent.mkdir(parents=True)
    own.write_text("[days]\npayday = fri\nsomeday = often\n")
    done = shell.run("config", "check")
    assert done.code == 3
    assert f"{own}:3: 'often' is no meaning in 'days'" in done.err
    own.write_text("[days]\npayday = fri\n")
    assert shell.run("config", "check").code == 0


def test_an_answer_that_promises_can_be_followed_by_the_one_that_keeps_it(polled: Shell) -> None:
    def answer(text: str, *more: str) -> int:
        return polled.run("reply", "page:mai", "--text", text, "--yes", "--now", *more).code

    assert answer("It left today. I will call you.", "--due", "2h") == 0
    assert polled.json("list") == []
    [owed] = polled.json("promises")
    assert (owed["text"], owed["state"]) == ("I will call you", "open")
    assert answer("As promised: it is there.") == 0
    [kept] = polled.json("promises", "--all")
    assert kept["state"] == "kept"
    assert kept["proof"] != owed["proof"]
    assert answer("And once more.") != 0
    assert [draft.text for draft in network.SENT] == [
        "It left today. I will call you.", "As promised: it is there.",
    ]  # fmt: skip
