"""Whom words answer that hang on nothing: rule A4, and A5 for a name alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.answered import Ending, Sign, Spoken, signs
from cxtui.core.item import Author, Clean, Item, Own, ReplyKind

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def asks(
    key: int, who: str, minute: float, text: str = "where is my order?", *, seen: float | None = None
) -> Item:
    return Item(
        f"f:{key}", "f", "net", "comment", "f:t", Author(Clean(who), Clean("")), Clean(text), at(minute),
        at(minute if seen is None else seen),
    )  # fmt: skip


def we(
    minute: float,
    text: str = "it left",
    own: Own = "strong",
    *,
    flat: bool = True,
    kind: ReplyKind = "answer",
) -> Spoken:
    return Spoken(f"f:r{minute}", at(minute), text, own, flat, kind)


def found(said: list[Sign]) -> dict[str, bool]:
    return {sign.item.id: sign.sure for sign in said}


MAI, BO = asks(1, "@mai", 0), asks(2, "@bo", 1, "does it dim?")


@pytest.mark.parametrize(
    ("text", "own", "flat", "expected"),
    [
        ("it left", "strong", True, {"f:1": False, "f:2": False}),
        ("it left", "weak", True, {"f:1": False, "f:2": False}),
        ("it left", "strong", False, {}),
        ("@bo it does", "medium", True, {"f:2": True}),
        ("@bo it does", "weak", True, {"f:2": False}),
        ("@bo it does", "strong", False, {"f:2": True}),
        ("@bo @mai yes and yes", "strong", True, {"f:1": True, "f:2": True}),
        ("> where is my order? It left", "strong", True, {"f:1": False, "f:2": False}),
        ("@noy it does", "strong", True, {"f:1": False, "f:2": False}),
    ],
)
def test_of_two_who_wait_only_a_name_tells(
    text: str, own: Own, flat: bool, expected: dict[str, bool]  # noqa: FBT001 - a table of cases
) -> None:  # fmt: skip
    assert found(signs([MAI, BO], [], [we(5, text, own, flat=flat)])) == expected


@pytest.mark.parametrize(
    ("own", "flat", "sure"),
    [("strong", True, True), ("medium", True, True), ("weak", True, False), ("strong", False, False)],
)
def test_the_only_one_who_waits_is_meant(own: Own, flat: bool, sure: bool) -> None:  # noqa: FBT001
    assert found(signs([MAI], [], [we(5, own=own, flat=flat)])) == {"f:1": sure}


def test_who_was_answered_before_waits_no_more_and_is_not_meant() -> None:
    assert found(signs([MAI, BO], [Ending(MAI.contact, at(3))], [we(5)])) == {"f:2": True}


def test_words_for_somebody_who_was_answered_say_nothing_of_the_others() -> None:
    assert signs([MAI, BO], [Ending(MAI.contact, at(3))], [we(5, "@mai anything else?")]) == []


def test_a_close_by_hand_covers_only_what_had_been_seen() -> None:
    late = asks(3, "@mai", 2, seen=30)
    ends = [Ending(MAI.contact, at(4), "closed")]
    assert found(signs([MAI, late, BO], ends, [we(5, "@mai sorry")])) == {"f:3": True}


def test_more_words_that_name_nobody_add_no_doubt_until_the_first_was_refused() -> None:
    words = [we(5), we(6), we(8, "it left", "weak")]
    assert [s.spoken.id for s in signs([MAI, BO], [], words)] == [words[0].id, words[0].id]
    refused = Ending(BO.contact, at(7), "refused")
    assert [(s.spoken.id, s.item.id) for s in signs([MAI, BO], [refused], words)][2:] == [
        (words[2].id, "f:2")
    ]


def test_nobody_is_answered_before_asking() -> None:
    assert signs([MAI], [], [we(-1)]) == []


def test_a_holding_reply_leaves_the_customer_waiting() -> None:
    held, answer = we(5, kind="holding"), we(9)
    assert [(s.spoken.id, s.sure) for s in signs([MAI], [], [held, answer])] == [
        (held.id, True),
        (answer.id, True),
    ]


def test_each_answer_narrows_who_is_left() -> None:
    said = signs([MAI, BO], [], [we(5, "@bo it does"), we(6)])
    assert [(s.item.id, s.why) for s in said] == [
        ("f:2", "it names the customer"),
        ("f:1", "nobody else waited there"),
    ]


def test_a_quotation_of_twenty_characters_names_its_author() -> None:
    long = asks(3, "@noy", 2, "It hums whenever the cat sits beside it")
    assert found(signs([MAI, long], [], [we(5, "“whenever the CAT sits  beside it” is odd")])) == {
        "f:3": True
    }
    assert found(signs([MAI, long], [], [we(5, "the cat sits beside")])) == {"f:1": False, "f:3": False}


strengths: st.SearchStrategy[Own] = st.sampled_from(["strong", "weak"])


@given(
    st.lists(st.tuples(st.sampled_from(["@mai", "@bo", "@noy"]), st.integers(0, 20)), min_size=1, max_size=6),
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from(["it left", "@bo yes"]), strengths),
        max_size=4, unique_by=lambda t: t[0],
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_telling_says_nothing_and_a_name_alone_is_never_sure(
    asked: list[tuple[str, int]], spoke: list[tuple[int, str, Own]], chance: Any
) -> None:
    items = [asks(n, who, minute) for n, (who, minute) in enumerate(asked)]
    words = [we(minute, text, own) for minute, text, own in spoke]
    expected = signs(items, [], words)
    assert all(sign.spoken.own != "weak" for sign in expected if sign.sure)
    assert all(sign.item.posted <= sign.spoken.at for sign in expected)
    chance.shuffle(items)
    chance.shuffle(words)
    assert found(signs(items, [], words)) == found(expected)


def test_who_says_our_words_again_afterwards_was_not_quoted_by_them() -> None:
    ours = we(5, "we will see to that tomorrow morning")
    again = asks(3, "@bo", 6, "we will see to that tomorrow morning? Really?")
    assert found(signs([MAI, BO, again], [], [ours])) == {"f:1": False, "f:2": False}
    before = asks(3, "@bo", 4, "we will see to that tomorrow morning, you said. Really?")
    assert found(signs([MAI, BO, before], [], [ours])) == {"f:3": True}, "what was said before can be"
