"""list, show, explain and stats: what stands in them, in which order, and for which clock."""

from __future__ import annotations

import pytest

from cxtui.core.metrics.wording import written
from tests.cli.shell import NOON, Shell, item, replied

FROZEN = {"CXTUI_NOW": "2026-11-22T12:30:00Z"}

FIELDS = {
    "id", "feed", "network", "kind", "author", "text", "lang", "url", "thread", "count", "posted", "seen",
    "due", "clock", "title", "attachments", "short", "state", "priority", "tags", "claimed_by",
    "snoozed_until", "stars", "tone",
}  # fmt: skip


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """Mai is late, Tom waits, Kim holds, Joy praises, Bee was answered, Old is history."""
    shell.load([
        item("tom", "2026-11-22T12:05:00Z"),
        item("mai", "2026-11-22T11:00:00Z", tone="complaint", tone_by="rule", attachments=[
            {"name": "lamp.jpg", "kind": "image", "url": "https://shop.example/lamp.jpg"}]),
        item("kim", "2026-11-22T11:10:00Z", title="Desk lamp"),
        replied("kim", "2026-11-22T11:20:00Z", kind="holding"),
        item("joy", "2026-11-22T10:00:00Z", text="lovely lamp", tone="praise", tone_by="rule", stars=5),
        item("bee", "2026-11-22T09:00:00Z"),
        replied("bee", "2026-11-22T09:10:00Z"),
        item("old", "2026-11-01T09:00:00Z", history=True),
    ])  # fmt: skip
    return shell


def test_rows_come_in_the_order_of_their_due_times_praise_last(shop: Shell) -> None:
    rows = shop.json("list", env=FROZEN)
    assert [row["id"] for row in rows] == ["comments:mai", "comments:tom", "comments:kim", "comments:joy"]
    assert [row["clock"] for row in rows] == ["first_response", "first_response", "update", "thanks"]
    assert [row["state"] for row in rows] == ["waiting", "waiting", "held", "waiting"]
    assert [row["due"] for row in rows] == [
        "2026-11-22T12:00:00Z", "2026-11-22T13:05:00Z", "2026-11-22T15:20:00Z", "2026-11-24T10:00:00Z",
    ]  # fmt: skip


def test_what_has_ended_comes_in_due_order_too_and_equal_times_as_on_the_screen(shell: Shell) -> None:
    shell.load([
        item("late", "2026-11-22T08:00:00Z"),
        item("quick", "2026-11-22T08:30:00Z"),
        replied("quick", "2026-11-22T08:31:00Z"),
        replied("late", "2026-11-22T11:00:00Z"),
        item("b", "2026-11-22T12:00:00Z"),
        item("c", "2026-11-22T12:00:00Z", tone="complaint", tone_by="rule"),
        item("a", "2026-11-22T12:00:00Z"),
    ])  # fmt: skip
    rows = shell.json("list", "--all", env=FROZEN)
    assert [row["id"].removeprefix("comments:") for row in rows] == ["c", "a", "b", "late", "quick"]
    dues = [row["due"] for row in rows if row["state"] == "answered"]
    assert dues == sorted(dues)


def test_a_row_has_exactly_the_fixed_fields(shop: Shell) -> None:
    mai = shop.json("list", env=FROZEN)[0]
    assert set(mai) == FIELDS
    assert mai["author"] == {"handle": "@mai", "name": "Mai", "followers": None}
    assert (mai["posted"], mai["seen"]) == ("2026-11-22T11:00:00Z", "2026-11-22T11:00:00Z")
    assert mai["attachments"] == [
        {"name": "lamp.jpg", "kind": "image", "url": "https://shop.example/lamp.jpg"}
    ]
    assert (mai["count"], mai["priority"], mai["tags"], mai["tone"]) == (1, "normal", [], "complaint")


def test_all_adds_what_has_ended_and_how(shop: Shell) -> None:
    rows = {row["id"]: row for row in shop.json("list", "--all", env=FROZEN)}
    assert set(rows["comments:bee"]) == FIELDS | {"answered", "answer_kind", "origin", "closed_reason"}
    bee, old = rows["comments:bee"], rows["comments:old"]
    assert (bee["state"], bee["answered"], bee["answer_kind"], bee["origin"]) == (
        "answered", "2026-11-22T09:10:00Z", "answer", "cxtui",
    )  # fmt: skip
    assert (bee["clock"], bee["due"]) == ("first_response", "2026-11-22T10:00:00Z")
    assert (old["state"], old["due"]) == ("history", None)
    assert rows["comments:mai"]["answered"] is None


def test_words_must_all_be_there_in_any_case(shop: Shell) -> None:
    assert [row["id"] for row in shop.json("list", "ORDER", "tom", env=FROZEN)] == ["comments:tom"]
    assert [row["id"] for row in shop.json("list", "desk lamp", env=FROZEN)] == ["comments:kim"]
    assert shop.json("list", "nobody wrote this", env=FROZEN) == []
    assert [row["id"] for row in shop.json("list", "id:comments:mai", env=FROZEN)] == ["comments:mai"]


def test_fail_late_looks_at_the_listed_rows_and_the_clock(shop: Shell) -> None:
    assert shop.run("list", "--fail-late", env=FROZEN).code == 7
    assert shop.run("list", "--fail-late", "tom", env=FROZEN).code == 0
    assert shop.run("list", "--fail-late", env={"CXTUI_NOW": NOON}).code == 0, "due = now is not late"
    assert shop.run("list", "--fail-late", "lovely", env={"CXTUI_NOW": "2027-01-01T00:00:00Z"}).code == 0


def test_people_read_one_row_a_line(shop: Shell) -> None:
    shop.load([item("ann", "2026-11-22T12:20:00Z", text="ນ້ຳໜັກ\nບໍ່ຖືກ [/s]")])
    lines = shop.run("list", env=FROZEN).out.splitlines()
    assert lines[0].split() == ["due", "id", "state", "feed", "customer", "text"]
    assert lines[1].startswith("-30m")
    assert "waiting, late" in lines[1]
    assert "ນ້ຳໜັກ ບໍ່ຖືກ [/s]" in lines[3]
    assert "Desk lamp: where is order kim?" in lines[4]
    assert len(lines) == 6


def test_an_empty_queue_says_so_and_prints_no_data(shell: Shell) -> None:
    done = shell.run("list")
    assert (done.code, done.out, done.err) == (0, "", "nobody waits\n")


def test_show_prints_the_whole_thread_by_any_id_of_it(shop: Shell) -> None:
    short = shop.json("list", env=FROZEN)[2]["short"]
    messages = shop.json("show", short)
    assert messages == shop.json("show", "comments:kim")
    assert [(m["who"], m["ours"], m["kind"]) for m in messages] == [
        ("@kim", False, "comment"), ("nok", True, "holding"),
    ]  # fmt: skip
    assert set(messages[0]) == {"who", "ours", "text", "at", "url", "kind"}
    assert messages[1]["at"] == "2026-11-22T11:20:00Z"
    text = shop.run("show", short, env={"CXTUI_TIMEZONE": "Asia/Vientiane"}).out
    assert "2026-11-22 18:10  @kim (customer, comment)" in text
    assert "    Desk lamp\n    where is order kim?\n" in text


def test_an_unknown_id_names_the_nearest_and_ends_with_2(shop: Shell) -> None:
    done = shop.run("show", "comments:maj")
    assert done.code == 2
    assert done.out == ""
    assert "comments:maj" in done.err
    assert "did you mean comments:mai?" in done.err


def test_explain_names_policy_clock_and_reason(shop: Shell) -> None:
    [found] = shop.json("explain", "comments:tom", env=FROZEN)
    assert found.pop("why") == (
        "@tom wrote on 2026-11-22 12:05; the policy 'default' allows 1h00 until the first answer, "
        "around the clock: due 2026-11-22 13:05."
    )
    assert found == {
        "id": "comments:tom", "policy": "default", "clock": "first_response",
        "start": "2026-11-22T12:05:00Z", "target": 3600, "calendar": "24/7", "due": "2026-11-22T13:05:00Z",
    }  # fmt: skip
    [held] = shop.json("explain", "comments:kim", env=FROZEN)
    assert (held["clock"], held["start"], held["target"]) == ("update", "2026-11-22T11:20:00Z", 14400)
    assert "hears again within 4h" in held["why"]
    assert "history waits for nobody" in shop.run("explain", "comments:old").out


def test_explain_tells_a_promise_a_snooze_and_an_end(shop: Shell) -> None:
    shop.load([
        {"v": 1, "type": "promise", "item": "comments:kim", "text": "friday", "made": "2026-11-22T11:20:00Z",
         "due": "2026-11-22T14:00:00Z", "state": "open", "proof": None},
    ])  # fmt: skip
    [held] = shop.json("explain", "comments:kim", env=FROZEN)
    assert held["due"] == "2026-11-22T14:00:00Z"
    assert "promised an answer by 2026-11-22 14:00" in held["why"]
    assert "answered by nok on 2026-11-22 09:10" in shop.run("explain", "comments:bee").out
    shop.act("snooze", "comments:tom", "reply", "--yes")
    assert "snoozed until the customer writes again" in shop.run("explain", "comments:tom").out
    shop.act("done", "comments:tom", "--reason", "spam")
    assert ": spam." in shop.run("explain", "comments:tom").out


def test_stats_prints_every_number_with_its_n(shop: Shell) -> None:
    found = {figure["metric"]: figure for figure in shop.json("stats", "--window", "all", env=FROZEN)}
    assert found["late_now"] | {"gaps": []} == {
        "metric": "late_now", "value": 1, "n": found["late_now"]["n"], "unit": "intervals",
        "kind": "counted", "low": None, "high": None, "class": None, "gaps": [],
        "as_of": "2026-11-22T12:30:00Z",
    }  # fmt: skip
    assert found["waiting_now"]["value"] == 3
    assert found["nps"]["value"] is None
    assert found["nps"]["why"]
    [mine] = [f for f in shop.json("stats", "mai", env=FROZEN) if f["metric"] == "waiting_now"]
    assert mine["value"] == 1
    text = shop.run("stats", "--window", "all", env=FROZEN).out
    assert "answered_within_60m" in text


def test_stats_needs_a_known_window(shop: Shell) -> None:
    done = shop.run("stats", "--window", "7days")
    assert done.code == 2
    assert "24h, 7d, 30d, all" in done.err


def test_explain_tells_praise_a_doubt_and_a_time_that_was_mended(shop: Shell) -> None:
    assert "to say thanks for praise that asks nothing" in shop.run("explain", "comments:joy").out
    shop.load([
        item("ann", NOON, flagged="no time given"),
        {"v": 1, "type": "event", "id": "e1", "item": "comments:tom", "verb": "probably", "by": "cxtui",
         "at": NOON, "detail": {"evidence": "a bare name answered"}},
    ])  # fmt: skip
    doubt = shop.run("explain", "comments:tom").out
    assert "probably answered (a bare name answered)" in doubt
    assert "(no time given: counted from when cxtui saw it)" in shop.run("explain", "comments:ann").out


def test_numbers_are_written_for_people() -> None:
    assert written(3_900, "seconds") == "1h05"
    assert written(0.955, "rate") == "96%"
    assert written(12, "intervals") == "12"
    assert written(4.25, "stars") == "4.2"


def test_few_outcomes_are_no_percentage_for_people_but_a_figure_for_scripts(shop: Shell) -> None:
    shop.act("tag", "comments:bee", "recommends")
    [fast] = [
        figure
        for figure in shop.json("stats", "--window", "all", env={"CXTUI_NOW": "2999-01-01T00:00:00Z"})
        if (figure["metric"], figure["class"]) == ("recommend", "fast")
    ]
    lines = shop.run("stats", "--window", "all", env={"CXTUI_NOW": "2999-01-01T00:00:00Z"}).out.splitlines()
    assert any(line.split()[:3] == ["recommend", "fast", "few"] for line in lines) is (
        fast["value"] is not None
    )
