"""Countdowns and signs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.clock import countdown, next_change, sign, span

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "label"),
    [
        (252, "04:12"),
        (-211, "-03:31"),
        (599, "09:59"),
        (600, "10m"),
        (18 * 60 + 59, "18m"),
        (-12 * 60, "-12m"),
        (3600, "1h00"),
        (3900, "1h05"),
        (-9600, "-2h40"),
        (86_399, "23h59"),
        (2 * 86_400, "2d"),
        (-3 * 86_400 - 5, "-3d"),
        (0.4, "00:00"),
        (-0.4, "00:00"),
    ],
)
def test_a_countdown_shows_seconds_only_where_they_matter(seconds: float, label: str) -> None:
    assert countdown(NOW + timedelta(seconds=seconds), NOW) == label


@given(st.floats(-400 * 86_400, 400 * 86_400))
def test_a_countdown_fits_its_column(seconds: float) -> None:
    assert len(countdown(NOW + timedelta(seconds=seconds), NOW)) <= 6


@given(st.floats(-200_000, 200_000))
def test_a_countdown_keeps_its_text_until_the_next_change_and_not_longer(seconds: float) -> None:
    due = NOW + timedelta(seconds=seconds)
    label = countdown(due, NOW)
    wait = next_change(due, NOW)
    held = wait - timedelta(milliseconds=1)  # the screen looks a millisecond after the change
    assert held >= timedelta()
    if held > timedelta(microseconds=2):
        assert countdown(due, NOW + held / 2) == label
        assert countdown(due, NOW + held - timedelta(microseconds=2)) == label
    assert countdown(due, NOW + wait + timedelta(milliseconds=1)) != label or label == "00:00"


def test_due_now_is_not_late() -> None:
    soon = NOW - timedelta(minutes=15)
    assert sign(NOW, soon, NOW) == "soon"
    assert sign(NOW, soon, NOW + timedelta(microseconds=1)) == "late"


def test_a_row_is_soon_from_its_moment_on() -> None:
    due, soon = NOW + timedelta(minutes=15), NOW
    assert sign(due, soon, NOW) == "soon"
    assert sign(due, soon, NOW - timedelta(microseconds=1)) == "in time"


@pytest.mark.parametrize(
    ("length", "words"),
    [(45, "45s"), (240, "4m"), (3900, "1h05"), (2 * 86_400, "2d"), (2 * 86_400 + 7200, "2d2h")],
)
def test_a_span_has_two_units_at_most(length: int, words: str) -> None:
    assert span(timedelta(seconds=length)) == words
