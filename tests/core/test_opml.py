"""OPML of others is read, their dangers are refused with the line; what is written reads back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.opml import LONGEST_NAME, Outline, feed_name, read, written
from cxtui.errors import UsageError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LIST = b"""<?xml version="1.0"?>
<opml version="1.1"><body>
<outline text="Shops">
  <outline text="LampCo &amp; sons" type="rss" xmlUrl=" https://shop.example/feed?a=1&amp;b=2 "/>
  <outline title="Titled" text="other" xmlurl="https://b.example/feed"/>
</outline></body></opml>"""


def test_feeds_in_folders_are_found_with_their_lines() -> None:
    assert read(LIST, "x.opml") == [
        Outline("LampCo & sons", "https://shop.example/feed?a=1&b=2", 4),
        Outline("Titled", "https://b.example/feed", 5),
    ]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"<opml>\n<body>\n</opml>", "x:3 is broken XML: mismatched tag"),
        (b"", "x:1 is broken XML: no element found"),
        (b"\n<html></html>", "x:2 is no OPML: it begins with <html>"),
        (b'<!DOCTYPE o [\n<!ENTITY a "b">]><opml>&a;</opml>', "x:2 declares entities, which is refused"),
        ('<!DOCTYPE o [<!ENTITY a "b">]><opml/>'.encode("utf-16"), "x:1 declares entities, which is refused"),
        (b'<?xml version="1.0" encoding="nonsense"?><opml/>', "x:1 is"),
    ],
)
def test_what_is_broken_or_dangerous_is_a_sentence_with_its_line(document: bytes, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(document, "x")
    assert str(refused.value).startswith(said)


def test_depth_costs_nothing() -> None:
    deep = b"<opml>" + b"<outline>" * 100_000 + b"</outline>" * 100_000 + b"</opml>"
    assert read(deep, "x") == []


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn")), max_size=80)


@given(WORDS)
def test_what_is_written_is_read_back(words: str) -> None:
    url = f"https://a.example/?q={words}".strip()
    assert [one.url for one in read(written([Outline("shop", url)], "t", NOW).encode(), "x")] == [url]


@given(st.lists(st.text(max_size=90), max_size=6))
def test_names_are_unique_and_fit_for_a_configuration(words: list[str]) -> None:
    taken: set[str] = set()
    for text in words:
        name = feed_name(text, taken)
        assert name not in taken
        assert name
        assert name == name.strip()
        assert len(name) <= LONGEST_NAME
        assert ":" not in name
        assert not name.startswith("-")
        taken.add(name)
