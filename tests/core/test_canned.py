"""Prepared replies: front matter, the order they are offered in, and what is wrong with a file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxtui.core.canned import Canned, canned, chosen
from cxtui.core.filters import parse
from cxtui.errors import ConfigError
from tests.ui.fakedesk import Clock, FakeDesk, item, left


def read(text: str, lang: str = "en") -> Canned | None:
    return canned(text, "x", lang, "canned/en/x.txt", parse)


def desk() -> FakeDesk:
    found = FakeDesk(Clock())
    found.items = [
        item("ann", "where is it", left(15)),
        item("bob", "bad", left(15), stars=1),
        item("eve", "fine", timedelta(hours=1)),
    ]
    return found


def test_front_matter_says_for_whom_and_as_what() -> None:
    found = read("\ufeffmatch: stars:<=2\nkind: holding\n\nHello {name|there},\n\nwe look into it.\n")
    assert found is not None
    assert (found.kind, found.text) == ("holding", "Hello {name|there},\n\nwe look into it.")
    assert [found.fits(desk().row(who)) for who in ("ann", "bob")] == [False, True]


def test_a_text_that_begins_like_front_matter_is_a_text() -> None:
    found = read("Hello: we are here.\nmatch: yes")
    assert found is not None
    assert found.text == "Hello: we are here.\nmatch: yes"


def test_an_empty_file_is_no_reply() -> None:
    assert read("kind: thanks\n\n \n") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello {name},", "canned/en/x.txt:1 {name} needs a fallback"),
        ("match: stars:<=2\n\nHello\n{order|}", "canned/en/x.txt:4 {order|} needs a fallback"),
        ("match: is:late\nHello", "canned/en/x.txt:1 match: 'is:late' asks for what is not known"),
        ("match: strs:2\nHello", "canned/en/x.txt:1 match: "),
        ("kind: reply\nHello", "canned/en/x.txt:1 kind: must be one of answer, holding, thanks, is 'reply'"),
    ],
)
def test_a_file_with_a_fault_names_the_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(text)
    assert refused.value.problems[0].startswith(said)


def test_the_customers_language_comes_first_and_a_users_own_before_ours() -> None:
    every = [
        Canned("b", "en", "b"),
        Canned("a", "any", "a"),
        Canned("z", "lo", "z"),
        Canned("c", "lo", "c", own=True),
        Canned("d", "de", "d"),
        Canned("e", "en", "e", kind="holding"),
    ]
    row = desk().row("ann")
    assert [one.name for one in chosen(every, row, ("lo", "en"))] == ["c", "z", "b", "e", "a"]
    assert [one.name for one in chosen(every, row, ("en", "lo"), "holding")] == ["e"]


def test_what_is_for_others_is_not_offered() -> None:
    some = [Canned("bad", "en", "sorry", match=parse("stars:<=2")), Canned("all", "en", "hello")]
    assert [one.name for one in chosen(some, desk().row("bob"), ("en",))] == ["all", "bad"]
    assert [one.name for one in chosen(some, desk().row("ann"), ("en",))] == ["all"]
