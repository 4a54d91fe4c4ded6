"""Charts as text, drawn by hand and compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.text import width
from cxtui.ui.charts import STEPS, bar, columns, fifths, histogram, step

values = st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=30)


@pytest.mark.parametrize(
    ("share", "drawn"), [(0.0, ""), (0.5, "██"), (1.0, "████"), (0.53, "██▏"), (2.0, "████"), (None, "")]
)
def test_a_bar_is_drawn_in_eighths(share: float | None, drawn: str) -> None:
    assert bar(share, 4) == drawn


def test_columns_are_as_high_as_their_share_of_the_highest() -> None:
    assert columns([0, 1, 7, 3.5, None]) == "▁▂█▅ "
    assert columns([0.5, 1.0], 2.0) == "▃▅"
    assert columns([0, 0]) == "▁▁"
    assert columns([]) == ""


@given(values)
def test_a_column_stands_for_each_value_and_more_than_nothing_is_never_nothing(
    some: list[float | None],
) -> None:
    drawn = columns(some)
    assert len(drawn) == len(some)
    for value, sign in zip(some, drawn, strict=True):
        assert (sign == " ") is (value is None)
        assert (sign == "▁") is (value == 0)


def test_a_histogram_has_names_bars_and_shares_in_columns() -> None:
    rows = histogram([("0-5m", 3), (">24h", 1), ("still", 0)], 30)
    assert rows == [("0-5m ", "██████████▌", " 75% 3"), (">24h ", "███▌", " 25% 1"), ("still", "", "  0% 0")]
    assert [width("".join(row)) <= 30 for row in rows] == [True] * 3
    assert histogram([("a", 0)], 30) == [("a", "", "  0% 0")], "of nothing every part is nothing"


def test_a_map_has_five_steps_of_plain_characters() -> None:
    assert "".join(step(value, (10, 20, 30, 40)) for value in (0, 10, 11, 20, 21, 31, 40, 41)) == "..::+**#"
    assert step(None, (10, 20, 30, 40)) == " "
    assert STEPS.isascii()
    assert len(set(STEPS)) == 5


def test_the_steps_of_a_map_are_fifths_of_the_highest_count() -> None:
    assert fifths([3, 10, 7]) == (2, 4, 6, 8)
    assert fifths([2]) == (1, 1, 2, 2)
    assert fifths([]) == (0, 0, 0, 0)
