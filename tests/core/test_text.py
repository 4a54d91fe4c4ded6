from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.text import clean, from_html, one_line, search_form

nasty = st.text(
    st.one_of(
        st.sampled_from(
            "\x1b\x9b\x9d\x90\x9c\x07\n\r\t []()0;1mPX^_\\\u200b\u200c\u200d\u202e\u2066\ufe0f\u20e3"
        ),
        st.sampled_from(
            "aé\u0301\u0327\u0300\u302e\u0f71\u093c\u094d\u0915\u0930ক্র\u0d28\u0d4d\u0627\u0653ی"
        ),
        st.sampled_from("👍🏽👨👩❤☎\U0001f1f1\U000e0041\ud800\udc00\u3164\u2028…Åﬁ"),
        st.characters(),
    ),
    max_size=60,
)


@given(nasty, st.integers(1, 40), st.integers(1, 5))
def test_cleaning_again_changes_nothing(raw: str, limit: int, lines: int) -> None:
    once = clean(raw, limit=limit, lines=lines)
    assert clean(once, limit=limit, lines=lines) == once
    assert clean(once) == once


@given(nasty)
def test_nothing_that_steers_a_terminal_is_left(raw: str) -> None:
    for char in clean(raw):
        kind = unicodedata.category(char)
        assert char == "\n" or kind not in ("Cc", "Cs", "Zl", "Zp")
        assert kind != "Cf" or char in "\u200c\u200d"
        assert not "\ufe00" <= char <= "\ufe0f"


@given(nasty, st.integers(1, 30), st.integers(1, 5))
def test_limits_hold_and_a_cut_is_marked(raw: str, limit: int, lines: int) -> None:
    whole = clean(raw)
    short = clean(raw, limit=limit, lines=lines)
    assert len(short) <= limit
    assert short.count("\n") < lines
    assert short == whole or short.endswith("…")


@given(st.text(st.sampled_from("aक\u0301\u0327\u0323\u0308\u094d\u200d\u0651\u0650ب"), max_size=40))
def test_at_most_four_marks_stack(raw: str) -> None:
    pile = 0
    for char in clean(raw):
        if unicodedata.category(char) == "Mn":
            pile += 1
            assert pile <= 4
        elif char != "\u200d":
            pile = 0


@given(nasty)
def test_clean_text_is_nfc(raw: str) -> None:
    assert unicodedata.is_normalized("NFC", clean(raw))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]0;stolen title\x07text", "text"),
        ("\x1b]52;c;Y3h0dWk=\x1b\\text", "text"),
        ("\x1bPq#0\x1b\\text", "text"),
        ("\x9b2Jtext \x9d0;title\x9cmore", "text more"),
        ("\x1b]0;never ended\nnext line", "\nnext line".strip()),
        ("before\x1b[3", "before"),
        ("before\x1b", "before"),
        ("\x1bctext \x1b(Bmore", "text more"),
        ("\x1b[?1049l[/s] [@click=app.quit]", "[/s] [@click=app.quit]"),
    ],
)
def test_escape_sequences_go_whole(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\u2066b\u2069c\u200ed\u200fe\u061cf", "abcdef"),
        ("pass\u200bword\ufeff", "password"),
        ("a\U000e0067\U000e0062b", "ab"),
        ("👨‍👩‍👧 👍🏽 ❤️ 1️⃣", "👨 👍 ❤ 1"),
        ("\ud83d lone", " lone"),
        ("tab\there", "tab here"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("blanks  \n behind \n\n", "blanks\n behind"),
        ("cafe\u0301", "café"),
        ("\u3164invisible", "invisible"),
    ],
)
def test_what_hides_or_misleads_goes(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@pytest.mark.parametrize(
    "word",
    [
        "می‌خواهم",
        "क्‍ष",
        "র‍্যাব",
        "ന്‍",
        "ນ້ຳໜັກບໍ່ຖືກ",
        "น้ำหนัก",
        "লাইটটি নষ্ট",
        "日本語",
        "لم يصل الطلب",
        "လျှော့",
        "🇱🇦",
    ],
)
def test_words_of_living_scripts_stay_as_they_are(word: str) -> None:
    assert clean(word) == unicodedata.normalize("NFC", word)


def test_two_hundred_lines_stay_and_the_last_one_says_that_more_was_cut() -> None:
    kept = clean("\n".join(map(str, range(500))))
    assert kept.split("\n")[-1] == "199…"


def test_a_cut_never_separates_a_mark_from_its_letter() -> None:
    assert clean("abc\u0323\u0301d", limit=4) == "ab…"


def test_a_row_is_one_line() -> None:
    assert one_line(clean("my  order\n\n\tis\u00a0late\n")) == "my order is late"


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("ນ້ຳ", "ນ\u0ecd\u0ec9\u0eb2"),
        ("ນ້ຳ", "ນ\u0ec9\u0ecd\u0eb2"),
        ("น้ำ", "น\u0e4d\u0e49\u0e32"),
        ("CAFÉ", "cafe\u0301"),
        ("STRASSE", "straße"),
        ("4512", "４５１２"),
        ("می‌خواهم", "میخواهم"),
    ],
)
def test_a_search_finds_every_spelling(typed: str, stands: str) -> None:
    assert search_form(typed) == search_form(stands)


@given(nasty)
def test_the_search_form_of_a_search_form_is_itself(raw: str) -> None:
    once = search_form(clean(raw))
    assert search_form(once) == once


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello <b>you</b>,</p><p>a<br>b</p>", "Hello you,\n\na\nb"),
        ("<ul><li>one<li>two<ul><li>in</ul></ul>end", "- one\n- two\n- in\n\nend"),
        ("x<script>evil()</script><style>p {}</style> y", "x y"),
        (
            '<a href="https://shop.example/">our shop</a> <img src=x alt="smile > wide">',
            "our shop smile > wide",
        ),
        ("one &amp; two &lt;b&gt; &eacute; &#8230;", "one & two <b> é …"),
        ("no markup,\nown  lines & a < b", "no markup,\nown  lines & a < b"),
        ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
        ("<tr><td>a<td>b</tr><tr><td>c</tr>", "a b\nc"),
        ("<header>top</header><head><title>not me</title></head>body", "top\nbody"),
        ("<!-- hidden --> seen <!DOCTYPE x> too", "seen too"),
        ("I <b what", "I <b what"),
        ("<title>never closed, still read", "never closed, still read"),
        ("<script>never closed", ""),
        ("", ""),
    ],
)
def test_html_becomes_what_a_reader_reads(html: str, text: str) -> None:
    assert from_html(html) == text


@given(st.text(st.sampled_from("<>/!?-&;#'\"= abpscriptltimg\n"), max_size=80))
def test_no_markup_is_too_broken(html: str) -> None:
    assert isinstance(from_html(html), str)


@pytest.mark.parametrize("piece", ["<b>", "<a x='", "<!--", "<![CDATA[", "<title>", "<a", "&#", "<ul><li>"])
def test_a_hundred_thousand_broken_pieces_are_read(piece: str) -> None:
    assert "script" not in from_html(piece * 100_000)
