"""What every number promises: a row, a reason, a window, and the items behind it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import DAY, HOUR, Story, at

from cxtui.core.metrics import METRICS, NAMES, REFERENCES, Facts, Ledger, beside, figures
from cxtui.errors import UsageError


def busy() -> Story:
    story = Story()
    for n in range(12):
        item = story.writes(n * 10, f"@c{n}", tone="complaint" if n % 3 else "praise", followers=100 * n)
        if n % 2:
            story.replies_to(item, n * 10 + n)
    story.writes(130, "@star", kind="review", stars=4.0, score=9)
    return story


def test_every_metric_is_registered_and_has_a_place() -> None:
    assert set(NAMES) == set(METRICS)
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("window", ["24h", "7d", "30d", "all"])
def test_every_metric_has_a_row_in_the_fixed_order_even_with_nothing_known(window: str) -> None:
    for facts in (Facts(), busy().facts()):
        rows = [row for row in figures(facts, at(DAY), window) if row.kind != "reference"]
        assert list(dict.fromkeys(row.metric for row in rows)) == list(NAMES)


def test_an_unknown_number_says_why_and_a_known_one_needs_no_excuse() -> None:
    for facts in (Facts(), busy().facts()):
        for row in figures(facts, at(DAY)):
            assert (row.value is None) == bool(row.why), row.metric


def test_n_is_how_many_items_stand_behind_a_rate_and_a_time() -> None:
    counted = {"rate", "seconds", "score"}
    for row in busy().numbers(DAY).rows:
        if row.unit in counted and row.kind == "counted":
            assert row.n == len(row.ids) == len(set(row.ids)), row.metric


def test_a_word_that_is_no_window_is_refused_with_the_windows() -> None:
    with pytest.raises(UsageError, match="24h, 7d, 30d, all"):
        figures(Facts(), at(0), "1y")


def test_a_figure_prints_as_the_fixed_object() -> None:
    story = Story()
    story.is_down("comments", 0, None)
    story.closes(story.writes(0), 5)
    row = story.numbers(2 * HOUR)("response_rate")
    assert json.loads(json.dumps(row.record())) == {
        "metric": "response_rate",
        "value": None,
        "n": 0,
        "unit": "rate",
        "kind": "counted",
        "low": None,
        "high": None,
        "class": None,
        "as_of": "2026-11-01T11:00:00Z",
        "gaps": [{"feed": "comments", "from": "2026-11-01T09:00:00Z", "to": None, "why": "HTTP 503"}],
        "why": "nobody was answered or is past due",
        "beside": {"closed no-answer-needed": 1, "waiting": 0},
    }


def test_references_stand_behind_our_own_rows_with_their_study_and_collide_with_none() -> None:
    rows = busy().numbers(DAY).rows
    found = [row for row in rows if row.kind == "reference"]
    assert rows[-len(found) :] == tuple(found)
    assert not {row.metric for row in found} & set(NAMES)
    assert all(row.source for row in found)
    for reference in REFERENCES:
        assert reference.metric in NAMES
    assert [r.value for r in beside("recommend", "fast")] == [0.71]
    assert [r.value for r in beside("recommend", "late")] == []
    assert [r.value for r in beside("ever_ignored")] == [0.71, 0.95]


def test_a_gap_marks_the_windows_that_it_touches() -> None:
    story = Story()
    story.writes(0)
    story.is_down("comments", DAY, DAY + 10)
    assert len(story.numbers(3 * DAY, "7d")("response_rate").gaps) == 1
    assert story.numbers(3 * DAY, "24h")("response_rate").gaps == ()


def test_rates_by_age_select_by_the_moment_of_that_age() -> None:
    story = Story()
    story.replies_to(story.writes(0), 10)
    inside, outside = DAY + HOUR, DAY + HOUR + 1
    assert story.numbers(inside, "24h").value("answered_within_60m") == (1, 1)
    assert story.numbers(outside, "24h").value("answered_within_60m") == (None, 0)
    assert story.numbers(HOUR - 1, "24h").value("answered_within_60m") == (None, 0)
    assert story.numbers(8 * DAY, "24h").value("ever_ignored") == (0, 1)
    assert story.numbers(8 * DAY + 1, "24h").value("ever_ignored") == (None, 0)


def test_the_other_rates_and_the_times_select_by_start_and_counts_of_now_by_nothing() -> None:
    story = Story()
    story.writes(0)
    for name in ("response_rate", "first_response_median", "in_target", "share_good", "pickup_delay_median"):
        assert story.numbers(DAY, "24h")(name).n == 1, name
        assert story.numbers(DAY + 1, "24h")(name).n == 0, name
    assert story.numbers(40 * DAY, "24h").value("late_now") == (1, 1)


def test_what_becomes_due_now_is_not_late() -> None:
    story = Story()
    story.writes(0)
    assert story.numbers(60).value("late_now") == (0, 1)
    assert story.numbers(61).value("late_now") == (1, 1)
    assert story.numbers(60).value("response_rate") == (None, 0)
    assert ("waiting", 1) in story.numbers(60)("response_rate").beside
    assert ("waiting", 0) in story.numbers(61)("response_rate").beside


def test_who_is_seven_days_old_to_the_minute_counts_as_ignored() -> None:
    story = Story()
    story.writes(0)
    assert story.numbers(7 * DAY - 1).value("ever_ignored") == (None, 0)
    assert story.numbers(7 * DAY).value("ever_ignored") == (1, 1)


def test_facts_can_be_narrowed_to_some_intervals() -> None:
    story = busy()
    story.is_down("elsewhere", 0, None)
    facts = story.facts().narrowed(lambda waits: waits.author.handle == "@c1")
    assert len(facts.intervals) == len(facts.items) == len(facts.replies) == 1
    assert facts.gaps == ()


def test_of_a_narrowed_part_an_outcome_may_be_anywhere_and_our_own_posts_stay_where_they_fit() -> None:
    story = Story()
    story.replies_to(story.writes(0, "@a", feed="site"), 5)
    story.writes(DAY, "@a", feed="shop", kind="review", stars=5.0)
    story.writes(DAY, "@us", feed="site", role="own", kind="post")
    story.writes(DAY, "@x", feed="rivals", role="competitor")
    story.writes(0, "@b", feed="shop", kind="purchase", tone="complaint")
    part = story.facts().narrowed(lambda waits: waits.opener.feed == "site", lambda item: item.feed == "site")
    found = {(row.metric, row.class_): row for row in figures(part, at(2 * DAY))}
    assert (found["recommend", "fast"].value, found["recommend", "fast"].n) == (1, 1)
    assert found["consistency_gap", None].n == 1
    assert found["share_of_voice", None].why == "name a competitor feed"
    assert [
        found[name, None].n for name in ("nps_stars", "share_good", "pickup_delay_median", "advocates")
    ] == [
        0,
        1,
        1,
        0,
    ]
    assert found["review_mean", None].n == 0


def test_without_a_pace_there_is_no_forecast_but_the_next_breaches_in_order() -> None:
    story = Story()
    for minute in (20, 10, 0):
        story.writes(minute)
    rows = Ledger.of(story.facts()).queue.forecast(at(65))
    assert [(row.interval, row.place, row.expected, row.sure) for row in rows] == [
        ("comments:2", 2, None, False),
        ("comments:1", 3, None, False),
    ]


def test_the_pace_is_that_of_the_last_two_hours_with_replies() -> None:
    """Three replies in one hour, three in another long before: three an hour, one in twenty minutes."""
    story = Story()
    for n, minute in enumerate((0, 10, 20, 600, 610, 620)):
        story.replies_to(story.writes(minute, f"@{n}"), minute + 1)
    for minute in (650, 651):
        story.writes(minute)
    first, second = Ledger.of(story.facts()).queue.forecast(at(652))
    assert (first.expected, second.expected) == (at(672), at(692))
    assert not first.sure
    assert Ledger.of(story.facts()).queue.forecast(at(700))[1].sure


def test_four_replies_make_no_pace_and_a_deleted_one_is_none() -> None:
    story = Story()
    keys = [story.replies_to(story.writes(n, f"@{n}"), n + 1) for n in range(5)]
    story.writes(9, "@last")
    assert Ledger.of(story.facts()).queue.forecast(at(10))[0].expected == at(10 + 60 / 2.5)
    story.does(story.replies[0].item, "reply_deleted", 9, remote_id=keys[0])
    assert {row.expected for row in Ledger.of(story.facts()).queue.forecast(at(10))} == {None}


@given(st.lists(st.integers(0, 300), min_size=1, max_size=20), st.integers(0, 400))
def test_the_forecast_holds_who_waits_and_is_not_late(starts: list[int], now: int) -> None:
    story = Story()
    for minute in starts:
        story.writes(minute)
    rows = Ledger.of(story.facts()).queue.forecast(at(now))
    assert [row.due for row in rows] == sorted(at(m + 60) for m in starts if m + 60 >= now)
    assert [row.place for row in rows] == list(range(len(starts) - len(rows) + 1, len(starts) + 1))
