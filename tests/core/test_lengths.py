"""A reply is as long as its network says it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.lengths import LINK, measured

LONG = "https://shop.example/lamps/" + "x" * 200
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("text", "points", "clusters", "octets"),
    [("Grüße", 5, 5, 7), ("e\u0301", 2, 1, 3), (FAMILY, 5, 1, 18), ("ສະ", 2, 2, 6), ("", 0, 0, 0)],
)
def test_characters_are_counted_in_three_ways(text: str, points: int, clusters: int, octets: int) -> None:
    assert measured(text, "code points") == points
    assert measured(text, "graphemes") == clusters
    assert measured(text, "bytes") == octets


@pytest.mark.parametrize(
    ("text", "length"),
    [
        # links
        (LONG, 23),
        ("https://a.example", 23),
        ("HTTP://A.EXAMPLE/X", 23),
        (f"See {LONG}.", 4 + 23 + 1),
        (f"({LONG})", 1 + 23 + 1),
        ("https://a.example/lamp_(big)/", 23),
        ("https://a.example/?q=1&r=2!", 23 + 1),
        ("https://a.example/?", 23 + 1),
        ("https://a.example:8443/x\nnext", 23 + 5),
        (f"{LONG} {LONG}", 23 + 1 + 23),
        ("https://a.example/@mai@away.example", 23),
        ("ໂຄມhttps://a.example/x", 3 + 23),
        # what looks like one
        ("http://localhost/x", 18),
        ("http://127.0.0.1/x", 18),
        ("xhttps://a.example/x", 20),
        ("a.example/lamp", 14),
        # people
        ("@mai@away.example", 4),
        ("@mai@away.example: hello", 4 + 7),
        ("@mai@away.example, @lamp-co@a.b.example.", 4 + 2 + 8 + 1),
        ("@mai", 4),
        # what looks like one
        ("mai@away.example", 16),
        ("x/@mai@away.example", 19),
        ("=@mai@away.example", 18),
        # characters
        (FAMILY * 3, 3),
        ("e\u0301", 1),
        ("two\n\nlines", 10),
    ],
)
def test_a_status_is_as_long_as_mastodon_says(text: str, length: int) -> None:
    assert measured(text, "statuses") == length


@given(st.text(st.characters(exclude_characters="@/", exclude_categories=["Cs"]), max_size=60))
def test_without_links_and_people_graphemes_count(text: str) -> None:
    assert measured(text, "statuses") == measured(text, "graphemes")


@given(
    st.text("abc0-_/.~", max_size=300).map(lambda path: path + "z"),
    st.text(" abc\n", max_size=20),
    st.text(" abc.,!\n", max_size=20),
)
def test_any_link_is_as_long_as_any_other(path: str, before: str, after: str) -> None:
    text = f"{before} https://a.example/{path} {after}"
    assert measured(text, "statuses") == len(before) + 1 + LINK + 1 + len(after)


@given(st.text("(<https://a.b?&@x)", max_size=3000))
def test_nothing_makes_it_longer_than_its_characters_and_its_links(text: str) -> None:
    links = text.lower().count("http")
    assert measured(text, "statuses") <= len(text) + LINK * links
