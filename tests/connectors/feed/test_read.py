from __future__ import annotations

import json
from datetime import UTC, datetime

import feed_samples as samples
import pytest
from feed_samples import atom, rss

from cxtui.connectors.feed.entry import Entry, Parsed, Person
from cxtui.connectors.feed.reader import read
from cxtui.errors import Unreadable

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
SOURCE = "https://shop.example/comments/feed/"


def one(body: bytes) -> Entry:
    (entry,) = parsed(body).entries
    return entry


def titled(title: str) -> str:
    return f"<rss><channel><item><title>{title}</title></item></channel></rss>"


def parsed(body: bytes, content_type: str | None = None) -> Parsed:
    return read(body, content_type, SOURCE)


def test_a_wordpress_comment_has_its_fullest_text_and_its_author() -> None:
    entry = one(samples.WORDPRESS_RSS)
    assert entry.text == "It hums …\n\nRefund?"
    assert entry.author == Person("Mai")
    assert entry.guid == entry.link == "https://blog.example/lamps/#comment-7"
    assert entry.posted is not None
    assert entry.posted.at == datetime(2026, 11, 22, 9, 7, tzinfo=UTC)


def test_a_wordpress_atom_reply_names_its_parent_by_id_and_address() -> None:
    entry = one(atom(samples.wordpress(9, "Desk", "Sorry!", to=7, uri="https://shop.example/author/desk/")))
    assert entry.ref == entry.ref_link == "https://blog.example/lamps/#comment-7"
    assert entry.author == Person("Desk", "https://shop.example/author/desk/")
    assert entry.text == "Sorry!"


def test_a_search_alert_loses_its_bold_letters() -> None:
    entry = one(samples.GOOGLE_ALERT)
    assert entry.title == "The best lamp & chair"
    assert entry.text == "They tried the lamp\u00a0..."


@pytest.mark.parametrize(("body", "guid", "stars", "text"), [
    (samples.APP_STORE_XML, "901", 1, "Stays dark.\nRefund."),
    (samples.APP_STORE_JSON, "902", 5, "Works"),
])  # fmt: skip
def test_of_an_app_only_reviews_are_read_with_their_stars(
    body: bytes, guid: str, stars: float, text: str
) -> None:
    entry = one(body)
    assert (entry.guid, entry.stars, entry.text) == (guid, stars, text)
    assert entry.posted is not None
    assert entry.posted.at == datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "entries", ["null", '{"id": {"label": "3"}, "im:rating": {"label": "4"}}', "[]", '"x"']
)
def test_the_app_store_writes_one_review_or_none_in_its_own_ways(entries: str) -> None:
    found = parsed(f'{{"feed": {{"entry": {entries}}}}}'.encode()).entries
    assert [entry.guid for entry in found] == (["3"] if "{" in entries else [])


def test_discourse_and_mastodon_and_reddit_are_read() -> None:
    assert one(samples.DISCOURSE).author == Person("@noy Noy S")
    post = one(samples.MASTODON)
    assert (post.text, post.title, post.author) == ("Where is my #lamp?", "", Person())
    assert [(a.name, a.kind) for a in post.attachments] == [("lamp.png", "image/png")]
    comment = one(samples.REDDIT)
    assert (comment.text, comment.author.name, comment.guid) == ("Does it dim?", "/u/mai", "t1_abc")


def test_a_json_feed_is_read_and_nonsense_in_it_left_out() -> None:
    feed = parsed(samples.JSON_FEED)
    first, second, third = feed.entries
    assert (feed.format, feed.title, feed.lang) == ("JSON Feed 1.1", "Lamps", "de")
    assert (first.guid, first.link, first.text) == ("7", "https://shop.example/c/7", "Wo ist mein Licht?")
    assert first.author == Person("Ada", "https://ada.example/")
    assert (first.lang, first.attachments[0].name) == ("de", "photo")
    assert (second.text, second.author.name) == ("line one\nline <two>", "Ben")
    assert (third.guid, third.posted) == ("9", None)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<content type="html">&lt;p&gt;a &amp;lt;b&gt;&lt;/p&gt;</content>', "a <b>"),
        ('<content type="text">a &lt;b&gt;\n c</content>', "a <b>\n c"),
        ("<content>a &lt;b&gt;</content>", "a <b>"),
        (f'<content type="xhtml"><div {XHTML}><p>a</p><p>b &lt;c&gt;</p></div></content>', "a\n\nb <c>"),
        ('<summary type="text">short</summary><content type="text"> </content>', "short"),
        ('<content type="image/png" src="https://x.example/a.png"/><summary>alt</summary>', "alt"),
        ('<content type="image/png">iVBORw0</content>', ""),
    ],
)  # fmt: skip
def test_atom_text_is_read_by_its_type(content: str, text: str) -> None:
    assert one(atom(f"<entry>{content}</entry>")).text == text


@pytest.mark.parametrize(
    ("author", "person"),
    [
        ("<author>mai@x.example (Mai S)</author>", Person("Mai S", "", "mai@x.example")),
        ("<author>Mai S &lt;mai@x.example&gt;</author>", Person("Mai S", "", "mai@x.example")),
        ("<author>mai@x.example</author>", Person("", "", "mai@x.example")),
        ("<author>@mai</author>", Person("@mai")),
        ("<dc:creator> Mai\n S </dc:creator>", Person("Mai S")),
        ("<author>mai@x.example</author><dc:creator>Mai</dc:creator>", Person("Mai", "", "mai@x.example")),
        ("<atom:author><atom:name>Mai</atom:name><atom:uri>https://m.example</atom:uri></atom:author>",
         Person("Mai", "https://m.example")),
        ("", Person()),
    ],
)  # fmt: skip
def test_an_author_is_found_wherever_it_stands(author: str, person: Person) -> None:
    assert one(rss(f"<item>{author}</item>")).author == person


def test_an_entry_without_author_is_by_the_author_of_the_feed() -> None:
    head = "<author><name>Desk</name><email>desk@shop.example</email></author>"
    assert one(atom("<entry><id>1</id></entry>", head)).author == Person("Desk", "", "desk@shop.example")


@pytest.mark.parametrize(
    ("links", "address"),
    [
        ('<link href="/a"/>', "https://shop.example/a"),
        ('<link rel="self" href="/self"/><link rel="alternate" href="/a"/>', "https://shop.example/a"),
        (
            '<link type="application/json" href="/j"/><link type="text/html" href="/h"/>',
            "https://shop.example/h",
        ),
        ('<link xml:base="https://b.example/c/" href="a"/>', "https://b.example/c/a"),
        ('<link href="javascript:alert(1)"/>', ""),
        ('<link href=""/>', ""),
        ('<link href="http://[bad"/>', ""),
        ('<link rel="enclosure" href="/a.jpg" type="image/jpeg"/>', ""),
    ],
)
def test_the_link_is_the_page_to_read(links: str, address: str) -> None:
    assert one(atom(f"<entry>{links}</entry>")).link == address


def test_a_permanent_guid_is_a_link_where_none_is_given() -> None:
    assert one(rss("<item><guid>https://shop.example/c/1</guid></item>")).link == "https://shop.example/c/1"
    assert one(rss('<item><guid isPermaLink="false">https://x.example/1</guid></item>')).link == ""


def test_enclosures_are_named_and_given_once() -> None:
    enclosure = '<enclosure url="https://f.example/x/photo.jpg?s=1" type="image/jpeg" length="1"/>'
    media = '<media:content url="https://f.example/x/photo.jpg?s=1" medium="image"/>'
    entry = one(rss(f"<item>{enclosure}{media}</item>"))
    assert [(a.name, a.kind, a.url) for a in entry.attachments] == [
        ("photo.jpg", "image/jpeg", "https://f.example/x/photo.jpg?s=1")
    ]


def test_rdf_and_old_rss_and_old_atom_are_read() -> None:
    rdf = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        b'<channel rdf:about="x"><title>t</title></channel><item rdf:about="https://shop.example/1">'
        b"<title>a</title><link>https://shop.example/1</link><description>b</description></item></rdf:RDF>"
    )
    assert (parsed(rdf).format, one(rdf).guid, one(rdf).text) == ("RSS 1.0", "https://shop.example/1", "b")
    old = b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><issued>2026-11-22</issued></entry></feed>'
    assert parsed(old).format == "Atom 0.3"
    assert one(old).posted is not None
    assert parsed(b'<rss version="0.92"><channel><item/></channel></rss>').format == "RSS 0.92"


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "utf-8"),
        ("cp1251", "windows-1251"),
        ("koi8-r", "KOI8-R"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
    ],
)
def test_a_feed_is_decoded_as_it_declares(encoding: str, label: str) -> None:
    text = f'<?xml version="1.0" encoding="{label}"?>{titled("привет")}'
    assert one(text.encode(encoding)).title == "привет"


def test_the_servers_charset_counts_and_utf8_beats_a_wrong_one() -> None:
    body = titled("привет")
    assert parsed(body.encode("cp1251"), "text/xml; charset=windows-1251").entries[0].title == "привет"
    declared = f'<?xml version="1.0" encoding="utf-8"?>{body}'.encode()
    assert parsed(declared, "text/xml; charset=iso-8859-1").entries[0].title == "привет"


def test_wrong_letters_are_mended_and_told() -> None:
    latin = parsed(f'<?xml version="1.0" encoding="utf-8"?>{titled("café")}'.encode("latin-1"))
    assert latin.entries[0].title == "café"
    assert "was read as cp1252" in latin.problems[0]
    lao = titled("ນ້ຳໜັກ").encode().replace(b"<item>", b"<item>\xff")
    assert parsed(lao).entries[0].title == "ນ້ຳໜັກ"
    assert "broken letters" in parsed(lao).problems[0]
    wide = f'<?xml version="1.0" encoding="gb2312"?>{titled("中文")}'.encode("gb18030")
    assert parsed(wide).entries[0].title == "中文"
    broken = parsed(wide.replace(b"<item>", b"<item>\xff"))
    assert (broken.entries[0].title, "not in the encoding" in broken.problems[0]) == ("中文", True)


def test_a_feed_cut_inside_a_letter_is_cut_off_and_not_wrong() -> None:
    with pytest.raises(Unreadable, match="cut off"):
        parsed(titled("ນ້ຳ").encode().partition("ຳ".encode())[0] + b"\xe0\xba")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"\n\n <rss><channel><item/></channel></rss>", ""),
        (b"<rss><channel><item/></channel></rss><script>1</script>", "goes on after its end"),
        (b"<b>Warning</b>: x<br/><rss><channel><item/></channel></rss>", "begins with something else"),
        (b"<rss><channel><item><dc:creator>M</dc:creator></item></channel></rss>", "does not declare: dc"),
        (b"<rss><channel><item><title>a\x0cb</title></item></channel></rss>", "control characters"),
        (
            b'<!DOCTYPE rss PUBLIC "-//x//DTD" "http://x.example/rss.dtd"><rss><channel><item/></channel></rss>',
            "",
        ),
        (b"<!-- a feed > that --><rss><channel><item/></channel></rss>", ""),
    ],
)
def test_small_faults_are_mended_and_told(body: bytes, told: str) -> None:
    feed = parsed(body)
    assert len(feed.entries) == 1
    assert told in " ".join(feed.problems)


def test_names_of_letters_need_no_declaration() -> None:
    assert one(
        b"<rss><channel><item><title>caf&eacute;&nbsp;&unheard;</title></item></channel></rss>"
    ).title == ("café\u00a0&unheard;")


def test_a_page_inside_a_description_makes_no_page_of_a_feed() -> None:
    assert one(rss("<item><description><![CDATA[<html><p>x</p></html>]]></description></item>")).text == "x"


def test_the_newest_two_thousand_entries_are_kept_in_their_order() -> None:
    times = [f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(5000)]
    items = "".join(
        f"<item><guid>{n}</guid><dc:date>2026-11-22T{time}</dc:date></item>" for n, time in enumerate(times)
    )
    feed = parsed(rss(items))
    assert [entry.guid for entry in feed.entries] == [str(n) for n in range(3000, 5000)]
    assert "holds 5000 entries; the newest 2000 were read" in feed.problems


def test_without_times_the_first_entries_are_the_newest() -> None:
    assert parsed(rss("<item><guid>{}</guid></item>".replace("{}", "x") * 4500)).entries[0].guid == "x"
    numbered = "".join(f"<item><guid>{n}</guid></item>" for n in range(4500))
    assert [e.guid for e in parsed(rss(numbered)).entries] == [str(n) for n in range(2000)]
    many = json.dumps(
        {"version": "https://jsonfeed.org/version/1", "items": [{"id": n} for n in range(3000)]}
    )
    assert [e.guid for e in parsed(many.encode()).entries] == [str(n) for n in range(2000)]


def test_a_text_is_cut_at_64_kib_and_what_follows_is_still_read() -> None:
    entry = one(rss(f"<item><description>{'x' * 100_000}</description><guid>after</guid></item>"))
    assert len(entry.text) == 65_537
    assert entry.text.endswith("…")
    assert entry.guid == "after"
