"""Winding histories: every number, its n, its ids and what stands beside it equal the naive ones."""

from __future__ import annotations

import os
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from naive import Told
from naive_voices import All, Row
from stories import STEPS, D, Step, steps, tell
from told import START, Numbers, Story, at, near

from cxtui.core.metrics import NAMES, WINDOWS, Ledger, Orders

LONG = int(os.environ.get("CXTUI_HISTORIES", "0"))
"""So many histories in place of the few of every day."""
ORDERS = Orders(40, "USD", 3)
histories = st.lists(steps, min_size=1, max_size=25) | st.lists(steps, min_size=30, max_size=90)


def is_row(numbers: Numbers, name: str, row: Row, class_: str | None = None) -> None:
    value, n, ids = row
    figure = numbers(name, class_)
    what = (name, class_, figure.value, figure.n, value, n)
    assert figure.n == n, what
    assert (figure.value is None) is (value is None), what
    assert value is None or near(figure.value, float(value)), what
    if ids is not None:
        assert set(figure.ids) == ids, what
    assert bool(figure.why) is (value is None), what


def same_rates_and_times(numbers: Numbers, naive: All) -> None:
    for name, limit in (("5m", 5), ("30m", 30), ("60m", 60), ("24h", D)):
        is_row(numbers, f"answered_within_{name}", (*naive.within(limit), None))
    is_row(numbers, "response_rate", (*naive.response_rate(), None))
    is_row(numbers, "ever_ignored", (*naive.ever_ignored(), None))
    is_row(numbers, "thanked_within_48h", (*naive.thanked(), None))
    for name, q in (("median", Fraction(1, 2)), ("p90", Fraction(9, 10))):
        is_row(numbers, f"first_response_{name}", (*naive.times("contacted", q, first=True), None))
        is_row(numbers, f"first_answer_{name}", (*naive.times("answered", q, first=True), None))
        is_row(numbers, f"next_response_{name}", (*naive.times("contacted", q, first=False), None))
    for name, beside in naive.beside().items():
        assert dict(numbers(name).beside) == beside, name


def same_counts_and_targets(numbers: Numbers, naive: All) -> None:
    for name, count in naive.counts().items():
        assert numbers(name).value == count, name
    targets = naive.targets()
    assert set(numbers.classes("in_target")) == set(targets)
    for name, number in targets.items():
        is_row(numbers, "in_target", (*number, None), name)
    updates = [number for name, number in targets.items() if name and name.endswith("/update")]
    met, decided = sum(int((rate or 0) * n) for rate, n in updates), sum(n for _, n in updates)
    said = dict(numbers("in_target").beside)
    assert (said.get("updates met", 0), said.get("updates missed", 0)) == (met, decided - met)
    for name, (k, n) in naive.recommend().items():
        is_row(numbers, "recommend", (Fraction(k, n) if n else None, n, None), name)


def same_voices(numbers: Numbers, naive: All) -> None:
    for name, which in (("good", 0), ("bad", 1)):
        is_row(numbers, f"share_{name}", naive.shared(which))
        is_row(numbers, f"reach_{name}", naive.reach(which))
    is_row(numbers, "share_bad_per_100", naive.shared_per_100())
    is_row(numbers, "share_of_voice", naive.voice())
    is_row(numbers, "amplification", (None, 0, set()))
    is_row(numbers, "nps", naive.nps())
    is_row(numbers, "nps_stars", naive.nps_stars())
    means = naive.review_means()
    assert numbers.classes("review_mean") == (sorted(means) or [None])
    for feed, row in means.items():
        is_row(numbers, "review_mean", row, feed)


def same_rest(numbers: Numbers, naive: All) -> None:
    promised, released = naive.kept_promises()
    is_row(numbers, "promises_kept", promised)
    assert dict(numbers("promises_kept").beside) == ({"released": released} if released else {})
    advocates, detractors, spoke = naive.stances()
    assert numbers.value("advocates") == (advocates, spoke)
    assert numbers.value("detractors") == (detractors, spoke)
    silence, gaps = naive.silence()
    is_row(numbers, "consistency_gap", (*silence, None))
    assert dict(numbers("consistency_gap").beside) == gaps
    delay, hidden = naive.pickup()
    is_row(numbers, "pickup_delay_median", delay)
    assert dict(numbers("pickup_delay_median").beside) == ({"during an outage": hidden} if hidden else {})
    low, n, high = naive.money(40, 3)
    money = numbers("money_at_risk")
    assert (money.value, money.n) == (low, n)
    assert near(money.high, float(high))
    overrides, rules = naive.overrides()
    assert numbers.value("guard_overrides") == (overrides, overrides)
    assert dict(numbers("guard_overrides").beside) == rules
    for name in NAMES:
        shown = {(g.feed, round((g.since - START).total_seconds() / 60)) for g in numbers.first(name).gaps}
        assert shown == naive.gaps_shown(), name


def same_forecast(story: Story, now: int, naive: All) -> None:
    ours = Ledger.of(story.facts()).queue.forecast(at(now))
    theirs = naive.breaches()
    assert [(one.interval, one.due, one.place) for one in ours] == [
        (k, at(due), n) for k, due, n, _ in theirs
    ]
    for one, (_, _, _, expected) in zip(ours, theirs, strict=True):
        assert (one.expected is None) is (expected is None)
        if one.expected is not None and expected is not None:
            assert abs((one.expected - at(float(expected))).total_seconds()) < 1e-3


def compared(story: Story, now: int, window: str) -> None:
    numbers = story.numbers(now, window, ORDERS)
    told = Told(
        START, story.items, story.replies, story.events, story.promises, story.gaps, story.intervals()
    )
    naive = All(told, now, window)
    for same in (same_rates_and_times, same_counts_and_targets, same_voices, same_rest):
        same(numbers, naive)
    same_forecast(story, now, naive)


@settings(max_examples=LONG or 250, deadline=None)
@given(histories, st.sampled_from(STEPS), st.sampled_from(sorted(WINDOWS)))
def test_every_number_of_a_winding_history_equals_the_naive_one(
    told: list[Step], wait: int, window: str
) -> None:
    story, last = tell(told)
    compared(story, last + wait, window)
