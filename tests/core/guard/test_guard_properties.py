"""Whatever is typed, the guard gives findings with places in the text, the same ones every time."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.core.guard import Context, Draft, Elsewhere, guard
from cxtui.core.guard.numbers import is_card, luhn
from cxtui.core.guard.reading import read
from cxtui.core.item import ReplyKind, Visibility
from tests.core.drafted import LANGUAGES, labelled

KINDS: tuple[ReplyKind, ...] = get_args(ReplyKind)
WAYS: tuple[Visibility, ...] = get_args(Visibility)
CONTEXTS = [labelled(lang)[0].context for lang in LANGUAGES]
ODD = "!?.{}|@#()-+/ \n\t“”«»\u0301\u200b\u202e\ud800😀９٤໔ßİﬃ"
BITS = [
    "you should have ", "4111 1111 1111 1111", "DE89370400440532013000", "mai@post.example", "{name}",
    "SORRY ",
    "ບໍ່ແມ່ນຄວາມຜິດຂອງພວກເຮົາ", "ليس خطأنا", "আমাদের দোষ নয়", "!!", "will write ", "https://a.b/c ",
    "020 5551 2345 ", "\n> ",
]  # fmt: skip
texts = st.one_of(
    st.text(max_size=120),
    st.text(alphabet=ODD, max_size=80),
    st.lists(st.sampled_from([*BITS, *ODD]), max_size=12).map("".join),
)


def even(word: str, _lang: str) -> bool:
    return len(word) % 2 == 0


@given(
    text=texts,
    context=st.sampled_from(CONTEXTS),
    kind=st.sampled_from(KINDS),
    visibility=st.sampled_from(WAYS),
)
@settings(max_examples=300, deadline=None)
def test_every_place_lies_within_the_text_and_nothing_raises(
    text: str, context: Context, kind: ReplyKind, visibility: Visibility
) -> None:
    draft = Draft(text, kind, visibility)
    held = replace(
        context, asked=(text[::2],), heard=(text,), ours=(text[:9],),
        today=(Elsewhere(text[:5], "@tom"),), limit=50,
        counted="graphemes", spelled=even,
    )  # fmt: skip
    found = guard(draft, held)
    for one in found:
        start, end = one.at
        assert 0 <= start <= end <= len(text)
        assert one.message
        assert start < end or one.rule in ("question", "empty")
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert guard(draft, held) == found


@given(text=st.text(max_size=200), start=st.integers(0, 200), length=st.integers(0, 40))
@settings(deadline=None)
def test_a_folded_place_leads_back_to_what_was_folded(text: str, start: int, length: int) -> None:
    reading = read(text)
    start = min(start, len(reading.said))
    end = min(start + length, len(reading.said))
    first, last = reading.at(start, end)
    assert 0 <= first <= last <= len(text)
    if start < end:
        assert reading.said[start:end] in read(text[first:last]).said


@given(st.text(alphabet="0123456789", min_size=11, max_size=18))
def test_exactly_one_last_digit_makes_a_checksum_right(digits: str) -> None:
    assert sum(luhn(digits + last) for last in "0123456789") == 1


@given(st.text(alphabet="0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_no_card_any_more(digits: str, place: int, more: int) -> None:
    card = next(f"4{digits[1:]}{last}" for last in "0123456789" if luhn(f"4{digits[1:]}{last}"))
    other = str((int(card[place + 1]) + more) % 10)
    wrong = card[: place + 1] + other + card[place + 2 :]
    assert is_card(card) or len(set(card)) == 1
    assert not is_card(wrong)
