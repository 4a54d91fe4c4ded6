from __future__ import annotations

import contextlib
import json
import re

import pytest
from feed_samples import rss
from hypothesis import given
from hypothesis import strategies as st

from cxtui.connectors.feed import bounded, describe, xml
from cxtui.connectors.feed.reader import read
from cxtui.errors import Unreadable

SOURCE = "https://shop.example/blog/"
ENTITIES = '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'

PAGE = b"""<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/feed/">
<link href='https://shop.example/atom?a=1&amp;b=2' type='application/atom+xml' rel=alternate>
<link rel="stylesheet" href="/x.css"></head><body>Please sign in</body></html>"""


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "it is empty"),
        (b" \n ", "it is empty"),
        (b"\0" * 1000, "it is empty"),
        (b"<html><body>x</body></html>", "it is an HTML page, not a feed"),
        (PAGE, "it names https://shop.example/feed/, https://shop.example/atom?a=1&b=2"),
        (b"Bad gateway", "it is no feed: it begins with “Bad gateway”"),
        (b"<opml><body/></opml>", "it is XML, but no feed: it begins with <opml>"),
        (b"<rss><channel>\n<item><title>x", "it is cut off at line 2"),
        (b"<rss><channel><item><description><![CDATA[x", "it is cut off at line 1"),
        (
            b"<rss><channel>\n<item><title>a & b</title></item></channel></rss>",
            "it is not well-formed XML: not well-formed (invalid token) in line 2",
        ),
        (ENTITIES.encode() + b"<rss>&b;</rss>", "it declares entities or attributes, which is refused"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "declares entities"),
        (b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://x.example/">%p;]><rss/>', "declares entities"),
        (b'<!DOCTYPE r [<!ATTLIST item a CDATA "x">]><rss/>', "declares entities or attributes"),
        (b"<rss><channel><item>" + b"x" * (9 << 20), "larger than 8 MiB"),
        (b"\xfe\xff" + b"\0x" * (17 << 20), "larger than 8 MiB"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1', "it is cut off at line 1"),
        (b'{"version": 1, "items" []}', "it is not well-formed JSON"),
        (b'{"error": "no such page"}', "it is JSON, but no JSON Feed"),
        (b"[1, 2]", "it is JSON, but no JSON Feed"),
        (b'{"items":' + b"[" * 100_000, "nested too deeply"),
        (b'{"items":' + b"[" * 1_000_000, "more than 150,000 values"),
        (b'{"items":' + b"1" * 100_000 + b"}", "it is JSON, but no JSON Feed"),
    ],
)
def test_what_is_no_feed_is_called_what_it_is(body: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(sentence)):
        read(body, "application/rss+xml", SOURCE)


def test_the_content_type_decides_nothing() -> None:
    assert len(read(rss("<item/>"), "text/html", SOURCE).entries) == 1


def test_a_sentence_about_a_feed_repeats_nothing_that_steers() -> None:
    with pytest.raises(Unreadable) as caught:
        read("\x1b]0;mine\x07\u202eno feed".encode(), None, SOURCE)
    assert str(caught.value) == "it is no feed: it begins with “]0;mineno feed”"


@pytest.mark.parametrize(
    "piece", ["<b>", "<description>", "<b xmlns='http://x.example/'>", "<b xmlns:a='b'>"]
)
def test_a_hundred_thousand_nested_tags_are_no_harm(piece: str) -> None:
    name = piece.strip("<>").split()[0]
    depth = 100_000
    inside = f"{piece * depth}deep{f'</{name}>' * depth}"
    body = rss(f"<item><guid>1</guid><content:encoded>{inside}</content:encoded></item>")
    (entry,) = read(body, None, SOURCE).entries
    assert entry.text == "deep"
    assert entry.guid == "1"


def test_more_tags_than_any_feed_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "WHOLE", 0)
    monkeypatch.setattr(bounded, "TAGS", 1000)
    assert read(rss("<item><guid>1</guid></item>" * 400), None, SOURCE).entries
    with pytest.raises(Unreadable, match="more than half a million tags"):
        read(rss("<item>" + "<a/>" * 1000 + "</item>"), None, SOURCE)


@pytest.mark.parametrize("whole", [0, xml.WHOLE])
def test_of_a_tag_with_countless_attributes_the_rest_of_the_feed_is_read(
    whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml, "WHOLE", whole)
    flood = b"<rss " + b" ".join(b"a%d='1'" % n for n in range(40_000))
    feed = read(flood + b"><channel><item><guid>1</guid></item></channel></rss>", None, SOURCE)
    assert [entry.guid for entry in feed.entries] == ["1"]
    assert feed.problems == (() if whole else ("holds a tag longer than 64 KiB, of which the name was read",))


def test_a_feed_that_breaks_off_in_its_last_tag_misses_nothing() -> None:
    feed = read(b"<rss><channel><item><guid>1</guid></item></channel>\n</rss", None, SOURCE)
    assert (len(feed.entries), feed.problems) == (1, ("breaks off in its last tag (line 2)",))
    with pytest.raises(Unreadable, match="it is cut off at line 2"):
        read(b"<rss><channel><item><guid>1</guid></item>\n<item>", None, SOURCE)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<rss><channel><item>" + b"<b>" * 200_000, "nested deeper than any feed"),
        (b"<rss>" + b"".join(b"<b%d/>" % n for n in range(60_000)), "more names than any feed has"),
        (b"<rss>" + b"".join(b"<b a%d=''/>" % n for n in range(60_000)), "more names than any feed has"),
        (b"<!--" + b"x" * 600_000 + b"--><rss/>", "a tag or comment longer than 64 KiB"),
        (b'{"items":[' + b"{}," * 80_000 + b"{}]}", "more than 150,000 values"),
    ],
)
def test_what_takes_memory_without_saying_anything_is_refused(body: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(body, None, SOURCE)


@pytest.mark.parametrize("room", [200_000, 2_000_000])
def test_of_more_text_than_can_be_kept_the_newest_is(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "ROOM", room)
    items = [
        f"<item><guid>{n}</guid><pubDate>{2000 + n}</pubDate><a>{'x' * 9000}</a></item>" for n in range(100)
    ]
    feed = read(rss("".join(items)), None, SOURCE)
    kept = [int(entry.guid) for entry in feed.entries]
    assert kept == list(range(100 - len(kept), 100))
    assert (len(kept) == 100) == (not feed.problems) == (room == 2_000_000)


def test_of_a_json_feed_with_more_text_than_can_be_kept_the_first_entries_are_read() -> None:
    items = [{"id": str(n), "content_text": "😀" * 60_000} for n in range(100)]
    feed = read(json.dumps({"items": items}, ensure_ascii=False).encode()[:], None, SOURCE)
    assert [entry.guid for entry in feed.entries] == [str(n) for n in range(len(feed.entries))]
    assert feed.problems == (f"holds more text than can be kept; {len(feed.entries)} entries were read",)


@given(st.integers(0, 12), st.sampled_from(["😀", "\\ud83d\\ude00", "\\n", "ກ"]))
def test_a_long_text_in_json_is_cut_between_characters(shift: int, piece: str) -> None:
    text = "x" * shift + piece * 200_000
    (entry,) = read(f'{{"items":[{{"id":1,"content_text":"y{text}z"}}]}}'.encode(), None, SOURCE).entries
    assert entry.text.startswith("y")
    assert len(entry.text) <= 65_537
    assert entry.text.endswith("…")


def test_of_countless_fields_of_an_entry_the_first_are_read() -> None:
    fields = "<guid>first</guid>" + "<a/>" * 10_000 + "<description>lost</description>"
    (entry,) = read(rss(f"<item>{fields}</item>"), None, SOURCE).entries
    assert (entry.guid, entry.text) == ("first", "")


PIECES = [
    b"<?xml version='1.0' encoding='utf-16'?>", b"<rss>", b"<rss version='2.0'>", b"<channel>", b"<item>",
    b"</item>", b"</channel></rss>", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b"</entry>",
    b"</feed>", b"<title>", b"</title>", b"<link href='http://[x'/>", b"<guid/>", b"\xff", b"\0", b"&",
    b"<![CDATA[", b"]]>", b"{", b"}", b'"items":', b"[", b"]", b'"\\ud800"', b",", b'{"id":1e999}',
    b"<im:rating>nan</im:rating>", b"<thr:in-reply-to ref='1' href='//['/>", b"<pubDate>0000</pubDate>",
    b"<!DOCTYPE x>", b"<html>", b"\xef\xbb\xbf",
]  # fmt: skip
TYPES = [None, "text/xml; charset=punycode", "x; charset=zip", "; charset=utf-7", "text/xml; charset=big5"]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(TYPES))
def test_every_input_is_a_feed_or_a_sentence(pieces: list[bytes], content_type: str | None) -> None:
    with contextlib.suppress(Unreadable):
        parsed = read(b"".join(pieces), content_type, "feed.xml")
        assert describe(parsed, "feed.xml")["entries"] == len(parsed.entries)
