from __future__ import annotations

import pytest
from told import near

from cxtui.core.metrics.estimates import quantile, wilson


def spells(ended: str, cut: str = "") -> tuple[list[int], list[int]]:
    """The waits that ended, and those that were cut off."""
    return sorted(map(int, ended.split())), sorted(map(int, cut.split()))


# Freireich et al. 1963, Blood 21:699, remission in weeks under 6-mercaptopurine and placebo; the curve of the
# first group is .857 at 6, .807 at 7, .753 at 10, .690 at 13, .627 at 16, .538 at 22, .448 at 23.
MERCAPTOPURINE = spells("6 6 6 7 10 13 16 22 23", "6 9 10 11 17 19 20 25 32 32 34 35")
PLACEBO = spells("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23")


@pytest.mark.parametrize(
    ("survival", "weeks"),
    [
        (0.858, 6),
        (0.857, 7),
        (0.807, 7),
        (0.806, 10),
        (0.753, 10),
        (0.69, 16),
        (0.54, 22),
        (0.53, 23),
        (0.5, 23),
    ],
)
def test_the_curve_of_the_published_trial_steps_where_the_table_says(survival: float, weeks: int) -> None:
    assert quantile(*MERCAPTOPURINE, 1 - survival) == weeks


def test_the_medians_of_the_published_trial_are_23_and_8_weeks() -> None:
    assert quantile(*MERCAPTOPURINE, 0.5) == 23
    assert quantile(*PLACEBO, 0.5) == 8


def test_a_curve_that_stops_above_the_share_has_no_value() -> None:
    assert quantile(*MERCAPTOPURINE, 0.9) is None


def test_the_curve_that_touches_one_half_exactly_gives_that_time() -> None:
    """Bewick, Cheek & Ball 2004, Critical Care 8:389, table 2: S(5) = 0.500."""
    assert quantile(*spells("1 1 4 5 9 22", "6 9"), 0.5) == 5


def test_without_anybody_waiting_nine_of_ten_is_the_ninth() -> None:
    assert quantile(*spells("1 2 3 4 5 6 7 8 9 10"), 0.9) == 9


def test_nobody_has_no_quantile() -> None:
    assert quantile([], [], 0.5) is None


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_limits(k: int, n: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17:857, table I, method 3."""
    ours = wilson(k, n)
    assert (round(ours[0], 4), round(ours[1], 4)) == (low, high)


def test_wilson_of_all_is_the_mirror_of_none() -> None:
    low, high = wilson(20, 20)
    assert near(1 - low, wilson(0, 20)[1])
    assert high == 1
