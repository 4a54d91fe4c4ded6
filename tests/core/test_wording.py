from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.item import Author, Clean
from cxtui.core.wording import (
    addressed,
    alike,
    called,
    garbled,
    passages,
    plain,
    repaired,
    same_words,
    withdrawn,
)


def author(handle: str, name: str = "") -> Author:
    return Author(Clean(handle), Clean(name))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@mai it left", author("@mai")),
        ("sorry! cc @Mai.", author("mai")),
        ("@mai@social.example it left", author("@mai@social.example")),
        ("u/mai it does", author("/u/mai")),
        ("Mai, it left", author("anything", "Mai Sy")),
        ("Hello Mai Sy: it left", author("x9", "Mai Sy")),
        ("Noël, c'est parti", author("x", "Noël")),
        ("ໄມ ສະບາຍດີ", author("x", "ໄມ")),
    ],
)
def test_a_mention_or_a_name_at_the_start_calls_somebody(text: str, who: Author) -> None:
    assert addressed(text) & called(who)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("it left on Monday, Mai", author("x", "Mai")),
        ("mail to desk@mai.example", author("@mai.example")),
        ("@maiko it left", author("@mai")),
        ("Maiko, it left", author("x", "Mai")),
        ("Anonymous, it left", author("Anonymous", "Anonymous")),
        ("anonymous it left", author("anonymous#7")),
        ("Al is right", author("x", "Al Ono")),
    ],
)
def test_a_name_elsewhere_or_inside_another_calls_nobody(text: str, who: Author) -> None:
    assert not addressed(text) & called(who)


@given(st.text(max_size=60))
def test_what_was_taken_for_latin_1_is_made_whole(text: str) -> None:
    assert repaired(text.encode().decode("latin-1")) == text


def test_what_was_taken_for_windows_1252_is_made_whole() -> None:
    text = "Où est ma lampe à 20 € ?"
    wrong = text.encode().decode("cp1252")
    assert garbled(wrong)
    assert repaired(wrong) == text
    assert same_words(wrong, text)


@given(st.text(max_size=80))
def test_a_text_is_as_itself(text: str) -> None:
    assert same_words(text, text)
    assert alike(text, text) == 1


def test_other_words_are_other_words() -> None:
    assert not same_words("Où est ma lampe ?", "Où est ma chaise ?")
    assert not same_words("où", "là")
    assert alike("Where is my order?", "Refund at once, please") < 0.3


@given(st.text(alphabet="ab cé", max_size=60), st.text(alphabet="ab cé", max_size=60))
def test_two_texts_share_a_passage_when_twenty_characters_of_them_are_the_same(one: str, other: str) -> None:
    mine, theirs = plain(one).casefold(), plain(other).casefold()
    shared = any(mine[n : n + 20] in theirs for n in range(len(mine) - 19))
    assert bool({*passages(one)} & {*passages(other)}) == shared


def test_only_the_very_words_withdraw() -> None:
    assert withdrawn(" [deleted]\n")
    assert withdrawn("[removed]")
    assert not withdrawn("my comment was [deleted]")
    assert not withdrawn("[Deleted] scenes are missing")
