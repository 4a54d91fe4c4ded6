"""Documents as text: one text for each, whichever way leads there, and back as they were."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.store.document import Doc, Plain, pack, unpack, usual

TEXTS = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["\x7f", "é", "😀", "\ud800", "ຂໍ້", "\\x41", "\0"]
)
NUMBERS = st.integers() | st.floats(1e-4, 1e15) | st.sampled_from([2**63, -(2**80), 0.0, -0.0, 5, 4.5])
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def alike(one: Any, other: Any) -> bool:
    """Equal in value and in kind: 1 is neither true nor 1.0, and 0.0 is not -0.0."""
    return repr(one) == repr(other)


@given(st.dictionaries(TEXTS, VALUES, max_size=6))
def test_a_document_has_one_text_however_it_is_found(doc: Doc) -> None:
    assert pack(Plain(doc)) == pack(doc)
    assert pack(Plain(doc)).isascii()


@given(st.dictionaries(TEXTS, VALUES | st.floats(allow_nan=False, allow_infinity=False), max_size=6))
def test_a_document_comes_back_as_the_json_says(doc: Doc) -> None:
    text = pack(doc)
    assert alike(unpack(text), json.loads(text))


@pytest.mark.parametrize(
    "text", ['{"n": 1e400}', '{"n": "\\ud800"}', '{"n": -0}', '{"n": 1e16}', '{"n": 1, "n": 2}']
)
def test_odd_json_is_read_as_everywhere(text: str) -> None:
    assert alike(unpack(text), json.loads(text))


@given(st.floats())
def test_usual_numbers_are_written_by_everybody_alike(number: float) -> None:
    if usual(number):
        assert pack(Plain(n=number)) == pack({"n": number})
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        assert not usual(number)
