from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.text import clean, cut, fit, graphemes, one_line, width

letters = st.text(st.sampled_from("ab ນ້ຳກำคक्षििंষ্ট日語👍🇱🇦é…한ᄀ\u1161" + "\u0301"), max_size=30)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("plain", 5),
        ("日本語", 6),
        ("👍", 2),
        ("ນ້ຳ", 2),
        ("คำ", 2),
        ("हिन्दी", 5),
        ("বাংলা", 5),
        ("أين طلبي", 8),
        ("e\u0301", 1),
        ("🇱🇦", 2),
        ("", 0),
    ],
)
def test_a_text_takes_the_cells_that_terminals_give_it(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("abc", 3),
        ("e\u0301x", 2),
        ("नमस्ते", 3),
        ("ນ້ຳ", 1),
        ("👨‍👩‍👧👍🏽❤️", 3),
        ("🇱🇦🇹🇭", 2),
        ("한국", 2),
        ("a\r\nb", 3),
    ],
)
def test_characters_are_counted_as_readers_count_them(text: str, count: int) -> None:
    assert graphemes(text) == count


@pytest.mark.parametrize(
    ("text", "cells", "kept"),
    [
        ("order 4512", 20, "order 4512"),
        ("order 4512", 6, "order…"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("ນ້ຳໜັກ", 3, "ນ້ຳ…"),
        ("ນ້ຳໜັກ", 2, "…"),
        ("क्षमा", 3, "क्ष…"),
        ("क्षमा", 2, "…"),
        ("🇱🇦🇹🇭", 3, "🇱🇦…"),
        ("abc", 0, ""),
    ],
)
def test_a_cut_falls_between_characters(text: str, cells: int, kept: str) -> None:
    assert cut(clean(text), cells) == kept


@given(letters, st.integers(0, 20))
def test_a_cut_text_fits_and_is_the_beginning(raw: str, cells: int) -> None:
    text = one_line(clean(raw))
    short = cut(text, cells)
    assert width(short) <= cells
    assert short == text or not short or text.startswith(short.removesuffix("…"))
    assert short == text or width(text) > cells


@given(letters, st.integers(0, 20))
def test_a_fitted_text_fills_its_place(raw: str, cells: int) -> None:
    assert width(fit(one_line(clean(raw)), cells)) == cells


@given(letters, st.integers(0, 20))
def test_a_cut_never_ends_before_a_mark(raw: str, cells: int) -> None:
    text = one_line(clean(raw))
    kept = cut(text, cells, mark="")
    assert graphemes(kept) + graphemes(text[len(kept) :]) == graphemes(text)


def test_a_long_text_is_cut_by_looking_at_its_beginning_only() -> None:
    assert cut(clean("x" * 9_999), 5) == "xxxx…"
