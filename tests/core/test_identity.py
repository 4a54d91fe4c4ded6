from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.identity import Claim, canonical_link, fingerprint, natives, page_link, unwrapped

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Shop.Example:443/Lamps/", "https://shop.example/Lamps"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:8080/a", "http://shop.example:8080/a"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://shop.example/a?b=2&utm_source=x&a=1&fbclid=9&gclid=1&mc_cid=2&ref_src=t", "https://shop.example/a?a=1&b=2"),
        ("https://shop.example/a?p=12&mcc=1", "https://shop.example/a?mcc=1&p=12"),
        ("https://www.google.com/url?rct=j&url=https://news.example/a%3Fb%3D1&ct=ga", "https://news.example/a?b=1"),
        ("https://old.reddit.com/r/lamps/", "https://www.reddit.com/r/lamps"),
        ("https://np.reddit.com/r/lamps", "https://www.reddit.com/r/lamps"),
        ("https://shop.example/a#comment-12", "https://shop.example/a#comment-12"),
        ("https://shop.example/a#c12", "https://shop.example/a#c12"),
        ("https://shop.example/a#issuecomment-12", "https://shop.example/a#issuecomment-12"),
        ("https://shop.example/a#post-12", "https://shop.example/a#post-12"),
        ("https://shop.example/a#top", "https://shop.example/a"),
        ("https://desk:secret@shop.example/a", "https://shop.example/a"),
        ("http://[2001:DB8::1]:8000/a", "http://[2001:db8::1]:8000/a"),
        (" tag:shop.example,2026:1 ", "tag:shop.example,2026:1"),
        ("http://[broken/a", "http://[broken/a"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", ""),
    ],
)  # fmt: skip
def test_all_spellings_of_an_address_are_one(url: str, canonical: str) -> None:
    assert canonical_link(url) == canonical


@given(
    st.builds(
        "".join,
        st.lists(
            st.sampled_from(
                ["https://", "http://", "www.google.com", "/url?q=", "url=", "ü.example", ":80", ":443", "/",
                 "//", "?", "&", "#", "c1", "utm_x=1", "=", "%3A", "@", "[", "]", " ", "a", "٣", "\u3002",
                 "x" * 70, "."]
            ),
            max_size=12,
        ),
    )
)  # fmt: skip
def test_a_canonical_link_is_its_own_canonical_link(url: str) -> None:
    once = canonical_link(url)
    assert canonical_link(once) == once


def test_comments_of_one_page_are_on_one_page() -> None:
    first = page_link("https://blog.example/lamps/comment-page-2/?utm_source=x#comment-9")
    assert first == page_link("https://blog.example/lamps/#comment-1") == "https://blog.example/lamps"


def test_a_search_alert_leads_to_the_page_it_found() -> None:
    found = "https://www.google.com/url?rct=j&sa=t&url=https://news.example/lamps%23top&ct=ga"
    assert unwrapped(found) == "https://news.example/lamps#top"
    assert (
        unwrapped("https://shop.example/url?q=https://x.example")
        == "https://shop.example/url?q=https://x.example"
    )


def test_a_guid_names_an_entry_before_its_link() -> None:
    assert natives([Claim(" id-1\n", "https://a.example/1")]) == ("id-1",)


def test_guids_keep_their_letter_case() -> None:
    assert natives([Claim("Ab"), Claim("aB")]) == ("Ab", "aB")


def test_a_link_names_only_one_entry_and_never_the_site() -> None:
    site = "https://a.example/"
    one, two, home, same = natives(
        [Claim(link="https://a.example/1"), Claim(link="https://a.example/2", text="x"),
         Claim(link=site, text="y"), Claim(link="https://a.example/2/", text="z")],
        site,
    )  # fmt: skip
    assert one == "https://a.example/1"
    assert two.startswith("t:")
    assert len({one, two, home, same}) == 4


def test_a_new_entry_with_an_old_guid_renames_nothing() -> None:
    old = Claim("same", "https://a.example/1", "Mai", NOON, text="first")
    new = Claim("same", "https://a.example/2", "Mai", NOON + timedelta(hours=1), text="second")
    newest = Claim("same", "", "Mai", NOON + timedelta(hours=2), text="third")
    assert natives([old]) == ("same",)
    assert natives([new, old]) == ("same|https://a.example/2", "same")
    assert natives([newest, new, old])[1:] == natives([new, old])


def test_without_times_the_lowest_entry_keeps_a_shared_guid() -> None:
    low, top = Claim("same", text="first"), Claim("same", text="second")
    assert natives([top, low])[1] == "same"
    assert natives([top, low])[0] == f"same|{fingerprint(top)}"


def test_the_same_entry_twice_has_one_name() -> None:
    entry = Claim("g", "https://a.example/1", "Mai", NOON, text="x")
    assert len(set(natives([entry, entry]))) == 1


def test_a_fingerprint_sees_author_second_and_text_only() -> None:
    claim = Claim("", "https://a.example/1", "Mai", NOON, "title", "the  text")
    assert fingerprint(claim) == fingerprint(replace(claim, title="other", text="the text", link=""))
    assert fingerprint(claim) != fingerprint(replace(claim, posted=NOON + timedelta(seconds=1)))
    assert fingerprint(claim) != fingerprint(replace(claim, author="Noy"))


def test_what_cannot_be_encoded_or_shown_still_has_a_name() -> None:
    (name,) = natives([Claim("\ud800\x1b[31mid" + "x" * 1000)])
    assert name.startswith("h:")
    assert fingerprint(Claim(text="\ud800")).startswith("t:")


@given(st.lists(st.builds(Claim, guid=st.sampled_from("ab "), link=st.sampled_from(["", "http://x/1", "http://x/2"]),
    text=st.sampled_from("xy"), posted=st.sampled_from([None, NOON])), max_size=6))  # fmt: skip
def test_different_entries_never_share_a_name(claims: list[Claim]) -> None:
    different = list(dict.fromkeys(claims))
    names = natives(different)
    pairs = [
        (a, b)
        for i, (a, name) in enumerate(zip(different, names, strict=True))
        for b, other in zip(different[i + 1 :], names[i + 1 :], strict=True)
        if name == other
    ]
    assert all(a.posted == b.posted and a.text == b.text for a, b in pairs)
