"""Lines of the screen as text: header, rows, numbers, titles; exactly as wide as they are told."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import rich.cells
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.feed import Gap
from cxtui.core.text import clean, cut, width
from cxtui.errors import UsageError
from cxtui.ui import header, numbers, spans
from cxtui.ui.board import Board
from cxtui.ui.cellwidth import overlay
from cxtui.ui.opener import host, program
from cxtui.ui.rows import Looks, at, drawn, holds
from cxtui.ui.terminal import refusal
from cxtui.ui.widgets.lines import changed
from tests.ui.fakedesk import NOW, Clock, FakeDesk, busy, figure, item, late, left

ZONE = ZoneInfo("Asia/Vientiane")


def board(desk: FakeDesk) -> Board:
    """A board that knows what the desk knows."""
    made = Board()
    made.open((row for row in desk.rows() if row.interval.open), NOW)
    made.feeds = desk.states
    return made


def code(feed: str, network: str) -> str:
    del network
    return feed[:3]


@given(st.text(max_size=60), st.text(max_size=20), st.integers(24, 200), st.booleans())
def test_a_row_is_exactly_as_wide_as_the_list(words: str, name: str, room: int, cursor: bool) -> None:  # noqa: FBT001
    desk = FakeDesk(Clock())
    desk.items = [item(name, words, left(5))]
    (row,) = desk.rows()
    line = drawn(row, board(desk), Looks(NOW, ZONE, room, code), cursor=cursor)
    assert spans.cells(line) == room
    assert "\n" not in spans.plain(line)


@given(st.text(max_size=40), st.text(max_size=20), st.integers(8, 200))
def test_a_title_is_exactly_as_wide_as_its_pane(title: str, right: str, room: int) -> None:
    assert spans.cells(spans.rule(clean(title), clean(right).replace("\n", " "), room)) == room


@given(st.text(max_size=300), st.integers(4, 80))
def test_wrapping_loses_no_word_and_fits(words: str, room: int) -> None:
    text = clean(words)
    lines = spans.wrapped(text, room)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= room for line in lines)


SPANS = st.lists(st.tuples(st.sampled_from(["ab", "b", "", "ນ້ຳ", "x y"]), st.sampled_from(["", "late"])))


@given(SPANS, SPANS)
def test_outside_the_changed_cells_two_lines_are_the_same(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    start, end = changed(tuple(old), tuple(new))

    def cells(line: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(c, look) for text, look in line for c in text for _ in range(max(width(c), 0))]

    assert cells(old)[:start] == cells(new)[:start]
    if end is not None:
        assert cells(old)[end:] == cells(new)[end:]


def test_a_tick_changes_only_the_left_edge_of_a_row() -> None:
    desk = busy()
    known = board(desk)
    row = desk.row("mai")
    before = drawn(row, known, Looks(NOW, ZONE, 80, code), cursor=False)
    after = drawn(row, known, Looks(NOW + timedelta(seconds=1), ZONE, 80, code), cursor=False)
    start, end = changed(before, after)
    assert (start, end) == (10, 12)


@given(st.integers(-7200, 90_000), st.integers(0, 999))
def test_a_row_keeps_its_text_as_long_as_it_says_and_not_longer(seconds: int, milli: int) -> None:
    desk = FakeDesk(Clock())
    desk.items = [item("ann", "words", timedelta(hours=1) - timedelta(seconds=seconds, milliseconds=milli))]
    (row,) = desk.rows()
    known = board(desk)
    length = holds(row, known, NOW)
    assert length is not None
    looks = Looks(NOW, ZONE, 80, code)
    for share in (0.0, 0.5, 0.98):
        moment = NOW + max(length - timedelta(milliseconds=2), timedelta()) * share
        assert drawn(row, known, Looks(moment, ZONE, 80, code), cursor=False) == drawn(
            row, known, looks, cursor=False
        )


def test_the_header_counts_and_leaves_out_the_least_needed() -> None:
    known = board(busy())

    def line(room: int) -> str:
        return spans.plain(header.header(known, NOW, ZONE, room)).rstrip()

    assert line(80) == ("cxtui │ open 11 │ late 3 │ <5m 2 │ next 01:48 @mai │ feeds 5/6 ! │ 14:07 UTC+7")
    assert line(60) == "cxtui │ open 11 │ late 3 │ <5m 2 │ feeds 5/6 ! │ 14:07 UTC+7"
    assert line(40) == "open 11 │ late 3 │ <5m 2 │ feeds 5/6 !"
    assert line(20) == "open 11 │ late 3"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Vientiane", "UTC+7"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("UTC", "UTC"),
        ("America/St_Johns", "UTC-3:30"),
    ],
)
def test_the_zone_is_written_as_people_do(zone: str, words: str) -> None:
    assert header.offset(datetime(2026, 11, 20, tzinfo=UTC), ZoneInfo(zone)) == words


def test_a_time_is_as_short_as_it_can_be_understood() -> None:
    assert at(NOW, NOW, ZONE) == "14:07"
    assert at(NOW + timedelta(days=1), NOW, ZONE) == "Sat 14:07"
    assert at(NOW + timedelta(days=30), NOW, ZONE) == "2026-12-20 14:07"


def test_numbers_show_their_n_and_unknown_ones_a_dash() -> None:
    text = "\n".join(spans.plain(line) for line in numbers.few_lines([], 80))
    assert "reply – n=0" in text
    assert "fast – n=0" in text
    few = [figure("recommend", 1.0, 4, "fast"), figure("recommend", 0.68, 22, "late", low=0.47, high=0.84)]
    text = "\n".join(spans.plain(line) for line in numbers.boxes(few, 120))
    assert "few (n=4)" in text
    assert "68% [47-84] n=22" in text
    assert "ref 71%" in text


def test_a_time_that_the_curve_does_not_reach_says_what_is_known() -> None:
    p90 = figure("first_response_p90", None, 5, low=18_000)
    assert numbers.Figures([p90]).value("first_response_p90") == ">5h00"


def test_a_number_of_a_window_with_an_outage_carries_its_mark() -> None:
    gap = Gap("mst", NOW - timedelta(hours=2), None, "HTTP 503")
    found = replace(figure("response_rate", 0.96, 212), gaps=(gap,))
    text = "\n".join(spans.plain(line) for line in numbers.few_lines([found], 80))
    assert "reply 96%? n=212" in text


def test_beside_the_target_the_pane_tells_how_often_held_customers_heard_again() -> None:
    met = figure("in_target", 1.0, 40)
    held = replace(met, beside=(("closed spam", 1), ("updates met", 1), ("updates missed", 4)))
    for found, said in ((met, "in target 100% n=40 "), (held, "in target 100% n=40 updates 1/5")):
        assert said in "\n".join(spans.plain(line) for line in numbers.boxes([found], 120))
    assert "updates" not in "\n".join(spans.plain(line) for line in numbers.boxes([met], 120))


def test_each_share_of_the_small_pane_stands_beside_its_own_n() -> None:
    found = [figure(f"answered_within_{t}m", 0.5, n) for t, n in ((5, 9), (30, 7), (60, 4))]
    text = "\n".join(spans.plain(line) for line in numbers.few_lines(found, 80))
    assert "<5m 50% n=9 <30m 50% n=7 <60m 50% n=4" in text
    same = [figure(f"answered_within_{t}m", 0.5, 9) for t in (5, 30, 60)]
    text = "\n".join(spans.plain(line) for line in numbers.few_lines(same, 80))
    assert "<5m 50% <30m 50% <60m 50% n=9" in text


def test_every_character_counts_as_many_cells_for_rich_as_for_us() -> None:
    overlay()
    overlay()
    wrong = [
        hex(number)
        for number in range(0x20, 0x20000)
        if (kind := unicodedata.category(chr(number))) == "Mc"
        and (rich.cells.cell_len(chr(number)) != 1 or width(chr(number)) != 1)
        and kind
    ]
    assert wrong == []
    scripts = ("मेरा ऑर्डर कहाँ है? हिन्दी", "আমার অর্ডার কোথায়", "ນ້ຳໜັກບໍ່ຖືກ", "商品が", "أين طلبي", "สวัสดีน้ำ")
    for words in scripts:
        assert rich.cells.cell_len(words) == width(words)
        assert rich.cells.cell_len(cut(clean(words), 7)) == width(cut(clean(words), 7))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://shop.example/a", "shop.example"),
        ("http://shop.example:8080/", "shop.example:8080"),
        ("https://münchen.example/", "xn--mnchen-3ya.example"),
        ("https://аррӏе.example/", "xn--80ak6aa92e.example"),
    ],
)
def test_the_host_is_shown_in_punycode(address: str, shown: str) -> None:
    assert host(address) == shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "file:///etc/passwd", "-h", "--version", "https://u:p@shop.example/", "",
        "https://shop.example@evil.example/", "ftp://x.example/", "https:///x", "https://a b/", "https://x\x1b[m/",
        "https://[::1", "//shop.example/",
    ],
)  # fmt: skip
def test_what_is_not_a_plain_web_address_is_not_opened(address: str) -> None:
    with pytest.raises(UsageError, match="not opened"):
        host(address)


def test_there_is_no_opener_over_ssh() -> None:
    assert program({"SSH_CONNECTION": "x", "PATH": "/usr/bin"}) is None
    assert program({"SSH_TTY": "x", "PATH": "/usr/bin"}) is None
    assert program({"PATH": "/nowhere"}) is None


class Tty:
    """A stream that is a terminal, or not."""

    def __init__(self, *, tty: bool) -> None:
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


def test_a_screen_needs_a_terminal_that_can() -> None:
    yes, no = Tty(tty=True), Tty(tty=False)
    assert refusal({"TERM": "xterm"}, yes, yes) is None
    for environ, stdin, stdout in (
        ({"TERM": "dumb"}, yes, yes), ({}, yes, yes), ({"TERM": "xterm"}, no, yes),
        ({"TERM": "xterm"}, yes, no),
        ({"TERM": "xterm"}, None, yes),
    ):  # fmt: skip
        said = refusal(environ, stdin, stdout)
        assert said is not None
        assert "cxtui list" in said


def test_a_late_row_and_a_soon_one_have_signs() -> None:
    desk = FakeDesk(Clock())
    desk.items = [item("a", "x", late(3)), item("b", "x", left(3)), item("c", "x", left(50))]
    known = board(desk)
    drawn_ = [
        spans.plain(drawn(row, known, Looks(NOW, ZONE, 60, code), cursor=False))[2] for row in desk.rows()
    ]
    assert drawn_ == ["!", "^", "."]
