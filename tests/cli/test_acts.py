"""The acts: what they change, what they ask, what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.shell import Shell, item


def ago(**length: float) -> str:
    return (datetime.now(UTC) - timedelta(**length)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """Mai waits since ten minutes, Tom since two hours."""
    shell.load([item("mai", ago(minutes=10)), item("tom", ago(hours=2))])
    return shell


def test_a_snooze_says_until_when_and_wake_ends_it(shop: Shell) -> None:
    row = shop.act("snooze", "comments:mai", "15m")
    assert (row["id"], row["state"]) == ("comments:mai", "snoozed")
    until = datetime.fromisoformat(row["snoozed_until"])
    assert timedelta(minutes=14) < until - datetime.now(UTC) <= timedelta(minutes=15)
    assert shop.act("wake", "comments:mai")["state"] == "waiting"
    done = shop.run("snooze", "comments:mai", "5m")
    assert "snoozed until 20" in done.out


def test_snoozing_past_the_due_time_asks(shop: Shell) -> None:
    for words in (("2h",), ("tomorrow", "9:00"), ("reply",)):
        for more in ((), ("--no-input",)):
            done = shop.run("snooze", "comments:mai", *words, *more)
            assert done.code == 2, words
            assert "--yes" in done.err
    assert shop.act("snooze", "comments:mai", "2h", "--yes")["state"] == "snoozed"
    assert shop.act("snooze", "comments:mai", "reply", "--yes")["snoozed_until"] is None


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("yes\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_a_person_at_a_terminal_is_asked_and_no_means_nothing_is_done(
    shop: Shell, answer: str, code: int
) -> None:
    done = shop.run("snooze", "comments:tom", "1h", stdin=answer, terminal=True)
    assert done.code == code
    assert "is late at" in done.err
    state = shop.json("list", "--all", "tom")[0]["state"]
    assert state == ("waiting" if code else "snoozed")


def test_a_snooze_until_a_promise_needs_one(shop: Shell) -> None:
    done = shop.run("snooze", "comments:mai", "promise")
    assert done.code == 2
    assert "nothing is promised" in done.err
    shop.load([
        {"v": 1, "type": "promise", "item": "comments:mai", "text": "soon", "made": ago(minutes=5),
         "due": "2999-01-01T00:00:00Z", "state": "open", "proof": None},
    ])  # fmt: skip
    assert shop.act("snooze", "comments:mai", "promise", "--yes")["snoozed_until"] == "2999-01-01T00:00:00Z"


def test_a_time_that_is_none_is_refused_and_nothing_changes(shop: Shell) -> None:
    done = shop.run("snooze", "comments:mai", "tomorow")
    assert done.code == 2
    assert "did you mean 'tomorrow'?" in done.err
    assert shop.run("snooze", "comments:mai", "2020-01-01").code == 2
    assert shop.json("list", "mai")[0]["state"] == "waiting"


def test_done_needs_a_known_reason(shop: Shell) -> None:
    assert shop.run("done", "comments:mai").code == 2
    done = shop.run("done", "comments:mai", "--reason", "spma")
    assert (done.code, "did you mean 'spam'?" in done.err) == (2, True)
    row = shop.act("done", "comments:mai", "--reason", "no-answer-needed")
    assert (row["state"], row["closed_reason"]) == ("closed", "no-answer-needed")
    again = shop.run("done", "comments:mai", "--reason", "spam")
    assert again.code == 1
    assert "closed" in again.err


def test_answered_elsewhere_is_an_answer_and_no_close(shop: Shell) -> None:
    row = shop.act("done", "comments:mai", "--reason", "answered-elsewhere")
    assert (row["state"], row["closed_reason"]) == ("answered", None)
    [listed] = shop.json("list", "--all", "mai")
    assert listed["origin"] == "elsewhere"


def test_undo_takes_back_ones_own_acts_last_first(shop: Shell) -> None:
    shop.act("done", "comments:mai", "--reason", "spam")
    shop.act("tag", "comments:tom", "vip")
    shop.env["CXTUI_OPERATOR"] = "joy"
    assert shop.run("undo").code == 1, "joy did nothing"
    shop.env["CXTUI_OPERATOR"] = "nok"
    undone = shop.act("undo")
    assert (undone["id"], undone["tags"], undone["undid"]) == ("comments:tom", [], "tag")
    undone = shop.act("undo")
    assert (undone["id"], undone["state"], undone["undid"]) == ("comments:mai", "waiting", "done")
    done = shop.run("undo")
    assert (done.code, done.out) == (1, "")


def test_claims_have_a_name_and_end_by_themselves(shop: Shell) -> None:
    assert shop.act("claim", "comments:mai")["claimed_by"] == "nok"
    assert shop.act("claim", "comments:mai", "--for", "joy")["claimed_by"] == "joy"
    assert shop.json("list", "mai", env={"CXTUI_NOW": "2999-01-01T00:00:00Z"})[0]["claimed_by"] is None
    assert shop.act("release", "comments:mai")["claimed_by"] is None
    assert shop.run("claim", "comments:mai", "--for", "a b").code == 2


def test_tags_are_put_on_and_taken_off(shop: Shell) -> None:
    assert shop.act("tag", "comments:mai", "vip", "#refund")["tags"] == ["vip", "refund"]
    assert shop.act("tag", "comments:mai", "-vip", "new")["tags"] == ["refund", "new"]
    assert shop.act("--json", "tag", "comments:mai", "--yes", "-new")["tags"] == ["refund"]
    assert shop.run("tag", "comments:mai", "two words").code == 2
    assert shop.run("tag", "comments:mai", "--jsn").code == 2
    assert shop.run("tag", "comments:mai").code == 2


def test_recommends_and_detracts_are_outcomes_and_not_tags(shop: Shell) -> None:
    assert shop.act("tag", "comments:mai", "recommends")["tags"] == []
    verbs = [record["verb"] for record in exported(shop) if record["type"] == "event"]
    assert verbs == ["recommends"]
    assert shop.run("tag", "comments:mai", "-recommends").code == 2
    assert shop.act("undo")["undid"] == "tag recommends"


def exported(shell: Shell) -> list[dict[str, str]]:
    done = shell.run("export")
    assert done.code == 0
    return done.records


def test_a_note_is_kept_and_an_empty_one_is_refused(shop: Shell) -> None:
    shop.act("note", "comments:mai", "called", "her", "back")
    [event] = [record for record in exported(shop) if record["type"] == "event"]
    assert event["detail"] == {"text": "called her back"}
    assert shop.run("note", "comments:mai", " ").code == 2


def test_a_priority_is_one_of_four(shop: Shell) -> None:
    assert shop.act("priority", "comments:mai", "urgent")["priority"] == "urgent"
    done = shop.run("priority", "comments:mai", "hihg")
    assert (done.code, "did you mean 'high'?" in done.err) == (2, True)


def test_what_is_not_probably_answered_cannot_be_confirmed(shop: Shell) -> None:
    for words in (("confirm", "comments:mai"), ("confirm", "comments:mai", "--no")):
        done = shop.run(*words)
        assert done.code == 1
        assert "probably" in done.err


def test_a_probable_answer_is_confirmed_or_rejected(shop: Shell) -> None:
    for name, more, state in (("mai", (), "answered"), ("tom", ("--no",), "waiting")):
        shop.load([
            {"v": 1, "type": "event", "id": f"e-{name}", "item": f"comments:{name}", "verb": "probably",
             "by": "cxtui", "at": ago(minutes=1), "detail": {"evidence": "a bare name"}},
        ])  # fmt: skip
        assert shop.json("list", name)[0]["state"] == "probably"
        assert shop.act("confirm", f"comments:{name}", *more)["state"] == state


@pytest.mark.parametrize(
    "words",
    [
        ("snooze", "comments:mai", "1h"), ("wake", "comments:mai"),
        ("done", "comments:mai", "--reason", "spam"),
        ("undo",), ("claim", "comments:mai"), ("release", "comments:mai"), ("tag", "comments:mai", "a"),
        ("note", "comments:mai", "a"), ("priority", "comments:mai", "high"), ("confirm", "comments:mai"),
        ("poll", "--once"), ("reply", "comments:mai", "--text", "hi", "--yes"),
    ],
)  # fmt: skip
def test_acts_are_refused_when_the_clock_stands_or_only_reading_is_allowed(
    shop: Shell, words: tuple[str, ...]
) -> None:
    before = shop.run("export").out
    frozen = shop.run(*words, env={"CXTUI_NOW": "2026-11-22T09:00:00Z"})
    assert (frozen.code, "CXTUI_NOW" in frozen.err) == (2, True)
    readonly = shop.run(*words, "--readonly")
    assert (readonly.code, "--readonly" in readonly.err) == (2, True)
    assert shop.run("export").out == before


def test_an_unknown_id_names_the_nearest(shop: Shell) -> None:
    done = shop.run("wake", "comments:mia")
    assert (done.code, "did you mean comments:mai?" in done.err) == (2, True)
