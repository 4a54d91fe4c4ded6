"""Links, handles and hashtags are told in bytes, whatever the script around them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.bluesky.facets import Link, expanded, facets, mentioned, spans

DIDS = {"mai.test": "did:plc:mai", "shop.example.com": "did:plc:shop"}
WORDS = ("👩🏽‍🚀", "ສະບາຍດີ", "ຄຳຕອບ", "أين طلبي؟", "আমার", "e\u0301", "🇱🇦", "#️⃣", "x", "日本", "\u200d", "\n")
THINGS = {
    "https://shop.example/a?b=c#d": "uri",
    "http://1.2.3.4:80/x_(y)": "uri",
    "@mai.test": "did",
    "@shop.example.com": "did",
    "#LampCo": "tag",
    "#ຕະກຽງ": "tag",
    "#لمبة": "tag",
}
MARKS = ("", ".", ",", "!", "?", ":", "…", "。", "؟")

plain = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
things = st.sampled_from(sorted(THINGS))
sentences = st.lists(st.tuples(plain, things, st.sampled_from(MARKS)), max_size=5)


def cut(text: str, told: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What each facet points at, and what it says it is."""
    raw = text.encode()
    return [
        (
            raw[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(),
            f["features"][0]["$type"].rpartition("#")[2],
        )
        for f in told
    ]


@given(sentences)
def test_a_facet_points_at_exactly_what_it_is_about(parts: list[tuple[str, str, str]]) -> None:
    text = " ".join(f"{words} {thing}{mark}" for words, thing, mark in parts)
    kinds = {"uri": "link", "did": "mention", "tag": "tag"}
    assert cut(text, facets(text, DIDS)) == [(thing, kinds[THINGS[thing]]) for _, thing, _ in parts]


@given(st.text(st.sampled_from("#@:/.()-_ \n\u200dahtps＃👩🏽ກ؟1é") | st.characters()))
def test_any_text_has_facets_in_order_within_it_and_apart(text: str) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if any("\ud800" <= char <= "\udfff" for char in text):
        return
    end = 0
    for facet in facets(text, DIDS):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= size
        text.encode()[start:stop].decode()
        end = stop


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(see https://a.example/b).", ["https://a.example/b"]),
        ("https://a.example/b_(c)", ["https://a.example/b_(c)"]),
        ("https://a.example/?q=1,2.", ["https://a.example/?q=1,2"]),
        ("HTTPS://A.example/x/", ["HTTPS://A.example/x/"]),
        ("https://", []),
        ("xhttps://a.example", []),
        ("ftp://a.example javascript:alert(1)", []),
        ("mail mai@shop.example or @mai.test@social.example", []),
        ("https://social.example/@mai.test #", ["https://social.example/@mai.test"]),
        ("@mai.test's lamp, (@mai.test) @mai @mai.", ["mai.test", "mai.test"]),
        ("https://a.example/?by=@mai.test", ["https://a.example/?by=@mai.test"]),
        ("#1 #2026 #1st", ["1st"]),
        ("a#b #c! ##d # #", ["c", "#d"]),
        ("#" + "x" * 65, []),
        ("＃全角", ["全角"]),
    ],
)
def test_what_is_more_than_text(text: str, found: list[str]) -> None:
    assert [span.value for span in spans(text)] == found


def test_a_handle_that_nobody_has_stays_text() -> None:
    assert facets("@nobody.test and @MAI.test", DIDS) == facets(
        "@nobody.test and @MAI.test", {"mai.test": "did:plc:mai"}
    )
    assert cut("@nobody.test and @MAI.test", facets("@nobody.test and @MAI.test", DIDS)) == [
        ("@MAI.test", "mention")
    ]


# Strangers' posts


def facet(text: str, shown: str, uri: str) -> dict[str, Any]:
    start = text.encode().index(shown.encode())
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": start + len(shown.encode())}, "features": [feature]}


def test_a_clipped_address_is_shown_in_full() -> None:
    text = "👩🏽‍🚀 shop.example/lamps/of-the... ແລະ www.shop.example/b…"
    told = [
        facet(text, "shop.example/lamps/of-the...", "https://shop.example/lamps/of-the-year?x=1"),
        facet(text, "www.shop.example/b…", "https://shop.example/bulbs"),
    ]
    assert expanded(text, told) == (
        "👩🏽‍🚀 https://shop.example/lamps/of-the-year?x=1 ແລະ https://shop.example/bulbs",
        (),
    )


def test_an_address_under_other_words_is_named_beside_them() -> None:
    text = "my bank shop.example wrote"
    told = [
        facet(text, "shop.example", "https://thief.example/"),
        facet(text, "bank", "https://bank.example"),
    ]
    assert expanded(text, told) == (
        text,
        (Link("bank", "https://bank.example"), Link("shop.example", "https://thief.example/")),
    )


def test_of_two_links_in_one_place_the_first_counts() -> None:
    text = "shop.example/a... b"
    told = [
        facet(text, "shop.example/a...", "https://shop.example/abc"),
        facet(text, "a... b", "https://b.example"),
    ]
    assert expanded(text, told) == ("https://shop.example/abc b", ())


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "at://did:plc:x/y/z", "ftp://a.example"])
def test_an_address_that_no_browser_should_open_is_nothing(url: str) -> None:
    text = "click here..."
    assert expanded(text, [facet(text, "here...", url)]) == (text, ())


json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 50) | st.text(max_size=5) | st.just("https://a.example/x"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["index", "byteStart", "byteEnd", "features", "uri", "did"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(st.text(max_size=20), json)
def test_whatever_is_told_of_a_text_does_no_harm(text: str, told: Any) -> None:
    shown, links = expanded(text, told)
    assert isinstance(shown, str)
    assert all(link.url.startswith(("http://", "https://")) for link in links)
    mentioned(told)


@given(plain, st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_places_that_overlap_or_halve_a_character_leave_the_text_as_it_is(
    text: str, start: int, end: int, other: int, stop: int
) -> None:
    told = [
        {"index": {"byteStart": a, "byteEnd": b}, "features": [{"uri": "https://a.example/x"}]}
        for a, b in ((start, end), (other, stop))
    ]
    assert expanded(text, told)[0] == text
