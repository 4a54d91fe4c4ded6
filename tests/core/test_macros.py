"""Macros: what may stand in one, in which order it is done, and what it comes to."""

from datetime import UTC, datetime, timedelta

import pytest

from cxtui.core.macros import WORDS, do, macro
from cxtui.errors import UsageError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_every_word_comes_to_its_event() -> None:
    texts = ["snooze 2h", "note see the warehouse", "priority high", "claim", "tag refund -new"]
    made = macro("refund", texts)
    steps = made.steps(NOW, UTC, "nok")
    assert [verb for verb, _ in steps] == ["tagged", "untagged", "claimed", "priority", "noted", "snoozed"]
    assert [detail for _, detail in steps] == [
        {"tag": "refund"},
        {"tag": "new"},
        {"until": (NOW + timedelta(hours=1)).isoformat(), "for": "nok"},
        {"level": "high"},
        {"text": "see the warehouse"},
        {"until": (NOW + timedelta(hours=2)).isoformat()},
    ]
    assert macro("m", ["assign tess"]).steps(NOW, UTC, "nok")[0][1]["for"] == "tess"
    assert macro("m", ["release", "close spam"]).steps(NOW, UTC, "nok") == (
        ("released", {}),
        ("closed", {"reason": "spam"}),
    )
    assert macro("m", ["snooze reply"]).steps(NOW, UTC, "nok") == (("snoozed", {"until": None}),)


def test_what_takes_the_row_off_the_list_is_done_last() -> None:
    made = macro("m", ["close spam", "tag a"])
    assert [one.word for one in made.acts] == ["tag", "close"]
    assert sorted(WORDS.index(one.word) for one in made.acts) == [WORDS.index(one.word) for one in made.acts]


def test_the_prepared_reply_is_no_event() -> None:
    made = macro("m", ["canned refund", "tag a"])
    assert made.canned == "refund"
    assert [verb for verb, _ in made.steps(NOW, UTC, "nok")] == ["tagged"]
    assert made.words == "tag a, canned refund"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "needs an act"),
        (["tga refund"], "'tga' is no act, did you mean 'tag'"),
        (["dance"], "'dance' is no act; known here: tag, claim"),
        (["tag"], "tag needs something behind it, for instance 'tag refund'"),
        (["claim tess"], "claim takes nothing behind it"),
        (["priority hihg"], "'hihg' is no priority; one of low, normal, high, urgent"),
        (["close done"], "'done' is no reason"),
        (["snooze whenever"], "'whenever' is no time to snooze until"),
        (["snooze promise"], "cannot snooze until a promise"),
        (["canned a b"], "must be one word"),
        (["snooze 1h", "close spam"], "can snooze or close once only"),
        (["claim", "assign tess"], "can claim or assign or release once only"),
        (["canned a", "canned b"], "can canned once only"),
        (["canned a", "close spam"], "a macro that answers cannot close"),
    ],
)
def test_what_makes_no_sense_is_said(texts: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        macro("m", texts)


def test_a_time_that_has_passed_since_is_refused_when_it_is_used() -> None:
    made = macro("m", ["snooze 2020-01-01"])
    with pytest.raises(UsageError, match="is past"):
        made.steps(NOW, UTC, "nok")


def test_an_act_is_written_as_it_was_read() -> None:
    assert [do(text).text for text in ("tag  refund", " claim", "snooze tomorrow 9:00")] == [
        "tag refund",
        "claim",
        "snooze tomorrow 9:00",
    ]
